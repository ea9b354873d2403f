// SPDX-License-Identifier: GPL-2.0
#include "kernel/btfs.h"

#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <dirent.h>
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

/* Its functions can be probed only then, but its BTF is there while it is still being loaded. */
static bool module_is_live(const char *name)
{
	char path[sizeof("/sys/module//initstate") + MODULE_NAME_SIZE], state[8] = "";
	_cleanup_(close_file) FILE *file = NULL;

	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	file = fopen(path, "re");
	return file && fgets(state, sizeof(state), file) && !strcmp(state, "live\n");
}

int btfs_regain(struct btfs *btfs)
{
	if (!btfs->list[0].btf)
		btfs->list[0].btf = btf__load_vmlinux_btf();
	return btfs->list[0].btf ? 0 : -errno;
}

/* Adds the BTF object behind @fd if it is a module's. Takes @fd. */
static int btfs_add_object(struct btfs *btfs, uint32_t id, int fd)
{
	struct btf_source source = { .fd = fd, .id = id };
	struct bpf_btf_info info = {
		.name = (uintptr_t)source.module,
		.name_len = sizeof(source.module),
	};
	uint32_t size = sizeof(info);
	struct btf *vmlinux;
	int err = 0;

	if (bpf_obj_get_info_by_fd(fd, &info, &size) || !info.kernel_btf ||
	    !strcmp(source.module, MODULE_VMLINUX) || !module_is_live(source.module))
		goto out;
	err = btfs_regain(btfs);
	if (err)
		goto out;
	vmlinux = btfs->list[0].btf;
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

static bool btfs_know(const struct btfs *btfs, uint32_t id)
{
	for (size_t i = 1; i < btfs->count; i++) {
		if (btfs->list[i].id == id)
			return true;
	}
	return false;
}

/* Before 5.11 the kernel's own objects are not among them, and modules have none. */
static int btfs_add_modules(struct btfs *btfs)
{
	uint32_t id = 0;
	int err = 0, fd;

	while (!err && !bpf_btf_get_next_id(id, &id)) {
		if (btfs_know(btfs, id))
			continue;
		fd = bpf_btf_get_fd_by_id(id);
		if (fd >= 0) /* else it has gone meanwhile, or may not be opened */
			err = btfs_add_object(btfs, id, fd);
	}
	return err;
}

/* What the kernel shows to everybody: the same bytes, with no object to load a program against. */
static int btfs_add_files(struct btfs *btfs)
{
	struct btf *vmlinux = btfs->list[0].btf;
	DIR *folder = opendir("/sys/kernel/btf");
	struct dirent *entry;
	int err = 0;

	while (folder && !err && (entry = readdir(folder))) {
		struct btf_source source = { .fd = -1, .first_id = btf__type_cnt(vmlinux) };

		if (*entry->d_name == '.' || !strcmp(entry->d_name, MODULE_VMLINUX) ||
		    strlen(entry->d_name) >= sizeof(source.module))
			continue;
		strcpy(source.module, entry->d_name);
		source.btf = btf__load_module_btf(source.module, vmlinux);
		if (!source.btf)
			continue;
		err = btfs_append(btfs, &source);
		if (err)
			btf__free(source.btf);
	}
	if (folder)
		closedir(folder);
	return err;
}

int btfs_load(struct btfs *ret)
{
	struct btf_source vmlinux = { .module = MODULE_VMLINUX, .first_id = 1 };
	struct btfs btfs = {};
	uint32_t id;
	int err;

	vmlinux.btf = btf__load_vmlinux_btf();
	if (!vmlinux.btf)
		return -errno;
	err = btfs_append(&btfs, &vmlinux);
	if (err) {
		btf__free(vmlinux.btf);
		return err;
	}
	err = btfs_add_modules(&btfs);
	if (!err && bpf_btf_get_next_id(0, &id) && errno == EPERM)
		err = btfs_add_files(&btfs);
	if (err) {
		btfs_release(&btfs);
		return err;
	}
	*ret = btfs;
	return 0;
}

static void source_release(struct btf_source *source)
{
	btf__free(source->btf);
	if (source->fd > 0)
		close(source->fd);
}

static bool sysfs_has_btf(const char *module)
{
	char path[sizeof("/sys/kernel/btf/") + MODULE_NAME_SIZE];

	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", module);
	return !access(path, F_OK);
}

/*
 * Our own descriptor keeps a BTF object, and its id, when the module has gone: sysfs tells. One
 * that was loaded again is there twice, from @before on with its new object.
 */
static bool source_is_gone(const struct btfs *btfs, const struct btf_source *source, size_t before)
{
	for (size_t i = before; i < btfs->count; i++) {
		if (!strcmp(btfs->list[i].module, source->module))
			return true;
	}
	return !sysfs_has_btf(source->module);
}

int btfs_follow(struct btfs *btfs, btf_source_fn gone, btf_source_fn come, void *arg)
{
	size_t before = btfs->count, old = 1, kept = 1;
	int ret = btfs_add_modules(btfs);

	if (ret)
		return ret;
	for (size_t i = 1; i < btfs->count; i++) {
		struct btf_source source = btfs->list[i];

		if (i >= before || !source_is_gone(btfs, &source, before)) {
			btfs->list[kept++] = source;
			old += i < before;
			continue;
		}
		if (!ret)
			ret = gone(&source, arg);
		source_release(&source);
	}
	btfs->count = kept;
	for (size_t i = old; !ret && i < btfs->count; i++)
		ret = come(&btfs->list[i], arg);
	return ret;
}

void btfs_shed(struct btfs *btfs)
{
	/* Backwards: the modules' BTF refers to vmlinux's. */
	for (size_t i = btfs->count; i-- > 0;) {
		btf__free(btfs->list[i].btf);
		btfs->list[i].btf = NULL;
	}
}

bool btfs_have(const struct btfs *btfs, const char *module)
{
	for (size_t i = 0; i < btfs->count; i++) {
		if (!strcmp(btfs->list[i].module, module))
			return true;
	}
	return sysfs_has_btf(module); /* it is still being loaded, and will be in the list */
}

void btfs_release(struct btfs *btfs)
{
	btfs_shed(btfs);
	for (size_t i = 0; i < btfs->count; i++)
		source_release(&btfs->list[i]);
	free(btfs->list);
	*btfs = (struct btfs){};
}
