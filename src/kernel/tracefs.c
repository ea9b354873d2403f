// SPDX-License-Identifier: GPL-2.0
#include "kernel/tracefs.h"

#include "kernel/private_mount.h"
#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char *const places[] = { "/sys/kernel/tracing", "/sys/kernel/debug/tracing" };

/* The mounted one if @file is in it and grants @access, or else one of our own. */
static int tracefs_open_with(const char *file, int access)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		int fd = open(places[i], O_DIRECTORY | O_CLOEXEC);

		if (fd >= 0 && !faccessat(fd, file, access, 0))
			return fd;
		close_fd(&fd);
	}
	return private_mount("tracefs");
}

int tracefs_open(void)
{
	return tracefs_open_with("kprobe_events", W_OK);
}

int tracefs_open_events(void)
{
	return tracefs_open_with("events", R_OK);
}

int tracefs_event_id(int tracefs, const char *group, const char *event)
{
	_cleanup_(close_fd) int fd = -1;
	char text[256];
	ssize_t length;

	snprintf(text, sizeof(text), "events/%s/%s/id", group, event);
	fd = openat(tracefs, text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read(fd, text, sizeof(text) - 1);
	if (length <= 0)
		return -EIO;
	text[length] = '\0';
	return atoi(text);
}

static int tracefs_command(int tracefs, const char *command)
{
	_cleanup_(close_fd) int fd = -1;

	fd = openat(tracefs, "kprobe_events", O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0 || write(fd, command, strlen(command)) < 0)
		return -errno;
	return 0;
}

int tracefs_add_kretprobe(int tracefs, const char *group, const char *event, uint64_t addr,
			  unsigned int maxactive)
{
	char text[256];
	int err;

	snprintf(text, sizeof(text), "r%u:%s/%s 0x%llx\n", maxactive, group, event,
		 (unsigned long long)addr);
	err = tracefs_command(tracefs, text);
	return err ? err : tracefs_event_id(tracefs, group, event);
}

/* The file of @tracefs as a stream, NULL if it can not be opened. */
static FILE *tracefs_stream(int tracefs, const char *name)
{
	int fd = openat(tracefs, name, O_RDONLY | O_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (!file)
		close_fd(&fd);
	return file;
}

/* "  r3      1024      7": event, hits, misses. An event's name is unique in our groups only. */
uint64_t tracefs_count_missed(int tracefs, const char *group, const char *wanted)
{
	_cleanup_(close_file) FILE *file = tracefs_stream(tracefs, "kprobe_profile");
	_cleanup_(free_pointer) char *line = NULL;
	unsigned long long missed;
	uint64_t total = 0;
	size_t size = 0;
	char event[64], path[256];

	while (file && getline(&line, &size, file) >= 0) {
		if (sscanf(line, "%63s %*u %llu", event, &missed) != 2)
			continue;
		if (wanted && strcmp(event, wanted))
			continue;
		snprintf(path, sizeof(path), "events/%s/%s", group, event);
		if (!faccessat(tracefs, path, F_OK, 0))
			total += missed;
	}
	return total;
}

int tracefs_remove_event(int tracefs, const char *group, const char *event)
{
	char command[256];

	snprintf(command, sizeof(command), "-:%s/%s\n", group, event);
	return tracefs_command(tracefs, command);
}

/* Whether the process whose id ends the name of a group is this one or has gone. */
static bool group_is_dead(const char *pid)
{
	pid_t owner = atoi(pid);

	return owner == getpid() || (kill(owner, 0) && errno == ESRCH);
}

int tracefs_remove_groups(int tracefs, const char *prefix)
{
	_cleanup_(close_file) FILE *file = tracefs_stream(tracefs, "kprobe_events");
	_cleanup_(free_pointer) char *line = NULL;
	size_t size = 0;

	if (!file)
		return -errno;
	/* "r256:xdpsnoop_4026531836_771/r3 0xffffffffc0a1b000" */
	while (getline(&line, &size, file) >= 0) {
		char *name = strchr(line, ':'), *end, command[256];

		if (!name++ || strncmp(name, prefix, strlen(prefix)))
			continue;
		end = name + strcspn(name, " \n");
		*end = '\0';
		if (!group_is_dead(name + strlen(prefix)))
			continue;
		snprintf(command, sizeof(command), "-:%s\n", name);
		tracefs_command(tracefs, command);
	}
	return 0;
}
