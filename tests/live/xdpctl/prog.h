// SPDX-License-Identifier: GPL-2.0
/* prog: trivial programs, and the ids of programs and links. */
#ifndef XDPCTL_PROG_H
#define XDPCTL_PROG_H

#include <bpf/bpf.h>

/*
 * Loads "r0 = 2; exit" (XDP_PASS) of the type: a file descriptor or a negative errno. opts may be
 * NULL.
 */
int prog_load(enum bpf_prog_type type, const char *name, const struct bpf_prog_load_opts *opts);

/* The id that the kernel gave to a program or a link; 0 for a negative fd. */
uint32_t prog_id(int fd);
uint32_t link_id(int fd);

#endif
