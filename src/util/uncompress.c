// SPDX-License-Identifier: GPL-2.0
#include "util/uncompress.h"

#include "util/cleanup.h"

#include <errno.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#define RESULT_MAX  (1U << 30)
#define MEMORY_MAX  (1U << 28) /* of the decoder: xz -9 takes 65 MiB */
#define GZIP_WINDOW (15 + 16)  /* any window, and a gzip header */

/* What is still to be read, and the room for what comes of it. */
struct stream {
	const uint8_t *in;
	size_t left;
	uint8_t *out;
	size_t room;
	union {
		z_stream z;
		lzma_stream lzma;
		ZSTD_DStream *zstd;
	};
};

enum step {
	STEP_MORE,
	STEP_END,
	STEP_DAMAGED,
};

static bool gzip_begin(struct stream *stream)
{
	stream->z = (z_stream){};
	return inflateInit2(&stream->z, GZIP_WINDOW) == Z_OK;
}

static enum step gzip_step(struct stream *stream)
{
	z_stream *z = &stream->z;
	int ret;

	z->next_in = (uint8_t *)stream->in;
	z->avail_in = stream->left < RESULT_MAX ? stream->left : RESULT_MAX;
	z->next_out = stream->out;
	z->avail_out = stream->room;
	ret = inflate(z, Z_NO_FLUSH);
	stream->left -= z->next_in - stream->in;
	stream->in = z->next_in;
	stream->out = z->next_out;
	stream->room = z->avail_out;
	return ret == Z_STREAM_END ? STEP_END : ret == Z_OK ? STEP_MORE : STEP_DAMAGED;
}

static void gzip_end(struct stream *stream)
{
	inflateEnd(&stream->z);
}

static bool xz_begin(struct stream *stream)
{
	stream->lzma = (lzma_stream)LZMA_STREAM_INIT;
	return lzma_stream_decoder(&stream->lzma, MEMORY_MAX, 0) == LZMA_OK;
}

static enum step xz_step(struct stream *stream)
{
	lzma_stream *lzma = &stream->lzma;
	lzma_ret ret;

	lzma->next_in = stream->in;
	lzma->avail_in = stream->left;
	lzma->next_out = stream->out;
	lzma->avail_out = stream->room;
	ret = lzma_code(lzma, LZMA_RUN);
	stream->in = lzma->next_in;
	stream->left = lzma->avail_in;
	stream->out = lzma->next_out;
	stream->room = lzma->avail_out;
	return ret == LZMA_STREAM_END ? STEP_END : ret == LZMA_OK ? STEP_MORE : STEP_DAMAGED;
}

static void xz_end(struct stream *stream)
{
	lzma_end(&stream->lzma);
}

static bool zstd_begin(struct stream *stream)
{
	stream->zstd = ZSTD_createDStream();
	return stream->zstd;
}

static enum step zstd_step(struct stream *stream)
{
	ZSTD_inBuffer in = { stream->in, stream->left, 0 };
	ZSTD_outBuffer out = { stream->out, stream->room, 0 };
	size_t ret = ZSTD_decompressStream(stream->zstd, &out, &in);

	stream->in += in.pos;
	stream->left -= in.pos;
	stream->out += out.pos;
	stream->room -= out.pos;
	return ZSTD_isError(ret) ? STEP_DAMAGED : ret ? STEP_MORE : STEP_END;
}

static void zstd_end(struct stream *stream)
{
	ZSTD_freeDStream(stream->zstd);
}

static const struct codec {
	const char *name;
	size_t length;
	uint8_t magic[6]; /* the first bytes of every file */
	bool (*begin)(struct stream *stream);
	enum step (*step)(struct stream *stream);
	void (*end)(struct stream *stream);
} codecs[] = {
	{ "gzip", 2, { 0x1f, 0x8b }, gzip_begin, gzip_step, gzip_end },
	{ "xz", 6, { 0xfd, '7', 'z', 'X', 'Z', 0 }, xz_begin, xz_step, xz_end },
	{ "zstd", 4, { 0x28, 0xb5, 0x2f, 0xfd }, zstd_begin, zstd_step, zstd_end },
};

static const struct codec *codec_find(const void *data, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(codecs); i++) {
		const struct codec *codec = &codecs[i];

		if (size >= codec->length && !memcmp(data, codec->magic, codec->length))
			return codec;
	}
	return NULL;
}

const char *compression_name(const void *data, size_t size)
{
	const struct codec *codec = codec_find(data, size);

	return codec ? codec->name : NULL;
}

/* Takes steps until the end, with twice the room each time that there is none left. */
static int codec_run(const struct codec *codec, struct stream *stream, void **result,
		     size_t *ret_size)
{
	size_t size = 0, used = 0;
	enum step step = STEP_MORE;

	while (step == STEP_MORE) {
		size_t left = stream->left, room;
		uint8_t *larger;

		if (!stream->room) {
			if (size >= RESULT_MAX)
				return -EFBIG;
			size = size ? 2 * size : 1 << 20;
			larger = realloc(*result, size);
			if (!larger)
				return -ENOMEM;
			*result = larger;
			stream->out = larger + used;
			stream->room = size - used;
		}
		room = stream->room;
		step = codec->step(stream);
		used += room - stream->room;
		/* Whoever neither takes nor gives waits for what does not come. */
		if (step == STEP_DAMAGED ||
		    (step == STEP_MORE && stream->left == left && stream->room == room))
			return -EBADMSG;
	}
	*ret_size = used;
	return 0;
}

int uncompress_bytes(const void *data, size_t size, void **ret, size_t *ret_size)
{
	const struct codec *codec = codec_find(data, size);
	_cleanup_(free_pointer) void *result = NULL;
	struct stream stream = { .in = data, .left = size };
	int err;

	if (!codec)
		return -EINVAL;
	if (!codec->begin(&stream))
		return -ENOMEM;
	err = codec_run(codec, &stream, &result, ret_size);
	codec->end(&stream);
	if (err)
		return err;
	*ret = result;
	result = NULL;
	return 0;
}
