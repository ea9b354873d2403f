// SPDX-License-Identifier: GPL-2.0
#include "util/recent.h"

#include <errno.h>
#include <search.h>

static int compare(const void *a, const void *b)
{
	const struct recent_entry *left = a, *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return (left->subkey > right->subkey) - (left->subkey < right->subkey);
}

void recent_init(struct recent *table, size_t limit, void (*release)(struct recent_entry *entry))
{
	*table = (struct recent){ .limit = limit, .release = release };
	TAILQ_INIT(&table->list);
}

struct recent_entry *recent_find(const struct recent *table, uint64_t key, uint64_t subkey)
{
	const struct recent_entry wanted = { .key = key, .subkey = subkey };
	void *node = tfind(&wanted, &table->tree, compare);

	return node ? *(struct recent_entry **)node : NULL;
}

void recent_remove(struct recent *table, struct recent_entry *entry)
{
	tdelete(entry, &table->tree, compare);
	TAILQ_REMOVE(&table->list, entry, list);
	table->count--;
	table->release(entry);
}

int recent_add(struct recent *table, struct recent_entry *entry)
{
	struct recent_entry *old = recent_find(table, entry->key, entry->subkey);

	if (old)
		recent_remove(table, old);
	else if (table->count == table->limit)
		recent_remove(table, TAILQ_FIRST(&table->list));
	if (!tsearch(entry, &table->tree, compare))
		return -ENOMEM;
	TAILQ_INSERT_TAIL(&table->list, entry, list);
	table->count++;
	return 0;
}

void recent_release(struct recent *table)
{
	while (table->count)
		recent_remove(table, TAILQ_FIRST(&table->list));
}
