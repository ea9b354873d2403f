// SPDX-License-Identifier: GPL-2.0
#include "kernel/progs.h"

#include "util/cleanup.h"
#include "util/clock.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

static void release_btf(struct btf **btf)
{
	btf__free(*btf);
}

int prog_read(uint32_t id, struct prog_info *ret)
{
	_cleanup_(close_fd) int fd = -1;
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	*ret = (struct prog_info){ .id = info.id, .type = info.type, .btf_id = info.btf_id };
	ret->load_ns = clock_real_ns(CLOCK_BOOTTIME, info.load_time);
	ret->uid = info.created_by_uid;
	snprintf(ret->name, sizeof(ret->name), "%s", info.name);
	memcpy(ret->tag, info.tag, sizeof(ret->tag));
	return 0;
}

int prog_func_name(uint32_t prog_id, uint32_t btf_type_id, char *buffer, size_t size)
{
	_cleanup_(release_btf) struct btf *btf = NULL;
	const struct btf_type *type;
	struct prog_info prog;
	int err;

	err = prog_read(prog_id, &prog);
	if (err)
		return err;
	btf = btf__load_from_kernel_by_id(prog.btf_id); /* there is no object with id 0 */
	if (!btf)
		return -errno;
	type = btf__type_by_id(btf, btf_type_id);
	if (!type || !btf_is_func(type))
		return -EINVAL;
	snprintf(buffer, size, "%s", btf__name_by_offset(btf, type->name_off));
	return 0;
}
