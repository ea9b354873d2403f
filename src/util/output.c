// SPDX-License-Identifier: GPL-2.0
#include "util/output.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#define MUCH 65536

/* Without O_NONBLOCK, a FIFO would keep us here until somebody reads it. */
static int open_path(const char *path)
{
	int fd =
		open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0600);
	int err;

	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_SETFL, O_APPEND) >= 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int output_open(struct output *ret, const char *path)
{
	*ret = (struct output){ .path = path, .stops = { -1, -1 } };
	ret->fd = path ? open_path(path) : STDOUT_FILENO;
	if (ret->fd < 0)
		return ret->fd;
	ret->stream = open_memstream(&ret->text, &ret->size);
	return ret->stream ? 0 : -ENOMEM;
}

/* Waits until it can be written to. Returns 0, or a negative errno: it will not be, in time. */
static int wait_for_room(const struct output *output)
{
	struct pollfd fds[] = { { .fd = output->fd, .events = POLLOUT },
				{ .fd = output->stops[0], .events = POLLIN },
				{ .fd = output->stops[1], .events = POLLIN } };

	while (poll(fds, ARRAY_SIZE(fds), -1) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return fds[0].revents ? 0 : -ECANCELED;
}

/*
 * Returns how much was written; less than all after a failure, which is in output->err. A file is
 * written at once; a pipe that has room has it for PIPE_BUF bytes, and more would be waited for.
 */
static size_t write_all(struct output *output)
{
	struct stat stat;
	bool waits = fstat(output->fd, &stat) || !S_ISREG(stat.st_mode);
	size_t done = 0;

	while (done < output->size) {
		size_t size = output->size - done;
		ssize_t written;

		if (waits && size > PIPE_BUF)
			size = PIPE_BUF;
		output->err = waits ? wait_for_room(output) : 0;
		if (output->err)
			break;
		written = write(output->fd, output->text + done, size);
		if (written >= 0) {
			done += written;
		} else if (errno != EINTR && errno != EAGAIN) { /* it was given to us so */
			output->err = -errno;
			break;
		}
	}
	return done;
}

/* The part of a line at the end of what was written is taken away again, if that can be done. */
static void remove_part(int fd, const char *text, size_t done)
{
	const char *end = done ? memrchr(text, '\n', done) : NULL;
	size_t part = end ? (size_t)(text + done - end - 1) : done;
	off_t at = lseek(fd, 0, SEEK_CUR);
	struct stat stat;

	if (part && at >= (off_t)part && !fstat(fd, &stat) && S_ISREG(stat.st_mode) &&
	    stat.st_size == at && ftruncate(fd, at - part) == 0)
		lseek(fd, at - part, SEEK_SET);
}

int output_flush(struct output *output)
{
	size_t done;

	if (fflush(output->stream) && !output->err)
		output->err = -errno;
	if (output->err) /* nobody gets it any more: it must not pile up */
		rewind(output->stream);
	if (output->err || !output->size)
		return output->err;
	done = write_all(output);
	if (output->err)
		remove_part(output->fd, output->text, done);
	rewind(output->stream);
	return output->err;
}

void output_relieve(struct output *output)
{
	if (ftell(output->stream) >= MUCH)
		output_flush(output);
}

int output_reopen(struct output *output)
{
	_cleanup_(close_fd) int fd = -1;

	if (!output->path)
		return 0;
	output_flush(output);
	fd = open_path(output->path);
	if (fd < 0)
		return fd;
	return dup3(fd, output->fd, O_CLOEXEC) < 0 ? -errno : 0;
}

void output_close(struct output *output)
{
	if (output->stream)
		fclose(output->stream);
	free(output->text);
	if (output->path && output->fd >= 0)
		close(output->fd);
	*output = (struct output){};
}
