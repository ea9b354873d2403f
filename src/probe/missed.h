/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XDPSNOOP_PROBE_MISSED_H
#define XDPSNOOP_PROBE_MISSED_H

#include <stddef.h>
#include <stdint.h>

/*
 * Runs of a program that the kernel skipped, as it was running on that CPU already (since 5.12,
 * those at tracepoints since 6.7). 0 without a program.
 */
uint64_t program_missed(int prog_fd);

/*
 * The same of a program and its @count - 1 copies, of which one that is run does for all: what all
 * have missed is not more than any of them has. Those behind one that is not there are none.
 */
uint64_t copies_missed(const int *prog_fds, size_t count);

#endif
