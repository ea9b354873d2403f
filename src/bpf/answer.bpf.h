/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What became of rtnetlink requests (send.bpf.h), as the system call that sent them returns: the
 * kernel has handled them then, and its answers, as far as there are any, lie in the socket's
 * receive queue.
 */
#ifndef XDPSNOOP_ANSWER_BPF_H
#define XDPSNOOP_ANSWER_BPF_H

#include "message.bpf.h"
#include "request.bpf.h"
#include "syscall.bpf.h"

#include <linux/netlink.h>

#define SEND_REQUESTS 8  /* about XDP, of one system call */
#define SEND_ANSWERS  32 /* in the receive queue, of the newest */

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

/* An answer, as netlink_ack() of net/netlink/af_netlink.c makes it. */
struct answer {
	struct nlmsghdr head;
	__s32 error;
	struct nlmsghdr asked;
};

#define ANSWER_COMPARED 64 /* bytes of a text that tell whether it is the same */

/* Takes the text in an answer, or notes that the one that is known already got there. */
static __always_inline void answer_take(struct operation *op, __u64 text)
{
	char start[ANSWER_COMPARED] = {};

	if (!op->said.msg.text[0]) {
		operation_message(op, text, 1, WIRE_CHANNEL_EXTACK);
		return;
	}
	bpf_probe_read_kernel_str(start, sizeof(start), (void *)text);
	for (int i = 0; i < ANSWER_COMPARED - 1; i++) {
		if (start[i] != op->said.msg.text[i])
			return;
		if (!start[i])
			break;
	}
	op->said.msg.channel = WIRE_CHANNEL_EXTACK;
}

/* The kernel's words in an answer, for those who have asked for them (NETLINK_EXT_ACK). */
static __always_inline void answer_text(struct operation *op, const struct answer *answer, __u64 at)
{
	__u64 length = answer->head.nlmsg_len - sizeof(*answer), echo, found;

	if (!(answer->head.nlmsg_flags & NLM_F_ACK_TLVS) || answer->head.nlmsg_len > 1 << 16)
		return;
	if (!(answer->head.nlmsg_flags & NLM_F_CAPPED)) {
		echo = NLMSG_ALIGN(answer->asked.nlmsg_len) - sizeof(answer->asked);
		if (echo > length)
			return;
		at += echo;
		length -= echo;
	}
	found = attribute_find(at + sizeof(*answer), length, NLMSGERR_ATTR_MSG);
	if (found)
		answer_take(op, (__u64)PAYLOAD(found));
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
