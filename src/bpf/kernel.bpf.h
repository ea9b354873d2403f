/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's types, as far as they are read: only those fields, relocated by CO-RE when the
 * program is loaded. A variant behind ___ names the kernel version that made it.
 */
#ifndef XDPSNOOP_KERNEL_BPF_H
#define XDPSNOOP_KERNEL_BPF_H

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include <bpf/bpf_core_read.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct reference {
	struct {
		int counter;
	} refs;
};

struct ns_common {
	unsigned int inum;
};

/* 5.11 moved the count of references here from struct net, 6.18 renamed it. */
struct ns_common___5_11 {
	struct reference count;
};

struct ns_common___6_18 {
	struct reference __ns_ref;
};

struct hlist_node {
	struct hlist_node *next;
};

struct hlist_head {
	struct hlist_node *first;
};

struct net {
	struct ns_common ns;
	struct hlist_head *dev_index_head;
};

struct net___5_10 {
	struct reference count;
};

struct sock_common {
	struct {
		struct net *net;
	} skc_net;
};

struct sock {
	struct sock_common __sk_common;
};

struct sk_buff {
	struct sock *sk;
};

struct nsproxy {
	struct net *net_ns;
};

struct file {
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct task_struct {
	unsigned int flags;
	struct nsproxy *nsproxy;
	struct files_struct *files;
};

struct bpf_prog_aux {
	__u32 id;
	struct bpf_prog *prog;
	char name[16];
};

struct bpf_prog {
	struct bpf_prog_aux *aux;
};

struct bpf_link {
	__u32 id;
	enum bpf_link_type type;
	struct bpf_prog *prog;
};

struct net_device;

/* net/core/dev.c, since 5.9 */
struct bpf_xdp_link {
	struct bpf_link link;
	struct net_device *dev;
	int flags;
};

struct bpf_xdp_entity {
	struct bpf_prog *prog;
	struct bpf_xdp_link *link;
};

struct netlink_ext_ack {
	const char *_msg;
};

enum bpf_netdev_command {
	XDP_SETUP_PROG,
	XDP_SETUP_PROG_HW,
};

/* AF_XDP and offload callers leave the rest uninitialised: read the command first. */
struct netdev_bpf {
	enum bpf_netdev_command command;
	union {
		struct {
			__u32 flags;
			struct bpf_prog *prog;
			struct netlink_ext_ack *extack;
		};
	};
};

struct net_device_ops {
	int (*ndo_start_xmit)(void *skb, struct net_device *dev);
	int (*ndo_bpf)(struct net_device *dev, struct netdev_bpf *bpf);
};

struct device_driver {
	const char *name;
};

struct device {
	struct device *parent;
	struct device_driver *driver;
};

struct rtnl_link_ops {
	const char *kind;
};

#define NETREG_UNREGISTERING 2 /* include/linux/netdevice.h, in every version */

struct net_device {
	char name[16];
	int ifindex;
	__u8 reg_state;
	const struct net_device_ops *netdev_ops;
	const struct rtnl_link_ops *rtnl_link_ops;
	struct device dev;
	struct hlist_node index_hlist;
	struct {
		struct net *net;
	} nd_net;
	struct bpf_xdp_entity xdp_state[3]; /* since 5.9 */
};

/* An enum in a bit field until 6.9, and in stable series older than the fix. */
struct net_device___enum {
	enum {
		NETREG_ANY,
	} reg_state : 8;
};

#pragma clang attribute pop

/* Arguments and return values of a probed function; layouts are part of each ABI. */
#if defined(__TARGET_ARCH_x86)
struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8;
	unsigned long ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
#define REGS_ARGS(r)   (r)->di, (r)->si, (r)->dx, (r)->cx, (r)->r8, (r)->r9
#define REGS_RETURN(r) ((r)->ax)
#define REGS_STACK(r)  ((r)->sp)
#elif defined(__TARGET_ARCH_arm64)
struct pt_regs {
	unsigned long regs[31], sp, pc, pstate;
};
#define REGS_ARGS(r) \
	(r)->regs[0], (r)->regs[1], (r)->regs[2], (r)->regs[3], (r)->regs[4], (r)->regs[5]
#define REGS_RETURN(r) ((r)->regs[0])
#define REGS_STACK(r)  ((r)->sp)
#else
#error "add the registers of this architecture"
#endif

#endif
