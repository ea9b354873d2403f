/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where programs and links are pinned, for those who can not wait, and who must not hold anything:
 * a pin that is opened is a reference, and whoever drops the last one is who lets a link go. So
 * files are only opened as paths, and somebody else says what they are.
 */
#ifndef XDPSNOOP_KERNEL_PROG_PINS_H
#define XDPSNOOP_KERNEL_PROG_PINS_H

#include "util/share.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct prog_pin;

struct prog_pins {
	/* To be set by the caller. */
	const char *mountinfo; /* borrowed: "/proc/self/mountinfo" */
	const char *type;      /* borrowed: of the file systems, "bpf" */
	/*
	 * The id of the program that the path @fd (O_PATH) is a pin of, that of a link with
	 * WIRE_PIN_LINK, 0 if it is neither.
	 */
	uint32_t (*prog_of)(void *context, int fd);
	void *context;
	/* Its own. */
	struct prog_pin *list; /* owned */
	size_t count;
	int mounts_fd, watch_fd;
	bool changed;       /* what is in the list is not what there is */
	bool known;         /* nothing was left out */
	struct share share; /* of looks */
	uint64_t end_ns;    /* of the look that goes on, by clock_work_ns() */
	size_t folders;
	uint64_t
		asked_ns; /* CLOCK_MONOTONIC when it was last asked whether something has changed */
	bool answer;      /* what prog_pins_update() said then */
};

/* Returns 0 or a negative errno; prog_pins_close() is due in either case. */
int prog_pins_open(struct prog_pins *pins);
void prog_pins_close(struct prog_pins *pins);

#define PROG_PINS_NOW UINT64_MAX

/*
 * Brings the list up to date: what is pinned now, or was at @since_ns (CLOCK_MONOTONIC) or any time
 * later. Asks no file system as long as nothing has changed, and else takes
 * 100 milliseconds at most, and a sixth of all time. Returns false if it is not up to date for
 * that.
 */
bool prog_pins_update(struct prog_pins *pins, uint64_t since_ns);

/*
 * The path of pin number @n of program @id, or of a link: then with WIRE_PIN_LINK. NULL: there are
 * no more. Lives until the next update.
 */
const char *prog_pins_path(const struct prog_pins *pins, uint32_t id, size_t n);

#endif
