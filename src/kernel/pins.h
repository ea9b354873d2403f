/* SPDX-License-Identifier: GPL-2.0 */
/* What is pinned in the BPF file systems of this machine. */
#ifndef XDPSNOOP_KERNEL_PINS_H
#define XDPSNOOP_KERNEL_PINS_H

#include <stddef.h>
#include <stdint.h>

enum pin_type {
	PIN_PROG,
	PIN_MAP,
	PIN_LINK,
};

struct pin {
	enum pin_type type;
	uint32_t id;
	const char
		*path; /* borrowed; begins with /proc/PID/root where it is mounted elsewhere only */
};

/*
 * Calls @each for everything that is pinned, in every mount of bpffs in every mount namespace that
 * a process is in, until it returns a value other than 0, which is then returned. A file that
 * several mounts show is told once. Each is opened for that: its object is held for a moment. What
 * can not be read is counted in @ret_unreadable, which may be NULL. Returns 0 at the end, -ENOMEM,
 * or another negative errno if /proc can not be opened.
 */
int pins_each(int (*each)(const struct pin *pin, void *arg), void *arg, size_t *ret_unreadable);

#endif
