// SPDX-License-Identifier: GPL-2.0
#include "kernel/netns_names.h"

#include "util/cleanup.h"
#include "util/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define MSEC       1000000ULL
#define KNOWN_MAX  4096
#define NAMES_READ 4096          /* files in the folder that are looked at */
#define TICK_NS    (20 * MSEC)   /* of the clock that folders note their changes by: twice it */
#define LOOK_NS    (50 * MSEC)   /* for processes, at a time */
#define CREDIT_NS  (300 * MSEC)  /* what may be used at once, after a pause */
#define SHARE      20            /* the part of all time that may be used */
#define PASS_NS    (5000 * MSEC) /* after so long it begins with the first process again */
#define LOOKS      16            /* between two looks at the clock */

struct known_name {
	struct recent_entry entry;
	bool there; /* as the folder was read last; else it was there before */
	char name[NETNS_NAME_SIZE];
};

struct known_pid {
	struct recent_entry entry;
	uint32_t pid;
};

static void close_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

static void release_entry(struct recent_entry *entry)
{
	free(entry);
}

void netns_names_init(struct netns_names *names, const char *run, const char *proc)
{
	*names = (struct netns_names){ .run = run, .proc = proc };
	names->mounts_fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	recent_init(&names->names, KNOWN_MAX, release_entry);
	recent_init(&names->pids, KNOWN_MAX, release_entry);
}

static void end_pass(struct netns_names *names)
{
	if (names->pass)
		closedir(names->pass);
	names->pass = NULL;
}

void netns_names_release(struct netns_names *names)
{
	recent_release(&names->names);
	recent_release(&names->pids);
	end_pass(names);
	if (names->mounts_fd > 0)
		close(names->mounts_fd);
}

/* The number of the namespace at @path, 0 if there is none. It is not opened for that. */
static uint32_t inum_at(int folder, const char *path)
{
	struct stat status;

	/* A folder: as Debian's 5.10.0-46 answers where it does not want to tell. */
	if (fstatat(folder, path, &status, 0) || !S_ISREG(status.st_mode))
		return 0;
	return status.st_ino;
}

static uint32_t inum_of_name(const struct netns_names *names, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", names->run, name);
	return inum_at(AT_FDCWD, path);
}

static uint32_t inum_of_pid(const struct netns_names *names, uint32_t pid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%u/ns/net", names->proc, pid);
	return inum_at(AT_FDCWD, path);
}

static struct known_name *find_name(const struct netns_names *names, uint32_t inum)
{
	return (struct known_name *)recent_find(&names->names, inum, 0);
}

static void note_name(struct netns_names *names, uint32_t inum, const char *name)
{
	struct known_name *known = find_name(names, inum);

	if (known && known->there) /* one that has two names is called by that which came first */
		return;
	known = calloc(1, sizeof(*known));
	if (!known)
		return;
	known->entry.key = inum;
	known->there = true;
	snprintf(known->name, sizeof(known->name), "%s", name);
	if (recent_add(&names->names, &known->entry))
		free(known);
}

static void read_names(struct netns_names *names)
{
	_cleanup_(close_dir) DIR *dir = opendir(names->run);
	const struct dirent *entry;
	struct recent_entry *known;

	TAILQ_FOREACH(known, &names->names.list, list)
	((struct known_name *)known)->there = false;
	for (int i = 0; dir && i < NAMES_READ && (entry = readdir(dir)); i++) {
		uint32_t inum = inum_at(dirfd(dir), entry->d_name);

		if (inum)
			note_name(names, inum, entry->d_name);
	}
}

/* Whether something has been mounted, or unmounted, since the last time. */
static bool has_mounted(const struct netns_names *names)
{
	struct pollfd poll_fd = { .fd = names->mounts_fd, .events = POLLPRI };

	return names->mounts_fd >= 0 && poll(&poll_fd, 1, 0) > 0;
}

/*
 * The folder tells when a file has come or gone. It is a name from the moment that a namespace is
 * mounted there, any time later.
 */
static void update_names(struct netns_names *names)
{
	uint64_t now = clock_ns(CLOCK_REALTIME), changed_ns;
	struct stat status = {};

	stat(names->run, &status);
	changed_ns = status.st_mtim.tv_sec * 1000 * MSEC + status.st_mtim.tv_nsec;
	if (!has_mounted(names) && names->read_ns > changed_ns + TICK_NS &&
	    names->changed_ns == changed_ns)
		return;
	names->changed_ns = changed_ns;
	names->read_ns = now;
	read_names(names);
}

