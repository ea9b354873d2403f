// SPDX-License-Identifier: GPL-2.0
#include "event/assemble.h"

#include "event/device.h"
#include "event/message.h"
#include "event/opponent.h"
#include "event/stack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Operations under way: one a task at most, and RTNL lets few be past their first call. */
#define PENDING_MAX 1024

struct pending {
	uint32_t tid;
	uint64_t start_ns;
	struct call *calls; /* owned */
	size_t ncalls;
	struct stack stack;
};

static int pending_add_calls(struct pending *pending, const struct wire_calls *tail)
{
	struct call *calls;

	if (!tail->ncalls)
		return 0;
	calls = reallocarray(pending->calls, pending->ncalls + tail->ncalls, sizeof(*calls));
	if (!calls)
		return -ENOMEM;
	pending->calls = calls;
	for (uint32_t i = 0; i < tail->ncalls; i++) {
		const struct wire_call *wire = &tail->calls[i];
		struct call *call = &calls[pending->ncalls++];

		*call = (struct call){
			.target = wire->target,
			.seq = wire->seq,
			.parent = wire->parent,
			.ret = wire->ret,
			.took_ns = wire->took_ns,
			.ifindex = wire->ifindex,
		};
		memcpy(call->ifname, wire->ifname, sizeof(call->ifname));
	}
	return 0;
}

static void assembler_drop(struct assembler *assembler, size_t index)
{
	free(assembler->pending[index].calls);
	free(assembler->pending[index].stack.list);
	assembler->pending[index] = assembler->pending[--assembler->count];
}

/* The pending operation of a record; an older one of the same task will never end. */
static struct pending *assembler_find(struct assembler *assembler, uint32_t tid, uint64_t start_ns)
{
	for (size_t i = 0; i < assembler->count; i++) {
		struct pending *pending = &assembler->pending[i];

		if (pending->tid != tid)
			continue;
		if (pending->start_ns == start_ns)
			return pending;
		assembler->dropped += pending->ncalls;
		assembler_drop(assembler, i);
		break;
	}
	return NULL;
}

/* Makes room: the oldest operation is the least likely to end. */
static void assembler_drop_oldest(struct assembler *assembler)
{
	size_t oldest = 0;

	for (size_t i = 1; i < assembler->count; i++) {
		if (assembler->pending[i].start_ns < assembler->pending[oldest].start_ns)
			oldest = i;
	}
	assembler->dropped += assembler->pending[oldest].ncalls;
	assembler_drop(assembler, oldest);
}

