// SPDX-License-Identifier: GPL-2.0
#include "summary.h"

#include "result.h"

void summary_begin(struct summary *summary)
{
	*summary = (struct summary){ 0 };
	clock_gettime(CLOCK_MONOTONIC, &summary->start);
}

void summary_count(struct summary *summary, int err)
{
	if (err >= 0) {
		summary->succeeded++;
		return;
	}
	summary->failed++;
	if (!summary->first_error)
		summary->first_error = err;
}

void summary_end(const struct summary *summary)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	result_number("ok", (long long)summary->succeeded);
	result_number("failed", (long long)summary->failed);
	result_number("us", (now.tv_sec - summary->start.tv_sec) * 1000000LL +
				    (now.tv_nsec - summary->start.tv_nsec) / 1000);
	if (summary->failed)
		result_errno("first_error", summary->first_error);
	result_end();
}
