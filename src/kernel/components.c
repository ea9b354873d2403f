// SPDX-License-Identifier: GPL-2.0
#include "kernel/components.h"

#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static int prog_info(__u32 id, struct bpf_prog_info *ret)
{
	_cleanup_(close_fd) int fd = bpf_prog_get_fd_by_id(id);
	__u32 size = sizeof(*ret);

	*ret = (struct bpf_prog_info){};
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, ret, &size))
		return -errno;
	return 0;
}

/* A function of the program @prog, by its type in that program's BTF. */
static void func_name(__u32 prog, __u32 type_id, char ret[WIRE_FUNC])
{
	const struct btf_type *type = NULL;
	struct bpf_prog_info info;
	struct btf *btf;

	if (prog_info(prog, &info) || !info.btf_id)
		return;
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (btf)
		type = btf__type_by_id(btf, type_id);
	if (type)
		snprintf(ret, WIRE_FUNC, "%s", btf__name_by_offset(btf, type->name_off));
	btf__free(btf);
}

/* Returns 1 if the link @id is one of a component, 0 if it is not, or is gone. */
static int link_read(__u32 id, struct component_link *ret)
{
	_cleanup_(close_fd) int fd = bpf_link_get_fd_by_id(id);
	struct bpf_link_info link = {};
	__u32 size = sizeof(link);
	struct bpf_prog_info prog;

	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &link, &size) ||
	    link.type != BPF_LINK_TYPE_TRACING || prog_info(link.prog_id, &prog) ||
	    prog.type != BPF_PROG_TYPE_EXT)
		return 0;
	*ret = (struct component_link){
		.id = id,
		.target = link.tracing.target_obj_id,
		.prog.id = link.prog_id,
	};
	snprintf(ret->prog.name, sizeof(ret->prog.name), "%s", prog.name);
	if (ret->target)
		func_name(ret->target, link.tracing.target_btf_id, ret->func);
	return 1;
}

int components_each(component_fn fn, void *arg)
{
	struct component_link link;
	__u32 id = 0;
	int ret;

	while (!bpf_link_get_next_id(id, &id)) {
		if (!link_read(id, &link))
			continue;
		ret = fn(&link, arg);
		if (ret)
			return ret;
	}
	return errno == ENOENT ? 0 : -errno;
}
