// SPDX-License-Identifier: GPL-2.0
#include "kernel/prog_pins.h"

#include "kernel/mounts.h"
#include "util/cleanup.h"
#include "util/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>

#define MSEC        1000000ULL
#define LOOK_NS     (100 * MSEC)
#define CREDIT_NS   (300 * MSEC) /* what may be used at once, after a pause */
#define SHARE       6            /* the part of all time that may be used */
#define FOLDERS_MAX 256          /* a watch each */
#define PINS_MAX    4096
#define DEPTH_MAX   16

struct prog_pin {
	uint32_t prog;
	char *path; /* owned */
};

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static void pins_clear(struct prog_pins *pins)
{
	for (size_t i = 0; i < pins->count; i++)
		free(pins->list[i].path);
	free(pins->list);
	pins->list = NULL;
	pins->count = 0;
}

int prog_pins_open(struct prog_pins *pins)
{
	pins->changed = true;
	pins->mounts_fd = open(pins->mountinfo, O_RDONLY | O_CLOEXEC);
	pins->watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return pins->mounts_fd < 0 || pins->watch_fd < 0 ? -errno : 0;
}

void prog_pins_close(struct prog_pins *pins)
{
	if (!pins->mountinfo) /* it was never opened */
		return;
	pins_clear(pins);
	close_fd(&pins->mounts_fd);
	close_fd(&pins->watch_fd);
}

static void pins_add(struct prog_pins *pins, uint32_t prog, const char *path)
{
	struct prog_pin *list;

	/* A mount that lies over another one is at the same place. */
	for (size_t i = 0; i < pins->count; i++) {
		if (pins->list[i].prog == prog && !strcmp(pins->list[i].path, path))
			return;
	}
	list = reallocarray(pins->list, pins->count + 1, sizeof(*list));
	if (!list) {
		pins->known = false;
		return;
	}
	pins->list = list;
	list[pins->count] = (struct prog_pin){ prog, strdup(path) };
	if (list[pins->count].path)
		pins->count++;
	else
		pins->known = false;
}

static bool is_over(const struct prog_pins *pins)
{
	return pins->folders >= FOLDERS_MAX || pins->count >= PINS_MAX ||
	       clock_work_ns() > pins->end_ns;
}

static void look_at(struct prog_pins *pins, char path[PATH_MAX], int depth);

static void look_into(struct prog_pins *pins, char path[PATH_MAX], int depth)
{
	_cleanup_(close_dir) DIR *dir = NULL;
	const struct dirent *entry;
	size_t length = strlen(path);

	/* First, so that no change after the reading is missed. */
	if (inotify_add_watch(pins->watch_fd, path,
			      IN_CREATE | IN_DELETE | IN_MOVE | IN_DELETE_SELF | IN_ONLYDIR) < 0)
		pins->known &= errno == ENOENT || errno == ENOTDIR;
	pins->folders++;
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		if (length + strlen(entry->d_name) + 2 > PATH_MAX)
			continue;
		sprintf(path + length, "/%s", entry->d_name);
		look_at(pins, path, depth + 1);
		path[length] = '\0';
	}
}

static void look_at(struct prog_pins *pins, char path[PATH_MAX], int depth)
{
	_cleanup_(close_fd) int fd = -1;
	struct stat status;
	uint32_t prog;

	if (is_over(pins) || depth > DEPTH_MAX) {
		pins->known = false;
		return;
	}
	fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status))
		return;
	if (S_ISDIR(status.st_mode)) {
		look_into(pins, path, depth);
		return;
	}
	prog = pins->prog_of(pins->context, fd);
	if (prog)
		pins_add(pins, prog, path);
}

/* Everything anew: there are few, and changes are seldom. */
static void look(struct prog_pins *pins)
{
	_cleanup_(close_file) FILE *file = fopen(pins->mountinfo, "re");
	_cleanup_(free_pointer) char *line = NULL;
	char path[PATH_MAX];
	struct mount mount;
	size_t size = 0;

	pins_clear(pins);
	pins->known = file;
	pins->folders = 0;
	while (file && getline(&line, &size, file) > 0) {
		if (mount_parse(line, pins->type, "", path, &mount))
			look_at(pins, path, 0);
	}
}

/* Whether anything has come or gone. What the kernel says of it is not read, only taken away. */
static bool has_changed(struct prog_pins *pins)
{
	struct pollfd fds[] = { { pins->watch_fd, POLLIN, 0 },
				{ pins->mounts_fd, POLLPRI | POLLERR, 0 } };
	char events[4096];

	if (poll(fds, ARRAY_SIZE(fds), 0) <= 0)
		return false;
	while (read(pins->watch_fd, events, sizeof(events)) > 0)
		;
	return true;
}

/* As long as changes are few, each is looked at; else there is a share of time for that. */
static bool may_look(struct prog_pins *pins, uint64_t now)
{
	return share_used(&pins->share, now, SHARE) < CREDIT_NS;
}

static bool update(struct prog_pins *pins)
{
	uint64_t begin;

	pins->changed |= has_changed(pins);
	if (!pins->changed)
		return pins->known;
	if (!may_look(pins, clock_ns(CLOCK_MONOTONIC)))
		return false;
	begin = clock_work_ns();
	pins->end_ns = begin + LOOK_NS;
	look(pins);
	pins->changed =
		!pins->known && clock_work_ns() > pins->end_ns; /* there was no time: again */
	pins->share.used_ns += clock_work_ns() - begin;
	return pins->known;
}

bool prog_pins_update(struct prog_pins *pins, uint64_t since_ns)
{
	if (!pins->mountinfo || pins->mounts_fd < 0 || pins->watch_fd < 0)
		return false; /* nobody would tell of changes */
	if (since_ns > pins->asked_ns) {
		pins->asked_ns = clock_ns(CLOCK_MONOTONIC);
		pins->answer = update(pins);
	}
	return pins->answer;
}

const char *prog_pins_path(const struct prog_pins *pins, uint32_t id, size_t n)
{
	for (size_t i = 0; id && i < pins->count; i++) {
		if (pins->list[i].prog == id && !n--)
			return pins->list[i].path;
	}
	return NULL;
}
