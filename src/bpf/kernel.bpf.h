/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's types, as far as they are read: only those fields, relocated by CO-RE when the
 * program is loaded. A variant behind ___ names the kernel version that made it.
 */
#ifndef XDPSNOOP_KERNEL_BPF_H
#define XDPSNOOP_KERNEL_BPF_H

#include <asm-generic/errno-base.h>
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
	const void *ops;
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

struct list_head {
	struct list_head *next;
};

struct net {
	struct ns_common ns;
	struct list_head list; /* of all, from net_namespace_list on */
	struct list_head dev_base_head;
	struct hlist_head *dev_index_head;
	struct net_device *loopback_dev;
};

struct net___5_10 {
	struct reference count;
};

struct sock_common {
	unsigned short skc_family;
	struct {
		struct net *net;
	} skc_net;
};

struct sk_buff_head {
	struct sk_buff *prev;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_protocol;
	struct sk_buff_head sk_receive_queue;
};

struct sk_buff {
	struct sk_buff *prev;
	struct sock *sk;
	unsigned char *data;
};

struct socket {
	struct sock *sk;
};

struct nsproxy {
	struct net *net_ns;
};

struct super_block {
	unsigned long s_magic;
};

struct vfsmount {
	struct dentry *mnt_root;
};

/* fs/mount.h */
struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct inode {
	unsigned short i_mode;
	struct super_block *i_sb;
	void *i_private;
};

/* fs/proc/internal.h: of a folder of /proc, its process's */
struct proc_inode {
	struct pid *pid;
	struct inode vfs_inode;
};

struct qstr {
	const unsigned char *name;
};

struct hlist_bl_node {
	struct hlist_bl_node **pprev;
};

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct inode *d_inode;
	struct qstr d_name;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	void *private_data;
	struct inode *f_inode;
	struct path f_path;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct mm_struct {
	unsigned long arg_start, arg_end;
	struct file *exe_file;
};

struct kernfs_node {
	struct kernfs_node *parent;
	const char *name;
	__u64 id;
};

