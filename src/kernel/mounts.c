// SPDX-License-Identifier: GPL-2.0
#include "kernel/mounts.h"

#include "util/cleanup.h"
#include "util/numbers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

struct pass {
	const char *type;
	int (*each)(const struct mount *mount, void *arg);
	void *arg;
	struct numbers seen; /* mount namespaces, by inode */
	size_t unreadable;
};

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Spaces and the like are written as \ooo. */
static void unescape(char *to, const char *from, const char *end)
{
	while (*from && to < end - 1) {
		if (from[0] == '\\' && from[1] && from[2] && from[3]) {
			*to++ = (from[1] - '0') << 6 | (from[2] - '0') << 3 | (from[3] - '0');
			from += 4;
		} else {
			*to++ = *from++;
		}
	}
	*to = 0;
}

bool mount_parse(char *line, const char *type, const char *prefix, char path[PATH_MAX],
		 struct mount *ret)
{
	char *fields[5] = {}, *rest = line, *word, *end;
	unsigned int major, minor;
	size_t length;

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		fields[i] = strsep(&rest, " ");
	/* Optional fields follow, and end with "-". */
	while (rest && (word = strsep(&rest, " ")) && strcmp(word, "-"))
		;
	end = rest ? strsep(&rest, " ") : NULL;
	if (!end || strcmp(end, type) || sscanf(fields[2], "%u:%u", &major, &minor) != 2)
		return false;
	length = snprintf(path, PATH_MAX, "%s", prefix);
	unescape(path + length, fields[4], path + PATH_MAX);
	*ret = (struct mount){ makedev(major, minor), fields[3], path, *prefix };
	return true;
}

/* All of a process's mounts, if its namespace is one that we have not met. */
static int pass_process(struct pass *pass, const char *process, bool own)
{
	_cleanup_(close_file) FILE *file = NULL;
	_cleanup_(free_pointer) char *line = NULL;
	char path[PATH_MAX], prefix[32] = "";
	struct mount mount;
	struct stat status;
	size_t size = 0;
	int ret;

	snprintf(path, sizeof(path), "/proc/%s/ns/mnt", process);
	if (stat(path, &status))
		goto unreadable;
	ret = numbers_add(&pass->seen, status.st_ino);
	if (ret <= 0)
		return ret;
	snprintf(path, sizeof(path), "/proc/%s/mountinfo", process);
	file = fopen(path, "re");
	if (!file)
		goto unreadable;
	if (!own)
		snprintf(prefix, sizeof(prefix), "/proc/%s/root", process);
	ret = 0;
	while (!ret && getline(&line, &size, file) > 0) {
		if (mount_parse(line, pass->type, prefix, path, &mount))
			ret = pass->each(&mount, pass->arg);
	}
	return ret;
unreadable:
	pass->unreadable += errno != ENOENT && errno != ESRCH;
	return 0;
}

int mounts_each(const char *type, int (*each)(const struct mount *mount, void *arg), void *arg,
		size_t *ret_unreadable)
{
	_cleanup_(close_dir) DIR *proc = opendir("/proc");
	struct pass pass = { .type = type, .each = each, .arg = arg };
	const struct dirent *entry;
	int ret;

	if (!proc)
		return -errno;
	ret = pass_process(&pass, "self", true);
	while (!ret && (entry = readdir(proc))) {
		if (atoi(entry->d_name) > 0)
			ret = pass_process(&pass, entry->d_name, false);
	}
	numbers_release(&pass.seen);
	if (!ret && ret_unreadable)
		*ret_unreadable = pass.unreadable;
	return ret;
}
