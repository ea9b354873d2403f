// SPDX-License-Identifier: GPL-2.0
#include "kernel/uevents.h"

#include "util/cleanup.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

#define KERNEL_GROUP 1         /* group 2 is udev's, with what it has made of them */
#define MESSAGE_SIZE 8192      /* four times what the kernel puts into one (UEVENT_BUFFER_SIZE) */
#define BUFFER_SIZE  (1 << 20) /* a machine that boots loads a hundred modules in a moment */

int uevents_open(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = KERNEL_GROUP };
	int fd, size = BUFFER_SIZE, err;

	fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	if (!bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* "add@/module/veth", then strings with more about it. */
bool uevent_parse(const char *message, size_t length, struct module_event *ret)
{
	static const struct {
		const char *begin;
		bool loaded;
	} kinds[] = { { "add@/module/", true }, { "remove@/module/", false } };

	if (!memchr(message, '\0', length))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *name = message + strlen(kinds[i].begin);

		if (strncmp(message, kinds[i].begin, strlen(kinds[i].begin)))
			continue;
		/* A path further down is of something in the module's folder. */
		if (!*name || strchr(name, '/') || strlen(name) >= sizeof(ret->module))
			return false;
		*ret = (struct module_event){ .loaded = kinds[i].loaded };
		strcpy(ret->module, name);
		return true;
	}
	return false;
}

int uevents_read(int fd, void (*each)(const struct module_event *event, void *arg), void *arg)
{
	char message[MESSAGE_SIZE];
	struct module_event event;
	struct sockaddr_nl sender;
	bool lost = false;

	for (;;) {
		socklen_t size = sizeof(sender);
		ssize_t length = recvfrom(fd, message, sizeof(message), 0,
					  (struct sockaddr *)&sender, &size);

		if (length < 0 && errno == EAGAIN)
			return lost ? -ENOBUFS : 0;
		if (length < 0 && errno != ENOBUFS && errno != EINTR)
			return -errno;
		if (length < 0) {
			lost |= errno == ENOBUFS;
			continue;
		}
		/* Anybody with CAP_NET_ADMIN can send to the group: only the kernel has no port. */
		if (!sender.nl_pid && uevent_parse(message, length, &event))
			each(&event, arg);
	}
}
