/* SPDX-License-Identifier: GPL-2.0 */
/* A table with a bound: when it is full, the oldest entry gives way. */
#ifndef XDPSNOOP_UTIL_RECENT_H
#define XDPSNOOP_UTIL_RECENT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

/* The first member of what is in a table. */
struct recent_entry {
	uint64_t key, subkey;
	TAILQ_ENTRY(recent_entry) list;
};

struct recent {
	size_t limit;                                /* 1 or more */
	void (*release)(struct recent_entry *entry); /* of what leaves the table */
	/* The table's own. */
	void *tree;
	TAILQ_HEAD(recent_list, recent_entry) list; /* by age */
	size_t count;
};

/* Sets up an empty table. It may be moved only as long as it is empty. */
void recent_init(struct recent *table, size_t limit, void (*release)(struct recent_entry *entry));

/* Takes @entry, in place of one with the same key. Returns 0 or -ENOMEM: then it is the caller's.
 */
int recent_add(struct recent *table, struct recent_entry *entry);

/* NULL: there is none. It stays the table's. */
struct recent_entry *recent_find(const struct recent *table, uint64_t key, uint64_t subkey);

void recent_remove(struct recent *table, struct recent_entry *entry);

/* Empties it. Accepts a table that is zero. */
void recent_release(struct recent *table);

#endif
