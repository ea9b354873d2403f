// SPDX-License-Identifier: GPL-2.0
#include "kernel/devices.h"

#include "kernel/netns_socket.h"
#include "util/cleanup.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#define DUMPS_MAX 8 /* readings of a list that changes all the time */

static int parse_prog_ids(const struct nlattr *xdp, struct device_xdp *device)
{
	static const uint8_t modes[] = {
		[IFLA_XDP_SKB_PROG_ID] = WIRE_MODE_GENERIC,
		[IFLA_XDP_DRV_PROG_ID] = WIRE_MODE_DRIVER,
		[IFLA_XDP_HW_PROG_ID] = WIRE_MODE_OFFLOAD,
	};
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, xdp)
	{
		uint16_t type = mnl_attr_get_type(attr);

		if (type != IFLA_XDP_SKB_PROG_ID && type != IFLA_XDP_DRV_PROG_ID &&
		    type != IFLA_XDP_HW_PROG_ID)
			continue;
		if (mnl_attr_validate(attr, MNL_TYPE_U32) < 0)
			return -EBADMSG;
		device->prog_id[modes[type]] = mnl_attr_get_u32(attr);
	}
	return 0;
}

/* What is shorter than it should be is passed over: it is only told of. */
static void read_u32(const struct nlattr *attr, uint32_t *ret)
{
	if (mnl_attr_get_payload_len(attr) >= sizeof(*ret))
		*ret = mnl_attr_get_u32(attr);
}

static void parse_bond(const struct nlattr *data, struct device_xdp *device)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data)
	{
		if (!mnl_attr_get_payload_len(attr))
			continue;
		if (mnl_attr_get_type(attr) == IFLA_BOND_MODE)
			device->bond_mode = mnl_attr_get_u8(attr);
		if (mnl_attr_get_type(attr) == IFLA_BOND_XMIT_HASH_POLICY)
			device->bond_policy = mnl_attr_get_u8(attr);
	}
}

/* The kind comes before its data. */
static void parse_kind(const struct nlattr *info, struct device_xdp *device)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, info)
	{
		if (mnl_attr_get_type(attr) == IFLA_INFO_KIND)
			snprintf(device->kind, sizeof(device->kind), "%.*s",
				 (int)mnl_attr_get_payload_len(attr), mnl_attr_get_str(attr));
		if (mnl_attr_get_type(attr) == IFLA_INFO_DATA && !strcmp(device->kind, "bond"))
			parse_bond(attr, device);
	}
}

/* What is of use beside the name and the programs. */
static void parse_more(const struct nlattr *attr, struct device_xdp *device)
{
	switch (mnl_attr_get_type(attr)) {
	case IFLA_MTU:
		read_u32(attr, &device->mtu);
		break;
	case IFLA_MASTER:
		read_u32(attr, &device->master);
		break;
	case IFLA_LINK:
		read_u32(attr, &device->link);
		break;
	case IFLA_LINK_NETNSID:
		read_u32(attr, (uint32_t *)&device->link_netnsid);
		break;
	case IFLA_NUM_RX_QUEUES:
		read_u32(attr, &device->rx_queues);
		break;
	case IFLA_NUM_TX_QUEUES:
		read_u32(attr, &device->tx_queues);
		break;
	case IFLA_LINKINFO:
		parse_kind(attr, device);
		break;
	}
}

int device_parse(const struct nlmsghdr *message, struct device_xdp *ret)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	struct device_xdp device = { .link_netnsid = -1 };
	const struct nlattr *attr;
	const void *attrs;
	size_t length;

	if (message->nlmsg_type != RTM_NEWLINK ||
	    message->nlmsg_len < mnl_nlmsg_size(sizeof(*header)) || header->ifi_index <= 0)
		return -EBADMSG;
	device.ifindex = header->ifi_index;
	device.up = header->ifi_flags & IFF_UP;
	/* Not mnl_attr_for_each(), which rounds the end of the message up. */
	attrs = mnl_nlmsg_get_payload_offset(message, sizeof(*header));
	length = message->nlmsg_len - mnl_nlmsg_size(sizeof(*header));
	mnl_attr_for_each_payload(attrs, length)
	{
		switch (mnl_attr_get_type(attr)) {
		case IFLA_IFNAME:
			if (mnl_attr_validate(attr, MNL_TYPE_NUL_STRING) < 0 ||
			    mnl_attr_get_payload_len(attr) > sizeof(device.name))
				return -EBADMSG;
			strcpy(device.name, mnl_attr_get_str(attr));
			break;
		case IFLA_XDP:
			if (parse_prog_ids(attr, &device))
				return -EBADMSG;
			break;
		default:
			parse_more(attr, &device);
			break;
		}
	}
	if (!device.name[0])
		return -EBADMSG;
	*ret = device;
	return 0;
}

