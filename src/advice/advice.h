/* SPDX-License-Identifier: GPL-2.0 */
/* Finding the rules that explain a failure. Pure: events and texts in, rules out. */
#ifndef XDPSNOOP_ADVICE_ADVICE_H
#define XDPSNOOP_ADVICE_ADVICE_H

#include "advice/rules.h"
#include "event/event.h"

#include <stdbool.h>
#include <stdint.h>

#define ADVICE_MAX 256 /* more rules than there are */

/* A rule, and how sure it is in this case. */
struct advice {
	const struct rule *rule;
	enum confidence confidence;
};

struct advisor {
	struct filter *when[ADVICE_MAX]; /* owned; of the rules in order, NULL: nothing else */
	struct {
		char reason[WIRE_MSG], driver[sizeof(((struct event *)0)->driver)];
		struct advice advice;
	} last; /* that was found, and for what */
};

/* Parses the conditions of all rules. Returns 0, -ENOMEM, or -EINVAL for a rule that is wrong. */
int advisor_init(struct advisor *ret);
void advisor_release(struct advisor *advisor);

/*
 * The rules that may explain @event, best first, at most @max. Where the kernel gave a reason,
 * those that know it; where it gave none, those whose errno, driver and conditions fit, less sure
 * if the kernel would have said it in other circumstances; also where it has only put a line into
 * the log that no rule knows. A success has advice only for a warning.
 * Returns how many there are.
 */
size_t advisor_find(const struct advisor *advisor, const struct event *event, struct advice *ret,
		    size_t max);

/* Fills in event->advice by the best of them; leaves it empty where there is none. */
void advisor_advise(struct advisor *advisor, struct event *event);

/* The rules that know @text, a message of the kernel, perhaps with what tools put before it. */
size_t advice_for_text(const char *text, const struct rule **ret, size_t max);

/* The rules for failures with @error (a negative errno), those that tell of no text first. */
size_t advice_for_error(int error, const struct rule **ret, size_t max);

/* Whether the driver of that name is one of the rule's. */
bool rule_is_of_driver(const struct rule *rule, const char *driver);

/* "certain", "likely", "possible" */
const char *confidence_name(enum confidence confidence);

/* The rule at @index, of all tables; NULL behind the last one. */
const struct rule *rule_at(size_t index);

/* By its id; NULL: there is none. */
const struct rule *rule_find(const char *id);

/* Why @rule's condition can not be parsed, for tests; NULL: it can. In @buffer. */
const char *rule_problem(const struct rule *rule, char *buffer, size_t size);

#endif
