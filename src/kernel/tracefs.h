/* SPDX-License-Identifier: GPL-2.0 */
/* The tracing file system: where it is, and dynamic kprobe events in it. */
#ifndef XDPSNOOP_KERNEL_TRACEFS_H
#define XDPSNOOP_KERNEL_TRACEFS_H

#include <stdint.h>

/*
 * A descriptor of the directory that has kprobe_events: the mounted tracefs, or one mounted for
 * this process only, nowhere in the file tree. Returns it, to be closed, or a negative errno.
 */
int tracefs_open(void);

/* Likewise, of the directory that has the folder events. */
int tracefs_open_events(void);

/* The id of event @group/@event for perf, or a negative errno. */
int tracefs_event_id(int tracefs, const char *group, const char *event);

/*
 * Defines the kretprobe event @group/@event on the function at @addr, for up to @maxactive calls
 * at a time. Returns the event's id for perf, or a negative errno.
 */
int tracefs_add_kretprobe(int tracefs, const char *group, const char *event, uint64_t addr,
			  unsigned int maxactive);

/*
 * How often @event of @group, or with NULL any of them, was missed, by kprobe_profile; 0 if that
 * can not be read.
 */
uint64_t tracefs_count_missed(int tracefs, const char *group, const char *event);

/* Removes an event that nobody uses. Returns 0 or a negative errno. */
int tracefs_remove_event(int tracefs, const char *group, const char *event);

/*
 * Removes every kprobe event of a group named @prefix and a process id, if that process is this
 * one or has gone. An event that somebody uses stays. Returns 0 or a negative errno.
 */
int tracefs_remove_groups(int tracefs, const char *prefix);

#endif
