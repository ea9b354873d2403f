// SPDX-License-Identifier: GPL-2.0
#include "kernel/device_details.h"

#include "kernel/netns_socket.h"
#include "util/cleanup.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/genetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>

/* include/uapi/linux/netdev.h is newer than the headers that this is built with. */
#define NETDEV_FAMILY           "netdev"
#define NETDEV_CMD_DEV_GET      1
#define NETDEV_DEV_IFINDEX      1
#define NETDEV_DEV_XDP_FEATURES 3

/* Any socket's ioctl() is about the namespace that it was made in. */
static void read_driver(int socket, const char *name, struct device_details *details)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq request = { .ifr_data = (void *)&info };

	memcpy(request.ifr_name, name, strnlen(name, sizeof(request.ifr_name)));
	if (!ioctl(socket, SIOCETHTOOL, &request))
		snprintf(details->driver, sizeof(details->driver), "%.31s", info.driver);
}

bool generic_attribute(const struct nlmsghdr *message, uint16_t wanted, void *ret, size_t size)
{
	const struct nlattr *attr;
	const void *attrs;
	size_t length;

	if (message->nlmsg_len < mnl_nlmsg_size(sizeof(struct genlmsghdr)))
		return false;
	attrs = mnl_nlmsg_get_payload_offset(message, sizeof(struct genlmsghdr));
	length = message->nlmsg_len - mnl_nlmsg_size(sizeof(struct genlmsghdr));
	mnl_attr_for_each_payload(attrs, length)
	{
		if (mnl_attr_get_type(attr) != wanted || mnl_attr_get_payload_len(attr) != size)
			continue;
		memcpy(ret, mnl_attr_get_payload(attr), size);
		return true;
	}
	return false;
}

/* Sends @message, and looks for an attribute in the answer. */
static bool ask(struct mnl_socket *socket, struct nlmsghdr *message, uint16_t wanted, void *ret,
		size_t size)
{
	_cleanup_(netns_buffer_release) struct netns_buffer buffer = {};
	const struct nlmsghdr *answer;
	ssize_t length;

	message->nlmsg_flags = NLM_F_REQUEST;
	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return false;
	length = netns_receive(socket, &buffer);
	answer = buffer.data;
	return length >= (ssize_t)sizeof(*answer) && answer->nlmsg_len >= sizeof(*answer) &&
	       answer->nlmsg_len <= (size_t)length && answer->nlmsg_type == message->nlmsg_type &&
	       generic_attribute(answer, wanted, ret, size);
}

static struct nlmsghdr *message_begin(void *room, uint16_t type, uint8_t command)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(room);
	struct genlmsghdr *header = mnl_nlmsg_put_extra_header(message, sizeof(*header));

	message->nlmsg_type = type;
	*header = (struct genlmsghdr){ .cmd = command, .version = 1 };
	return message;
}

static void read_features(struct mnl_socket *socket, uint32_t ifindex,
			  struct device_details *details)
{
	struct nlmsghdr *message;
	struct {
		struct nlmsghdr header;
		char rest[64];
	} room;
	uint16_t family;

	message = message_begin(&room, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);
	mnl_attr_put_strz(message, CTRL_ATTR_FAMILY_NAME, NETDEV_FAMILY);
	if (!ask(socket, message, CTRL_ATTR_FAMILY_ID, &family, sizeof(family)))
		return;
	message = message_begin(&room, family, NETDEV_CMD_DEV_GET);
	mnl_attr_put_u32(message, NETDEV_DEV_IFINDEX, ifindex);
	details->has_features = ask(socket, message, NETDEV_DEV_XDP_FEATURES, &details->features,
				    sizeof(details->features));
}

int device_details_read(int netns, uint32_t ifindex, const char *name, struct device_details *ret)
{
	_cleanup_(netns_socket_close) struct mnl_socket *socket = NULL;
	int err = netns_socket(netns, NETLINK_GENERIC, &socket);

	if (err)
		return err;
	*ret = (struct device_details){};
	read_driver(mnl_socket_get_fd(socket), name, ret);
	read_features(socket, ifindex, ret);
	return 0;
}
