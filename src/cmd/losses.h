/* SPDX-License-Identifier: GPL-2.0 */
/* What could not be reported: told where it happened, and in all. */
#ifndef XDPSNOOP_CMD_LOSSES_H
#define XDPSNOOP_CMD_LOSSES_H

#include "probe/prober.h"

struct losses {
	struct wire_stats reported; /* losses that have been told */
	uint64_t bad_records;       /* that could not be decoded: to be counted by the caller */
	uint64_t broken;            /* of them, told */
};

/*
 * Tells what has been lost since it was last told, given the counts of @now. Returns how many
 * operations that is.
 */
uint64_t losses_tell(struct losses *losses, struct wire_stats now);

/*
 * The same of what was lost before @op: an operation knows how many there were. It may know of
 * fewer than have been told, if it was on its way when they were.
 */
uint64_t losses_tell_before(struct losses *losses, const struct wire_op *op);

/* All of it, at the end. */
void losses_sum_up(const struct prober *prober);

#endif
