/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Programs of devmap and cpumap entries. An entry without a program, before and after, is no
 * matter of XDP programs: it is passed over.
 */
#ifndef XDPSNOOP_ENTRY_BPF_H
#define XDPSNOOP_ENTRY_BPF_H

#include "move.bpf.h"
#include "operation.bpf.h"
#include "release.bpf.h"

/* An entry of a devmap whose program has been told: it belongs to this map, until it is gone. */
struct known_entry {
	struct wire_map map;
	__u8 gone;
};

/* By address; freed entries are taken out. Those that are never freed give way when it is full. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u64);
	__type(value, struct known_entry);
} entries SEC(".maps");

/*
 * How many entries of a map, by its id, have programs. Userspace adds those that were there before
 * it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __s32);
} programmed SEC(".maps");

/* Of them, those that have lost a reference, and may be freed next: their ids by their addresses.
 */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u32);
} dropped_maps SEC(".maps");

/* Maps in devices, by their addresses. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64);
	__type(value, __u8);
} device_maps SEC(".maps");

static __always_inline struct bpf_dtab_netdev *devmap_entry(struct bpf_dtab *dtab, __u32 key)
{
	struct bpf_dtab_netdev *entry = NULL, **array;
	struct hlist_node *node = NULL;
	struct hlist_head *head;

	if (BPF_CORE_READ(dtab, map.map_type) != BPF_MAP_TYPE_DEVMAP_HASH) {
		array = BPF_CORE_READ(dtab, netdev_map);
		if (key < BPF_CORE_READ(dtab, map.max_entries))
			bpf_probe_read_kernel(&entry, sizeof(entry), array + key);
		return entry;
	}
	head = BPF_CORE_READ(dtab, dev_index_head);
	bpf_probe_read_kernel(&node, sizeof(node),
			      head + (key & (BPF_CORE_READ(dtab, n_buckets) - 1)));
	node = (void *)chain_find((__u64)node,
				  chain_distance(struct bpf_dtab_netdev, index_hlist, idx), key);
	if (!node)
		return NULL;
	return (void *)node - bpf_core_field_offset(struct bpf_dtab_netdev, index_hlist);
}

static __always_inline struct bpf_prog *cpumap_prog(struct bpf_cpu_map *cmap, __u32 key)
{
	struct bpf_cpu_map_entry **array = BPF_CORE_READ(cmap, cpu_map), *entry = NULL;

	if (key < BPF_CORE_READ(cmap, map.max_entries))
		bpf_probe_read_kernel(&entry, sizeof(entry), array + key);
	return entry ? BPF_CORE_READ(entry, prog) : NULL;
}

static __always_inline bool hook_is_entry(__u32 hook)
{
	return hook == HOOK_ENTRY_UPDATE || hook == HOOK_ENTRY_DELETE;
}

/* Of a map whose entries have programs. */
static __always_inline bool map_is_devmap(__u32 type)
{
	return type != BPF_MAP_TYPE_CPUMAP;
}

static __always_inline void entry_read(struct change *change, __u32 hook, const __u64 *args)
{
	struct bpf_map *map = (void *)args[0];
	struct bpf_dtab_netdev *entry;

	bpf_probe_read_kernel(&change->key, sizeof(change->key), (void *)args[1]);
	if (hook == HOOK_ENTRY_UPDATE) {
		bpf_probe_read_kernel(&change->what, sizeof(change->what), (void *)args[2]);
		if (BPF_CORE_READ(map, value_size) >= 8)
			bpf_probe_read_kernel(&change->fd, sizeof(change->fd), (void *)args[2] + 4);
	}
	if (map_is_devmap(BPF_CORE_READ(map, map_type))) {
		entry = devmap_entry((void *)map, change->key);
		if (entry)
			change->old = BPF_CORE_READ(entry, xdp_prog);
		change->entry = entry;
	} else {
		change->old = cpumap_prog((void *)map, change->key);
	}
}

static __always_inline bool entry_concerns(struct change *change, __u32 hook, const __u64 *args)
{
	entry_read(change, hook, args);
	return change->fd > 0 || change->old;
}

/* Returns the device that the entry leads to, NULL if it leads to none (a cpumap's never does). */
static __always_inline struct net_device *entry_change(struct operation *op, __u32 hook,
						       struct bpf_map *map, struct bpf_prog **prog)
{
	const struct change *change = &op->change;
	struct bpf_dtab_netdev *entry = change->entry;

	op->wire.kind = WIRE_ENTRY;
	op->wire.removal = change->fd <= 0;
	op->map = (__u64)map;
	op->entry = (__u64)entry;
	capture_map(&op->wire.map, map);
	op->wire.map.key = change->key;
	operation_other(op, &op->wire.map.old, change->old);
	*prog = change->fd > 0 ? capture_prog_of_fd(change->fd) : NULL;
	if (hook == HOOK_ENTRY_UPDATE && map_is_devmap(op->wire.map.type) && change->what) {
		op->wire.dev.ifindex = change->what;
		return capture_dev_of_task(change->what);
	}
	return entry ? BPF_CORE_READ(entry, dev) : NULL;
}

static __always_inline void map_count(__u32 id, __s32 change)
{
	__s32 *count = bpf_map_lookup_elem(&programmed, &id);

	if (count)
		__sync_fetch_and_add(count, change);
	else if (change > 0)
		bpf_map_update_elem(&programmed, &id, &change, BPF_NOEXIST);
}

