/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One program for several functions, on kernels that put each on one only: the first function has
 * it, and others get a program that does no more than jump to it. The kernel lets programs jump to
 * each other if their functions have the same prototype (__bpf_prog_map_compatible() of
 * kernel/bpf/core.c, attach_func_proto, since 6.12), which is one type of its BTF; and what a
 * program is run for comes with its attachment.
 */
#ifndef XDPSNOOP_PROBE_SHARED_H
#define XDPSNOOP_PROBE_SHARED_H

#include "probe/backend.h"

/*
 * Loads what runs @template for @target, with @opts as the target wants them: the program itself,
 * or a jump to the one that was loaded for another target of the same hook and prototype, or for
 * its twin. Returns a program's descriptor or a negative errno.
 */
int shared_load(const struct template *template, const struct target *target, bool is_return,
		struct bpf_prog_load_opts *opts);

/* What has been loaded may be jumped to no more. */
void shared_release(void);

#endif
