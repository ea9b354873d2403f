// SPDX-License-Identifier: GPL-2.0
#include "kernel/pins.h"

#include "kernel/descriptors.h"
#include "kernel/mounts.h"
#include "util/cleanup.h"
#include "util/numbers.h"

#include <bpf/bpf.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH_MAX 32 /* of folders; bpffs itself sets no limit */

struct walk {
	int (*each)(const struct pin *pin, void *arg);
	void *arg;
	dev_t dev;           /* of the mount that is walked */
	char path[PATH_MAX]; /* to where we are */
	struct numbers seen; /* files, by device and inode */
	size_t unreadable;
};

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static int walk_failed(struct walk *walk, int error)
{
	walk->unreadable += error != ENOENT;
	return 0;
}

/* What an open object is: /proc tells of each kind by a key of its own. */
static int walk_file(struct walk *walk)
{
	static const char *const keys[] = {
		[PIN_PROG] = "prog_id",
		[PIN_MAP] = "map_id",
		[PIN_LINK] = "link_id",
	};
	_cleanup_(close_fd) int fd = bpf_obj_get(walk->path);
	struct descriptor own = { .pid = getpid(), .fd = fd };
	struct pin pin = { .path = walk->path };

	if (fd < 0)
		return walk_failed(walk, errno);
	/* A link's has the id of its program, too. */
	for (int type = PIN_LINK; type >= 0; type--) {
		pin.id = descriptor_number(&own, keys[type]);
		pin.type = type;
		if (pin.id)
			return walk->each(&pin, walk->arg);
	}
	return 0;
}

static int walk_folder(struct walk *walk, int depth);

static int walk_entry(struct walk *walk, int folder, const char *name, int depth)
{
	size_t length = strlen(walk->path);
	struct stat status;
	int ret = 0;

	if (length + strlen(name) + 2 > sizeof(walk->path) ||
	    fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) || status.st_dev != walk->dev)
		return 0;
	sprintf(walk->path + length, "/%s", name);
	if (S_ISDIR(status.st_mode)) {
		ret = depth < DEPTH_MAX ? walk_folder(walk, depth + 1) : walk_failed(walk, ELOOP);
	} else if (S_ISREG(status.st_mode)) {
		ret = numbers_add(&walk->seen, (uintptr_t)status.st_dev << 40 ^ status.st_ino);
		if (ret > 0)
			ret = walk_file(walk);
	}
	walk->path[length] = 0;
	return ret;
}

static int walk_folder(struct walk *walk, int depth)
{
	_cleanup_(close_dir) DIR *dir = opendir(walk->path);
	const struct dirent *entry;
	struct stat status;
	int ret = 0;

	if (!dir)
		return walk_failed(walk, errno);
	/* Another file system may lie over it. */
	if (fstat(dirfd(dir), &status) || status.st_dev != walk->dev)
		return 0;
	while (!ret && (entry = readdir(dir))) {
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			ret = walk_entry(walk, dirfd(dir), entry->d_name, depth);
	}
	return ret;
}

static int walk_mount(const struct mount *mount, void *arg)
{
	struct walk *walk = arg;

	snprintf(walk->path, sizeof(walk->path), "%s", mount->path);
	walk->dev = mount->dev;
	return walk_folder(walk, 0);
}

int pins_each(int (*each)(const struct pin *pin, void *arg), void *arg, size_t *ret_unreadable)
{
	struct walk walk = { .each = each, .arg = arg };
	int ret;

	ret = mounts_each("bpf", walk_mount, &walk, NULL);
	numbers_release(&walk.seen);
	if (!ret && ret_unreadable)
		*ret_unreadable = walk.unreadable;
	return ret;
}
