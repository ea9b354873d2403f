// SPDX-License-Identifier: GPL-2.0
#include "kernel/netns_socket.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/stat.h>

#define BUFFER_SIZE (32 * 1024) /* no datagram of a dump is larger, but for one huge device */

void netns_socket_close(struct mnl_socket **socket)
{
	if (*socket)
		mnl_socket_close(*socket);
}

void netns_buffer_release(struct netns_buffer *buffer)
{
	free(buffer->data);
}

static bool is_same(int one, int other)
{
	struct stat left, right;

	return !fstat(one, &left) && !fstat(other, &right) && left.st_dev == right.st_dev &&
	       left.st_ino == right.st_ino;
}

int netns_socket(int netns, int bus, struct mnl_socket **ret)
{
	_cleanup_(netns_socket_close) struct mnl_socket *socket = NULL;
	_cleanup_(close_fd) int own = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	bool enter;
	int err = 0;

	if (own < 0)
		return -errno;
	enter = !is_same(own, netns);
	if (enter && setns(netns, CLONE_NEWNET))
		return -errno;
	socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
	if (!socket)
		err = -errno;
	if (enter && setns(own, CLONE_NEWNET))
		return -ENOTRECOVERABLE;
	if (err)
		return err;
	*ret = socket;
	socket = NULL;
	return 0;
}

/* Looks at the length first: a datagram that is cut can not be had again. */
ssize_t netns_receive(struct mnl_socket *socket, struct netns_buffer *buffer)
{
	ssize_t length;

	do
		length = recv(mnl_socket_get_fd(socket), NULL, 0, MSG_PEEK | MSG_TRUNC);
	while (length < 0 && errno == EINTR);
	if (length < 0)
		return -errno;
	if ((size_t)length > buffer->size) {
		size_t size = length > BUFFER_SIZE ? length : BUFFER_SIZE;
		void *data = realloc(buffer->data, size);

		if (!data)
			return -ENOMEM;
		*buffer = (struct netns_buffer){ data, size };
	}
	do
		length = mnl_socket_recvfrom(socket, buffer->data, buffer->size);
	while (length < 0 && errno == EINTR);
	return length < 0 ? -errno : length;
}
