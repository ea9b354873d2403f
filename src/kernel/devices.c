// SPDX-License-Identifier: GPL-2.0
#include "kernel/devices.h"

#include "util/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <string.h>

#ifndef RTEXT_FILTER_SKIP_STATS
#define RTEXT_FILTER_SKIP_STATS (1 << 3)
#endif

/* The kernel makes its dump messages as large as the reader's buffer, up to this. */
#define BUFFER_SIZE 32768
#define ATTEMPTS    8

static void close_socket(struct mnl_socket **socket)
{
	if (*socket)
		mnl_socket_close(*socket);
}

static int parse_xdp(const struct nlattr *attr, void *arg)
{
	static const int modes[] = {
		[IFLA_XDP_DRV_PROG_ID] = WIRE_MODE_DRIVER,
		[IFLA_XDP_SKB_PROG_ID] = WIRE_MODE_GENERIC,
		[IFLA_XDP_HW_PROG_ID] = WIRE_MODE_OFFLOAD,
	};
	struct device_xdp *device = arg;

	switch (mnl_attr_get_type(attr)) {
	case IFLA_XDP_DRV_PROG_ID:
	case IFLA_XDP_SKB_PROG_ID:
	case IFLA_XDP_HW_PROG_ID:
		if (mnl_attr_validate(attr, MNL_TYPE_U32))
			return MNL_CB_ERROR;
		device->prog[modes[mnl_attr_get_type(attr)]] = mnl_attr_get_u32(attr);
	}
	return MNL_CB_OK;
}

static int parse_link(const struct nlattr *attr, void *arg)
{
	struct device_xdp *device = arg;
	size_t length = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		if (length > sizeof(device->name))
			return MNL_CB_ERROR;
		memcpy(device->name, mnl_attr_get_payload(attr), length);
		device->name[sizeof(device->name) - 1] = 0;
		return MNL_CB_OK;
	case IFLA_XDP:
		return mnl_attr_parse_nested(attr, parse_xdp, device);
	default:
		return MNL_CB_OK;
	}
}

int device_parse(const struct nlmsghdr *message, struct device_xdp *ret)
{
	struct device_xdp device = {};
	const struct ifinfomsg *info;

	if (message->nlmsg_type != RTM_NEWLINK ||
	    message->nlmsg_len < MNL_NLMSG_HDRLEN + MNL_ALIGN(sizeof(*info)))
		return -EBADMSG;
	info = mnl_nlmsg_get_payload(message);
	device.ifindex = info->ifi_index;
	if (mnl_attr_parse(message, sizeof(*info), parse_link, &device) != MNL_CB_OK)
		return -EBADMSG;
	*ret = device;
	return 0;
}

/* A socket of another namespace: it stays there, we do not. */
static int socket_open(int netns_fd, struct mnl_socket **ret)
{
	_cleanup_(close_fd) int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	struct mnl_socket *socket;
	int err = 0;

	if (home < 0 || setns(netns_fd, CLONE_NEWNET))
		return -errno;
	socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	if (!socket)
		err = -errno;
	if (setns(home, CLONE_NEWNET) && !err)
		err = -errno;
	if (!err && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID))
		err = -errno;
	if (err) {
		close_socket(&socket);
		return err;
	}
	*ret = socket;
	return 0;
}

static int dump_request(struct mnl_socket *socket, unsigned int sequence)
{
	char buffer[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	request->nlmsg_seq = sequence;
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return mnl_socket_sendto(socket, request, request->nlmsg_len) < 0 ? -errno : 0;
}

struct dump {
	device_fn fn;
	void *arg;
	int ret; /* what the callback has returned */
};

static int dump_message(const struct nlmsghdr *message, void *arg)
{
	struct dump *dump = arg;
	struct device_xdp device;

	if (!dump->ret && !device_parse(message, &device))
		dump->ret = dump->fn(&device, dump->arg);
	return MNL_CB_OK;
}

/* Returns 0, or a negative errno: -EINTR when devices came or went meanwhile. */
static int dump_read(struct mnl_socket *socket, unsigned int sequence, struct dump *dump)
{
	_cleanup_(free_pointer) char *buffer = malloc(BUFFER_SIZE);
	int more = MNL_CB_OK;

	if (!buffer)
		return -ENOMEM;
	while (more > MNL_CB_STOP) {
		ssize_t size = mnl_socket_recvfrom(socket, buffer, BUFFER_SIZE);

		if (size < 0 && errno == EINTR)
			continue;
		if (size < 0)
			return -errno;
		more = mnl_cb_run(buffer, size, sequence, mnl_socket_get_portid(socket),
				  dump_message, dump);
	}
	return more < 0 ? -errno : 0;
}

int devices_each(int netns_fd, device_fn fn, void *arg)
{
	int err = -EINTR;

	for (unsigned int attempt = 1; err == -EINTR && attempt <= ATTEMPTS; attempt++) {
		_cleanup_(close_socket) struct mnl_socket *socket = NULL;
		struct dump dump = { .fn = fn, .arg = arg };

		err = socket_open(netns_fd, &socket);
		if (!err)
			err = dump_request(socket, attempt);
		if (!err)
			err = dump_read(socket, attempt, &dump);
		if (dump.ret)
			return dump.ret;
	}
	return err;
}
