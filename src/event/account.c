// SPDX-License-Identifier: GPL-2.0
#include "event/account.h"

#include <stdlib.h>
#include <string.h>

static bool is_touched(const struct account *account, uint32_t netns, uint32_t ifindex)
{
	for (size_t i = 0; i < account->ntouched; i++) {
		const struct touched *touched = &account->touched[i];

		if (touched->ifindex == ifindex && touched->netns == netns)
			return true;
	}
	return false;
}

/* What there is no memory for is not noted: events of others there are not told then. */
static void touch(struct account *account, uint32_t netns, uint32_t ifindex)
{
	struct touched *list;

	if (!ifindex || is_touched(account, netns, ifindex))
		return;
	list = reallocarray(account->touched, account->ntouched + 1, sizeof(*list));
	if (!list)
		return;
	account->touched = list;
	list[account->ntouched++] = (struct touched){ netns, ifindex };
}

static struct left *find_left(const struct account *account, const struct event *event)
{
	for (size_t i = 0; i < account->nleft; i++) {
		struct left *left = &account->left[i];

		if (left->ifindex == event->dev.ifindex && left->netns == event->dev.netns &&
		    left->mode == event->mode)
			return left;
	}
	return NULL;
}

static void drop_left(struct account *account, struct left *left)
{
	if (left)
		*left = account->left[--account->nleft];
}

static void put_left(struct account *account, const struct event *event)
{
	struct left *left = find_left(account, event), *list;

	if (!left) {
		list = reallocarray(account->left, account->nleft + 1, sizeof(*list));
		if (!list)
			return;
		account->left = list;
		left = &list[account->nleft++];
	}
	*left = (struct left){
		.netns = event->dev.netns,
		.ifindex = event->dev.ifindex,
		.mode = event->mode,
		.prog = event->prog,
		.link_id = event->link_id,
	};
	memcpy(left->ifname, event->dev.name, sizeof(left->ifname));
}

/* A device takes what it has along. */
static void move_left(struct account *account, const struct event *event)
{
	for (size_t i = 0; i < account->nleft; i++) {
		struct left *left = &account->left[i];

		if (left->ifindex != event->old_dev.ifindex || left->netns != event->old_dev.netns)
			continue;
		left->ifindex = event->dev.ifindex;
		left->netns = event->dev.netns;
		memcpy(left->ifname, event->dev.name, sizeof(left->ifname));
	}
	if (is_touched(account, event->old_dev.netns, event->old_dev.ifindex))
		touch(account, event->dev.netns, event->dev.ifindex);
}

static void drop_pool(struct account *account, const struct event *event)
{
	for (size_t i = account->npools; i-- > 0;) {
		const struct pool *pool = &account->pools[i];

		if (pool->queue == event->xsk.queue.value && pool->ifindex == event->dev.ifindex &&
		    pool->netns == event->dev.netns)
			account->pools[i] = account->pools[--account->npools];
	}
}

static void follow_pools(struct account *account, const struct event *event, bool own)
{
	struct pool *list;

	if (event->error || !event->xsk.queue.known)
		return;
	drop_pool(account, event);
	if (!own || event->action != ACTION_POOL_SETUP)
		return;
	list = reallocarray(account->pools, account->npools + 1, sizeof(*list));
	if (!list)
		return;
	account->pools = list;
	list[account->npools++] =
		(struct pool){ event->dev.netns, event->dev.ifindex, event->xsk.queue.value };
}

/* What a device holds has changed. Of a device that is asked by its master the core knows nothing.
 */
static void follow_left(struct account *account, const struct event *event, bool own)
{
	if (event->error || event->unknown || !event->mode ||
	    (event->cause && (!strcmp(event->cause, "nested") || !strcmp(event->cause, "direct"))))
		return;
	switch (event->action) {
	case ACTION_INSTALL:
	case ACTION_REPLACE:
		if (own)
			put_left(account, event);
		else
			drop_left(account, find_left(account, event));
		break;
	case ACTION_REMOVE:
		drop_left(account, find_left(account, event));
		break;
	case ACTION_MOVE:
		move_left(account, event);
		break;
	default:
		break;
	}
}

/* Something that the command has put there goes, and no task is known that wanted it. */
static bool is_consequence(const struct account *account, const struct event *event)
{
	const struct left *left = find_left(account, event);

	if (!left || left->prog.id != event->old_prog.id || event->action != ACTION_REMOVE)
		return false;
	return !event->pid || (event->cause && !strcmp(event->cause, "netns-exit"));
}

bool account_event(struct account *account, struct event *event, bool followed)
{
	bool own = followed || is_consequence(account, event);

	event->whose = own ? "own" : "foreign";
	if (own) {
		touch(account, event->dev.netns, event->dev.ifindex);
		touch(account, event->old_dev.netns, event->old_dev.ifindex);
	}
	follow_left(account, event, own);
	follow_pools(account, event, own);
	return own || is_touched(account, event->dev.netns, event->dev.ifindex) ||
	       is_touched(account, event->old_dev.netns, event->old_dev.ifindex);
}

void account_count(struct account *account, const struct event *event)
{
	bool own = !strcmp(event->whose, "own");
	struct tally *tally = own ? &account->own[event->action] : &account->foreign[event->action];

	tally->unknown += event->unknown;
	tally->failed += !event->unknown && event->error;
	tally->ok += !event->unknown && !event->error;
}

struct tally tally_sum(const struct tally *tallies)
{
	struct tally sum = {};

	for (int action = 0; action < ACTIONS; action++) {
		sum.ok += tallies[action].ok;
		sum.failed += tallies[action].failed;
		sum.unknown += tallies[action].unknown;
	}
	return sum;
}

void account_release(struct account *account)
{
	free(account->touched);
	free(account->left);
	free(account->pools);
	*account = (struct account){};
}
