/* SPDX-License-Identifier: GPL-2.0 */
/* Modules that come and go, as the kernel announces them. */
#ifndef XDPSNOOP_KERNEL_UEVENTS_H
#define XDPSNOOP_KERNEL_UEVENTS_H

#include "kernel/symbols.h"

#include <stdbool.h>

struct module_event {
	bool loaded;                   /* and its functions can be probed; else it is going */
	char module[MODULE_NAME_SIZE]; /* as in /proc/modules */
};

/*
 * A netlink socket that gets the kernel's uevents: do_init_module() of kernel/module announces a
 * module when it is live, mod_sysfs_teardown() one that goes. They reach every network namespace
 * of the initial user namespace. Returns a descriptor to be closed, or a negative errno.
 */
int uevents_open(void);

/*
 * Takes what is there, without waiting, and calls @each for what is about modules. Returns 0, or
 * -ENOBUFS when some were lost, or another negative errno.
 */
int uevents_read(int fd, void (*each)(const struct module_event *event, void *arg), void *arg);

/* What one message of @length bytes says. Returns whether it is about a module. */
bool uevent_parse(const char *message, size_t length, struct module_event *ret);

#endif
