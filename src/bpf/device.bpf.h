/* SPDX-License-Identifier: GPL-2.0 */
/* What devices are called, and what they belong to: most of that is absent in most of them. */
#ifndef XDPSNOOP_DEVICE_BPF_H
#define XDPSNOOP_DEVICE_BPF_H

#include "kernel.bpf.h"

#include "../wire.h"

#define LOWER_COUNTED 8 /* lower devices that are counted beside those that are named */

/* A virtio device has a number on its bus: what is looked for is the device that carries it. */
static __always_inline const char *device_address(struct net_device *dev)
{
	struct device *parent = BPF_CORE_READ(dev, dev.parent);
	const char virtio[8] = "virtio";
	__u64 bus = 0, wanted;
	const char *name;

	if (!parent)
		return NULL;
	__builtin_memcpy(&wanted, virtio, sizeof(wanted));
	name = BPF_CORE_READ(parent, bus, name);
	if (name)
		bpf_probe_read_kernel_str(&bus, sizeof(bus), name);
	if (bus == wanted)
		parent = BPF_CORE_READ(parent, parent);
	return BPF_CORE_READ(parent, kobj.name);
}

/* The first one that was given. */
static __always_inline const char *device_altname(struct net_device *dev)
{
	struct netdev_name_node *own = BPF_CORE_READ(dev, name_node), *node;
	struct list_head *head, *next;

	if (!own)
		return NULL;
	head = (void *)own + bpf_core_field_offset(own->list);
	next = BPF_CORE_READ(head, next);
	if (!next || next == head)
		return NULL;
	node = (void *)next - bpf_core_field_offset(struct netdev_name_node, list);
	return BPF_CORE_READ(node, name);
}

static __always_inline const char *device_alias(struct net_device *dev)
{
	struct dev_ifalias *alias = BPF_CORE_READ(dev, ifalias);

	return alias ? (const char *)alias + bpf_core_field_offset(alias->ifalias) : NULL;
}

static __always_inline struct netdev_adjacent *adjacent_of(struct list_head *node)
{
	return (void *)node - bpf_core_field_offset(struct netdev_adjacent, list);
}

static __always_inline const char *device_name(struct net_device *dev)
{
	return (const char *)dev + bpf_core_field_offset(dev->name);
}

static __always_inline const char *device_master(struct net_device *dev)
{
	struct list_head *head = (void *)dev + bpf_core_field_offset(dev->adj_list.upper);
	struct list_head *node = BPF_CORE_READ(head, next);

	if (!node || node == head || !BPF_CORE_READ(adjacent_of(node), master))
		return NULL;
	return device_name(BPF_CORE_READ(adjacent_of(node), dev));
}

/* Names of lower devices, as far as there is room. Returns how many more there are. */
static __always_inline __u8 device_lower(char to[WIRE_LOWER][WIRE_NAME], struct net_device *dev)
{
	struct list_head *head = (void *)dev + bpf_core_field_offset(dev->adj_list.lower);
	struct list_head *node = BPF_CORE_READ(head, next);
	__u8 more = 0;

	for (int i = 0; i < WIRE_LOWER; i++) {
		if (!node || node == head)
			return 0;
		bpf_probe_read_kernel_str(to[i], WIRE_NAME,
					  device_name(BPF_CORE_READ(adjacent_of(node), dev)));
		node = BPF_CORE_READ(node, next);
	}
	for (; more < LOWER_COUNTED; more++) {
		if (!node || node == head)
			break;
		node = BPF_CORE_READ(node, next);
	}
	return more;
}

/*
 * The texts of the device at @address, and in @wire how much of them there is. Without a text,
 * reading fails and gives zeros. A function of its own: there are several places to call it from.
 */
static __attribute__((noinline)) void device_texts(struct wire_texts *to, struct wire_op *wire,
						   __u64 address)
{
	struct net_device *dev = (void *)address;

	bpf_probe_read_kernel(to->lower, sizeof(to->lower), NULL); /* as above: in one call */
	wire->dev.more_lower = device_lower(to->lower, dev);
	bpf_probe_read_kernel_str(to->bus, sizeof(to->bus), device_address(dev));
	bpf_probe_read_kernel_str(to->master, sizeof(to->master), device_master(dev));
	bpf_probe_read_kernel_str(to->altname, sizeof(to->altname), device_altname(dev));
	bpf_probe_read_kernel_str(to->alias, sizeof(to->alias), device_alias(dev));
	wire->dev.has_altname = to->altname[0] != 0;
	wire->texts = to->alias[0]      ? sizeof(*to)
		      : to->lower[0][0] ? offsetof(struct wire_texts, alias)
		      : to->altname[0]  ? offsetof(struct wire_texts, lower)
		      : to->master[0]   ? offsetof(struct wire_texts, altname)
		      : to->bus[0]      ? offsetof(struct wire_texts, master)
					: 0;
}

#endif
