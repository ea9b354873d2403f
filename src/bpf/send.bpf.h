/* SPDX-License-Identifier: GPL-2.0 */
/*
 * rtnetlink requests by the system calls that send them. The kernel handles a request before the
 * call returns, and its answer, if there is one, lies in the socket's receive queue then. Several
 * requests may come in one buffer, and a buffer in several pieces.
 */
#ifndef XDPSNOOP_SEND_BPF_H
#define XDPSNOOP_SEND_BPF_H

#include "request.bpf.h"
#include "syscall.bpf.h"

#include <linux/netlink.h>

#define SEND_BYTES    4096 /* of what is sent at once, and looked at */
#define SEND_PIECES   8
#define SEND_MESSAGES 16
#define SEND_REQUESTS 8  /* of them, about XDP */
#define SEND_ANSWERS  32 /* in the receive queue, of the newest */
#define SEND_NOTES    8  /* attributes of an answer */

#define AF_NETLINK 16 /* include/linux/socket.h */
#define S_IFMT     0170000
#define S_IFSOCK   0140000

/*
 * What is being sent, for as long as one program runs: it is not interrupted by another task's on
 * that CPU (trace_call_bpf() of kernel/trace/bpf_trace.c lets one program at a time run there).
 */
struct sending {
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
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct sending);
} sendings SEC(".maps");

/* What is needed to know the answer to a request. */
struct asked {
	__u64 sock;
	__u64 last;
	struct nlmsghdr head;
	__u8 twin; /* another one in the same buffer looks the same */
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct asked);
} asked SEC(".maps");

static __always_inline struct sending *sending_get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&sendings, &zero);
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
				       const struct nlmsghdr *head)
{
	__u32 slot = sending->requests++, key;
	struct asked ask = { .sock = sending->sock, .last = sending->last, .head = *head };
	struct net_device *dev = NULL;
	struct operation *op;

	if (slot >= SEND_REQUESTS || request->elsewhere) {
		count(&stats.untracked);
		return;
	}
	op = syscall_begin(head->nlmsg_type == RTM_DELLINK ? HOOK_DELETE : HOOK_NETLINK, slot);
	if (!op)
		return;
	key = op->key;
	request_fill(op, &op->frames[0], request);
	if (!request->ifindex && request->ifname[0]) {
		dev = capture_dev_by_name((void *)request->net, request->ifname);
		syscall_found_dev(op, dev);
	}
	ask.twin = send_find_twin(slot, head->nlmsg_seq);
	syscall_started(op);
	if (bpf_map_update_elem(&asked, &key, &ask, BPF_ANY)) {
		count(&stats.untracked);
		syscall_drop(op);
	}
}

/*
 * The message at @at, in the copy of what is being sent. Returns its length, 0 if it is none. A
 * function of its own, which the verifier looks at once, and not once for each message.
 */
__attribute__((noinline)) int send_message(__u64 at, __u32 left)
{
	struct sending *sending = sending_get();
	struct request request = {};
	struct attributes all;
	struct nlmsghdr head;
	struct ifinfomsg info;
	struct sock *sock;

	if (!sending || left < sizeof(head) ||
	    bpf_probe_read_kernel(&head, sizeof(head), (void *)at) ||
	    head.nlmsg_len < sizeof(head) || head.nlmsg_len > left)
		return 0;
	sending->messages++;
	if (!send_is_link_request(&head) ||
	    bpf_probe_read_kernel(&info, sizeof(info), (void *)(at + NLMSG_HDRLEN)))
		return head.nlmsg_len;
	all.at = at + NLMSG_SPACE(sizeof(info));
	all.length = head.nlmsg_len - NLMSG_SPACE(sizeof(info));
	if (!request_read(&request, all) && head.nlmsg_type != RTM_DELLINK)
		return head.nlmsg_len;
	if (head.nlmsg_type == RTM_DELLINK)
		request.fd = -1;
	sock = (void *)sending->sock;
	request.net = (__u64)BPF_CORE_READ(sock, __sk_common.skc_net.net);
	request.ifindex = info.ifi_index;
	request.start_ns = bpf_ktime_get_ns();
	send_begin(sending, &request, &head);
	return head.nlmsg_len;
}

