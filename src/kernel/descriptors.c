// SPDX-License-Identifier: GPL-2.0
#include "kernel/descriptors.h"

#include "kernel/processes.h"
#include "util/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>

struct pass {
	int (*each)(const struct descriptor *descriptor, void *arg);
	void *arg;
	size_t unreadable;
};

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int pass_process(int proc, pid_t pid, void *arg)
{
	struct pass *pass = arg;
	_cleanup_(close_dir) DIR *dir = NULL;
	const struct dirent *entry;
	char path[32], target[64];
	int fd, ret = 0;

	if (pid == getpid())
		return 0;
	snprintf(path, sizeof(path), "%d/fd", pid);
	fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	dir = fd < 0 ? NULL : fdopendir(fd);
	if (!dir) {
		pass->unreadable += errno != ENOENT && errno != ESRCH;
		return 0;
	}
	errno = 0; /* a process of others can be opened by some, and not be read */
	while (!ret && (entry = readdir(dir))) {
		struct descriptor one = { .pid = pid, .fd = atoi(entry->d_name), .target = target };
		ssize_t length = readlinkat(fd, entry->d_name, target, sizeof(target) - 1);

		if (length < 0)
			continue; /* "." and "..", or it was closed */
		target[length] = 0;
		ret = pass->each(&one, pass->arg);
		errno = 0;
	}
	if (!ret && (errno == EACCES || errno == EPERM))
		pass->unreadable++;
	return ret;
}

int descriptors_each(int (*each)(const struct descriptor *descriptor, void *arg), void *arg,
		     size_t *ret_unreadable)
{
	struct pass pass = { .each = each, .arg = arg };
	int ret = processes_each(pass_process, &pass);

	if (!ret && ret_unreadable)
		*ret_unreadable = pass.unreadable;
	return ret;
}

uint32_t descriptor_number(const struct descriptor *descriptor, const char *key)
{
	_cleanup_(close_file) FILE *file = NULL;
	size_t length = strlen(key);
	char line[256];

	snprintf(line, sizeof(line), "/proc/%d/fdinfo/%d", descriptor->pid, descriptor->fd);
	file = fopen(line, "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (!strncmp(line, key, length) && line[length] == ':')
			return strtoul(line + length + 1, NULL, 10);
	}
	return 0;
}

uint32_t descriptor_link(const struct descriptor *descriptor)
{
	/* "anon_inode:bpf_link", or "bpf-link" */
	if (strncmp(descriptor->target, "anon_inode:bpf", strlen("anon_inode:bpf")))
		return 0;
	return descriptor_number(descriptor, "link_id");
}
