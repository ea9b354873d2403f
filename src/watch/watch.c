// SPDX-License-Identifier: GPL-2.0
#include "watch/watch.h"

#include "event/record.h"
#include "util/cleanup.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define NSEC        1000000000ULL
#define USUAL_NS    200000000ULL /* between looks, as long as something is attached */
#define SOON_NS     10000000ULL  /* to the next, when something can not be told yet */
#define PENDING_NS  (5 * NSEC)   /* no operation is under way for so long, or its end was missed */
#define PATIENCE_NS NSEC         /* with records that may explain what was noticed */
#define HELD_MAX    1024         /* records that wait for it */
#define ABSENT_NS   NSEC /* a device on its way to another namespace is in none for a moment */
#define ROUNDS      4    /* of looking again, as more records have come */
#define RANK_STEP   256  /* room for what was noticed between two records */

/* A record on its way out. */
struct outgoing {
	uint64_t rank; /* its place */
	void *data;    /* owned */
	size_t size;
	bool doubtful; /* noticed by a record: one that comes later may still tell what it was */
};

static uint64_t watch_now_ns(const struct watch *watch)
{
	return watch->calls.now_ns(watch->context);
}

static void watch_arm(struct watch *watch, uint64_t ns)
{
	struct itimerspec when = {
		.it_value = { .tv_nsec = ns },
		.it_interval = { .tv_nsec = ns ? USUAL_NS : 0 },
	};

	if (watch->armed_ns == ns && ns != SOON_NS)
		return;
	watch->armed_ns = ns;
	timerfd_settime(watch->timer_fd, 0, &when, NULL);
}

static int watch_poll(struct watch *watch, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(watch->fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* Notifications are a hint to look, and no more: without them it is done a little later. */
static void watch_open_links(struct watch *watch)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
	int on = 1;

	if (fd < 0)
		return;
	setsockopt(fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) || watch_poll(watch, fd))
		close(fd);
	else
		watch->link_fd = fd;
}

int watch_open(struct watch *watch)
{
	int err;

	watch->link_fd = -1;
	watch->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	watch->fd = epoll_create1(EPOLL_CLOEXEC);
	if (watch->timer_fd < 0 || watch->fd < 0)
		return -errno;
	err = watch_poll(watch, watch->timer_fd);
	if (!err)
		watch_open_links(watch);
	return err;
}

void watch_close(struct watch *watch)
{
	if (!watch->calls.record) /* it was never opened */
		return;
	for (size_t i = 0; i < watch->count; i++)
		free(watch->out[i].data);
	free(watch->out);
	model_release(&watch->model);
	close_fd(&watch->link_fd);
	close_fd(&watch->timer_fd);
	close_fd(&watch->fd);
	*watch = (struct watch){};
}

static struct outgoing *out_add(struct watch *watch, const void *data, size_t size, uint64_t rank)
{
	struct outgoing *list, *one;

	if (watch->count == watch->size) {
		size_t room = watch->size ? 2 * watch->size : 16;

		list = reallocarray(watch->out, room, sizeof(*list));
		if (!list)
			goto lost;
		watch->out = list;
		watch->size = room;
	}
	one = &watch->out[watch->count];
	*one = (struct outgoing){ .rank = rank, .data = malloc(size), .size = size };
	if (!one->data)
		goto lost;
	memcpy(one->data, data, size);
	watch->count++;
	return one;
lost:
	watch->lost++;
	return NULL;
}

/* Where what is found goes: at a place between two records. */
struct finding {
	struct watch *watch;
	uint64_t rank;
	bool doubtful;
};

static void add_found(const struct wire_op *op, void *arg)
{
	struct finding *finding = arg;
	struct outgoing *one;

	one = out_add(finding->watch, op, offsetof(struct wire_op, tail.calls), finding->rank++);
	if (one)
		one->doubtful = finding->doubtful;
}

static bool has_link(uint32_t id, void *arg)
{
	struct finding *finding = arg;

	return finding->watch->calls.has_link(id, finding->watch->context);
}

