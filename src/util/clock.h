/* SPDX-License-Identifier: GPL-2.0 */
/* Clocks in nanoseconds. */
#ifndef XDPSNOOP_UTIL_CLOCK_H
#define XDPSNOOP_UTIL_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* What this thread itself has taken so far: others may have the processor meanwhile. */
static inline uint64_t clock_work_ns(void)
{
	return clock_ns(CLOCK_THREAD_CPUTIME_ID);
}

/* @ns of @clock by the wall clock. Both are read each time: the wall clock may be set while we run.
 */
static inline uint64_t clock_real_ns(clockid_t clock, uint64_t ns)
{
	uint64_t real = clock_ns(CLOCK_REALTIME);

	return ns + real - clock_ns(clock);
}

#endif
