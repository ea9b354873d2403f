// SPDX-License-Identifier: GPL-2.0
#include "kernel/ring.h"

#include <errno.h>
#include <linux/bpf.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* As the kernel rounds them. */
static size_t record_step(uint32_t length)
{
	return ((size_t)(length & ~BPF_RINGBUF_DISCARD_BIT) + BPF_RINGBUF_HDR_SZ + 7) & ~(size_t)7;
}

static void ring_unmap(struct ring *ring)
{
	if (ring->window)
		munmap((void *)ring->window, ring->window_size);
	ring->window = NULL;
}

/* Lets the window begin with the page that has byte @at of the data. */
static int ring_move(struct ring *ring, size_t at)
{
	size_t from = at & ~(ring->page - 1);
	void *window;

	ring_unmap(ring);
	window = mmap(NULL, ring->window_size, PROT_READ, MAP_SHARED, ring->fd,
		      2 * ring->page + from);
	if (window == MAP_FAILED)
		return -errno;
	ring->window = window;
	ring->window_at = from;
	return 0;
}

/* @size bytes from position @position on, until the next time. */
static int ring_reach(struct ring *ring, unsigned long position, size_t size, const char **ret)
{
	size_t at = position & (ring->size - 1);
	int err;

	if ((at & (ring->page - 1)) + size > ring->window_size)
		return -EBADMSG;
	if (!ring->window || at < ring->window_at ||
	    at + size > ring->window_at + ring->window_size) {
		err = ring_move(ring, at);
		if (err)
			return err;
	}
	*ret = ring->window + (at - ring->window_at);
	return 0;
}

int ring_open(struct ring *ret, int fd, size_t size)
{
	struct ring ring = { .fd = fd, .size = size, .page = getpagesize() };
	void *page;

	ring.window_size = size < RING_WINDOW ? size : RING_WINDOW;
	page = mmap(NULL, ring.page, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	ring.consumer = page;
	page = mmap(NULL, ring.page, PROT_READ, MAP_SHARED, fd, ring.page);
	if (page == MAP_FAILED) {
		int err = -errno;

		ring_close(&ring);
		return err;
	}
	ring.producer = page;
	*ret = ring;
	return 0;
}

/*
 * The record at @position, with @available bytes to the end of the last one. Returns how far it is
 * to the next, 0 if it is not finished yet, or a negative errno. @data is NULL for one to be left
 * out.
 */
static int ring_look(struct ring *ring, unsigned long position, unsigned long available,
		     const char **data, size_t *size)
{
	const char *header;
	uint32_t length;
	size_t step;
	int err;

	err = ring_reach(ring, position, BPF_RINGBUF_HDR_SZ, &header);
	if (err)
		return err;
	/* After the exchange by which the kernel finished it: its bytes are there. */
	length = __atomic_load_n((const uint32_t *)header, __ATOMIC_ACQUIRE);
	if (length & BPF_RINGBUF_BUSY_BIT)
		return 0;
	step = record_step(length);
	if (step > available)
		return -EBADMSG;
	err = ring_reach(ring, position, step, &header);
	if (err)
		return err;
	*data = length & BPF_RINGBUF_DISCARD_BIT ? NULL : header + BPF_RINGBUF_HDR_SZ;
	*size = length & ~BPF_RINGBUF_DISCARD_BIT;
	return step;
}

int ring_take(struct ring *ring, size_t limit, ring_record_fn record, void *context)
{
	unsigned long position = *ring->consumer, end = position;

	for (size_t taken = 0; taken < limit;) {
		const char *data = NULL;
		int step, ret = 0;
		size_t size = 0;

		/* Rarely: the producer's page is written to by other processors meanwhile. */
		if (position == end)
			end = __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
		if (position == end)
			break;
		step = ring_look(ring, position, end - position, &data, &size);
		if (step <= 0)
			return step;
		if (data)
			ret = record(context, (void *)data, size);
		position += step;
		taken += step;
		/* The kernel may write over it from here on. */
		__atomic_store_n(ring->consumer, position, __ATOMIC_RELEASE);
		if (ret < 0)
			return ret;
	}
	return 0;
}

bool ring_has_more(const struct ring *ring)
{
	return *ring->consumer != __atomic_load_n(ring->producer, __ATOMIC_ACQUIRE);
}

void ring_close(struct ring *ring)
{
	ring_unmap(ring);
	if (ring->producer)
		munmap((void *)ring->producer, ring->page);
	if (ring->consumer)
		munmap(ring->consumer, ring->page);
	*ring = (struct ring){};
}
