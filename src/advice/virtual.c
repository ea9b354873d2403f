// SPDX-License-Identifier: GPL-2.0
/*
 * Drivers of virtual devices, drivers/net: virtnet_xdp_set, veth_xdp_set, bond_xdp_set,
 * vmxnet3_xdp_set, netvsc_xdp_set, mana_xdp_set, xennet_xdp_set, nsim_setup_prog_checks. Limits of
 * the MTU are those of pages of 4 KiB.
 */
#include "advice/rules.h"

#include "util/cleanup.h"

#include <errno.h>

#define NO_FRAGS "!(prog.flags == \"frags\")"

static const struct rule list[] = {
	{ .id = "virtio-mtu",
	  .texts = { "MTU too large to enable XDP", "MTU too large to enable XDP without frags",
		     "XDP requires MTU less than *", "single-buffer XDP requires MTU less than *" },
	  .error = -EINVAL,
	  .drivers = "virtio_net|xen-netfront|vif",
	  .when = "dev.mtu > 3506 && " NO_FRAGS,
	  .cause = "The MTU is larger than one buffer has room for: 3506 with pages of 4 KiB, "
		   "before "
		   "Linux 6.3 a little more than 4000.",
	  .remedy =
		  "ip link set dev {dev} mtu 1500; on virtio_net of Linux 6.3 and later also: put "
		  "the program into section \"xdp.frags\"",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "virtio-offloads",
	  .texts = { "Can't set XDP while host is implementing GRO_HW/CSUM, disable GRO_HW/CSUM "
		     "first",
		     "Can't set XDP while host is implementing LRO/CSUM, disable LRO/CSUM first" },
	  .error = -EOPNOTSUPP,
	  .drivers = "virtio_net",
	  .when = "func == \"virtnet_xdp\"",
	  .cause = "The host merges packets or leaves out checksums, and gives the guest no way to "
		   "switch that off (VIRTIO_NET_F_CTRL_GUEST_OFFLOADS).",
	  .remedy = "on the host: -device virtio-net-pci,...,guest_tso4=off,guest_tso6=off,"
		    "guest_ecn=off,guest_ufo=off,guest_csum=off or ctrl_guest_offloads=on; or use "
		    "generic mode",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "virtio-legacy",
	  .texts = { "XDP expects header/data in single page, any_header_sg required" },
	  .error = -EINVAL,
	  .cause = "The host offers a legacy virtio device, whose headers lie in a buffer of their "
		   "own.",
	  .remedy = "on the host: -device virtio-net-pci,disable-legacy=on, or mrg_rxbuf=off",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "virtio-few-queues",
	  .texts = { "XDP request * queues but max is *. XDP_TX and XDP_REDIRECT will operate in a "
		     "slower locked tx mode.",
		     "Too few free TX rings available" },
	  .drivers = "virtio_net",
	  .when = "errno == -12",
	  .cause = "XDP wants a transmit queue for each CPU beside those in use, and the device "
		   "has not as many; the program runs, and sends more slowly.",
	  .remedy = "on the host: queues=N with N twice the guest's CPUs (and vectors=2N+2); or in "
		    "the guest: ethtool -L {dev} combined {half}",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "veth-peer-gone",
	  .texts = { "Cannot set XDP when peer is detached" },
	  .error = -ENOTCONN,
	  .drivers = "veth",
	  .cause = "The other end of the pair is being deleted.",
	  .remedy = "make the pair anew: ip link add {dev} type veth peer name {peer}",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "veth-peer-mtu",
	  .texts = { "Peer MTU is too large to set XDP" },
	  .error = -ERANGE,
	  .drivers = "veth",
	  .cause = "The MTU of the other end is larger than one buffer has room for (3506 with "
		   "pages of 4 KiB).",
	  .remedy = "ip link set dev {peer} mtu 1500, for the other end of {dev}; or since Linux "
		    "5.18: put the program into section \"xdp.frags\"",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "veth-queues",
	  .texts = { "XDP expects number of rx queues not less than peer tx queues" },
	  .error = -ENOSPC,
	  .drivers = "veth",
	  .cause = "The device has fewer receive queues than its other end has transmit queues.",
	  .remedy =
		  "ethtool -L {peer} tx {rx}, for the other end of {dev}; or make the pair with as "
		  "many: ip link add {dev} numrxqueues N type veth ...",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "veth-setup",
	  .texts = { "Setup for XDP failed" },
	  .cause = "The driver could not get the memory for its queues.",
	  .remedy = "free memory, and try again: dmesg | tail may say what was short",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "bond-mode",
	  .texts = { "No native XDP support for the current bonding mode" },
	  .error = -EOPNOTSUPP,
	  .drivers = "bonding",
	  .when = "func == \"bond_xdp\"",
	  .cause = "The bond's mode has no native XDP: balance-rr, active-backup, and (not with "
		   "xmit_hash_policy vlan+srcmac) balance-xor and 802.3ad have.",
	  .remedy =
		  "ip link set dev {dev} type bond mode active-backup (the bond has to be down and "
		  "without slaves); or attach in generic mode",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "5.15 and later; without a text in some 5.15 and 6.6" },
	{ .id = "bond-slave",
	  .texts = { "Slave device does not support XDP", "Slave does not support XDP" },
	  .error = -EOPNOTSUPP,
	  .cause = "A slave of the bond has no native XDP, or can not send what others redirect to "
		   "it (no ndo_xdp_xmit).",
	  .remedy = "take that slave out: ip link set dev {slave} nomaster; or attach to {dev} in "
		    "generic mode",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "5.15 and later" },
	{ .id = "bond-slave-failed",
	  .texts = { "Error * calling ndo_bpf" },
	  .cause = "The driver of a slave has refused the program, and the bond has taken it from "
		   "the others again.",
	  .remedy = "see which slave and why: xdpsnoop --calls; xdpsnoop explain {slave}; dmesg | "
		    "tail",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "5.15 and later" },
	{ .id = "bond-slave-prog",
	  .texts = { "Slave has XDP program loaded, please unload before enslaving" },
	  .error = -EOPNOTSUPP,
	  .cause = "A device that is a slave, or is to be one, has a program of its own.",
	  .remedy = "remove that first: ip link set dev {slave} xdp off",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "5.15 and later" },
	{ .id = "vmxnet3-mtu",
	  .texts = { "MTU * too large for XDP" },
	  .error = -EOPNOTSUPP,
	  .drivers = "vmxnet3",
	  .when = "dev.mtu > 3494 && func",
	  .cause = "The MTU is larger than one buffer has room for (3494 with pages of 4 KiB).",
	  .remedy = "ip link set dev {dev} mtu 1500",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "6.6 and later" },
	{ .id = "vmxnet3-lro",
	  .texts = { "LRO is not supported with XDP" },
	  .cause = "The driver has switched LRO off, as XDP can not take merged packets.",
	  .remedy = "nothing: it is a warning. ethtool -K {dev} lro off beforehand avoids it",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "6.6 and later" },
	{ .id = "vmxnet3-restart",
	  .texts = { "failed to re-create rx queues for XDP.",
		     "failed to activate device for XDP." },
	  .error = -EOPNOTSUPP,
	  .cause = "The driver could not make its queues anew, and the device is down now.",
	  .remedy =
		  "ip link set dev {dev} down && ip link set dev {dev} up; dmesg | tail says what "
		  "was short",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "6.6 and later" },
	{ .id = "hyperv-mtu",
	  .texts = { "XDP: mtu too large", "XDP: mtu:* too large, buf_max:*",
		     "XDP: mtu:* too large, mtu_max:*" },
	  .error = -EOPNOTSUPP,
	  .drivers = "hv_netvsc|mana",
	  .when = "dev.mtu > 3400",
	  .cause = "The MTU is larger than one buffer has room for (about 3500).",
	  .remedy = "ip link set dev {dev} mtu 1500",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "hyperv-lro",
	  .texts = { "XDP: not support LRO" },
	  .cause = "Receive coalescing (LRO, RSC) is on, and XDP can not take merged packets.",
	  .remedy = "ethtool -K {dev} lro off",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "hyperv-vf",
	  .texts = { "vf_setxdp failed", "vf_setxdp failed:*" },
	  .cause = "The driver of the virtual function below (mlx4, mlx5, mana) has refused the "
		   "program.",
	  .remedy = "see the event of that device (--calls), and dmesg | tail: its driver says why "
		    "in the log",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "hyperv-busy",
	  .error = -ENODEV,
	  .drivers = "hv_netvsc",
	  .when = "func",
	  .cause = "The device is just being made anew, as after a change of its MTU or channels.",
	  .remedy = "try again in a second",
	  .confidence = CONFIDENCE_LIKELY },
	{ .id = "mana-restart",
	  .texts = { "XDP: Insufficient memory for tx/rx re-config",
		     "XDP: Re-config failed at detach", "XDP: Re-config failed at attach",
		     "mana_detach failed at xdp set: *", "mana_attach failed at xdp set: *" },
	  .cause = "The driver could not make its queues anew.",
	  .remedy =
		  "free memory, or ask for fewer queues: ethtool -L {dev} combined {half}; dmesg | "
		  "tail says more",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "netkit-no-native",
	  .error = -EOPNOTSUPP,
	  .drivers = "netkit",
	  .when = "mode == \"driver\"",
	  .cause =
		  "netkit has an ndo_bpf for AF_XDP only: without a mode, native is asked for, and "
		  "that it has not.",
	  .remedy = "name generic mode: ip link set dev {dev} xdpgeneric obj FILE sec xdp "
		    "(XDP_FLAGS_SKB_MODE)",
	  .confidence = CONFIDENCE_LIKELY,
	  .kernels = "7.x" },
	{ .id = "netdevsim-refused",
	  .texts = { "attempt to load offloaded prog to drv", "xdpoffload of non-bound program",
		     "offloading program in bad state", "program bound to different dev",
		     "TC program is already loaded" },
	  .cause = "The simulated device checks its programs: this one is not loaded for the mode, "
		   "or the device, that it was attached in.",
	  .remedy =
		  "load it for {dev} (bpftool prog load FILE PIN offload_dev {dev}) and attach it "
		  "by xdpoffload; others by xdpdrv",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "netdevsim-disabled",
	  .texts = { "driver XDP disabled in DebugFS", "XDP offload disabled in DebugFS" },
	  .cause = "The simulated device was told to refuse XDP.",
	  .remedy = "echo 1 > /sys/kernel/debug/netdevsim/DEVICE/ports/0/bpf_xdpdrv_accept (or "
		    "bpf_xdpoffload_accept)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "netdevsim-mtu",
	  .texts = { "MTU too large w/ XDP enabled" },
	  .error = -EINVAL,
	  .drivers = "netdevsim|nfp",
	  .when = "dev.mtu > 1500",
	  .cause = "The MTU is larger than a buffer of the device has room for.",
	  .remedy = "ip link set dev {dev} mtu 1500",
	  .confidence = CONFIDENCE_CERTAIN },
};

const struct rules rules_virtual = { list, ARRAY_SIZE(list) };
