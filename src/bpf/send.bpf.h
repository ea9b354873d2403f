/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rtnetlink requests by the system calls that send them, as these begin. Several requests may come
 * in one buffer, and a buffer in several pieces.
 */
#ifndef XDPSNOOP_SEND_BPF_H
#define XDPSNOOP_SEND_BPF_H

#include "answer.bpf.h"
#include "request.bpf.h"
#include "syscall.bpf.h"
#include "turn.bpf.h"

#include <linux/netlink.h>

#define SEND_BYTES    4096 /* of what is sent at once, and looked at */
#define SEND_PIECES   8
#define SEND_MESSAGES 16

#define AF_NETLINK 16 /* include/linux/socket.h */
#define S_IFMT     0170000
#define S_IFSOCK   0140000

/*
 * What is being sent, for as long as one program runs. Where the kernel lets no other program run
 * on that processor meanwhile (trace_call_bpf() of kernel/trace/bpf_trace.c), there is one place;
 * else each program takes one (turn.bpf.h).
 */
struct sending {
	__u32 takers; /* how many take it for theirs, or are about to: not more than one has it */
	__u32 place;
	__u64 sock;
	__u64 last; /* the newest message in its receive queue */
	__u32 length;
	__u32 messages;
	__u32 requests;
	__u8 cut; /* there is more */
	__u8 bytes[2 * SEND_BYTES];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WIRE_COPIES);
	__type(key, __u32);
	__type(value, struct sending);
} sendings SEC(".maps");

static __always_inline void sending_give_back(struct sending *sending)
{
	if (copies)
		__sync_fetch_and_add(&sending->takers, -1);
}

/*
 * A place that no other program has. They count themselves in first, and out if they are not
 * alone: no atomic operation that tells what it has met is needed (they came with 5.12).
 */
static __always_inline struct sending *sending_take(void)
{
#pragma unroll
	for (__u32 i = 0; i < WIRE_COPIES; i++) {
		__u32 place = i;
		struct sending *sending = bpf_map_lookup_elem(&sendings, &place);

		if (!sending || !copies)
			return sending;
		__sync_fetch_and_add(&sending->takers, 1);
		if (*(volatile __u32 *)&sending->takers == 1) {
			sending->place = place;
			return sending;
		}
		sending_give_back(sending);
	}
	return NULL;
}

/* The rtnetlink socket behind a descriptor, NULL if it is none. */
static __always_inline struct sock *send_sock_of_fd(int fd)
{
	struct file *file = capture_file_of_fd(fd);
	struct socket *socket;
	struct sock *sock;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	sock = BPF_CORE_READ(socket, sk);
	if (BPF_CORE_READ(sock, __sk_common.skc_family) != AF_NETLINK ||
	    BPF_CORE_READ(sock, sk_protocol) != NETLINK_ROUTE)
		return NULL;
	return sock;
}

/* Whether an address is that of another process: the kernel's has port 0. */
static __always_inline bool send_is_for_others(__u64 name, __u32 length)
{
	struct {
		__u16 family, pad;
		__u32 port;
	} address = {};

	if (!name || length < sizeof(address))
		return false;
	bpf_probe_read_user(&address, sizeof(address), (void *)name);
	return address.port;
}

/* Adds a piece to what is being sent. Returns false if it can not be read. */
static __always_inline bool send_add(struct sending *sending, __u64 from, __u64 length)
{
	__u64 at = sending->length;

	if (at >= SEND_BYTES) {
		sending->cut |= length > 0;
		return true;
	}
	if (length > SEND_BYTES) {
		length = SEND_BYTES;
		sending->cut = true;
	}
	barrier_var(at);
	barrier_var(length);
	if (at >= SEND_BYTES || length > SEND_BYTES ||
	    bpf_probe_read_user(sending->bytes + at, length, (void *)from))
		return false;
	sending->length = at + length;
	return true;
}

static __always_inline bool send_is_link_request(const struct nlmsghdr *head)
{
	return (head->nlmsg_type == RTM_SETLINK || head->nlmsg_type == RTM_NEWLINK ||
		head->nlmsg_type == RTM_DELLINK) &&
	       head->nlmsg_flags & NLM_F_REQUEST &&
	       head->nlmsg_len >= NLMSG_SPACE(sizeof(struct ifinfomsg));
}

/* Whether an earlier request in the same buffer has the same number, so that neither's answer is
 * known by it. */
static __always_inline bool send_find_twin(__u32 slot, __u32 number)
{
	__u32 tid = bpf_get_current_pid_tgid();
	bool found = false;

	for (__u32 i = 0; i < SEND_REQUESTS && i < slot; i++) {
		__u32 key = SYSCALL_KEY(i, tid);
		struct asked *other = bpf_map_lookup_elem(&asked, &key);

		if (!other || other->head.nlmsg_seq != number)
			continue;
		other->twin = true;
		found = true;
	}
	return found;
}

static __always_inline void send_begin(struct sending *sending, const struct request *request,
				       struct asked *ask)
{
	__u32 slot = sending->requests, key;
	struct net_device *dev = NULL;
	struct operation *op;

