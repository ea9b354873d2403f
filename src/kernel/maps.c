// SPDX-License-Identifier: GPL-2.0
#include "kernel/maps.h"

#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>

/* Whether the values of such a map have room for a program, as struct bpf_devmap_val has. */
static bool can_have_progs(const struct bpf_map_info *info)
{
	return (info->type == BPF_MAP_TYPE_DEVMAP || info->type == BPF_MAP_TYPE_DEVMAP_HASH ||
		info->type == BPF_MAP_TYPE_CPUMAP) &&
	       info->key_size == 4 && info->value_size == 8;
}

static __s32 count_progs(int fd)
{
	__u32 key, *previous = NULL;
	__s32 count = 0;

	while (!bpf_map_get_next_key(fd, previous, &key)) {
		/* An ifindex or the size of a queue, then the program's id. */
		__u32 value[2] = {};

		if (!bpf_map_lookup_elem(fd, &key, value) && value[1])
			count++;
		previous = &key;
	}
	return count;
}

int maps_with_progs_each(map_fn fn, void *arg)
{
	__u32 id = 0;
	int ret;

	while (!bpf_map_get_next_id(id, &id)) {
		_cleanup_(close_fd) int fd = bpf_map_get_fd_by_id(id);
		struct bpf_map_info info = {};
		__u32 size = sizeof(info);
		__s32 count;

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) || !can_have_progs(&info))
			continue;
		count = count_progs(fd);
		if (!count)
			continue;
		ret = fn(id, count, arg);
		if (ret)
			return ret;
	}
	return errno == ENOENT ? 0 : -errno;
}
