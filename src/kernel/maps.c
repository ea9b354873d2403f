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

static bool has_prog(int fd)
{
	__u32 key, *previous = NULL;

	while (!bpf_map_get_next_key(fd, previous, &key)) {
		/* An ifindex or the size of a queue, then the program's id. */
		__u32 value[2] = {};

		if (!bpf_map_lookup_elem(fd, &key, value) && value[1])
			return true;
		previous = &key;
	}
	return false;
}

int maps_with_progs_each(map_fn fn, void *arg)
{
	__u32 id = 0;
	int ret;

	while (!bpf_map_get_next_id(id, &id)) {
		_cleanup_(close_fd) int fd = bpf_map_get_fd_by_id(id);
		struct bpf_map_info info = {};
		__u32 size = sizeof(info);

		if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) || !can_have_progs(&info) ||
		    !has_prog(fd))
			continue;
		ret = fn(id, arg);
		if (ret)
			return ret;
	}
	return errno == ENOENT ? 0 : -errno;
}