	if (slot >= SEND_REQUESTS) {
		count(&stats.untracked);
		return;
	}
	op = syscall_begin(ask->head.nlmsg_type == RTM_DELLINK ? HOOK_DELETE : HOOK_NETLINK, slot);
	if (!op)
		return;
	key = op->key;
	request_fill(op, &op->frames[0], request);
	if (!request->ifindex && request->ifname[0]) {
		dev = capture_dev_by_name((void *)request->net, request->ifname);
		syscall_found_dev(op, dev);
	}
	ask->sock = sending->sock;
	ask->last = sending->last;
	ask->twin = send_find_twin(slot, ask->head.nlmsg_seq);
	syscall_started(op);
	if (bpf_map_update_elem(&asked, &key, ask, BPF_ANY)) {
		count(&stats.untracked);
		syscall_drop(op);
		return;
	}
	sending->requests++; /* there is none without its slot: send_return() ends at the first */
}

/*
 * The message at @at, in the copy of what is being sent. Returns its length, 0 if it is none. A
 * function of its own, which the verifier looks at once, and not once for each message.
 */
__attribute__((noinline)) int send_message(__u64 at, __u32 left, __u32 place)
{
	struct sending *sending = bpf_map_lookup_elem(&sendings, &place);
	struct request request = {};
	struct asked ask = {}; /* with the message's head, which is on the stack once only */
	struct ifinfomsg info;
	__u64 attrs, length;
	struct sock *sock;

	if (!sending || left < sizeof(ask.head) ||
	    bpf_probe_read_kernel(&ask.head, sizeof(ask.head), (void *)at) ||
	    ask.head.nlmsg_len < sizeof(ask.head) || ask.head.nlmsg_len > left)
		return 0;
	sending->messages++;
	if (!send_is_link_request(&ask.head) ||
	    bpf_probe_read_kernel(&info, sizeof(info), (void *)(at + NLMSG_HDRLEN)))
		return ask.head.nlmsg_len;
	attrs = at + NLMSG_SPACE(sizeof(info));
	length = ask.head.nlmsg_len - NLMSG_SPACE(sizeof(info));
	if (!request_read(&request, attrs, length) && ask.head.nlmsg_type != RTM_DELLINK)
		return ask.head.nlmsg_len;
	if (attribute_find(attrs, length, IFLA_TARGET_NETNSID)) { /* a device somewhere else */
		count(&stats.untracked);
		return ask.head.nlmsg_len;
	}
	request_read_device(&request, attrs, length);
	if (ask.head.nlmsg_type == RTM_DELLINK)
		request.fd = -1;
	sock = (void *)sending->sock;
	request.net = (__u64)BPF_CORE_READ(sock, __sk_common.skc_net.net);
	request.ifindex = info.ifi_index;
	request.start_ns = bpf_ktime_get_ns();
	send_begin(sending, &request, &ask);
	return ask.head.nlmsg_len;
}

/* What is being sent is in the copy. */
static __always_inline void send_read(struct sending *sending)
{
	__u32 tid = bpf_get_current_pid_tgid(), left = sending->length;
	struct operation *op;
	__u64 at = (__u64)sending->bytes;

	/* A pointer becomes a number by way of the memory: the verifier forgets what it was. */
	bpf_probe_read_kernel(&at, sizeof(at), &at);
	for (int i = 0; i < SEND_MESSAGES; i++) {
		__u32 step = NLMSG_ALIGN(send_message(at, left, sending->place));

		if (!step)
			return;
		if (step >= left)
			break;
		at += step;
		left -= step;
	}
	if (sending->requests && sending->cut)
		count(&stats.untracked);
	op = bpf_map_lookup_elem(&operations, &tid);
	/* Of several messages nobody says which one a text is about, but for the answers. */
	if (op && sending->requests && sending->messages == 1)
		syscall_listen(op);
}

/* Returns NULL if what is sent is of no interest. To be given back. */
static __always_inline struct sending *send_enter(int fd, __u64 name, __u32 name_length)
{
	struct sending *sending;
	struct sock *sock;

	sock = send_sock_of_fd(fd);
	if (!sock || send_is_for_others(name, name_length))
		return NULL;
	sending = sending_take();
	if (!sending) {
		count(&stats.untracked);
		return NULL;
	}
	sending->sock = (__u64)sock;
	sending->last = (__u64)BPF_CORE_READ(sock, sk_receive_queue.prev);
	sending->length = sending->messages = sending->requests = 0;
	sending->cut = false;
	return sending;
}

/* (fd, buffer, length, flags, address, address_length) */
static __always_inline void send_to_enter(const __u64 *args)
{
	struct sending *sending = send_enter(args[0], args[4], args[5]);

	if (!sending)
		return;
	if (send_add(sending, args[1], args[2]))
		send_read(sending);
	sending_give_back(sending);
}

/* struct user_msghdr, of a 64-bit task */
struct user_message {
	__u64 name;
	__u32 name_length, pad;
	__u64 pieces, npieces;
};

/* Returns false if they can not all be read. */
static __always_inline bool send_add_pieces(struct sending *sending,
					    const struct user_message *message)
{
	struct {
		__u64 base, length;
	} piece;

	for (int i = 0; i < SEND_PIECES && (__u32)i < message->npieces; i++) {
		if (bpf_probe_read_user(&piece, sizeof(piece),
					(void *)(message->pieces + i * sizeof(piece))) ||
		    !send_add(sending, piece.base, piece.length))
			return false;
	}
	if (message->npieces > SEND_PIECES)
		sending->cut = true;
	return true;
}

/* (fd, message, flags) */
static __always_inline void send_message_enter(const __u64 *args)
{
	struct user_message message = {};
	struct sending *sending;

	if (bpf_probe_read_user(&message, sizeof(message), (void *)args[1]))
		return;
	sending = send_enter(args[0], message.name, message.name_length);
	if (!sending)
		return;
	if (send_add_pieces(sending, &message))
		send_read(sending);
	sending_give_back(sending);
}

#endif
