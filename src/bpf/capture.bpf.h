/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading the kernel: what is copied out of its structures, and nothing else. Every backend gets
 * here with the raw arguments of the probed function, so that there is one copy of this logic.
 */
#ifndef XDPSNOOP_CAPTURE_BPF_H
#define XDPSNOOP_CAPTURE_BPF_H

#include "chain.bpf.h"
#include "global.bpf.h"
#include "kernel.bpf.h"

#include "../wire.h"

#define INDEX_HASH 256 /* NETDEV_HASHENTRIES of include/linux/netdevice.h, in every version */
#define NAME_CHAIN 512 /* devices that are looked at in search of a name */

ONCE void capture_prog(struct wire_prog *to, struct bpf_prog *prog)
{
	struct bpf_prog_aux *aux;

	to->id = 0;
	to->name[0] = 0;
	if (!prog)
		return;
	aux = BPF_CORE_READ(prog, aux);
	to->id = BPF_CORE_READ(aux, id);
	bpf_core_read_str(to->name, sizeof(to->name), &aux->name);
}

static __always_inline int capture_references(struct net *net)
{
	struct ns_common___5_11 *ns11 = (void *)&net->ns;
	struct ns_common___6_18 *ns18 = (void *)&net->ns;
	struct net___5_10 *net10 = (void *)net;

	if (bpf_core_field_exists(ns18->__ns_ref))
		return BPF_CORE_READ(ns18, __ns_ref.refs.counter);
	if (bpf_core_field_exists(ns11->count))
		return BPF_CORE_READ(ns11, count.refs.counter);
	if (bpf_core_field_exists(net10->count))
		return BPF_CORE_READ(net10, count.refs.counter);
	return 1;
}

static __always_inline __u8 capture_reg_state(struct net_device *dev)
{
	struct net_device___enum *old = (void *)dev;

	if (bpf_core_field_exists(dev->reg_state))
		return BPF_CORE_READ(dev, reg_state);
	return BPF_CORE_READ_BITFIELD_PROBED(old, reg_state);
}

/* Being unregistered, or just after it. */
ONCE bool capture_is_unregistered(struct net_device *dev)
{
	__u8 state = capture_reg_state(dev);

	return state >= NETREG_UNREGISTERING && state <= NETREG_RELEASED;
}

ONCE void capture_dev(struct wire_dev *to, struct net_device *dev)
{
	struct net *net = BPF_CORE_READ(dev, nd_net.net);
	struct device *parent = BPF_CORE_READ(dev, dev.parent);
	const struct net_device_ops *ops = BPF_CORE_READ(dev, netdev_ops);
	const struct rtnl_link_ops *link_ops = BPF_CORE_READ(dev, rtnl_link_ops);
	const char *text;

	to->ifindex = BPF_CORE_READ(dev, ifindex);
	bpf_core_read_str(to->name, sizeof(to->name), &dev->name);
	to->netns = BPF_CORE_READ(net, ns.inum);
	to->netns_dying = capture_references(net) == 0;
	to->unregistering = capture_is_unregistered(dev);
	to->xmit = (__u64)BPF_CORE_READ(ops, ndo_start_xmit);
	to->native = BPF_CORE_READ(ops, ndo_bpf) != NULL;
	to->slave = !!(BPF_CORE_READ(dev, flags) & IFF_SLAVE);
	text = parent ? BPF_CORE_READ(parent, driver, name) : NULL;
	if (text)
		bpf_probe_read_kernel_str(to->bus_driver, sizeof(to->bus_driver), text);
	text = link_ops ? BPF_CORE_READ(link_ops, kind) : NULL;
	if (text)
		bpf_probe_read_kernel_str(to->kind, sizeof(to->kind), text);
	to->mtu = BPF_CORE_READ(dev, mtu);
	to->rx_queues = BPF_CORE_READ(dev, real_num_rx_queues);
	to->tx_queues = BPF_CORE_READ(dev, real_num_tx_queues);
	to->has_features = bpf_core_field_exists(dev->xdp_features);
	if (to->has_features)
		to->xdp_features = BPF_CORE_READ(dev, xdp_features);
}

static __always_inline void capture_place(struct wire_place *to, struct net_device *dev)
{
	struct net *net = BPF_CORE_READ(dev, nd_net.net);

	to->ifindex = BPF_CORE_READ(dev, ifindex);
	to->netns = BPF_CORE_READ(net, ns.inum);
	to->netns_dying = capture_references(net) == 0;
	bpf_core_read_str(to->name, sizeof(to->name), &dev->name);
}

