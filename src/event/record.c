// SPDX-License-Identifier: GPL-2.0
#include "event/record.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static int tail_check(const struct wire_calls *tail, size_t size)
{
	if (size < offsetof(struct wire_calls, calls) || tail->ncalls > WIRE_CALLS ||
	    size < offsetof(struct wire_calls, calls) + tail->ncalls * sizeof(tail->calls[0]))
		return -EBADMSG;
	for (__u32 i = 0; i < tail->ncalls; i++) {
		const struct wire_call *call = &tail->calls[i];

		/* A callee is entered after its caller: without that, the tree would have loops. */
		if (!memchr(call->ifname, 0, sizeof(call->ifname)) || call->seq <= call->parent)
			return -EBADMSG;
	}
	return 0;
}

/* The names in what is peculiar to the kind of an operation. */
static int kind_check(const struct wire_op *op)
{
	bool good = true;

	switch (op->kind) {
	case WIRE_PROG:
	case WIRE_POOL:
		break;
	case WIRE_COMPONENT:
		good = memchr(op->component.target.name, 0, WIRE_NAME) &&
		       memchr(op->component.func, 0, WIRE_FUNC);
		break;
	case WIRE_ENTRY:
	case WIRE_MAP:
		good = memchr(op->map.name, 0, WIRE_NAME) && memchr(op->map.old.name, 0, WIRE_NAME);
		break;
	case WIRE_MOVE:
		good = memchr(op->place.name, 0, WIRE_NAME);
		break;
	default:
		good = false;
		break;
	}
	return good ? 0 : -EBADMSG;
}

/* A text has a channel, and there are no others. */
static int text_check(const struct wire_text *text)
{
	if (!memchr(text->text, 0, sizeof(text->text)) || text->channel >= WIRE_CHANNELS ||
	    (text->text[0] && !text->channel))
		return -EBADMSG;
	return 0;
}

static int op_check(const struct wire_op *op)
{
	if (!memchr(op->comm, 0, sizeof(op->comm)) ||
	    !memchr(op->dev.name, 0, sizeof(op->dev.name)) ||
	    !memchr(op->dev.bus_driver, 0, sizeof(op->dev.bus_driver)) ||
	    !memchr(op->dev.kind, 0, sizeof(op->dev.kind)) ||
	    !memchr(op->prog.name, 0, sizeof(op->prog.name)) ||
	    !memchr(op->upper.prog.name, 0, sizeof(op->upper.prog.name)) ||
	    !memchr(op->upper.name, 0, sizeof(op->upper.name)))
		return -EBADMSG;
	for (int mode = 0; mode < WIRE_MODES; mode++) {
		if (!memchr(op->state[mode].name, 0, sizeof(op->state[mode].name)))
			return -EBADMSG;
	}
	return kind_check(op);
}

static int task_check(const struct wire_task *task)
{
	const char *exe = task->exe, *cgroup = task->cgroup;

	if (task->args_length > sizeof(task->args) || task->exe_length > sizeof(task->exe) ||
	    task->cgroup_length > sizeof(task->cgroup) ||
	    !memchr(task->parent_comm, 0, sizeof(task->parent_comm)))
		return -EBADMSG;
	/* Paths end with the NUL of their last name. */
	if ((task->exe_length && exe[task->exe_length - 1]) ||
	    (task->cgroup_length && cgroup[task->cgroup_length - 1]))
		return -EBADMSG;
	return 0;
}

static int decode_task(const void *data, size_t size, struct record *ret)
{
	const struct wire_task *task = data;

	if (size < sizeof(*task) || task_check(task))
		return -EBADMSG;
	*ret = (struct record){ .task = task };
	return 0;
}

static int decode_program(const void *data, size_t size, struct record *ret)
{
	const struct wire_program *program = data;

	if (size < sizeof(*program) || !memchr(program->name, 0, sizeof(program->name)))
		return -EBADMSG;
	*ret = (struct record){ .program = program };
	return 0;
}

static int decode_stack(const void *data, size_t size, struct record *ret)
{
	const struct wire_stack *stack = data;

	if (size < offsetof(struct wire_stack, frames) || stack->count > WIRE_STACK_FRAMES ||
	    size < offsetof(struct wire_stack, frames) + stack->count * sizeof(stack->frames[0]))
		return -EBADMSG;
	*ret = (struct record){ .stack = stack };
	return 0;
}

static int texts_check(const struct wire_texts *texts)
{
	bool good = memchr(texts->bus, 0, sizeof(texts->bus)) &&
		    memchr(texts->master, 0, sizeof(texts->master)) &&
		    memchr(texts->altname, 0, sizeof(texts->altname)) &&
		    memchr(texts->alias, 0, sizeof(texts->alias));

	for (size_t i = 0; good && i < WIRE_LOWER; i++)
		good = memchr(texts->lower[i], 0, sizeof(texts->lower[i]));
	return good ? 0 : -EBADMSG;
}

/* What lies behind the calls of @op, of which there are @size bytes in all. */
static int decode_texts(const struct wire_op *op, size_t size, struct wire_texts *ret)
{
	size_t before =
		offsetof(struct wire_op, tail.calls) + op->tail.ncalls * sizeof(op->tail.calls[0]);

	*ret = (struct wire_texts){};
	if (op->texts > sizeof(*ret) || op->texts > size - before)
		return -EBADMSG;
	memcpy(ret, (const char *)op + before, op->texts);
	return texts_check(ret);
}

/* What lies behind the texts, that have been checked. */
static int decode_said(const struct wire_op *op, size_t size, struct wire_said *ret)
{
	size_t before = offsetof(struct wire_op, tail.calls) +
			op->tail.ncalls * sizeof(op->tail.calls[0]) + op->texts;

	*ret = (struct wire_said){};
	if (op->said > sizeof(*ret) || op->said > size - before)
		return -EBADMSG;
	memcpy(ret, (const char *)op + before, op->said);
	if (text_check(&ret->msg) || text_check(&ret->log) || text_check(&ret->before))
		return -EBADMSG;
	return 0;
}

int record_decode(const void *data, size_t size, struct record *ret)
{
	const struct wire_op *op = NULL;
	const struct wire_calls *tail = data;
	struct record record;
	size_t before = 0;
	__u32 type;
	int err;

	if (size < sizeof(type))
		return -EBADMSG;
	memcpy(&type, data, sizeof(type));
	if (type == WIRE_TASK)
		return decode_task(data, size, ret);
	if (type == WIRE_PROGRAM)
		return decode_program(data, size, ret);
	if (type == WIRE_STACK)
		return decode_stack(data, size, ret);
	if (type == WIRE_OP) {
		before = offsetof(struct wire_op, tail);
		if (size < before)
			return -EBADMSG;
		op = data;
		tail = &op->tail;
		err = op_check(op);
		if (err)
			return err;
	} else if (type != WIRE_CHUNK) {
		return -EBADMSG;
	}
	err = tail_check(tail, size - before);
	if (err)
		return err;
	record = (struct record){ .op = op, .tail = tail };
	err = op ? decode_texts(op, size, &record.texts) : 0;
	if (!err && op)
		err = decode_said(op, size, &record.said);
	if (err)
		return err;
	*ret = record;
	return 0;
}
