// SPDX-License-Identifier: GPL-2.0
#include "kernel/links.h"

#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>

static int link_read(uint32_t id, struct link_info *ret)
{
	_cleanup_(close_fd) int fd = -1;
	struct bpf_link_info info = {};
	uint32_t size = sizeof(info);

	fd = bpf_link_get_fd_by_id(id);
	if (fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size))
		return -errno;
	*ret = (struct link_info){ .id = info.id, .type = info.type, .prog_id = info.prog_id };
	if (info.type == BPF_LINK_TYPE_XDP) {
		ret->ifindex = info.xdp.ifindex;
	} else if (info.type == BPF_LINK_TYPE_TRACING) {
		ret->attach_type = info.tracing.attach_type;
		ret->target_obj_id = info.tracing.target_obj_id;
		ret->target_btf_id = info.tracing.target_btf_id;
	}
	return 0;
}

bool link_exists(uint32_t id)
{
	uint32_t next = 0;

	return id && !bpf_link_get_next_id(id - 1, &next) && next == id;
}

bool link_is_referred_to(uint32_t id)
{
	_cleanup_(close_fd) int fd = bpf_link_get_fd_by_id(id);

	return fd >= 0 || errno != ENOENT;
}

uint32_t link_newest(void)
{
	uint32_t id = 0;

	while (!bpf_link_get_next_id(id, &id))
		;
	return id;
}

int links_each(int (*each)(const struct link_info *link, void *arg), void *arg)
{
	struct link_info link;
	uint32_t id = 0;
	int ret;

	while (!bpf_link_get_next_id(id, &id)) {
		ret = link_read(id, &link);
		/* -EAGAIN: it has an id, but its creation is not complete (bpf_link_by_id). */
		if (ret == -ENOENT || ret == -EAGAIN)
			continue;
		if (!ret)
			ret = each(&link, arg);
		if (ret)
			return ret;
	}
	return errno == ENOENT ? 0 : -errno;
}
