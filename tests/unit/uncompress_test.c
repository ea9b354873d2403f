// SPDX-License-Identifier: GPL-2.0
#include "util/uncompress.h"

#include "helpers.h"

#include <errno.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define PLAIN_SIZE (3 << 20) /* more than the decoder makes room for at first */

struct packed {
	const char *name;
	uint8_t *data;
	size_t size;
};

static uint8_t *plain;
static struct packed all[3];

static size_t pack_gzip(uint8_t *to, size_t room)
{
	z_stream z = {};

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = plain;
	z.avail_in = PLAIN_SIZE;
	z.next_out = to;
	z.avail_out = room;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	deflateEnd(&z);
	return room - z.avail_out;
}

static size_t pack_xz(uint8_t *to, size_t room)
{
	size_t size = 0;

	/* As the kernel's build does it: its own decoder knows no other check. */
	assert_int_equal(lzma_easy_buffer_encode(6, LZMA_CHECK_CRC32, NULL, plain, PLAIN_SIZE, to,
						 &size, room),
			 LZMA_OK);
	return size;
}

static size_t pack_zstd(uint8_t *to, size_t room)
{
	size_t size = ZSTD_compress(to, room, plain, PLAIN_SIZE, 3);

	assert_false(ZSTD_isError(size));
	return size;
}

static int setup(void **state)
{
	static size_t (*const pack[])(uint8_t *, size_t) = { pack_gzip, pack_xz, pack_zstd };
	static const char *const names[] = { "gzip", "xz", "zstd" };
	uint64_t chance = 1;

	plain = malloc(PLAIN_SIZE);
	for (size_t i = 0; i < PLAIN_SIZE; i++) /* half of it can be compressed */
		plain[i] = i & 4096 ? random_next(&chance) : i >> 8;
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		uint8_t *room = malloc(2 * PLAIN_SIZE);

		all[i].name = names[i];
		all[i].size = pack[i](room, 2 * PLAIN_SIZE);
		all[i].data = exact_copy(room, all[i].size);
		free(room);
	}
	return 0;
}

static int teardown(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		free(all[i].data);
	free(plain);
	return 0;
}

static void test_same(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		_cleanup_(free_pointer) void *result = NULL;
		size_t size;

		assert_string_equal(compression_name(all[i].data, all[i].size), all[i].name);
		assert_true(all[i].size < PLAIN_SIZE);
		assert_int_equal(uncompress_bytes(all[i].data, all[i].size, &result, &size), 0);
		assert_int_equal(size, PLAIN_SIZE);
		assert_memory_equal(result, plain, size);
	}
}

static void test_trailing(void **state)
{
	_cleanup_(free_pointer) uint8_t *longer = malloc(all[0].size + 5);
	_cleanup_(free_pointer) void *result = NULL;
	size_t size;

	/* A signature, say. */
	memcpy(longer, all[0].data, all[0].size);
	memcpy(longer + all[0].size, "after", 5);
	assert_int_equal(uncompress_bytes(longer, all[0].size + 5, &result, &size), 0);
	assert_int_equal(size, PLAIN_SIZE);
}

static void assert_damaged(const uint8_t *data, size_t size)
{
	_cleanup_(free_pointer) void *copy = exact_copy(data, size);
	void *result = (void *)data;
	size_t length = 77;

	assert_int_equal(uncompress_bytes(copy, size, &result, &length), -EBADMSG);
	assert_ptr_equal(result, data);
}

static void test_cut(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		for (size_t left = 6; left < 40; left++)
			assert_damaged(all[i].data, left);
		for (size_t left = 40; left < all[i].size; left += all[i].size / 20)
			assert_damaged(all[i].data, left);
		assert_damaged(all[i].data, all[i].size - 1);
	}
}

/* Whatever comes of it, it ends, and touches no memory but its own. */
static void test_spoilt(void **state)
{
	uint64_t chance = 4711;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		for (int n = 0; n < 20; n++) {
			_cleanup_(free_pointer) uint8_t *copy =
				exact_copy(all[i].data, all[i].size);
			_cleanup_(free_pointer) void *result = NULL;
			size_t size, at = random_next(&chance) % (n < 10 ? 64 : all[i].size);

			copy[at] ^= 1 << random_next(&chance) % 8;
			uncompress_bytes(copy, all[i].size, &result, &size);
		}
	}
}

static void test_unknown(void **state)
{
	static const char *const rows[] = { "",
					    "\x7f"
					    "ELF",
					    "\x1f", "\xfd\x37zXZ", "BZh91AY" };
	void *result = NULL;
	size_t size;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(free_pointer) void *copy = exact_copy(rows[i], strlen(rows[i]));

		assert_null(compression_name(copy, strlen(rows[i])));
		assert_int_equal(uncompress_bytes(copy, strlen(rows[i]), &result, &size), -EINVAL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),    cmocka_unit_test(test_trailing),
		cmocka_unit_test(test_cut),     cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