/* Whether @op, which began before @found was noticed, is what had happened there. */
static bool op_explains(const struct wire_op *op, const struct wire_op *found)
{
	return op->ret >= 0 && !op->unknown && op->tail.start_ns < found->tail.start_ns &&
	       op->dev.ifindex == found->dev.ifindex && op->dev.netns == found->dev.netns &&
	       op->prog.id != found->state[found->mode].id;
}

/* Returns whether there was something that @op explains. */
static bool drop_explained(struct watch *watch, const struct wire_op *op)
{
	bool dropped = false;

	for (size_t i = watch->count; i-- > 0;) {
		struct outgoing *one = &watch->out[i];

		if (!one->doubtful || !op_explains(op, one->data))
			continue;
		free(one->data);
		*one = watch->out[--watch->count];
		dropped = true;
	}
	return dropped;
}

/* The record of a deletion is not passed on, but what goes by it, in its place. */
static void watch_add_deletion(struct watch *watch, struct wire_op *op, uint64_t number)
{
	struct finding finding = { .watch = watch, .rank = number * RANK_STEP };

	model_delete(&watch->model, op, add_found, &finding);
	for (size_t i = watch->count; i-- > 0;) {
		if (watch->out[i].data != op)
			continue;
		free(op);
		watch->out[i] = watch->out[--watch->count];
		break;
	}
}

void watch_add(struct watch *watch, const void *data, size_t size)
{
	uint64_t number = ++watch->records;
	struct finding finding = { watch, number * RANK_STEP - RANK_STEP / 2, true };
	struct record record = {};
	struct outgoing *one;
	struct wire_op *op;

	one = out_add(watch, data, size, number * RANK_STEP);
	if (record_decode(data, size, &record) || !record.op)
		return;
	if (record.op->by_syscall)
		watch->calls.taken(watch->context, record.op->dev.netns, record.op->dev.ifindex);
	if (!one)
		return;
	op = one->data;
	if (!drop_explained(watch, op)) {
		model_meet(&watch->model, op, has_link, add_found, &finding);
		model_amend(&watch->model, op);
	}
	if (model_apply(&watch->model, op, number))
		watch->lost++;
	if (op->origin == HOOK_DELETE)
		watch_add_deletion(watch, op, number);
}

static int out_compare(const void *a, const void *b)
{
	const struct outgoing *left = a, *right = b;

	return (left->rank > right->rank) - (left->rank < right->rank);
}

static void watch_flush(struct watch *watch)
{
	struct outgoing *out = watch->out;
	size_t count = watch->count;

	/* What it is given to may add to the next batch. */
	watch->out = NULL;
	watch->count = watch->size = 0;
	if (count)
		qsort(out, count, sizeof(*out), out_compare);
	for (size_t i = 0; i < count; i++) {
		watch->calls.record(watch->context, out[i].data, out[i].size);
		free(out[i].data);
	}
	free(out);
}

static bool watch_has_doubts(const struct watch *watch)
{
	for (size_t i = 0; i < watch->count; i++) {
		if (watch->out[i].doubtful)
			return true;
	}
	return false;
}

/* Whether the record that explains what was noticed may still be to come. */
static bool watch_waits(const struct watch *watch)
{
	uint64_t now_ns = watch_now_ns(watch);

	for (size_t i = 0; i < watch->count; i++) {
		const struct wire_op *op = watch->out[i].data;

		if (watch->out[i].doubtful && now_ns - op->tail.start_ns < PATIENCE_NS &&
		    watch->calls.is_pending(watch->context, op->dev.netns, op->dev.ifindex))
			return true;
	}
	return false;
}

/* Returns whether @watched is as it was thought to be, so that there is nothing to be told. */
static bool look_is_same(struct watch *watch, struct watched *watched, struct wire_look *look)
{
	if (watch->calls.look(watch->context, watched->dev.netns, watched->dev.ifindex,
			      watched->address, look))
		return true; /* it could not be looked at: nothing is known */
	if (model_differs(watched, look))
		return false;
	model_locate(watched, look);
	watched->unclear_ns = 0;
	return true;
}