struct kernfs_node___6_15 {
	struct kernfs_node *__parent;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

typedef struct {
	__u32 val;
} kuid_t;

struct cred {
	kuid_t uid;
};

/* include/linux/pid.h: by the kinds of ids, of which the first is that of a thread */
struct pid {
	struct hlist_head tasks[1];
};

struct task_struct {
	unsigned int flags;
	struct hlist_node pid_links[1];
	void *stack;
	int pid, tgid;
	struct mm_struct *mm;
	struct task_struct *real_parent, *group_leader;
	__u64 start_time;
	const struct cred *cred;
	char comm[16];
	struct nsproxy *nsproxy;
	struct files_struct *files;
	kuid_t loginuid; /* with CONFIG_AUDIT */
	struct css_set *cgroups;
	__u64 self_exec_id; /* 32 bits until 5.6 */
};

/* A type of a program's own BTF; the kernel keeps an array of pointers to them. */
struct btf_type {
	__u32 name_off;
};

struct btf {
	struct btf_type **types;
	const char *strings;
	__u32 nr_types;
};

struct user_struct {
	kuid_t uid;
};

struct bpf_prog_aux {
	__u32 id;
	__u32 used_map_cnt;
	__u32 func_info_cnt;
	__u32 attach_btf_id;
	enum bpf_prog_type saved_dst_prog_type; /* since 5.10 */
	struct bpf_prog *dst_prog;              /* since 5.10; none once it is attached */
	struct bpf_prog *prog;
	struct btf *btf;
	struct bpf_func_info *func_info;
	struct bpf_map **used_maps;
	struct user_struct *user;
	__u64 load_time;
	bool offload_requested;
	bool dev_bound;     /* since 6.3 */
	bool xdp_has_frags; /* since 5.18 */
	char name[16];
};

struct bpf_prog {
	__u8 tag[8];
	enum bpf_prog_type type;
	struct bpf_prog_aux *aux;
};

struct bpf_map {
	__u32 id;
	enum bpf_map_type map_type;
	__u32 value_size;
	__u32 max_entries;
	char name[16];
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

/* kernel/bpf/trampoline.c: the id of the target program, and of the function in its BTF */
struct bpf_trampoline {
	__u64 key;
};

/* The first member is a bpf_link, since 6.0 inside of another structure. */
struct bpf_tracing_link {
	struct bpf_trampoline *trampoline;
	struct bpf_prog *tgt_prog;
};

struct bpf_xdp_entity {
	struct bpf_prog *prog;
	struct bpf_xdp_link *link;
};

struct netlink_ext_ack {
	const char *_msg;
};

/* The same values since 5.10. */
enum bpf_netdev_command {
	XDP_SETUP_PROG,
	XDP_SETUP_PROG_HW,
	BPF_OFFLOAD_MAP_ALLOC,
	BPF_OFFLOAD_MAP_FREE,
	XDP_SETUP_XSK_POOL,
};

struct bpf_offloaded_map {
	struct bpf_map map;
	struct net_device *netdev;
};

struct work_struct {
	struct hlist_node entry; /* whatever it is: only its place is asked for */
};

/* include/net/xdp_sock.h */
struct xdp_umem {
	bool zc;
};

/* include/net/xsk_buff_pool.h, since 5.10 */
struct xsk_buff_pool {
	struct net_device *netdev;
	struct xdp_umem *umem;
	struct work_struct work;
	__u16 queue_id;
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
		struct bpf_offloaded_map *offmap;
		struct {
			struct xsk_buff_pool *pool;
			__u16 queue_id;
		} xsk;
	};
};

struct rcu_head {
	void *next;
};

/* kernel/bpf/devmap.c */
struct bpf_dtab_netdev {
	struct net_device *dev;
	struct hlist_node index_hlist;
	struct bpf_prog *xdp_prog;
	struct rcu_head rcu;
	unsigned int idx;
};

struct bpf_dtab_netdev___6_12 {
	struct bpf_dtab *dtab; /* until 6.x: which map it is in */
};

struct bpf_dtab {
	struct bpf_map map;
	struct bpf_dtab_netdev **netdev_map; /* BPF_MAP_TYPE_DEVMAP */
	struct hlist_head *dev_index_head;   /* BPF_MAP_TYPE_DEVMAP_HASH */
	__u32 n_buckets;
};

/* kernel/bpf/cpumap.c */
struct bpf_cpu_map_entry {
	struct bpf_prog *prog; /* since 5.9 */
};

struct bpf_cpu_map {
	struct bpf_map map;
	struct bpf_cpu_map_entry **cpu_map;
};

struct net_device_ops {
	int (*ndo_start_xmit)(void *skb, struct net_device *dev);
	int (*ndo_bpf)(struct net_device *dev, struct netdev_bpf *bpf);
};

struct device_driver {
	const char *name;
};

struct kobject {
	const char *name;
};

struct bus_type {
	const char *name;
};

struct device {
	struct kobject kobj;
	struct device *parent;
	struct bus_type *bus;
	struct device_driver *driver;
};

struct rtnl_link_ops {
	const char *kind;
};

/* net/core/dev.c: the first one is the device's own, the others are in its list */
struct netdev_name_node {
	struct list_head list;
	const char *name;
};

struct dev_ifalias {
	char ifalias[1];
};

/* net/core/dev.c: a device above or below another one. A master comes before all others. */
struct netdev_adjacent {
	struct net_device *dev;
	bool master;
	struct list_head list;
};

#define BPF_FS_MAGIC         0xcafe4a11 /* include/uapi/linux/magic.h */
#define ANON_INODE_FS_MAGIC  0x09041934 /* there, too */
#define NSFS_MAGIC           0x6e736673 /* there, too */
#define NETREG_REGISTERED    1          /* include/linux/netdevice.h, in every version */
#define NETREG_UNREGISTERING 2          /* include/linux/netdevice.h, in every version */
#define NETREG_RELEASED      4          /* likewise: the last of its states */
#define IFF_SLAVE            0x800      /* include/uapi/linux/if.h */

struct net_device {
	char name[16];
	int ifindex;
	unsigned int flags;
	__u8 reg_state;
	const struct net_device_ops *netdev_ops;
	const struct rtnl_link_ops *rtnl_link_ops;
	struct device dev;
	struct hlist_node index_hlist;
	struct list_head dev_list;
	const unsigned char *dev_addr;
	unsigned char addr_len;
	unsigned int mtu, real_num_rx_queues, real_num_tx_queues;
	__u32 xdp_features; /* since 6.3 */
	struct netdev_name_node *name_node;
	struct dev_ifalias *ifalias;
	struct {
		struct list_head upper, lower;
	} adj_list;
	struct {
		struct net *net;
	} nd_net;
	struct bpf_xdp_entity xdp_state[3]; /* since 5.9 */
};

/* kernel/trace/trace.h: what the tracepoints of a system call give */
struct syscall_trace_enter {
	unsigned long args[6];
};

struct syscall_trace_exit {
	long ret;
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