static int dump_add(struct device_dump *dump, const struct nlmsghdr *message)
{
	/* Full whenever the count is a power of two. */
	if (!(dump->count & (dump->count - 1))) {
		size_t size = dump->count ? dump->count * 2 : 1;
		struct device_xdp *list = reallocarray(dump->list, size, sizeof(*list));

		if (!list)
			return -ENOMEM;
		dump->list = list;
	}
	if (device_parse(message, &dump->list[dump->count]))
		return -EBADMSG;
	dump->count++;
	return 0;
}

/*
 * The errno that ends a dump: NLMSG_ERROR and NLMSG_DONE both begin with it, the latter since
 * 4.14 (netlink_dump in net/netlink/af_netlink.c).
 */
static int dump_end(const struct nlmsghdr *message)
{
	int error;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(error))
		return -EBADMSG;
	error = *(const int *)mnl_nlmsg_get_payload(message);
	return error < 0 ? error : 1;
}

/* Not mnl_nlmsg_ok(), which in libmnl 1.0.4 takes a length of 2 GB and more for a negative one. */
static bool message_fits(const struct nlmsghdr *message, int left)
{
	return left >= (int)sizeof(*message) && message->nlmsg_len >= sizeof(*message) &&
	       message->nlmsg_len <= (uint32_t)left;
}

int device_dump_read(struct device_dump *dump, const void *data, size_t length)
{
	const struct nlmsghdr *message = data;
	int left = length, ret;

	for (; message_fits(message, left); message = mnl_nlmsg_next(message, &left)) {
		if (message->nlmsg_seq != dump->seq)
			continue;
		if (message->nlmsg_flags & NLM_F_DUMP_INTR)
			dump->interrupted = true;
		if (message->nlmsg_type == NLMSG_ERROR || message->nlmsg_type == NLMSG_DONE)
			return dump_end(message);
		if (message->nlmsg_type != RTM_NEWLINK)
			continue;
		ret = dump_add(dump, message);
		if (ret)
			return ret;
	}
	return left > 0 ? -EBADMSG : 0;
}

void device_dump_release(struct device_dump *dump)
{
	free(dump->list);
	*dump = (struct device_dump){};
}

static int send_request(struct mnl_socket *socket, uint32_t seq)
{
	struct {
		struct nlmsghdr header;
		char rest[64];
	} room;
	struct nlmsghdr *message = mnl_nlmsg_put_header(&room);
	struct ifinfomsg *info;

	message->nlmsg_type = RTM_GETLINK;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	message->nlmsg_seq = seq;
	info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	/* No RTEXT_FILTER_VF either: hundreds of VFs make a message that nobody reads here. */
	mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return mnl_socket_sendto(socket, message, message->nlmsg_len) < 0 ? -errno : 0;
}

/* One reading of the list, from its beginning. */
static int dump_devices(struct mnl_socket *socket, struct netns_buffer *buffer,
			struct device_dump *dump)
{
	ssize_t length;
	int ret;

	dump->count = 0;
	dump->interrupted = false;
	dump->seq++;
	ret = send_request(socket, dump->seq);
	while (!ret) {
		length = netns_receive(socket, buffer);
		ret = length < 0 ? length : device_dump_read(dump, buffer->data, length);
	}
	return ret < 0 ? ret : 0;
}

int devices_each(int netns, int (*each)(const struct device_xdp *device, void *arg), void *arg)
{
	_cleanup_(netns_socket_close) struct mnl_socket *socket = NULL;
	_cleanup_(device_dump_release) struct device_dump dump = {};
	_cleanup_(netns_buffer_release) struct netns_buffer buffer = {};
	int ret, tries = 0;

	ret = netns_socket(netns, NETLINK_ROUTE, &socket);
	if (ret)
		return ret;
	do {
		ret = dump_devices(socket, &buffer, &dump);
		if (ret)
			return ret;
	} while (dump.interrupted && ++tries < DUMPS_MAX);
	for (size_t i = 0; i < dump.count; i++) {
		ret = each(&dump.list[i], arg);
		if (ret)
			return ret;
	}
	return dump.interrupted ? -EAGAIN : 0;
}

int device_read(struct mnl_socket *socket, int netnsid, uint32_t ifindex, struct device_xdp *ret)
{
	_cleanup_(netns_buffer_release) struct netns_buffer buffer = {};
	struct {
		struct nlmsghdr header;
		char rest[64];
	} room;
	struct nlmsghdr *message = mnl_nlmsg_put_header(&room);
	struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
	const struct nlmsghdr *answer;
	ssize_t length;

	message->nlmsg_type = RTM_GETLINK;
	message->nlmsg_flags = NLM_F_REQUEST;
	info->ifi_index = ifindex;
	mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	if (netnsid >= 0)
		mnl_attr_put_u32(message, IFLA_TARGET_NETNSID, netnsid);
	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	length = netns_receive(socket, &buffer);
	if (length < 0)
		return length;
	answer = buffer.data;
	if (!message_fits(answer, length))
		return -EBADMSG;
	return answer->nlmsg_type == NLMSG_ERROR ? dump_end(answer) : device_parse(answer, ret);
}
