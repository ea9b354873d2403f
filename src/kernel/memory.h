/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading the kernel's memory, by a BPF program that is run on demand (BPF_PROG_TEST_RUN of a raw
 * tracepoint's program: bpf_prog_test_run_raw_tp in net/bpf/test_run.c, since 5.10). Not by
 * /proc/kcore: that takes CAP_SYS_RAWIO, is hidden in containers, and may be configured out, while
 * a kernel that runs this program is one that can be traced.
 */
#ifndef XDPSNOOP_KERNEL_MEMORY_H
#define XDPSNOOP_KERNEL_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#define MEMORY_READ_MAX 4096 /* bytes in one reading */

/*
 * Reads @size bytes of the kernel's memory at @addr into @data. Returns 0, -EFAULT if there is
 * nothing that could be read, or another negative errno: then nothing can be read at all.
 */
typedef int (*memory_read_fn)(uint64_t addr, void *data, size_t size, void *arg);

struct memory;

/* Returns 0 or a negative errno: this process, or this kernel, can not read. */
int memory_open(struct memory **ret);
void memory_close(struct memory **memory);

/* A memory_read_fn; @arg is the struct memory. @size is from 1 to MEMORY_READ_MAX. */
int memory_read(uint64_t addr, void *data, size_t size, void *arg);

#endif
