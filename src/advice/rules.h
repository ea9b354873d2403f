/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why an attempt failed, and what to do about it: rules as data. To add one, add a row to the table
 * that it belongs to, and an event that it is for to tests/unit/advice_test.c.
 */
#ifndef XDPSNOOP_ADVICE_RULES_H
#define XDPSNOOP_ADVICE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#define RULE_TEXTS 6

enum confidence {
	CONFIDENCE_POSSIBLE = 1, /* one of several causes that nothing tells apart */
	CONFIDENCE_LIKELY,       /* what is known of the device speaks for it */
	CONFIDENCE_CERTAIN,      /* the kernel has said so, or nothing else can be */
};

struct rule {
	const char *id; /* an interface: it stays as it is */
	/*
	 * What the kernel says, all of it or what follows a ": ", as patterns of fnmatch(3): for
	 * NL_SET_ERR_MSG_MOD() puts the module's name before it, and the log the device's. Without
	 * a text the rule is for failures that the kernel has said nothing about.
	 */
	const char *texts[RULE_TEXTS];
	/* Looked at only where the kernel has said nothing. 0 and NULL: any. */
	int error;           /* negative errno */
	const char *drivers; /* names with a | between them */
	const char *when;    /* a filter (docs/filters.md): what else has to hold */
	bool pool;           /* it is for AF_XDP pools, not for programs */
	/* One sentence. */
	const char *cause;
	/* What to do, with the command. {dev} and the like are replaced: placeholders in expand.c.
	 */
	const char *remedy;
	enum confidence confidence;
	const char *kernels; /* that say it, in words; NULL: all since 5.10 */
};

struct rules {
	const struct rule *list;
	size_t count;
};

extern const struct rules rules_core, rules_virtual, rules_nics, rules_more_nics;

/* Each table, in the order in which rules that match equally well are told. The last is NULL. */
extern const struct rules *const rule_tables[];

#endif
