// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers of network cards that many have, drivers/net/ethernet: Intel, Mellanox, Broadcom, Amazon,
 * Google, Solarflare. mlx4, mlx5, bnxt and sfc have no extack: they say why in the log, or nowhere.
 * ixgbe and ixgbevf say nothing at all (ixgbe_xdp_setup, ixgbevf_xdp_setup).
 */
#include "advice/rules.h"

#include "util/cleanup.h"

#include <errno.h>

#define NO_FRAGS "!(prog.flags == \"frags\")"

static const struct rule list[] = {
	{ .id = "nic-mtu-frags",
	  .texts = { "MTU is too large for linear frames and XDP prog does not support frags",
		     "MTU too large for linear frames and XDP prog does not support frags",
		     "MTU is too large for XDP without frags support",
		     "MTU* larger than * without XDP frag support.",
		     "MTU(*) > *, too big for an XDP program not aware of multi buffer" },
	  .drivers = "i40e|ice|mlx5_core|bnxt_en|ionic",
	  .when = "dev.mtu > 3000 && " NO_FRAGS " && (errno == -22 || errno == -95)",
	  .cause = "The MTU is larger than one buffer has room for, and the program does not take "
		   "packets of several buffers (frags).",
	  .remedy = "ip link set dev {dev} mtu 1500 (the limit is 3000 to 3500 bytes); or put the "
		    "program into section \"xdp.frags\"",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "5.19 and later" },
	{ .id = "nic-mtu",
	  .texts = { "MTU too large for loading XDP", "XDP is not allowed with MTU(*) > *",
		     "MTU * larger than largest XDP supported MTU *.",
		     "mtu:* > max:* when XDP prog is attached",
		     "Unable to configure XDP with MTU of * (max: *)",
		     "XDP is not allowed with striding RQ and MTU(*) > *" },
	  .drivers = "ice|mlx4_core|mlx4_en|mlx5_core|bnxt_en|sfc|sfc_siena|ixgbe|ixgbevf",
	  .when = "dev.mtu > 1500 && (errno == -22 || errno == -95) && func",
	  .cause = "The MTU is larger than the driver's XDP has room for in a buffer.",
	  .remedy = "ip link set dev {dev} mtu 1500 (the limit is 1500 to 3500, by driver; dmesg | "
		    "tail may tell it)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ice-no-queues",
	  .texts = { "Not enough Tx resources for XDP" },
	  .error = -ENOMEM,
	  .drivers = "ice",
	  .cause = "XDP wants a transmit queue for each CPU beside those in use, and the device "
		   "has not as many left.",
	  .remedy = "ask for fewer queues: ethtool -L {dev} combined {half}",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ice-setup",
	  .texts = { "Preparing device for XDP attach failed", "Setting up XDP * resources failed",
		     "Freeing XDP * resources failed",
		     "Failed VSI LAN queue config for XDP, error: *" },
	  .cause = "The driver could not stop or rebuild the device's queues for XDP.",
	  .remedy =
		  "dmesg | tail says what failed; ask for fewer queues: ethtool -L {dev} combined "
		  "{half}, or take it down and up: ip link set dev {dev} down",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ice-slow-tx",
	  .texts = { "Could not allocate one XDP Tx ring per CPU, XDP_TX/XDP_REDIRECT actions will "
		     "be slower" },
	  .cause =
		  "There are fewer XDP transmit queues than CPUs: the program runs, and sends more "
		  "slowly.",
	  .remedy = "ask for fewer queues: ethtool -L {dev} combined {half}, then attach again",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ice-not-pf",
	  .texts = { "XDP can be loaded only on PF VSI", "XDP can be loaded only on PF or SF VSI" },
	  .error = -EINVAL,
	  .cause = "The device is not the card's physical function (nor a subfunction), and others "
		   "have no XDP.",
	  .remedy = "attach to the device of the physical function",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ice-ddp",
	  .texts = { "Please provide working DDP firmware package in order to use XDP*" },
	  .error = -EOPNOTSUPP,
	  .cause = "The card is in safe mode: its DDP package was not found.",
	  .remedy = "install the firmware package that has intel/ice/ddp/ice.pkg (linux-firmware, "
		    "firmware-misc-nonfree), then: rmmod ice && modprobe ice",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "i40e-mtu",
	  .texts = { "MTU too large to enable XDP" },
	  .error = -EINVAL,
	  .drivers = "i40e",
	  .when = "dev.mtu > 1500 && func",
	  .cause = "The MTU is larger than one buffer has room for (about 3046).",
	  .remedy = "ip link set dev {dev} mtu 1500",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "5.15 to 6.3; before, without a text" },
	{ .id = "i40e-not-main",
	  .error = -EINVAL,
	  .drivers = "i40e",
	  .when = "func && dev.mtu <= 1500",
	  .cause = "The device is being removed, or is not the main one of its card; i40e says "
		   "nothing then.",
	  .remedy = "attach to the main device of the card (ls /sys/class/net/{dev}/device/net)",
	  .confidence = CONFIDENCE_POSSIBLE },
	{ .id = "igb-mtu",
	  .texts = { "The RX buffer size is too small for the frame size",
		     "XDP RX buffer size * is too small for the frame size *" },
	  .error = -EINVAL,
	  .drivers = "igb",
	  .when = "dev.mtu > 1500",
	  .cause = "A frame of the device's MTU, with 26 bytes of headers, does not fit into a "
		   "receive buffer.",
	  .remedy = "ip link set dev {dev} mtu 1500",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ixgbe-silent",
	  .error = -EINVAL,
	  .drivers = "ixgbe",
	  .when = "func && dev.mtu <= 1500",
	  .cause = "ixgbe refuses XDP without a word while SR-IOV, DCB or LRO is on, or if the "
		   "queues could not be set up.",
	  .remedy = "echo 0 > /sys/class/net/{dev}/device/sriov_numvfs; ethtool -K {dev} lro off; "
		    "dcb: lldptool -T -i {dev} -V DCBX off",
	  .confidence = CONFIDENCE_LIKELY },
	{ .id = "ixgbe-cpus",
	  .error = -ENOMEM,
	  .drivers = "ixgbe",
	  .when = "func",
	  .cause = "The machine can have more CPUs than ixgbe has XDP queues for: 128 since Linux "
		   "5.15, 64 before.",
	  .remedy = "boot with nr_cpus=128 (64 before Linux 5.15); or attach in generic mode: ip "
		    "link set dev {dev} xdpgeneric ...",
	  .confidence = CONFIDENCE_LIKELY },
	{ .id = "nic-jumbo",
	  .texts = { "Jumbo frames not supported", "Jumbo frames not supported on XDP",
		     "Jumbo frames not yet supported with XDP*" },
	  .error = -EOPNOTSUPP,
	  .drivers = "igc|stmmac|st_gmac|netsec|nicvf|rvu_nicpf|rvu_nicvf",
	  .when = "dev.mtu > 1500",
	  .cause =
		  "The MTU is above 1500, which the driver can not have together with XDP; igc and "
		  "stmmac refuse a removal as well.",
	  .remedy = "ip link set dev {dev} mtu 1500",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "mlx5-lro",
	  .texts = { "can't set XDP while LRO is on, disable LRO first",
		     "can't set XDP while HW-GRO/LRO is on, disable them first" },
	  .error = -EINVAL,
	  .drivers = "mlx5_core",
	  .when = "dev.mtu <= 1500 && func",
	  .cause = "The card merges packets (LRO, or GRO in hardware), which XDP can not take.",
	  .remedy = "ethtool -K {dev} lro off rx-gro-hw off",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "mlx5-ipsec",
	  .texts = { "can't set XDP with IPSec offload",
		     "XDP is not available on Innova cards with IPsec support" },
	  .error = -EINVAL,
	  .cause = "The card offloads IPsec, which excludes XDP.",
	  .remedy = "attach in generic mode: ip link set dev {dev} xdpgeneric ...",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "5.10 to 5.15" },
	{ .id = "mlx4-rings",
	  .texts = { "Reducing the number of TX rings, to not exceed the max total rings number.",
		     "Failed starting port * for XDP change" },
	  .cause = "XDP's transmit rings come on top of those in use, and the card has only so "
		   "many.",
	  .remedy = "ask for fewer queues: ethtool -L {dev} tx {half}; if the port is down now: ip "
		    "link "
		    "set dev {dev} up",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "bnxt-channels",
	  .texts = { "ethtool rx/tx channels must be combined to support XDP." },
	  .error = -EOPNOTSUPP,
	  .drivers = "bnxt_en",
	  .when = "dev.mtu <= 1500 && func",
	  .cause =
		  "Receive and transmit queues are separate channels, and XDP wants them combined.",
	  .remedy = "ethtool -L {dev} rx 0 tx 0 combined {rx}",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "bnxt-split",
	  .texts = { "XDP is disallowed when HDS is enabled." },
	  .error = -EOPNOTSUPP,
	  .cause = "The device splits headers from data.",
	  .remedy = "ethtool -G {dev} tcp-data-split off",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "6.15 and later" },
	{ .id = "bnxt-rings",
	  .texts = { "Unable to reserve enough TX rings to support XDP." },
	  .drivers = "bnxt_en",
	  .when = "errno == -12 || errno == -28",
	  .cause = "XDP wants as many transmit rings again as the device has queues, and the card "
		   "has not as many left.",
	  .remedy = "ask for fewer queues: ethtool -L {dev} combined {half}",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ena-mtu",
	  .texts = { "Failed to set xdp program, the current MTU* is larger than the maximum "
		     "allowed MTU*" },
	  .error = -EINVAL,
	  .drivers = "ena",
	  .when = "dev.mtu > 3498",
	  .cause = "The MTU is larger than one buffer has room for (3498 with pages of 4 KiB); "
		   "EC2's "
		   "default is 9001.",
	  .remedy = "ip link set dev {dev} mtu 3498",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ena-mtu-limit",
	  .texts = { "XDP program is set, changing the max_mtu from * to *" },
	  .cause = "As long as the program is there, the device takes no larger MTU than that.",
	  .remedy = "nothing: it is told for information",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "ena-queues",
	  .texts = { "Failed to set xdp program, there is no enough space for allocating XDP "
		     "queues, Check the dmesg for more info",
		     "Failed to set xdp program, the Rx/Tx channel count should be at most half of "
		     "the maximum allowed channel count. *" },
	  .error = -EINVAL,
	  .drivers = "ena",
	  .when = "dev.mtu <= 3498",
	  .cause = "XDP wants a transmit queue for each receive queue beside those in use: at most "
		   "half of the channels may be in use.",
	  .remedy = "ethtool -L {dev} combined {half} (at most half of the maximum that ethtool -l "
		    "{dev} shows)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "gve-queues",
	  .texts = { "XDP load failed: The number of configured RX queues *should be equal to the "
		     "number of configured TX queues *" },
	  .error = -EINVAL,
	  .drivers = "gve",
	  .when = "func",
	  .cause = "XDP wants as many receive as transmit queues, and at most half of the maximum "
		   "in use.",
	  .remedy =
		  "ethtool -L {dev} rx {half} tx {half} (at most half of the maximum that ethtool "
		  "-l {dev} shows)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "gve-lro",
	  .texts = { "XDP is not supported when HW-GRO is on.",
		     "XDP is not supported when LRO is on." },
	  .error = -EOPNOTSUPP,
	  .cause = "The device merges packets, which XDP can not take; gve refuses a removal as "
		   "well.",
	  .remedy = "ethtool -K {dev} rx-gro-hw off lro off",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "gve-buffers",
	  .texts = { "XDP is not supported when header-data split is enabled.",
		     "XDP is not supported for Rx buf len *, only * supported." },
	  .error = -EOPNOTSUPP,
	  .cause = "The device's receive buffers are not the plain ones of 2 KiB that XDP wants.",
	  .remedy = "ethtool -G {dev} tcp-data-split off; ethtool -G {dev} rx-buf-len 2048",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "gve-mtu",
	  .texts = { "XDP is not supported for mtu *." },
	  .error = -EOPNOTSUPP,
	  .drivers = "gve",
	  .when = "dev.mtu > 2032",
	  .cause = "The MTU is larger than a receive buffer of 2 KiB has room for.",
	  .remedy = "ip link set dev {dev} mtu 1460",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "gve-format",
	  .texts = { "XDP is not supported in mode *.", "failed to create * XDP tx queues",
		     "failed to destroy XDP queues" },
	  .error = -EOPNOTSUPP,
	  .cause = "The format of the device's queues has no XDP, or the queues that it takes "
		   "could not be made.",
	  .remedy = "use a newer kernel or another kind of machine; or attach in generic mode: ip "
		    "link set dev {dev} xdpgeneric ...",
	  .confidence = CONFIDENCE_LIKELY },
	{ .id = "sfc-queues",
	  .texts = { "Unable to bind XDP program due to previous failure of rxq_info" },
	  .error = -EINVAL,
	  .cause = "The driver could not register its receive queues for XDP as the device came "
		   "up.",
	  .remedy = "ip link set dev {dev} down && ip link set dev {dev} up; dmesg says why it "
		    "failed",
	  .confidence = CONFIDENCE_CERTAIN },
};

const struct rules rules_nics = { list, ARRAY_SIZE(list) };
