/* SPDX-License-Identifier: GPL-2.0 */
/* What this machine allows: input only; what follows from it is decided elsewhere. */
#ifndef XDPSNOOP_KERNEL_SYSTEM_H
#define XDPSNOOP_KERNEL_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

enum lockdown {
	LOCKDOWN_UNKNOWN, /* it can not be read */
	LOCKDOWN_ABSENT,  /* the kernel has no lockdown */
	LOCKDOWN_NONE,
	LOCKDOWN_INTEGRITY,
	LOCKDOWN_CONFIDENTIALITY,
};

struct system_state {
	char release[65];       /* uname -r */
	int major, minor;       /* of the release; 0.0 if it has no such form */
	bool may_preempt;       /* system_preempts() */
	bool has_btf;           /* /sys/kernel/btf/vmlinux */
	bool has_kprobes;       /* perf's kprobe events */
	uint64_t capabilities;  /* effective, a bit for each CAP_* */
	bool in_user_namespace; /* capabilities do not reach beyond it */
	bool hides_processes;   /* processes_are_hidden() */
	enum lockdown lockdown;
};

/* Reads it all. What can not be read stays as "not there" or "unknown". */
void system_read(struct system_state *ret);

/*
 * Whether tasks may lose their processor within the kernel: @version is that of uname -v, with
 * PREEMPT, PREEMPT_RT, PREEMPT_DYNAMIC or none of them; @modes what the last one is told to do, as
 * debugfs shows it: "none (voluntary) full lazy". NULL: that is not known, so it may.
 */
bool system_preempts(const char *version, const char *modes);

/*
 * Whether the tracepoint printk:console fires in the task that writes a line for the kernel's log:
 * since 5.19 (printk_sprint() of kernel/printk/printk.c); before, when a console gets the line.
 */
bool system_tells_log_lines(const struct system_state *state);

/* Whether the process may load tracing programs and read BTF, by its capabilities. */
bool system_is_privileged(const struct system_state *state);

/*
 * Why no backend can work here, as a sentence with cause and remedy; NULL if nothing is known
 * against it. The text is static or lies in @buffer.
 */
const char *system_refusal(const struct system_state *state, char *buffer, int size);

#endif
