/* SPDX-License-Identifier: GPL-2.0 */
/* The processes of this system, as /proc has them. */
#ifndef XDPSNOOP_KERNEL_PROCESSES_H
#define XDPSNOOP_KERNEL_PROCESSES_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Whether /proc is known to be that of a pid namespace which is not the initial one: it lacks the
 * processes of others then, and has other ids than the kernel side tells.
 */
bool processes_are_hidden(void);

/*
 * Calls @each for every process, with a descriptor of /proc, until it returns a value other than 0,
 * which is then returned. Returns 0 at the end, or a negative errno if /proc can not be opened.
 */
int processes_each(int (*each)(int proc, pid_t pid, void *arg), void *arg);

/*
 * The name of a process, which may hold any byte, a newline as well. Returns whether there is one:
 * false if it has ended, or has none.
 */
#define PROCESS_COMM_SIZE 16
bool process_comm(pid_t pid, char comm[PROCESS_COMM_SIZE]);

#endif