/* The old entry is told of, the new one is the map's: until the kernel frees them. */
static __always_inline void entry_changed(struct operation *op, int ret)
{
	struct known_entry known = { .map = op->wire.map, .gone = 1 };
	__u64 old = op->entry, now;

	if (ret < 0)
		return;
	map_count(op->wire.map.id, !op->wire.removal - !!op->wire.map.old.id);
	if (!map_is_devmap(op->wire.map.type))
		return;
	if (old)
		bpf_map_update_elem(&entries, &old, &known, BPF_ANY);
	now = (__u64)devmap_entry((void *)op->map, op->wire.map.key);
	known.gone = 0;
	if (now && now != old)
		bpf_map_update_elem(&entries, &now, &known, BPF_ANY);
}

/* The map of an entry, NULL where entries do not know it (since 7.0). */
static __always_inline struct bpf_map *devmap_of_entry(struct bpf_dtab_netdev *entry)
{
	struct bpf_dtab_netdev___6_12 *old = (void *)entry;

	if (!bpf_core_field_exists(old->dtab))
		return NULL;
	return (struct bpf_map *)BPF_CORE_READ(old, dtab);
}

/*
 * (rcu): the kernel frees an entry of a devmap, from a callback that interrupts any task. If it
 * has not been told of, and its device goes or moves, dev_map_notification() has taken it out. (An
 * entry that found its map full is freed, too, and never was in it.)
 */
static __always_inline void entry_dropped(__u64 rcu)
{
	struct bpf_dtab_netdev *entry =
		(void *)rcu - bpf_core_field_offset(struct bpf_dtab_netdev, rcu);
	struct bpf_prog *prog = BPF_CORE_READ(entry, xdp_prog);
	__u32 key = (__u32)bpf_get_current_pid_tgid() | 1U << 31; /* no task's own */
	struct net_device *dev = BPF_CORE_READ(entry, dev);
	struct known_entry *found;
	struct operation *op = NULL;
	struct bpf_map *map;
	__u64 at = (__u64)entry;

	if (!active || !prog)
		return;
	found = bpf_map_lookup_elem(&entries, &at);
	if (!(found && found->gone) && device_goes(dev))
		op = operation_begin(HOOK_DEVMAP_DROP, key);
	map = devmap_of_entry(entry);
	if (op) {
		op->wire.kind = WIRE_ENTRY;
		op->wire.removal = true;
		op->wire.followed = false; /* nor has the task that is current */
		if (map)
			capture_map(&op->wire.map, map);
		else if (found)
			op->wire.map = found->map;
		map_count(op->wire.map.id, -1);
		op->wire.map.key = BPF_CORE_READ(entry, idx);
		operation_other(op, &op->wire.map.old, prog);
		operation_device(op, dev);
		op->wire.dev.moving = device_moves(dev);
		op->wire.tail.start_ns = bpf_ktime_get_ns();
		operation_tell_what(op); /* whatever task that is, it has nothing to do with it */
		operation_end(op, 0, 0);
	}
	bpf_map_delete_elem(&entries, &at);
}

/*
 * (map): a reference goes. By the time that a map is freed, in a kworker, it has no id any more:
 * so that is noted with each reference, and with the task that drops it.
 */
static __always_inline void map_put(struct drop *drop, __u64 at)
{
	struct bpf_map *map = (void *)at;
	__u32 type = BPF_CORE_READ(map, map_type), id;
	__s32 *left;

	if (!active)
		return;
	switch (type) {
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_CPUMAP:
		id = BPF_CORE_READ(map, id);
		left = bpf_map_lookup_elem(&programmed, &id);
		if (!left || *left <= 0)
			return;
		bpf_map_update_elem(&dropped_maps, &at, &id, BPF_ANY);
		break;
	case BPF_MAP_TYPE_ARRAY: /* these can be in a device */
	case BPF_MAP_TYPE_HASH:
		if (!bpf_map_lookup_elem(&device_maps, &at))
			return;
		break;
	default:
		return;
	}
	release_map(drop, at);
}

/* A map is made in a device, or leaves it. */
static __always_inline void map_in_device(struct operation *op, __u64 at, struct net_device *dev,
					  bool there)
{
	__u8 yes = 1;

	if (there) {
		bpf_map_update_elem(&device_maps, &at, &yes, BPF_ANY);
		return;
	}
	bpf_map_delete_elem(&device_maps, &at);
	if (!device_goes(dev))
		release_take(op, at);
}

/* (map): it goes, and all its entries with it. */
static __always_inline void map_freed(__u64 cookie, __u64 at)
{
	__u32 *id = bpf_map_lookup_elem(&dropped_maps, &at);
	struct operation *op;

	if (!active || !id)
		return;
	op = operation_get(WIRE_COOKIE_HOOK(cookie), WIRE_COOKIE_TARGET(cookie), 0);
	if (op) {
		op->wire.kind = WIRE_ENTRY;
		op->wire.removal = true;
		capture_map(&op->wire.map, (void *)at);
		op->wire.map.id = *id;
		op->wire.map.whole = true;
		op->wire.tail.start_ns = bpf_ktime_get_ns();
		release_take(op, at);
		/* Nothing to tell: no device, no program, and the current task is a kworker. */
		operation_end(op, 0, 0);
	}
	bpf_map_delete_elem(&programmed, id);
	bpf_map_delete_elem(&dropped_maps, &at);
}

#endif
