/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a BPF ring buffer. libbpf's ring_buffer__new() maps all of its data, twice in a row: 16 MB
 * of resident memory for 8 MB of data. This maps a window of it, and moves that along.
 *
 * What the kernel lets be mapped (kernel/bpf/ringbuf.c: ringbuf_map_mmap() of 5.8 to 6.0,
 * ringbuf_map_mmap_kern() since 6.1): a page with the consumer's position, which may be written to,
 * one with the producer's, then the data, and the same data once more, so that a record that goes
 * over the end is in one piece. Read-only mappings may begin at any page.
 */
#ifndef XDPSNOOP_KERNEL_RING_H
#define XDPSNOOP_KERNEL_RING_H

#include <stdbool.h>
#include <stddef.h>

#define RING_WINDOW (256 << 10)

struct ring {
	int fd; /* borrowed */
	size_t size, page;
	unsigned long *consumer;       /* a page; only we change it */
	const unsigned long *producer; /* a page */
	const char *window;            /* NULL: none is mapped */
	size_t window_size;
	size_t window_at; /* of the data */
};

/*
 * Ring buffer @fd with @size bytes of data, as the map's max_entries has it; it has to stay open.
 * That can be polled for reading while there are records. Returns 0 or a negative errno.
 */
int ring_open(struct ring *ret, int fd, size_t size);

/* A record; it is gone afterwards. 0, or a negative errno, which ends the turn. */
typedef int (*ring_record_fn)(void *context, void *data, size_t size);

/*
 * Takes records until there are no more, or until they had @limit bytes. Returns 0, what @record
 * returned, or another negative errno: a window could not be mapped, or -EBADMSG, for a record that
 * can not be. Not from @record.
 */
int ring_take(struct ring *ring, size_t limit, ring_record_fn record, void *context);

/* Whether there is a record that has not been taken, finished or not. */
bool ring_has_more(const struct ring *ring);

/* Accepts a ring that is zero or that failed to open. */
void ring_close(struct ring *ring);

#endif
