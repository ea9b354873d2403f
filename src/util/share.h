/* SPDX-License-Identifier: GPL-2.0 */
/* What may take a part of all time, and no more in the long run. */
#ifndef XDPSNOOP_UTIL_SHARE_H
#define XDPSNOOP_UTIL_SHARE_H

#include <stdint.h>

struct share {
	uint64_t used_ns; /* as of counted_ns; less with time */
	uint64_t counted_ns;
};

/*
 * What has been used, as of @now_ns (CLOCK_MONOTONIC), and is not made up for: one nanosecond is by
 * every @part that go by. The caller adds what it uses, and says how much of it may be owed.
 */
static inline uint64_t share_used(struct share *share, uint64_t now_ns, unsigned int part)
{
	uint64_t earned = (now_ns - share->counted_ns) / part;

	share->used_ns -= earned < share->used_ns ? earned : share->used_ns;
	share->counted_ns = now_ns;
	return share->used_ns;
}

#endif
