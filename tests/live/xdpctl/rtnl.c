// SPDX-License-Identifier: GPL-2.0
#include "rtnl.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

/* uapi values that an older linux/netlink.h lacks. */
#ifndef NLM_F_CAPPED
#define NLM_F_CAPPED 0x100
#endif
#ifndef NLM_F_ACK_TLVS
#define NLM_F_ACK_TLVS 0x200
#endif

static int rtnl_open(struct rtnl *rtnl)
{
	struct mnl_socket *socket;
	int err, on = 1;

	if (rtnl->socket)
		return 0;
	socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!socket)
		return -errno;
	if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
	    mnl_socket_setsockopt(socket, NETLINK_EXT_ACK, &on, sizeof(on)) < 0) {
		err = -errno;
		mnl_socket_close(socket);
		return err;
	}
	rtnl->socket = socket;
	return 0;
}

void rtnl_release(struct rtnl *rtnl)
{
	if (rtnl->socket)
		mnl_socket_close(rtnl->socket);
	rtnl->socket = NULL;
}

struct nlmsghdr *rtnl_link_message(struct rtnl_message *message, uint16_t type, int ifindex)
{
	struct nlmsghdr *header = mnl_nlmsg_put_header(message->bytes);
	struct ifinfomsg *info;

	header->nlmsg_type = type;
	header->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	info = mnl_nlmsg_put_extra_header(header, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	info->ifi_index = ifindex;
	return header;
}

static void ack_text_read(const struct nlmsghdr *answer, struct rtnl_ack *ack)
{
	const struct nlmsgerr *error = mnl_nlmsg_get_payload(answer);
	unsigned int offset = sizeof(*error);
	const struct nlattr *attr;

	if (!(answer->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	/* A failed request is echoed whole before the attributes, unless capped. */
	if (!(answer->nlmsg_flags & NLM_F_CAPPED))
		offset += MNL_ALIGN(error->msg.nlmsg_len - sizeof(error->msg));
	if (offset > mnl_nlmsg_get_payload_len(answer))
		return;
	mnl_attr_for_each(attr, answer, offset) if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
		snprintf(ack->message, sizeof(ack->message), "%.*s",
			 (int)mnl_attr_get_payload_len(attr), mnl_attr_get_str(attr));
}

static int answer_receive(struct rtnl *rtnl, struct rtnl_ack *ack)
{
	char buffer[8192] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *answer;
	const struct nlmsgerr *error;
	ssize_t received;
	int left;

	for (;;) {
		received = mnl_socket_recvfrom(rtnl->socket, buffer, sizeof(buffer));
		if (received < 0 && errno == EINTR)
			continue;
		if (received < 0)
			return -errno;
		left = (int)received;
		for (answer = (const struct nlmsghdr *)buffer; mnl_nlmsg_ok(answer, left);
		     answer = mnl_nlmsg_next(answer, &left)) {
			if (answer->nlmsg_type != NLMSG_ERROR ||
			    answer->nlmsg_seq != rtnl->sequence)
				continue;
			if (mnl_nlmsg_get_payload_len(answer) < sizeof(*error))
				return -EBADMSG;
			error = mnl_nlmsg_get_payload(answer);
			ack_text_read(answer, ack);
			return error->error;
		}
	}
}

int rtnl_request(struct rtnl *rtnl, struct nlmsghdr *request, struct rtnl_ack *ack)
{
	int err;

	ack->message[0] = '\0';
	err = rtnl_open(rtnl);
	if (err)
		return err;
	request->nlmsg_seq = ++rtnl->sequence;
	if (mnl_socket_sendto(rtnl->socket, request, request->nlmsg_len) < 0)
		return -errno;
	return answer_receive(rtnl, ack);
}
