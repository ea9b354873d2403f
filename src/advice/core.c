// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's core: dev_xdp_attach, dev_xdp_install, bpf_xdp_link_attach, bpf_xdp_link_update and
 * dev_change_xdp_fd in net/core/dev.c, do_setlink in net/core/rtnetlink.c. Before 6.6 a bpf_link
 * gets no text, and before 5.12 no tracepoint has it: the errno alone has to do there.
 */
#include "advice/rules.h"

#include "util/cleanup.h"

#include <errno.h>

#define NETLINK     "cause == \"netlink\""
#define LINK_CREATE "cause == \"link-create\""
#define LINK_UPDATE "cause == \"link-update\""

static const struct rule list[] = {
	{ .id = "core-no-native",
	  .texts = { "Underlying driver does not support XDP in native mode" },
	  .error = -EOPNOTSUPP,
	  .when = "mode != \"generic\" && !func && !(dev.xdp_features == \"basic\")",
	  .cause = "The device's driver has no native XDP, and none in hardware (no ndo_bpf).",
	  .remedy = "attach in generic mode: ip link set dev {dev} xdpgeneric obj FILE sec xdp "
		    "(XDP_FLAGS_SKB_MODE)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-two-modes",
	  .texts = { "Native and generic XDP can't be active at the same time" },
	  .error = -EEXIST,
	  .when = "old_prog.id && (mode == \"driver\" && old_prog.mode == \"generic\" || "
		  "mode == \"generic\" && old_prog.mode == \"driver\")",
	  .cause = "The device has a program in the other mode, and native and generic XDP "
		   "exclude each other.",
	  .remedy = "remove program {old} first: ip link set dev {dev} {oldmode} off (or end its "
		    "link); or attach in the mode that it has",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-noexist",
	  .texts = { "XDP program already attached" },
	  .error = -EBUSY,
	  .when = NETLINK " && flags =~ \"*update_if_noexist*\" && old_prog.id",
	  .cause = "A program is attached in this mode, and only a device without one was wanted "
		   "(XDP_FLAGS_UPDATE_IF_NOEXIST, ip without -force).",
	  .remedy = "replace it: ip -force link set dev {dev} ... (or XDP_FLAGS_REPLACE); or "
		    "remove it: ip link set dev {dev} {oldmode} off; or run both by "
		    "xdp-loader load {dev} FILE",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-unexpected",
	  .texts = { "Active program does not match expected" },
	  .error = -EEXIST,
	  .when = NETLINK " && flags =~ \"*replace*\"",
	  .cause = "The program that was to be replaced (XDP_FLAGS_REPLACE) is not the one that is "
		   "attached: somebody else was faster, or the mode is another one.",
	  .remedy = "read the program that is attached now, and try again: xdpsnoop list {dev}",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-link-owned",
	  .texts = { "Can't replace active BPF XDP link" },
	  .error = -EBUSY,
	  .when = "(" NETLINK " && old_prog.id && !(flags =~ \"*noexist*\")) || "
		  "(" LINK_CREATE " && holder.link_id)",
	  .cause = "A bpf_link holds the program that is attached: only its owner can replace or "
		   "remove that.",
	  .remedy = "find who holds the link: xdpsnoop list {dev}; then end that process, remove "
		    "its pin, or: bpftool link detach id {link}",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-link-over-prog",
	  .texts = { "Can't replace active XDP program with BPF link" },
	  .error = -EBUSY,
	  .when = LINK_CREATE " && holder.prog.id && !holder.link_id",
	  .cause = "A program is attached that no link holds (by netlink), and a bpf_link replaces "
		   "none.",
	  .remedy = "remove it first: ip link set dev {dev} {oldmode} off",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-upper",
	  .texts = { "Cannot attach when an upper device already has a program" },
	  .error = -EEXIST,
	  .when = "dev.master && !old_prog.id",
	  .cause = "A device above this one (a bond, bridge, VLAN or macvlan) has a program; that "
		   "forbids to change XDP here, a removal as well.",
	  .remedy = "attach to the upper device only, or remove XDP from it: ip link set dev "
		    "{upper} xdp off (ip -d link show dev {dev} names it)",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "5.15 and later" },
	{ .id = "core-link-flags",
	  .texts = { "Invalid XDP flags for BPF link attachment" },
	  .error = -EINVAL,
	  .when = LINK_CREATE " && (flags =~ \"*update_if_noexist*\" || flags =~ \"*replace*\")",
	  .cause = "bpf_link_create was given flags other than a mode; a link never replaces a "
		   "program.",
	  .remedy = "leave only XDP_FLAGS_SKB_MODE, XDP_FLAGS_DRV_MODE or XDP_FLAGS_HW_MODE in the "
		    "flags",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-mode-flags",
	  .texts = { "Only one XDP mode flag can be set" },
	  .error = -EINVAL,
	  .when = "flags =~ \"*skb_mode*drv_mode*\" || flags =~ \"*skb_mode*hw_mode*\" || "
		  "flags =~ \"*drv_mode*hw_mode*\"",
	  .cause = "More than one mode was asked for at once.",
	  .remedy = "set one of XDP_FLAGS_SKB_MODE, XDP_FLAGS_DRV_MODE and XDP_FLAGS_HW_MODE, or "
		    "none",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-ambiguous",
	  .texts = { "More than one program loaded, unset mode is ambiguous" },
	  .cause = "The device has an offloaded program and another one, and no mode was named.",
	  .remedy = "name the mode: ip link set dev {dev} xdpoffload off, xdpdrv off or xdpgeneric "
		    "off",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-replace-flag",
	  .texts = { "XDP_FLAGS_REPLACE is not specified" },
	  .cause = "A program to be replaced was named, without the flag that asks to compare it.",
	  .remedy = "set XDP_FLAGS_REPLACE (in libbpf: the option old_prog_fd sets it)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-offloaded",
	  .texts = { "Using offloaded program without HW_MODE flag is not supported",
		     "Using device-bound program without HW_MODE flag is not supported" },
	  .error = -EINVAL,
	  .when = "prog.flags == \"offloaded\" && mode != \"offload\"",
	  .cause = "The program was loaded to run on a device's hardware, and another mode was "
		   "asked for.",
	  .remedy = "attach it with ip link set dev {dev} xdpoffload ..., or load it without a "
		    "device (prog_ifindex)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-other-device",
	  .texts = { "Program bound to different device" },
	  .cause = "The program was loaded for one device (for its metadata, or to be offloaded) "
		   "and is attached to another one.",
	  .remedy = "load it once more for {dev}: prog_ifindex is to be the index of {dev} "
		    "(bpftool prog load FILE PIN xdpmeta_dev {dev})",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "6.3 and later" },
	{ .id = "core-bound-generic",
	  .texts = { "Can't attach device-bound programs in generic mode" },
	  .error = -EINVAL,
	  .when = "prog.flags == \"dev-bound\" && mode == \"generic\"",
	  .cause = "The program reads what its device tells of packets, which generic mode does "
		   "not have.",
	  .remedy = "attach in native mode: ip link set dev {dev} xdpdrv ...; or load it without "
		    "BPF_F_XDP_DEV_BOUND_ONLY",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "6.8 and later" },
	{ .id = "core-attach-type",
	  .texts = { "BPF_XDP_DEVMAP programs can not be attached to a device",
		     "BPF_XDP_CPUMAP programs can not be attached to a device" },
	  .cause = "The program was loaded to be put into a devmap or cpumap: its section is "
		   "xdp/devmap or xdp/cpumap.",
	  .remedy = "put it into a section named \"xdp\" (or set expected_attach_type BPF_XDP "
		    "before it is loaded)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "core-memory-provider",
	  .texts = { "unable to install XDP to device using memory provider",
		     "unable to propagate XDP to device using memory provider" },
	  .cause = "A receive queue of the device has memory of an application (devmem TCP, or "
		   "io_uring's zero-copy receive).",
	  .remedy = "end the application that receives into its own memory; a program can not be "
		    "removed meanwhile either",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "6.12 and later" },
	{ .id = "core-data-split",
	  .texts = { "unable to install XDP to device using tcp-data-split",
		     "unable to propagate XDP to device using tcp-data-split" },
	  .cause = "The device splits headers from data, and the program does not take packets of "
		   "several buffers (frags).",
	  .remedy = "ethtool -G {dev} tcp-data-split off; or put the program into section "
		    "\"xdp.frags\"",
	  .confidence = CONFIDENCE_CERTAIN,
	  .kernels = "6.15 and later" },
	/* From here on the kernel says nothing. */
	{ .id = "link-severed",
	  .error = -ENOLINK,
	  .when = LINK_UPDATE,
	  .cause = "The link has no device any more: that was deleted, or the link was detached.",
	  .remedy = "close the link, and create a new one on the device that is there now",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "link-unexpected",
	  .error = -EPERM,
	  .when = LINK_UPDATE,
	  .cause = "The program that was to be replaced (BPF_F_REPLACE) is not the link's.",
	  .remedy = "read the link's program, and try again: bpftool link show id {link}",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "link-other-type",
	  .error = -EINVAL,
	  .when = LINK_UPDATE " && !func",
	  .cause = "The new program is of another type, or was loaded with another "
		   "expected_attach_type, than the link's.",
	  .remedy = "load the new program as the old one was: the same section name, the same "
		    "expected_attach_type",
	  .confidence = CONFIDENCE_LIKELY },
	{ .id = "link-update-modes",
	  .error = -EEXIST,
	  .when = LINK_UPDATE,
	  .cause = "Since the link was made, the device has got a program in the other mode.",
	  .remedy = "remove that first: xdpsnoop list {dev} shows it",
	  .confidence = CONFIDENCE_LIKELY,
	  .kernels = "6.12 and later" },
	{ .id = "link-busy",
	  .error = -EBUSY,
	  .when = LINK_CREATE " && old_prog.id",
	  .cause = "A program is attached, by netlink or by another link, and a bpf_link replaces "
		   "none.",
	  .remedy = "see who holds it: xdpsnoop list {dev}; if no link: ip link set dev {dev} "
		    "{oldmode} off",
	  .confidence = CONFIDENCE_LIKELY },
	{ .id = "link-no-device",
	  .error = -EINVAL,
	  .when = LINK_CREATE " && !dev.ifname",
	  .cause = "There is no device of that index in the network namespace of the process.",
	  .remedy = "take the index in the same network namespace: ip link show (in the process's: "
		    "nsenter -t {pid} -n ip link show)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "netlink-no-device",
	  .error = -ENODEV,
	  .when = NETLINK " && !func",
	  .cause = "There is no device of that index or name in the network namespace of the "
		   "request.",
	  .remedy =
		  "look for it there: ip link show (in the process's: nsenter -t {pid} -n ip link "
		  "show)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "netlink-not-permitted",
	  .error = -EPERM,
	  .when = NETLINK " && !func",
	  .cause = "The process lacks CAP_NET_ADMIN in the user namespace that owns the device's "
		   "network namespace.",
	  .remedy = "run it as root, or with CAP_NET_ADMIN (a container: --cap-add NET_ADMIN)",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "bad-descriptor",
	  .error = -EBADF,
	  .when = NETLINK " && !prog.id",
	  .cause = "The file descriptor of the program is not open in the process.",
	  .remedy = "keep the program's descriptor open until it is attached",
	  .confidence = CONFIDENCE_CERTAIN },
	{ .id = "not-xdp-program",
	  .error = -EINVAL,
	  .when = NETLINK " && action != \"remove\" && !func && !prog.id",
	  .cause = "The file descriptor is open, and not one of a BPF program.",
	  .remedy = "pass the descriptor of a program of type BPF_PROG_TYPE_XDP",
	  .confidence = CONFIDENCE_LIKELY },
	{ .id = "netlink-bad-request",
	  .error = -EINVAL,
	  .when = NETLINK " && !func",
	  .cause = "The request was refused before any driver was asked: unknown XDP flags, "
		   "XDP_FLAGS_REPLACE without IFLA_XDP_EXPECTED_FD, attributes that are only "
		   "for answers, or a program that is not of type XDP.",
	  .remedy = "compare the request's flags with XDP_FLAGS_MASK of linux/if_link.h; use "
		    "bpf_xdp_attach() of a recent libbpf",
	  .confidence = CONFIDENCE_POSSIBLE },
	{ .id = "generic-map-programs",
	  .error = -EINVAL,
	  .when = "mode == \"generic\" && func == \"generic_xdp_install\"",
	  .cause = "The program uses a devmap or cpumap whose entries can have programs, which "
		   "generic mode does not run before Linux 5.15.",
	  .remedy = "attach in native mode: ip link set dev {dev} xdpdrv ...; or make the map's "
		    "values 4 bytes long; or use Linux 5.15 or later",
	  .confidence = CONFIDENCE_LIKELY,
	  .kernels = "5.8 to 5.14" },
	{ .id = "offload-unsupported",
	  .when = "mode == \"offload\" && (errno == -22 || errno == -95)",
	  .cause = "The driver can not run programs in the hardware: only nfp and netdevsim do.",
	  .remedy = "attach in native or generic mode: ip link set dev {dev} xdpdrv ...",
	  .confidence = CONFIDENCE_LIKELY },
	{ .id = "no-memory",
	  .error = -ENOMEM,
	  .cause = "There is not enough memory, or the driver has not enough queues or "
		   "descriptors left; drivers rarely say which.",
	  .remedy = "look at the log: dmesg | tail; ask for fewer queues: ethtool -L {dev} "
		    "combined {half}, or smaller rings: ethtool -G {dev} rx N",
	  .confidence = CONFIDENCE_POSSIBLE },
};

const struct rules rules_core = { list, ARRAY_SIZE(list) };

const struct rules *const rule_tables[] = { &rules_core, &rules_virtual, &rules_nics,
					    &rules_more_nics, NULL };
