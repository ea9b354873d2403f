// SPDX-License-Identifier: GPL-2.0
/* rtnl: one rtnetlink request and its acknowledgement, with the kernel's extended ack text. */
#ifndef XDPCTL_RTNL_H
#define XDPCTL_RTNL_H

#include <stdint.h>

#include <libmnl/libmnl.h>

struct rtnl {
	/* NULL until the first request: it belongs to the network namespace of that moment. */
	struct mnl_socket *socket;
	uint32_t sequence;
};

struct rtnl_ack {
	char message[256]; /* may be set on success, too: a warning; "" without */
};

/* Has room for two words of a script (words.h), the most that a request carries. */
struct rtnl_message {
	char bytes[2048] __attribute__((aligned(NLMSG_ALIGNTO)));
};

void rtnl_release(struct rtnl *rtnl);

/*
 * Starts a link request of the type (RTM_*) for the interface index; attributes are then added to
 * the result.
 */
struct nlmsghdr *rtnl_link_message(struct rtnl_message *message, uint16_t type, int ifindex);

/* Sends and waits for the answer: 0 or the kernel's negative errno. ack is always filled. */
int rtnl_request(struct rtnl *rtnl, struct nlmsghdr *request, struct rtnl_ack *ack);

#endif
