/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that the verifier follows once, by themselves, and not for each way that leads to a
 * call: start-up is as slow as these are many. They take and return numbers (pointers: since 5.12).
 */
#ifndef XDPSNOOP_GLOBAL_BPF_H
#define XDPSNOOP_GLOBAL_BPF_H

#include "kernel.bpf.h"

#include "../wire.h"

#define GLOBAL __attribute__((noinline))

/*
 * To be said in each: the verifier knows by its type that a function is global, and a template
 * comes without types.
 */
#define GLOBAL_HAS(arguments) \
	asm volatile("r0 = %0" : : "i"(WIRE_GLOBAL_MAGIC | (arguments)) : "r0")

#endif