static struct pending *assembler_append(struct assembler *assembler, uint32_t tid,
					uint64_t start_ns)
{
	struct pending *list;

	if (assembler->count == PENDING_MAX)
		assembler_drop_oldest(assembler);
	list = reallocarray(assembler->pending, assembler->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	assembler->pending = list;
	list += assembler->count++;
	*list = (struct pending){ .tid = tid, .start_ns = start_ns };
	return list;
}

static int call_compare(const void *a, const void *b)
{
	const struct call *left = a, *right = b;

	return (left->seq > right->seq) - (left->seq < right->seq);
}

/* Orders the calls by entry. Each has a place of its own, or they are not one operation's. */
static int sort_calls(struct event *event)
{
	if (event->ncalls)
		qsort(event->calls, event->ncalls, sizeof(*event->calls), call_compare);
	for (size_t i = 0; i < event->ncalls; i++) {
		struct call *call = &event->calls[i];

		if (i && call->seq == call[-1].seq)
			return -EBADMSG;
		call->has_message = call->seq == event->message_seq;
	}
	return 0;
}

static int assembler_end(struct assembler *assembler, struct pending *pending,
			 const struct record *record, struct event *ret)
{
	struct pending single = {}, *all = pending ? pending : &single;
	int err = pending_add_calls(all, record->tail);

	event_interpret(record->op, ret);
	event_add_messages(record, ret);
	event_add_opponent(record, ret);
	ret->calls = all->calls;
	ret->ncalls = all->ncalls;
	ret->stack = all->stack;
	if (pending) {
		all->calls = NULL; /* the event's now */
		all->stack.list = NULL;
		assembler_drop(assembler, pending - assembler->pending);
	}
	if (record->op->task_stamp)
		who_set(&ret->who,
			processes_get(&assembler->processes, ret->tid, record->op->task_stamp));
	event_add_device(record, ret);
	programs_fill(&assembler->programs, &ret->prog, &ret->prog_is);
	programs_fill(&assembler->programs, &ret->old_prog, &ret->old_prog_is);
	if (!err)
		err = sort_calls(ret);
	if (err) {
		event_release(ret);
		return err;
	}
	return 1;
}

void assembler_init(struct assembler *assembler)
{
	*assembler = (struct assembler){};
	processes_init(&assembler->processes);
	programs_init(&assembler->programs);
}

/* The pending operation with that identity, a new one if there is none; NULL: no memory. */
static struct pending *assembler_get(struct assembler *assembler, uint32_t tid, uint64_t start_ns)
{
	struct pending *pending = assembler_find(assembler, tid, start_ns);

	return pending ? pending : assembler_append(assembler, tid, start_ns);
}

int assembler_add(struct assembler *assembler, const struct record *record, struct event *ret)
{
	const struct wire_stack *stack = record->stack;
	const struct wire_calls *tail = record->tail;
	struct pending *pending;

	if (record->task)
		return processes_add(&assembler->processes, record->task);
	if (record->program)
		return programs_add(&assembler->programs, record->program);
	if (stack) {
		pending = assembler_get(assembler, stack->tid, stack->start_ns);
		return pending ? stack_copy(&pending->stack, stack) : -ENOMEM;
	}
	if (record->op)
		return assembler_end(assembler,
				     assembler_find(assembler, tail->tid, tail->start_ns), record,
				     ret);
	pending = assembler_get(assembler, tail->tid, tail->start_ns);
	return pending ? pending_add_calls(pending, tail) : -ENOMEM;
}

void assembler_release(struct assembler *assembler)
{
	while (assembler->count)
		assembler_drop(assembler, 0);
	free(assembler->pending);
	assembler->pending = NULL;
	processes_release(&assembler->processes);
	programs_release(&assembler->programs);
}

/* A text that is not there is NULL, not empty. */
static const char *text_of(const char *text)
{
	return text && *text ? text : NULL;
}

void who_set(struct who *who, struct process *process)
{
	process_put(who->process);
	*who = (struct who){ .process = process };
	if (!process)
		return;
	who->ppid = process->ppid;
	who->parent_comm = text_of(process->parent_comm);
	who->exe = process->exe;
	who->cmdline = text_of(process->cmdline);
	who->uid = process->uid;
	who->loginuid = process->loginuid;
	who->netns = process->netns;
	who->cgroup = process->cgroup;
	who->container = text_of(process->container);
	who->pod = text_of(process->pod);
}

void actor_set(struct actor *actor, const struct event *event)
{
	actor->pid = event->pid;
	memcpy(actor->comm, event->comm, sizeof(actor->comm));
	who_set(&actor->who, event->who.process ? process_get(event->who.process) : NULL);
}

void actor_copy(struct actor *to, const struct actor *from)
{
	to->pid = from->pid;
	memcpy(to->comm, from->comm, sizeof(to->comm));
	who_set(&to->who, from->who.process ? process_get(from->who.process) : NULL);
}

void actor_release(struct actor *actor)
{
	who_set(&actor->who, NULL);
}

bool event_is_kept(const struct event *event)
{
	return event->mode && event->cause && strcmp(event->cause, "nested") &&
	       strcmp(event->cause, "direct");
}

void components_release(struct components *components)
{
	free(components->list);
	*components = (struct components){};
}

void event_release(struct event *event)
{
	free(event->calls);
	event->calls = NULL;
	event->ncalls = 0;
	free(event->stack.list);
	event->stack = (struct stack){};
	components_release(&event->components);
	components_release(&event->old_components);
	who_set(&event->who, NULL);
	who_set(&event->creator.who, NULL);
	who_set(&event->holder.who, NULL);
	actor_release(&event->opponent.creator);
	actor_release(&event->contest.with);
}

const char *action_name(enum action action)
{
	static const char *const names[] = {
		[ACTION_INSTALL] = "install",
		[ACTION_REPLACE] = "replace",
		[ACTION_REMOVE] = "remove",
		[ACTION_NOOP] = "noop",
		[ACTION_POOL_SETUP] = "pool-setup",
		[ACTION_POOL_TEARDOWN] = "pool-teardown",
		[ACTION_COMPONENT_ATTACH] = "component-attach",
		[ACTION_COMPONENT_DETACH] = "component-detach",
		[ACTION_ENTRY_INSTALL] = "entry-install",
		[ACTION_ENTRY_REPLACE] = "entry-replace",
		[ACTION_ENTRY_REMOVE] = "entry-remove",
		[ACTION_MAP_ALLOC] = "map-alloc",
		[ACTION_MAP_FREE] = "map-free",
		[ACTION_MOVE] = "move",
		[ACTION_PRESENT] = "present",
		[ACTION_CARRIER] = "carrier",
	};

	return action < sizeof(names) / sizeof(names[0]) ? names[action] : NULL;
}
