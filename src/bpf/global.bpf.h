/* SPDX-License-Identifier: GPL-2.0 */
/* Functions that are not compiled into each place that calls them, as start-up would be slow. */
#ifndef XDPSNOOP_GLOBAL_BPF_H
#define XDPSNOOP_GLOBAL_BPF_H

#include "kernel.bpf.h"

#include "../wire.h"

/*
 * The verifier follows these once, by themselves, and not for each way that leads to a call. They
 * take and return numbers (pointers: since 5.12).
 */
#define GLOBAL __attribute__((noinline))

/*
 * To be said in each: the verifier knows by its type that a function is global, and a template
 * comes without types.
 */
#define GLOBAL_HAS(arguments) \
	asm volatile("r0 = %0" : : "i"(WIRE_GLOBAL_MAGIC | (arguments)) : "r0")

/*
 * Of functions that read a lot of the kernel and are called from several places: libbpf relocates
 * each copy of such a read by itself, which was half of all that userspace did at the start.
 */
#define ONCE static __attribute__((noinline, unused))

#endif
