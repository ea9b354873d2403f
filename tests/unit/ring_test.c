// SPDX-License-Identifier: GPL-2.0
/* A ring buffer in a file, written to as the kernel does; and one of this machine's kernel. */
#include "kernel/ring.h"

#include "helpers.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define SIZE (4 * RING_WINDOW)
#define BUSY BPF_RINGBUF_BUSY_BIT
#define GONE BPF_RINGBUF_DISCARD_BIT

/* The producer's side. */
struct fake {
	int fd;
	size_t page;
	unsigned long *consumer, *producer;
	char *data; /* SIZE bytes, and their copy */
	struct ring ring;
};

/* What the records have been. */
struct taken {
	uint32_t count;
	uint32_t first[8]; /* the first word of the first records */
	size_t bytes;
	int ret; /* for each */
};

static void fake_open(struct fake *fake)
{
	size_t page = getpagesize();
	char *all;

	*fake = (struct fake){ .fd = memfd_create("fake-ring", MFD_CLOEXEC), .page = page };
	assert_true(fake->fd >= 0);
	assert_int_equal(ftruncate(fake->fd, 2 * page + 2 * SIZE), 0);
	all = mmap(NULL, 2 * page + 2 * SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fake->fd, 0);
	assert_true(all != MAP_FAILED);
	fake->consumer = (unsigned long *)all;
	fake->producer = (unsigned long *)(all + page);
	fake->data = all + 2 * page;
	assert_int_equal(ring_open(&fake->ring, fake->fd, SIZE), 0);
}

static void fake_close(struct fake *fake)
{
	ring_close(&fake->ring);
	munmap(fake->consumer, 2 * fake->page + 2 * SIZE);
	close(fake->fd);
}

/* As both of the kernel's mappings of its data show it. */
static void fake_write(struct fake *fake, unsigned long at, const void *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		size_t offset = (at + i) % SIZE;

		fake->data[offset] = fake->data[offset + SIZE] = ((const char *)data)[i];
	}
}

static void fake_mark(struct fake *fake, unsigned long at, uint32_t length)
{
	uint32_t header[2] = { length, 0x5a5a5a5a };

	fake_write(fake, at, header, sizeof(header));
}

/* A record of @size bytes that are all @number. Returns where it is. */
static unsigned long fake_add(struct fake *fake, uint32_t size, uint32_t bits, uint32_t number)
{
	unsigned long at = *fake->producer;

	for (uint32_t i = 0; i < size; i += sizeof(number))
		fake_write(fake, at + 8 + i, &number, sizeof(number));
	fake_mark(fake, at, size | bits);
	*fake->producer = at + 8 + (size + 7) / 8 * 8;
	return at;
}

static int take(void *context, void *data, size_t size)
{
	struct taken *taken = context;
	const uint32_t *words = data;

	for (size_t i = 1; i < size / sizeof(*words); i++)
		assert_int_equal(words[i], words[0]);
	if (taken->count < ARRAY_SIZE(taken->first))
		taken->first[taken->count] = size ? words[0] : 0;
	taken->count++;
	taken->bytes += size;
	return taken->ret;
}

static void test_records(void **state)
{
	struct taken taken = {};
	unsigned long busy;
	struct fake fake;

	fake_open(&fake);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), 0);
	assert_int_equal(taken.count, 0);
	assert_false(ring_has_more(&fake.ring));
	fake_add(&fake, 12, 0, 1);
	assert_true(ring_has_more(&fake.ring));
	fake_add(&fake, 40, GONE, 2);
	fake_add(&fake, 16, 0, 3);
	busy = fake_add(&fake, 8, BUSY, 4);
	fake_add(&fake, 4, 0, 5);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), 0);
	assert_int_equal(taken.count, 2);
	assert_int_equal(taken.bytes, 28);
	assert_int_equal(taken.first[0], 1);
	assert_int_equal(taken.first[1], 3);
	assert_int_equal(*fake.consumer, busy);
	assert_true(ring_has_more(&fake.ring));
	fake_mark(&fake, busy, 8);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), 0);
	assert_int_equal(taken.count, 4);
	assert_int_equal(taken.first[2], 4);
	assert_int_equal(taken.first[3], 5);
	assert_int_equal(*fake.consumer, *fake.producer);
	assert_false(ring_has_more(&fake.ring));
	fake_close(&fake);
}

/* What has been read has to be as it was written, wherever the window was, and nothing twice. */
static void test_round(void **state)
{
	uint64_t chance = 7, expected = 0;
	struct taken taken = {};
	struct fake fake;

	fake_open(&fake);
	for (uint32_t number = 1; *fake.producer < 5 * SIZE; number++) {
		uint32_t size = random_next(&chance) % 5000 * 4;

		fake_add(&fake, size, 0, number);
		expected += size;
		if (*fake.producer - *fake.consumer > SIZE - 20100 || number % 20 == 0) {
			assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), 0);
			assert_int_equal(taken.count, number);
			assert_int_equal(taken.bytes, expected);
			assert_int_equal(*fake.consumer, *fake.producer);
		}
	}
	fake_close(&fake);
}

