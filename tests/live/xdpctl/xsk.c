// SPDX-License-Identifier: GPL-2.0
/* AF_XDP sockets, as small as the kernel lets one be bound: nobody reads their packets. */
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/if_xdp.h>

#include "result.h"
#include "script.h"
#include "verbs.h"

#define FRAME_SIZE  4096
#define FRAME_COUNT 64

/* What a socket is given before it is bound. */
enum {
	PART_UMEM = 1 << 0,
	PART_FILL = 1 << 1, /* fill and completion rings: the kernel wants both or none */
	PART_RX = 1 << 2,
};

static const struct named_value flag_names[] = {
	{ "copy", XDP_COPY },
	{ "zerocopy", XDP_ZEROCOPY },
	{ "wakeup", XDP_USE_NEED_WAKEUP },
	{ NULL, 0 },
};

struct xsk_request {
	uint32_t parts;
	uint32_t flags;
	uint32_t queue;
	int shared_fd;
};

static int options_parse(struct script *script, int argc, const struct word *argv,
			 struct xsk_request *request)
{
	struct object *other;
	int err;

	for (int i = 5; i < argc; i++) {
		if (flag_argument(flag_names, &argv[i], &request->flags))
			continue;
		if (word_is(&argv[i], "bare")) {
			request->parts = 0;
		} else if (word_is(&argv[i], "fill")) {
			request->parts |= PART_FILL;
		} else if (word_is(&argv[i], "shared") && i + 1 < argc) {
			err = object_argument(script, script->sockets, "xsk", &argv[++i], &other);
			if (err)
				return err;
			request->flags |= XDP_SHARED_UMEM;
			request->shared_fd = other->fd;
			/* The UMEM is the other's, its fill and completion rings, too. */
			request->parts = PART_RX;
		} else {
			return script_fail(script, "'%s' is unknown or needs a value",
					   argv[i].text);
		}
	}
	return 0;
}

static int option_set(int fd, int option, const void *value, socklen_t size)
{
	return setsockopt(fd, SOL_XDP, option, value, size) < 0 ? -errno : 0;
}

static int umem_register(int fd)
{
	struct xdp_umem_reg reg = {
		.len = (uint64_t)FRAME_SIZE * FRAME_COUNT,
		.chunk_size = FRAME_SIZE,
	};
	void *frames;
	int err;

	frames = mmap(NULL, reg.len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (frames == MAP_FAILED)
		return -errno;
	reg.addr = (uintptr_t)frames;
	err = option_set(fd, XDP_UMEM_REG, &reg, sizeof(reg));
	/* The kernel holds the pages by itself. */
	munmap(frames, reg.len);
	return err;
}

static int rings_create(int fd, uint32_t parts)
{
	static const struct {
		uint32_t part;
		int option;
	} rings[] = {
		{ PART_FILL, XDP_UMEM_FILL_RING },
		{ PART_FILL, XDP_UMEM_COMPLETION_RING },
		{ PART_RX, XDP_RX_RING },
	};
	const int entries = FRAME_COUNT;
	int err = 0;

	for (size_t i = 0; i < sizeof(rings) / sizeof(rings[0]) && !err; i++)
		if (parts & rings[i].part)
			err = option_set(fd, rings[i].option, &entries, sizeof(entries));
	return err;
}

static int xsk_bind(int fd, int ifindex, const struct xsk_request *request)
{
	struct sockaddr_xdp address = {
		.sxdp_family = AF_XDP,
		.sxdp_flags = (uint16_t)request->flags,
		.sxdp_ifindex = (uint32_t)ifindex,
		.sxdp_queue_id = request->queue,
		.sxdp_shared_umem_fd = (uint32_t)request->shared_fd,
	};

	return bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ? -errno : 0;
}

/* A bound socket or a negative errno; then *ret_via is the step that failed before bind, or NULL.
 */
static int xsk_open(int ifindex, const struct xsk_request *request, const char **ret_via)
{
	int err = 0, fd;

	*ret_via = "socket";
	fd = socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (request->parts & PART_UMEM) {
		*ret_via = "umem";
		err = umem_register(fd);
	}
	if (!err) {
		*ret_via = "ring";
		err = rings_create(fd, request->parts);
	}
	if (!err) {
		*ret_via = NULL;
		err = xsk_bind(fd, ifindex, request);
	}
	if (err)
		close(fd);
	return err ? err : fd;
}

/* Sockets have no id that the kernel counts; ss and /proc/PID/fd know them by inode. */
static uint32_t inode(int fd)
{
	struct stat status;

	return fd < 0 || fstat(fd, &status) < 0 ? 0 : (uint32_t)status.st_ino;
}

int verb_xsk_bind(struct script *script, int argc, const struct word *argv)
{
	struct xsk_request request = { .parts = PART_UMEM | PART_FILL | PART_RX };
	const char *via;
	int err, fd, ifindex;

	err = new_name_argument(script, script->sockets, &argv[1]);
	if (!err)
		err = number_argument(script, &argv[4], "queue", &request.queue);
	if (!err)
		err = options_parse(script, argc, argv, &request);
	if (err)
		return err;
	named_result_begin(argv);
	device_result(&argv[3]);
	result_number("queue", request.queue);
	if (!device_argument(&argv[3], &ifindex))
		return 0;
	fd = xsk_open(ifindex, &request, &via);
	if (fd < 0 && via) {
		result_failed(fd, via);
		return 0;
	}
	return object_keep(&script->sockets, argv[1].text, fd, inode(fd));
}

int verb_xsk_close(struct script *script, int argc, const struct word *argv)
{
	(void)argc;
	return object_close_run(script, &script->sockets, argv);
}