/* Returns whether @inum has a name. What it was called before is forgotten if it has none now. */
static bool name_of(struct netns_names *names, uint32_t inum, char ret[NETNS_NAME_SIZE])
{
	struct known_name *known;

	update_names(names);
	known = find_name(names, inum);
	if (!known)
		return false;
	if (!known->there || inum_of_name(names, known->name) != inum) {
		recent_remove(&names->names, &known->entry);
		return false;
	}
	memcpy(ret, known->name, NETNS_NAME_SIZE);
	return true;
}

static struct known_pid *find_pid(const struct netns_names *names, uint32_t inum)
{
	return (struct known_pid *)recent_find(&names->pids, inum, 0);
}

static void note_pid(struct netns_names *names, uint32_t inum, uint32_t pid)
{
	struct known_pid *known = find_pid(names, inum);

	/* Processes come in the order of their ids. */
	if (known && known->pid <= pid && inum_of_pid(names, known->pid) == inum)
		return;
	known = calloc(1, sizeof(*known));
	if (!known)
		return;
	known->entry.key = inum;
	known->pid = pid;
	if (recent_add(&names->pids, &known->entry))
		free(known);
}

/* Looks at a process more. Returns the number of its namespace, 0: none, negative: it was the last.
 */
static int64_t look_at_next(struct netns_names *names)
{
	const struct dirent *entry = readdir(names->pass);
	uint32_t pid = entry ? strtoul(entry->d_name, NULL, 10) : 0, inum;

	if (!entry)
		return -1;
	if (!pid)
		return 0;
	inum = inum_of_pid(names, pid);
	if (inum)
		note_pid(names, inum, pid);
	return inum;
}

/* Returns whether there is a pass to go on with, an old one or a new one. */
static bool begin_pass(struct netns_names *names, uint64_t now)
{
	if (names->pass && now - names->pass_ns > PASS_NS)
		end_pass(names);
	if (!names->pass) {
		names->pass = opendir(names->proc);
		names->pass_ns = now;
	}
	return names->pass;
}

/*
 * Looks at processes, until one is in @wanted or the time is over: then it goes on there the next
 * time. What was begun another time has missed processes that came since.
 */
static void look_for_pid(struct netns_names *names, uint32_t wanted)
{
	uint64_t begin = clock_ns(CLOCK_MONOTONIC), work_begin = clock_work_ns(), work_ns = 0;
	bool whole = false;

	if (share_used(&names->share, begin, SHARE) > CREDIT_NS)
		return;
	while (!whole && work_ns < LOOK_NS && begin_pass(names, clock_ns(CLOCK_MONOTONIC))) {
		int64_t inum = 0;

		for (int i = 0; i < LOOKS && inum >= 0 && inum != wanted; i++)
			inum = look_at_next(names);
		work_ns = clock_work_ns() - work_begin;
		whole = inum == wanted || (inum < 0 && names->pass_ns >= begin);
		if (whole || inum < 0)
			end_pass(names);
	}
	names->share.used_ns += work_ns;
}

static uint32_t pid_of(struct netns_names *names, uint32_t inum)
{
	struct known_pid *known = find_pid(names, inum);

	if (!known || inum_of_pid(names, known->pid) != inum) {
		look_for_pid(names, inum);
		known = find_pid(names, inum);
	}
	if (known && inum_of_pid(names, known->pid) == inum)
		return known->pid;
	return 0;
}

/* Looks for namespace @inum, and takes note of what it is called. */
static void look_for(struct netns_names *names, uint32_t inum)
{
	names->last.at_ns = clock_ns(CLOCK_MONOTONIC);
	names->last.inum = inum;
	names->last.name[0] = '\0';
	names->last.pid = 0;
	if (!name_of(names, inum, names->last.name))
		names->last.pid = pid_of(names, inum);
}

void netns_names_find(struct netns_names *names, uint32_t inum, bool dying, uint64_t since_ns,
		      char ret_name[NETNS_NAME_SIZE], uint32_t *ret_pid)
{
	const struct known_name *known = dying ? find_name(names, inum) : NULL;

	ret_name[0] = '\0';
	*ret_pid = 0;
	if (known)
		memcpy(ret_name, known->name, NETNS_NAME_SIZE);
	if (!inum || dying)
		return;
	if (inum != names->last.inum || since_ns > names->last.at_ns)
		look_for(names, inum);
	memcpy(ret_name, names->last.name, NETNS_NAME_SIZE);
	*ret_pid = names->last.pid;
}
