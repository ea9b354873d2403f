/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XDPSNOOP_PROBE_MISSED_H
#define XDPSNOOP_PROBE_MISSED_H

#include <stdint.h>

/*
 * Runs of a program that the kernel skipped, as it was running on that CPU already (since 5.12,
 * those at tracepoints since 6.7). 0 without a program.
 */
uint64_t program_missed(int prog_fd);

#endif
