/* SPDX-License-Identifier: GPL-2.0 */
/* Netlink sockets in other network namespaces. */
#ifndef XDPSNOOP_KERNEL_NETNS_SOCKET_H
#define XDPSNOOP_KERNEL_NETNS_SOCKET_H

#include <libmnl/libmnl.h>

/*
 * Opens a netlink socket of @bus (NETLINK_ROUTE, ...) in the network namespace behind @netns: it
 * stays there, the process is in it for a moment only. That takes CAP_SYS_ADMIN, but for the
 * process's own. Returns 0 or a negative errno; among them -ENOTRECOVERABLE: the process is caught
 * in @netns, and had better end.
 */
int netns_socket(int netns, int bus, struct mnl_socket **ret);

/* For _cleanup_(). */
void netns_socket_close(struct mnl_socket **socket);

/* A buffer for datagrams, which grows with them. */
struct netns_buffer {
	void *data; /* owned */
	size_t size;
};

/* Receives one datagram, whole. Returns its length or a negative errno. */
ssize_t netns_receive(struct mnl_socket *socket, struct netns_buffer *buffer);
void netns_buffer_release(struct netns_buffer *buffer);

#endif
