// SPDX-License-Identifier: GPL-2.0
#include "kernel/module_files.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* "kernel/drivers/net/sfc/sfc-siena.ko.xz" is sfc_siena. -EINVAL if it is no module's file. */
static int module_name(const char *path, char name[MODULE_NAME_SIZE])
{
	const char *slash = strrchr(path, '/');
	const char *start = slash ? slash + 1 : path, *end = strstr(start, ".ko");
	size_t length = end ? end - start : 0;

	if (!length || length >= MODULE_NAME_SIZE || (end[3] && end[3] != '.'))
		return -EINVAL;
	for (size_t i = 0; i < length; i++)
		name[i] = start[i] == '-' ? '_' : start[i];
	name[length] = '\0';
	return 0;
}

/* @path is relative to @folder, unless depmod was told to look elsewhere, too. */
static int module_files_add(struct module_files *files, const char *folder, const char *path)
{
	struct module_file file, *list;

	if (module_name(path, file.name))
		return 0;
	list = reallocarray(files->list, files->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	files->list = list;
	if (*path == '/')
		file.path = strdup(path);
	else if (asprintf(&file.path, "%s/%s", folder, path) < 0)
		file.path = NULL;
	if (!file.path)
		return -ENOMEM;
	files->list[files->count++] = file;
	return 0;
}

int module_files_read(const char *folder, struct module_files *ret)
{
	_cleanup_(free_pointer) char *index = NULL, *line = NULL;
	_cleanup_(close_file) FILE *file = NULL;
	struct module_files files = {};
	size_t size = 0;
	int err = 0;

	if (asprintf(&index, "%s/modules.dep", folder) < 0) {
		index = NULL;
		return -ENOMEM;
	}
	file = fopen(index, "re");
	if (!file)
		return -errno;
	/* "kernel/drivers/net/veth.ko.xz: kernel/net/core/failover.ko.xz" */
	while (!err && getline(&line, &size, file) >= 0) {
		char *end = strchr(line, ':');

		if (!end)
			continue;
		*end = '\0';
		err = module_files_add(&files, folder, line);
	}
	if (!err && ferror(file))
		err = -EIO;
	if (err) {
		module_files_release(&files);
		return err;
	}
	*ret = files;
	return 0;
}

void module_files_release(struct module_files *files)
{
	for (size_t i = 0; i < files->count; i++)
		free(files->list[i].path);
	free(files->list);
	*files = (struct module_files){};
}
