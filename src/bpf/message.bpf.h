/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's words: texts of errors and warnings, lines of its log. */
#ifndef XDPSNOOP_MESSAGE_BPF_H
#define XDPSNOOP_MESSAGE_BPF_H

#include "operation.bpf.h"

/* The first @bytes of what was said are to be sent. */
static __always_inline void operation_said(struct operation *op, __u64 bytes)
{
	if (op->wire.said < bytes)
		op->wire.said = bytes;
}

/*
 * An error text has been set: the last one counts, and belongs to the innermost call. One that it
 * takes the place of is kept, unless it is the same.
 */
static __always_inline void operation_message(struct operation *op, __u64 text, __u16 seq,
					      __u8 channel)
{
	struct wire_text *msg = &op->said.msg;
	long length;

	if (op->msg && op->msg != text) {
		bpf_probe_read_kernel(&op->said.before, sizeof(op->said.before), msg);
		operation_said(op, sizeof(op->said));
	}
	length = bpf_probe_read_kernel_str(msg->text, sizeof(msg->text), (void *)text);
	if (length < 0)
		return;
	op->msg = text;
	msg->seq = seq;
	msg->channel = channel;
	operation_said(op, offsetof(struct wire_said, msg.text) + length);
}

/*
 * A line of @length bytes has been written for the kernel's log, without a NUL. The last one
 * counts: drivers say what they are about to do before they say why it can not be done.
 */
static __always_inline void operation_log(struct operation *op, __u64 line, __u64 length, __u16 seq)
{
	struct wire_text *log = &op->said.log;

	if (length > sizeof(log->text) - 1)
		length = sizeof(log->text) - 1;
	barrier_var(length); /* the verifier has to see the value that is checked being used */
	if (!length || length > sizeof(log->text) - 1 ||
	    bpf_probe_read_kernel(log->text, length, (void *)line))
		return;
	log->text[length] = 0;
	log->seq = seq;
	log->channel = WIRE_CHANNEL_LOG;
	operation_said(op, offsetof(struct wire_said, log.text) + length);
}

/* A text that the call has left: neither older than it, nor already taken from a call inside it. */
static __always_inline void message_read(struct operation *op, struct frame *frame)
{
	struct netlink_ext_ack *extack = (void *)frame->extack;
	__u64 msg;

	if (!extack)
		return;
	msg = (__u64)BPF_CORE_READ(extack, _msg);
	if (msg && msg == op->msg) /* the tracepoint was there first */
		op->said.msg.channel = WIRE_CHANNEL_EXTACK;
	else if (msg && msg != frame->msg)
		operation_message(op, msg, frame->seq, WIRE_CHANNEL_EXTACK);
}

#define STACK_SIZE (16 << 10) /* of a task, at least, on all architectures with 64 bits */

/*
 * Whether the program of a raw tracepoint runs for its task, and not for an interrupt of it: the
 * kernel calls it with an array of arguments on the stack, and interrupts have one of their own.
 */
static __always_inline bool is_on_stack_of_task(const struct operation *op, __u64 place)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 base = (__u64)BPF_CORE_READ(task, stack);

	return place >= base && place < (op->stack ? op->stack : base + STACK_SIZE);
}

/* A line for the kernel's log. */
static __always_inline void message_log(void *ctx, __u64 line, __u64 length)
{
	struct operation *op = operation_find();
	struct frame *frame;

	if (!op || !op->depth || op->depth > WIRE_DEPTH || !is_on_stack_of_task(op, (__u64)ctx))
		return;
	frame = &op->frames[(op->depth - 1) & (WIRE_DEPTH - 1)];
	operation_log(op, line, length, frame->seq);
}

#endif
