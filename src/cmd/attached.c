// SPDX-License-Identifier: GPL-2.0
#include "cmd/attached.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Room for one more of @size bytes at the end of @list; NULL: there is none. */
static void *grow(void **list, size_t count, size_t size)
{
	/* Full whenever the count is a power of two. */
	if (!(count & (count - 1))) {
		void *larger = reallocarray(*list, count ? 2 * count : 1, size);

		if (!larger)
			return NULL;
		*list = larger;
	}
	return (char *)*list + count * size;
}

static char *copy(const char *text)
{
	return text ? strdup(text) : NULL;
}

int attached_add_netns(struct attached_list *list, const struct attached_netns *netns)
{
	struct attached_netns *one = grow((void **)&list->netns, list->nnetns, sizeof(*one));

	if (!one)
		return -ENOMEM;
	*one = *netns;
	one->name = copy(netns->name);
	one->path = copy(netns->path);
	list->nnetns++;
	return 0;
}

int attached_add_prog(struct attached_list *list, const struct attached_prog *prog)
{
	struct attached_prog *one = grow((void **)&list->progs, list->nprogs, sizeof(*one));

	if (!one)
		return -ENOMEM;
	*one = *prog;
	list->nprogs++;
	return 0;
}

int attached_add_holder(struct attached_list *list, const struct attached_holder *holder)
{
	struct attached_holder *one;

	for (size_t i = 0; i < list->nholders; i++) {
		one = &list->holders[i];
		/* A process may have it open several times. */
		if (holder->pid && one->pid == holder->pid && one->link == holder->link)
			return 0;
	}
	one = grow((void **)&list->holders, list->nholders, sizeof(*one));
	if (!one)
		return -ENOMEM;
	*one = *holder;
	one->pin = copy(holder->pin);
	list->nholders++;
	return 0;
}

int attached_add_component(struct attached_list *list, const struct attached_component *component)
{
	struct attached_component *one;

	one = grow((void **)&list->components, list->ncomponents, sizeof(*one));
	if (!one)
		return -ENOMEM;
	*one = *component;
	list->ncomponents++;
	return 0;
}

static bool prog_fits(const struct attached_prog *prog, const struct link_info *link)
{
	return link->ifindex == prog->ifindex && link->prog_id == prog->prog.id;
}

static size_t count_fitting(const struct attached_list *list, const struct link_info *link)
{
	size_t count = 0;

	for (size_t i = 0; i < list->nprogs; i++)
		count += prog_fits(&list->progs[i], link);
	return count;
}

void attached_match(struct attached_list *list, const struct link_info *links, size_t count)
{
	for (size_t i = 0; i < list->nprogs; i++) {
		struct attached_prog *prog = &list->progs[i];
		const struct link_info *found = NULL;
		size_t fitting = 0;

		if (prog->link_known != LINK_UNKNOWN)
			continue;
		for (size_t j = 0; j < count; j++) {
			if (!prog_fits(prog, &links[j]))
				continue;
			found = &links[j];
			fitting++;
		}
		if (!fitting) {
			prog->link_known = LINK_NONE;
		} else if (fitting == 1 && count_fitting(list, found) == 1) {
			prog->link_known = LINK_HOLDS;
			prog->link = found->id;
		}
	}
}

bool attached_has_link(const struct attached_list *list, uint32_t id)
{
	for (size_t i = 0; i < list->nprogs; i++) {
		if (list->progs[i].link_known == LINK_HOLDS && list->progs[i].link == id)
			return true;
	}
	return false;
}

bool attached_has_prog(const struct attached_list *list, uint32_t id)
{
	for (size_t i = 0; i < list->nprogs; i++) {
		if (list->progs[i].prog.id == id)
			return true;
	}
	return false;
}

static int netns_compare(const struct attached_netns *left, const struct attached_netns *right)
{
	if (left->own != right->own)
		return right->own - left->own;
	if (left->name && right->name)
		return strcmp(left->name, right->name);
	if (left->name || right->name)
		return left->name ? -1 : 1;
	return (left->inum > right->inum) - (left->inum < right->inum);
}

static int prog_compare(const void *a, const void *b, void *arg)
{
	const struct attached_list *list = arg;
	const struct attached_prog *left = a, *right = b;
	int order = netns_compare(&list->netns[left->netns], &list->netns[right->netns]);

	if (!order)
		order = (left->ifindex > right->ifindex) - (left->ifindex < right->ifindex);
	return order ? order : (int)left->mode - (int)right->mode;
}

static int holder_compare(const void *a, const void *b)
{
	const struct attached_holder *left = a, *right = b;

	if (!left->pid != !right->pid) /* processes first */
		return left->pid ? -1 : 1;
	return left->pid ? left->pid - right->pid : strcmp(left->pin, right->pin);
}

static int component_compare(const void *a, const void *b)
{
	const struct attached_component *left = a, *right = b;

	return component_order(&left->component, &right->component);
}

void attached_sort(struct attached_list *list)
{
	if (list->nprogs)
		qsort_r(list->progs, list->nprogs, sizeof(*list->progs), prog_compare, list);
	if (list->nholders)
		qsort(list->holders, list->nholders, sizeof(*list->holders), holder_compare);
	if (list->ncomponents)
		qsort(list->components, list->ncomponents, sizeof(*list->components),
		      component_compare);
}

void attached_release(struct attached_list *list)
{
	for (size_t i = 0; i < list->nnetns; i++) {
		free(list->netns[i].name);
		free(list->netns[i].path);
	}
	for (size_t i = 0; i < list->nholders; i++)
		free(list->holders[i].pin);
	free(list->netns);
	free(list->progs);
	free(list->holders);
	free(list->components);
	*list = (struct attached_list){};
}
