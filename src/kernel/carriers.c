// SPDX-License-Identifier: GPL-2.0
#include "kernel/carriers.h"

#include "util/cleanup.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef IFF_LOWER_UP
#define IFF_LOWER_UP 0x10000 /* linux/if.h, which net/if.h excludes */
#endif

#define READ_SIZE 32768 /* the kernel's largest part of a dump */

int device_carrier_parse(const struct nlmsghdr *message, struct device_carrier *ret)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attr;
	const void *attrs;
	size_t length;

	if ((message->nlmsg_type != RTM_NEWLINK && message->nlmsg_type != RTM_DELLINK) ||
	    message->nlmsg_len < mnl_nlmsg_size(sizeof(*header)) || header->ifi_index <= 0 ||
	    header->ifi_family != AF_UNSPEC) /* of a bridge's port: that has no carrier */
		return -EBADMSG;
	*ret = (struct device_carrier){
		.ifindex = header->ifi_index,
		.enabled = header->ifi_flags & IFF_UP,
		.present = header->ifi_flags & IFF_LOWER_UP,
		.gone = message->nlmsg_type == RTM_DELLINK,
	};
	/* Not mnl_attr_for_each(), which rounds the end of the message up. */
	attrs = mnl_nlmsg_get_payload_offset(message, sizeof(*header));
	length = message->nlmsg_len - mnl_nlmsg_size(sizeof(*header));
	mnl_attr_for_each_payload(attrs, length)
	{
		if (mnl_attr_get_type(attr) == IFLA_CARRIER_DOWN_COUNT &&
		    mnl_attr_validate(attr, MNL_TYPE_U32) >= 0)
			ret->downs = mnl_attr_get_u32(attr);
	}
	return 0;
}

int carriers_open(void)
{
	struct {
		struct nlmsghdr header;
		struct ifinfomsg link;
	} request = { .header = { .nlmsg_len = sizeof(request),
				  .nlmsg_type = RTM_GETLINK,
				  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP } };
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE), err;

	if (fd < 0)
		return -errno;
	if (!bind(fd, (struct sockaddr *)&address, sizeof(address)) &&
	    send(fd, &request, sizeof(request), 0) == sizeof(request))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Not mnl_nlmsg_ok(), which in libmnl 1.0.4 takes a length of 2 GB and more for a negative one. */
static bool message_fits(const struct nlmsghdr *message, int left)
{
	return left >= (int)sizeof(*message) && message->nlmsg_len >= sizeof(*message) &&
	       message->nlmsg_len <= (uint32_t)left;
}

int carriers_read(int fd, void (*each)(const struct device_carrier *carrier, void *arg), void *arg)
{
	_cleanup_(free_pointer) char *data = malloc(READ_SIZE);
	ssize_t length;

	if (!data)
		return -ENOMEM;
	while ((length = recv(fd, data, READ_SIZE, 0)) > 0) {
		const struct nlmsghdr *message = (const void *)data;
		struct device_carrier carrier;
		int left = length;

		for (; message_fits(message, left); message = mnl_nlmsg_next(message, &left)) {
			if (!device_carrier_parse(message, &carrier))
				each(&carrier, arg);
		}
	}
	return length < 0 && errno != EAGAIN ? -errno : 0;
}