static void test_over_the_end(void **state)
{
	struct taken taken = {};
	struct fake fake;

	fake_open(&fake);
	*fake.consumer = *fake.producer = 3UL * SIZE - 8;
	fake_add(&fake, 400, 0, 6);
	fake_add(&fake, 8, 0, 7);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), 0);
	assert_int_equal(taken.count, 2);
	assert_int_equal(taken.first[0], 6);
	assert_int_equal(taken.first[1], 7);
	assert_int_equal(*fake.consumer, 3UL * SIZE + 400 + 16);
	fake_close(&fake);
}

/* The positions of a kernel with 32 bits come to that within hours. */
static void test_positions_begin_again(void **state)
{
	struct taken taken = {};
	struct fake fake;

	fake_open(&fake);
	*fake.consumer = *fake.producer = -16UL;
	fake_add(&fake, 8, 0, 8);
	fake_add(&fake, 8, 0, 9);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), 0);
	assert_int_equal(taken.count, 2);
	assert_int_equal(*fake.consumer, 16);
	fake_close(&fake);
}

static void test_limit(void **state)
{
	struct taken taken = {};
	struct fake fake;

	fake_open(&fake);
	for (uint32_t i = 0; i < 10; i++)
		fake_add(&fake, 92, i % 2 ? GONE : 0, i); /* 100 bytes, rounded up to 104 */
	assert_int_equal(ring_take(&fake.ring, 2 * 104 + 1, take, &taken), 0);
	assert_int_equal(*fake.consumer, 3 * 104);
	assert_int_equal(taken.count, 2);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), 0);
	assert_int_equal(taken.count, 5);
	fake_close(&fake);
}

/* A record that a turn ended with has been taken. */
static void test_failed(void **state)
{
	struct taken taken = { .ret = -EPIPE };
	struct fake fake;

	fake_open(&fake);
	fake_add(&fake, 8, 0, 1);
	fake_add(&fake, 8, 0, 2);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), -EPIPE);
	assert_int_equal(taken.count, 1);
	assert_int_equal(*fake.consumer, 16);
	fake_close(&fake);
}

static void test_wrong(void **state)
{
	struct taken taken = {};
	unsigned long at;
	struct fake fake;

	fake_open(&fake);
	at = fake_add(&fake, 32, 0, 1);
	fake_mark(&fake, at, 33); /* more than there is */
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), -EBADMSG);
	fake_mark(&fake, at, GONE - 1);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), -EBADMSG);
	*fake.consumer = *fake.producer = 0;
	fake_add(&fake, RING_WINDOW - 4, 0, 1); /* with its header more than a window */
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), -EBADMSG);
	assert_int_equal(taken.count, 0);
	assert_int_equal(*fake.consumer, 0);
	fake_close(&fake);
}

/* Bytes of files with @name that this process has mapped. */
static size_t mapped(const char *name)
{
	_cleanup_(close_file) FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long from, to;
	size_t sum = 0;
	char line[512];

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		if (strstr(line, name) && sscanf(line, "%lx-%lx", &from, &to) == 2)
			sum += to - from;
	}
	return sum;
}

static void test_mapped(void **state)
{
	struct taken taken = {};
	struct fake fake;
	size_t before;

	fake_open(&fake);
	before = mapped("fake-ring") - 2 * fake.page;
	for (size_t i = 0; i < SIZE - 4096; i += 1000 + 8)
		fake_add(&fake, 1000, 0, i);
	assert_int_equal(ring_take(&fake.ring, SIZE, take, &taken), 0);
	assert_int_equal(mapped("fake-ring") - before, 2 * fake.page + RING_WINDOW);
	ring_close(&fake.ring);
	assert_int_equal(mapped("fake-ring"), before);
	fake_close(&fake);
}

/* A record of no bytes is what zeros are: read where the kernel has not written yet. */
static void test_kernel(void **state)
{
	size_t page = getpagesize(), size = 8 * RING_WINDOW;
	unsigned long places[] = { 0, page - 8, size / 2, size - page, size - 8 };
	struct ring ring;
	int fd;

	fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "ring_test", 0, 0, size, NULL);
	if (fd < 0) {
		print_message("reason: this machine lets no ring buffer be made: %s\n",
			      strerror(-fd));
		skip();
	}
	assert_int_equal(ring_open(&ring, fd, size), 0);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		struct taken taken = {};

		*ring.consumer = places[i];
		assert_int_equal(ring_take(&ring, 16, take, &taken), 0);
		assert_int_equal(taken.count, places[i] ? 2 : 0);
	}
	ring_close(&ring);
	close(fd);
}

static void test_refused(void **state)
{
	struct ring ring = {};
	int pipes[2];

	assert_int_equal(ring_open(&ring, -1, SIZE), -EBADF);
	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(ring_open(&ring, pipes[0], SIZE), -EACCES);
	assert_null(ring.consumer);
	ring_close(&ring);
	close(pipes[0]);
	close(pipes[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records),      cmocka_unit_test(test_round),
		cmocka_unit_test(test_over_the_end), cmocka_unit_test(test_positions_begin_again),
		cmocka_unit_test(test_limit),        cmocka_unit_test(test_failed),
		cmocka_unit_test(test_wrong),        cmocka_unit_test(test_mapped),
		cmocka_unit_test(test_kernel),       cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