/*
 * What is attached in each mode. A link holds its program itself, xdp_state has the link only.
 * Returns the program that is not offloaded, if there is one: generic and native exclude each
 * other.
 */
ONCE struct bpf_prog *capture_state(struct wire_op *to, struct net_device *dev)
{
	struct bpf_xdp_entity state[WIRE_MODES] = {};
	struct bpf_prog *native = NULL;

	bpf_core_read(&state, sizeof(state), &dev->xdp_state);
#pragma unroll
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		struct bpf_prog *prog = state[mode].prog;
		struct bpf_xdp_link *link = state[mode].link;

		to->state_link[mode] = 0;
		if (link) {
			prog = BPF_CORE_READ(link, link.prog);
			to->state_link[mode] = BPF_CORE_READ(link, link.id);
		}
		capture_prog(&to->state[mode], prog);
		if (prog && mode != WIRE_MODE_OFFLOAD)
			native = prog;
	}
	return native;
}

/* The program that the device has in one mode. */
static __always_inline struct bpf_prog *capture_held(struct net_device *dev, int mode)
{
	struct bpf_xdp_entity entity = {};

	bpf_core_read(&entity, sizeof(entity), &dev->xdp_state[mode]);
	return entity.link ? BPF_CORE_READ(entity.link, link.prog) : entity.prog;
}

/* The open file of a descriptor of the task, NULL if there is none. */
static __always_inline struct file *capture_file_of_fd(int fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd), *file = NULL;

	if (fd < 0 || (__u32)fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	return file;
}

/* What is behind a file descriptor of the task, of whatever kind; NULL: nothing. */
static __always_inline void *capture_object_of_fd(int fd)
{
	struct file *file = capture_file_of_fd(fd);

	return file ? BPF_CORE_READ(file, private_data) : NULL;
}

/* The program behind a descriptor, NULL if it is none: only a program's aux points back at it. */
ONCE struct bpf_prog *capture_prog_of_fd(int fd)
{
	struct bpf_prog *prog = capture_object_of_fd(fd);

	if (!prog || BPF_CORE_READ(prog, aux, prog) != prog)
		return NULL;
	return prog;
}

/* The device of an index, as __dev_get_by_index() of net/core/dev.c finds it; NULL if none. */
static __always_inline struct net_device *capture_dev_by_index(struct net *net, __u32 ifindex)
{
	struct hlist_head *head = BPF_CORE_READ(net, dev_index_head);
	struct hlist_node *node = NULL;

	bpf_probe_read_kernel(&node, sizeof(node), head + (ifindex & (INDEX_HASH - 1)));
	node = (void *)chain_find((__u64)node,
				  chain_distance(struct net_device, index_hlist, ifindex), ifindex);
	if (!node)
		return NULL;
	return (void *)node - bpf_core_field_offset(struct net_device, index_hlist);
}

/* The device of a name: not of an alternative one (IFLA_ALT_IFNAME). */
static __always_inline struct net_device *capture_dev_by_name(struct net *net,
							      const char name[WIRE_NAME])
{
	struct list_head *head = (void *)net + bpf_core_field_offset(net->dev_base_head);
	struct list_head *node = BPF_CORE_READ(head, next);
	const __u64 *wanted = (void *)name;

	for (int i = 0; i < NAME_CHAIN && node && node != head; i++) {
		struct net_device *dev =
			(void *)node - bpf_core_field_offset(struct net_device, dev_list);
		__u64 text[2] = {};

		bpf_core_read_str(text, sizeof(text), &dev->name);
		if (text[0] == wanted[0] && text[1] == wanted[1])
			return dev;
		node = BPF_CORE_READ(node, next);
	}
	return NULL;
}

/* The device of an index in the task's own network namespace. */
static __always_inline struct net_device *capture_dev_of_task(__u32 ifindex)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return capture_dev_by_index(BPF_CORE_READ(task, nsproxy, net_ns), ifindex);
}

static __always_inline void capture_map(struct wire_map *to, struct bpf_map *map)
{
	to->id = BPF_CORE_READ(map, id);
	to->type = BPF_CORE_READ(map, map_type);
	bpf_core_read_str(to->name, sizeof(to->name), &map->name);
}

/* A failed lookup leaves only the request: the namespace is that of the caller. */
static __always_inline void capture_request(struct wire_op *to, const union bpf_attr *attr)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	bpf_probe_read_kernel(&to->dev.ifindex, sizeof(to->dev.ifindex),
			      &attr->link_create.target_ifindex);
	bpf_probe_read_kernel(&to->flags, sizeof(to->flags), &attr->link_create.flags);
	to->dev.netns = BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
}

#endif
