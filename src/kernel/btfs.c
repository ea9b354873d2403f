// SPDX-License-Identifier: GPL-2.0
#include "kernel/btfs.h"

#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int btfs_append(struct btfs *btfs, const struct btf_source *source)
{
	struct btf_source *list;

	list = reallocarray(btfs->list, btfs->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	btfs->list = list;
	btfs->list[btfs->count++] = *source;
	return 0;
}

/* Adds the BTF object behind @fd if it is a module's. Takes @fd. */
static int btfs_add_object(struct btfs *btfs, uint32_t id, int fd)
{
	struct btf_source source = { .fd = fd };
	struct bpf_btf_info info = {
		.name = (uintptr_t)source.module,
		.name_len = sizeof(source.module),
	};
	struct btf *vmlinux = btfs->list[0].btf;
	uint32_t size = sizeof(info);
	int err = 0;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) || !info.kernel_btf ||
	    !strcmp(source.module, MODULE_VMLINUX))
		goto out;
	source.first_id = btf__type_cnt(vmlinux);
	source.btf = btf__load_from_kernel_by_id_split(id, vmlinux);
	if (!source.btf)
		goto out;
	err = btfs_append(btfs, &source);
	if (!err)
		return 0;
	btf__free(source.btf);
out:
	close(fd);
	return err;
}

int btfs_load(struct btfs *ret)
{
	struct btf_source vmlinux = { .module = MODULE_VMLINUX, .first_id = 1 };
	struct btfs btfs = {};
	uint32_t id = 0;
	int err, fd;

	vmlinux.btf = btf__load_vmlinux_btf();
	if (!vmlinux.btf)
		return -errno;
	err = btfs_append(&btfs, &vmlinux);
	if (err) {
		btf__free(vmlinux.btf);
		return err;
	}
	/* Before 5.11 the kernel's own objects are not among them, and modules have none. */
	while (!err && !bpf_btf_get_next_id(id, &id)) {
		fd = bpf_btf_get_fd_by_id(id);
		if (fd >= 0) /* else it has gone meanwhile, or may not be opened */
			err = btfs_add_object(&btfs, id, fd);
	}
	if (err) {
		btfs_release(&btfs);
		return err;
	}
	*ret = btfs;
	return 0;
}

void btfs_release(struct btfs *btfs)
{
	/* Backwards: the modules' BTF refers to vmlinux's. */
	for (size_t i = btfs->count; i-- > 0;) {
		btf__free(btfs->list[i].btf);
		if (btfs->list[i].fd > 0)
			close(btfs->list[i].fd);
	}
	free(btfs->list);
	*btfs = (struct btfs){};
}
