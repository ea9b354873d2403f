// SPDX-License-Identifier: GPL-2.0
/*
 * summary: the end of the result line of N repetitions: "ok=N failed=N us=N [first_error=-N
 * (ENAME)]".
 */
#ifndef XDPCTL_SUMMARY_H
#define XDPCTL_SUMMARY_H

#include <stdint.h>
#include <time.h>

struct summary {
	struct timespec start;
	uint64_t succeeded;
	uint64_t failed;
	int first_error;
};

void summary_begin(struct summary *summary);

/* A repetition whose operations all succeeded has err >= 0. */
void summary_count(struct summary *summary, int err);

/* Completes and ends the verb's result line. */
void summary_end(const struct summary *summary);

#endif