/* What is being sent is in the copy. */
static __always_inline void send_read(struct sending *sending)
{
	__u32 tid = bpf_get_current_pid_tgid(), left = sending->length;
	struct operation *op;
	__u64 at = 0;

	/* A pointer becomes a number by way of the memory: the verifier forgets what it was. */
	bpf_probe_read_kernel(&at, sizeof(at), &(__u64){ (__u64)sending->bytes });
	for (int i = 0; i < SEND_MESSAGES; i++) {
		__u32 step = NLMSG_ALIGN(send_message(at, left));

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

/* Returns NULL if what is sent is of no interest. */
static __always_inline struct sending *send_enter(int fd, __u64 name, __u32 name_length)
{
	struct sending *sending;
	struct sock *sock;

	if (!active)
		return NULL;
	sock = send_sock_of_fd(fd);
	sending = sending_get();
	if (!sock || !sending || send_is_for_others(name, name_length))
		return NULL;
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

	if (sending && send_add(sending, args[1], args[2]))
		send_read(sending);
}

/* struct user_msghdr, of a 64-bit task */
struct user_message {
	__u64 name;
	__u32 name_length, pad;
	__u64 pieces, npieces;
};

/* (fd, message, flags) */
static __always_inline void send_message_enter(const __u64 *args)
{
	struct user_message message = {};
	struct sending *sending;
	struct {
		__u64 base, length;
	} piece;

	if (!active || bpf_probe_read_user(&message, sizeof(message), (void *)args[1]))
		return;
	sending = send_enter(args[0], message.name, message.name_length);
	if (!sending)
		return;
	for (int i = 0; i < SEND_PIECES && (__u32)i < message.npieces; i++) {
		if (bpf_probe_read_user(&piece, sizeof(piece),
					(void *)(message.pieces + i * sizeof(piece))) ||
		    !send_add(sending, piece.base, piece.length))
			return;
	}
	if (message.npieces > SEND_PIECES)
		sending->cut = true;
	send_read(sending);
}

/* An answer, as netlink_ack() of net/netlink/af_netlink.c makes it. */
struct answer {
	struct nlmsghdr head;
	__s32 error;
	struct nlmsghdr asked;
};

/* The kernel's words in an answer, for those who have asked for them (NETLINK_EXT_ACK). */
static __always_inline void answer_text(struct operation *op, const struct answer *answer, __u64 at)
{
	struct attributes left = { at + sizeof(*answer), answer->head.nlmsg_len - sizeof(*answer) };
	struct nlattr attr;
	__u64 payload;
	__u32 echo;

	if (!(answer->head.nlmsg_flags & NLM_F_ACK_TLVS) || answer->head.nlmsg_len > 1 << 16)
		return;
	if (!(answer->head.nlmsg_flags & NLM_F_CAPPED)) {
		echo = NLMSG_ALIGN(answer->asked.nlmsg_len) - sizeof(answer->asked);
		if (echo > left.length)
			return;
		left.at += echo;
		left.length -= echo;
	}
	for (int i = 0; i < SEND_NOTES && attributes_next(&left, &attr, &payload); i++) {
		if (attr.nla_type == NLMSGERR_ATTR_MSG)
			operation_message(op, payload, 1);
	}
}

/* Looks for the answer to @ask, from the newest on. Returns whether it is there. */
static __always_inline bool answer_find(struct operation *op, const struct asked *ask, int *ret)
{
	struct sock *sock = (void *)ask->sock;
	__u64 end = ask->sock + bpf_core_field_offset(sock->sk_receive_queue);
	struct sk_buff *skb = BPF_CORE_READ(sock, sk_receive_queue.prev);
	struct answer answer;

	for (int i = 0; i < SEND_ANSWERS; i++) {
		__u64 at;

		if (!skb || (__u64)skb == end || (__u64)skb == ask->last)
			return false;
		at = (__u64)BPF_CORE_READ(skb, data);
		if (!bpf_probe_read_kernel(&answer, sizeof(answer), (void *)at) &&
		    answer.head.nlmsg_type == NLMSG_ERROR &&
		    answer.head.nlmsg_len >= sizeof(answer) &&
		    answer.asked.nlmsg_seq == ask->head.nlmsg_seq &&
		    answer.asked.nlmsg_type == ask->head.nlmsg_type &&
		    answer.asked.nlmsg_len == ask->head.nlmsg_len) {
			*ret = answer.error;
			if (!op->wire.msg[0])
				answer_text(op, &answer, at);
			return true;
		}
		skb = BPF_CORE_READ(skb, prev);
	}
	return false;
}

/*
 * No answer was found. None is due for a success without NLM_F_ACK, or it was lost, or another
 * thread has read it already. A device that has now what was asked for, and did not before, tells.
 */
static __always_inline bool send_has_worked(const struct operation *op, const struct asked *ask,
					    struct net_device *dev)
{
	const struct wire_op *wire = &op->wire;
	__u32 mode = syscall_mode(wire), before, after;
	struct bpf_xdp_entity state[WIRE_MODES] = {};
	struct bpf_prog *prog;

	if (!dev || mode >= WIRE_MODES)
		return false;
	bpf_core_read(&state, sizeof(state), &dev->xdp_state);
	prog = state[mode & 1 ? 1 : mode & 2 ? 2 : 0].prog;
	before = wire->state[mode & 1 ? 1 : mode & 2 ? 2 : 0].id;
	after = prog ? BPF_CORE_READ(prog, aux, id) : 0;
	return after == wire->prog.id && (after != before || !(ask->head.nlmsg_flags & NLM_F_ACK));
}

/* Whether a device was deleted. It may have lost its program before, unseen: that is told, too. */
static __always_inline bool send_has_deleted(struct operation *op, struct net_device *dev, int ret)
{
	op->wire.unknown = false;
	return ret >= 0 && op->frames[0].dev && !dev;
}

/* Requests behind @op in the same buffer have met what it left. */
static __always_inline void send_tell_later(const struct operation *op, __u32 slot)
{
	__u32 tid = bpf_get_current_pid_tgid(), mode = syscall_mode(&op->wire);

	for (__u32 i = 1; i < SEND_REQUESTS; i++) {
		__u32 key = SYSCALL_KEY(slot + i, tid);
		struct operation *later;

		if (slot + i >= SEND_REQUESTS || mode >= WIRE_MODES)
			return;
		later = bpf_map_lookup_elem(&operations, &key);
		if (!later)
			return;
		if (later->frames[0].dev != op->frames[0].dev)
			continue;
		later->wire.state[mode] = op->wire.prog;
		later->wire.state_link[mode] = 0;
	}
}

/* What became of one request. */
__attribute__((noinline)) int send_end(__u32 slot)
{
	__u32 tid = bpf_get_current_pid_tgid(), key = SYSCALL_KEY(slot, tid);
	struct operation *op = bpf_map_lookup_elem(&operations, &key);
	struct asked *found = bpf_map_lookup_elem(&asked, &key), ask;
	struct net_device *dev;
	struct sock *sock;
	struct net *net;
	int ret = 0;

	if (!op || !found)
		return 0;
	ask = *found;
	bpf_map_delete_elem(&asked, &key);
	sock = (void *)ask.sock;
	net = BPF_CORE_READ(sock, __sk_common.skc_net.net);
	dev = syscall_dev(op, net);
	if (ask.twin || !answer_find(op, &ask, &ret))
		op->wire.unknown = !send_has_worked(op, &ask, dev);
	if (op->wire.origin == HOOK_DELETE && !send_has_deleted(op, dev, ret)) {
		syscall_drop(op);
		return 1;
	}
	/* It has made a device: then it sets no program. */
	if (ret >= 0 && !op->frames[0].dev) {
		if (!(ask.head.nlmsg_flags & NLM_F_CREATE))
			count(&stats.untracked);
		syscall_drop(op);
		return 1;
	}
	if (op->wire.origin == HOOK_NETLINK && ret >= 0 && !op->wire.unknown) {
		syscall_worked(&op->wire, false);
		send_tell_later(op, slot);
	}
	/* What a failure has met is certain at the end only if nothing came after it. */
	syscall_end(op, op->depth ? dev : NULL, ret);
	return 1;
}

/* It was sent, or refused before anything of it was looked at. */
static __always_inline void send_return(__s64 ret)
{
	__u32 tid = bpf_get_current_pid_tgid();

	for (__u32 slot = 0; slot < SEND_REQUESTS; slot++) {
		__u32 key = SYSCALL_KEY(slot, tid);
		struct operation *op;

		if (!bpf_map_lookup_elem(&asked, &key))
			return;
		if (ret > 0) {
			send_end(slot);
			continue;
		}
		bpf_map_delete_elem(&asked, &key);
		op = bpf_map_lookup_elem(&operations, &key);
		if (op)
			syscall_drop(op);
	}
}

#endif
