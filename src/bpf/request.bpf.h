/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rtnetlink requests that carry IFLA_XDP. What becomes of one is an operation of
 * dev_change_xdp_fd; one that is refused before it gets there (malformed flags, no
 * CAP_NET_ADMIN, an error of another attribute) is an operation only by its request.
 */
#ifndef XDPSNOOP_REQUEST_BPF_H
#define XDPSNOOP_REQUEST_BPF_H

#include "message.bpf.h"
#include "operation.bpf.h"

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#define REQUEST_ATTRS 40 /* attributes that are looked at; ip sends IFLA_XDP among the first */

struct request {
	__u64 start_ns;
	__u64 net;    /* struct net * of the socket */
	__u64 extack; /* struct netlink_ext_ack * */
	__u32 ifindex;
	__u32 flags;
	__s32 fd; /* of the program, negative to remove */
	__u32 pad;
	char ifname[WIRE_NAME]; /* aligned to 8 */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct request);
} requests SEC(".maps");

/*
 * Where the last netlink attribute of @type is, 0 if there is none, in the @length bytes of them at
 * @at, in the kernel's memory: what nla_parse() of lib/nlattr.c takes for it.
 */
GLOBAL __u64 attribute_find(__u64 at, __u64 length, __u64 type)
{
	__u64 found = 0;

	GLOBAL_HAS(3);
	for (__u64 i = 0; i < REQUEST_ATTRS; i++) {
		struct nlattr attr = {}; /* stays 0 if it can not be read */
		__u64 own;

		bpf_probe_read_kernel(&attr, sizeof(attr), (void *)at);
		own = attr.nla_len;
		if (own < sizeof(attr) || own > length)
			break;
		if ((attr.nla_type & NLA_TYPE_MASK) == type)
			found = at;
		own = NLA_ALIGN(own);
		if (own > length) /* the last one needs no padding */
			break;
		at += own;
		length -= own;
	}
	return found;
}

#define PAYLOAD(attribute) ((void *)((attribute) + sizeof(struct nlattr)))

/*
 * The @length bytes of attributes at @at, of a request for a device. Returns whether a change of
 * its XDP is asked for.
 */
static __always_inline bool request_read(struct request *request, __u64 at, __u64 length)
{
	__u64 xdp = attribute_find(at, length, IFLA_XDP), found;
	struct nlattr attr = {};

	if (!xdp)
		return false;
	bpf_probe_read_kernel(&attr, sizeof(attr), (void *)xdp);
	length = attr.nla_len - sizeof(attr);
	xdp += sizeof(attr);
	found = attribute_find(xdp, length, IFLA_XDP_FD);
	if (!found)
		return false;
	bpf_probe_read_kernel(&request->fd, 4, PAYLOAD(found));
	found = attribute_find(xdp, length, IFLA_XDP_FLAGS);
	if (found)
		bpf_probe_read_kernel(&request->flags, 4, PAYLOAD(found));
	return true;
}

/* Likewise which device it names. */
static __always_inline void request_read_device(struct request *request, __u64 at, __u64 length)
{
	__u64 found = attribute_find(at, length, IFLA_IFNAME);

	if (found)
		bpf_probe_read_kernel_str(request->ifname, sizeof(request->ifname), PAYLOAD(found));
}

/* (skb, nlh, extack): remembered if it asks for a change of XDP. */
static __always_inline void request_enter(void *ctx, __u64 cookie, const __u64 *args)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct sk_buff *skb = (void *)args[0];
	struct request request = {};
	struct ifinfomsg info;
	struct nlmsghdr head;
	__u64 start = bpf_ktime_get_ns(), attrs = args[1] + NLMSG_SPACE(sizeof(info)), length;

	if (!active || bpf_probe_read_kernel(&head, sizeof(head), (void *)args[1]) ||
	    (head.nlmsg_type != RTM_SETLINK && head.nlmsg_type != RTM_NEWLINK) ||
	    head.nlmsg_len < NLMSG_SPACE(sizeof(info)) ||
	    bpf_probe_read_kernel(&info, sizeof(info), (void *)(args[1] + NLMSG_HDRLEN)))
		return;
	length = head.nlmsg_len - NLMSG_SPACE(sizeof(info));
	if (!request_read(&request, attrs, length))
		return;
	request_read_device(&request, attrs, length);
	request.start_ns = start;
	request.net = (__u64)BPF_CORE_READ(skb, sk, __sk_common.skc_net.net);
	request.extack = args[2];
	request.ifindex = info.ifi_index;
	stack_take(ctx, STACK_NOTED(tid), WIRE_COOKIE_TARGET(cookie), true);
	if (bpf_map_update_elem(&requests, &tid, &request, BPF_ANY))
		count(&stats.untracked);
}

/* The request's XDP attribute has been looked at: its operation is reported by itself. */
static __always_inline void request_reached(void)
{
	__u32 tid = bpf_get_current_pid_tgid();

	bpf_map_delete_elem(&requests, &tid);
}

static __always_inline void request_fill(struct operation *op, struct frame *frame,
					 const struct request *request)
{
	struct netlink_ext_ack *extack = (void *)request->extack;
	struct net *net = (void *)request->net;
	struct net_device *dev;
	const char *msg = NULL;

	op->wire.removal = request->fd < 0;
	op->wire.flags = request->flags;
	op->wire.tail.start_ns = request->start_ns;
	op->wire.dev.ifindex = request->ifindex;
	op->wire.dev.netns = BPF_CORE_READ(net, ns.inum);
	__builtin_memcpy(op->wire.dev.name, request->ifname, WIRE_NAME);
	operation_prog(op, capture_prog_of_fd(request->fd));
	dev = request->ifindex ? capture_dev_by_index(net, request->ifindex) : NULL;
	frame->dev = (__u64)dev;
	if (dev) {
		operation_device(op, dev);
		operation_state(op, dev);
	}
	if (extack)
		msg = BPF_CORE_READ(extack, _msg);
	if (msg)
		operation_message(op, (__u64)msg, 1, WIRE_CHANNEL_EXTACK);
}

/* A request that was refused before its XDP attribute was looked at is an operation that failed. */
static __always_inline bool request_return(struct ending *ending, __u64 cookie, int ret)
{
	__u32 tid = bpf_get_current_pid_tgid();
	struct request *request = bpf_map_lookup_elem(&requests, &tid);
	bool ends;

	if (!request)
		return false;
	ending->took_ns = bpf_ktime_get_ns() - request->start_ns;
	ends = ret < 0 && operation_noted(ending, HOOK_REQUEST, cookie);
	if (ends)
		request_fill(ending->op, ending->frame, request);
	bpf_map_delete_elem(&requests, &tid);
	return ends;
}

#endif