/*
 * One device that is not as thought. Only an operation without a record yet could tell why: is
 * there none, and no record that has come meanwhile speaks of the device, then nobody has asked
 * for it in a way that is seen. Returns whether that could be told.
 */
static bool watch_correct(struct watch *watch, size_t index, const struct wire_look *look)
{
	uint32_t netns = watch->model.list[index].dev.netns;
	uint32_t ifindex = watch->model.list[index].dev.ifindex;
	uint64_t before = watch->records, now_ns = watch_now_ns(watch);
	struct finding finding = { .watch = watch };
	struct watched *watched;

	watched = &watch->model.list[index];
	if (!watched->unclear_ns)
		watched->unclear_ns = now_ns;
	if (now_ns - watched->unclear_ns < PENDING_NS &&
	    watch->calls.is_pending(watch->context, netns, ifindex))
		return false;
	watch->calls.drain(watch->context);
	watched = model_find(&watch->model, netns, ifindex);
	if (!watched || watched->touched > before)
		return false;
	if (!look->address && look->in_transit && now_ns - watched->unclear_ns < ABSENT_NS)
		return false;
	/* Soon after the last record about it: nothing says that it was later. */
	finding.rank = watched->touched * RANK_STEP + 1;
	watched->unclear_ns = 0;
	model_correct(watched, look, now_ns, has_link, add_found, &finding);
	return true;
}

/* Looks at every device. Returns whether something could not be told yet. */
static bool watch_look(struct watch *watch)
{
	bool unclear = false;
	struct wire_look look;

	for (size_t i = 0; i < watch->model.count; i++) {
		int round = 0;

		while (i < watch->model.count &&
		       !look_is_same(watch, &watch->model.list[i], &look)) {
			if (watch_correct(watch, i, &look))
				break;
			if (++round == ROUNDS) {
				unclear = true;
				break;
			}
		}
	}
	return unclear;
}

/*
 * Takes in the records that may explain what was noticed. What is under way is asked first: an
 * operation that is not has its record in the buffer. Returns false if some are still to come.
 */
static bool watch_resolve(struct watch *watch)
{
	for (int round = 0; round < ROUNDS && watch_has_doubts(watch); round++) {
		uint64_t before = watch->records;

		if (watch_waits(watch))
			return false;
		watch->calls.drain(watch->context);
		if (watch->records == before)
			break;
	}
	return true;
}

void watch_settle(struct watch *watch)
{
	bool unclear = watch_look(watch), held;
	uint64_t since_ns = watch_now_ns(watch) - PATIENCE_NS;

	model_trim(&watch->model, since_ns);
	/* What can not be told yet comes before records that are there already. */
	held = watch->count < HELD_MAX && model_is_unclear(&watch->model, since_ns);
	if (!held && watch_resolve(watch))
		watch_flush(watch);
	else
		unclear = true;
	watch_arm(watch, unclear ? SOON_NS : watch->model.count ? USUAL_NS : 0);
}

void watch_ready(struct watch *watch)
{
	uint64_t times;
	char byte;

	if (read(watch->timer_fd, &times, sizeof(times)) == sizeof(times))
		watch->armed_ns = USUAL_NS; /* it goes on at that pace */
	while (watch->link_fd >= 0 && (recv(watch->link_fd, &byte, 1, 0) >= 0 || errno == ENOBUFS))
		;
	watch_settle(watch);
}

bool watch_is_unclear(const struct watch *watch)
{
	return watch->armed_ns == SOON_NS;
}

void watch_learn(struct watch *watch, const struct wire_look *look, uint64_t now_ns)
{
	if (model_learn(&watch->model, look, now_ns))
		watch->lost++;
}

void watch_seed(struct watch *watch, uint32_t netns, uint32_t ifindex)
{
	uint64_t now_ns = watch_now_ns(watch);
	struct wire_look look;

	if (!watch->calls.look(watch->context, netns, ifindex, 0, &look))
		watch_learn(watch, &look, now_ns);
}
