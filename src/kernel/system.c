// SPDX-License-Identifier: GPL-2.0
#include "kernel/system.h"

#include "kernel/private_mount.h"
#include "kernel/processes.h"
#include "util/cleanup.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CAPABILITY(number) (1ULL << (number))

/* The first line of @path that begins with @prefix, without it. @line is left alone if none. */
static bool read_line(const char *path, const char *prefix, char *line, size_t size)
{
	_cleanup_(close_file) FILE *file = fopen(path, "re");
	char buffer[256];

	while (file && fgets(buffer, sizeof(buffer), file)) {
		if (strncmp(buffer, prefix, strlen(prefix)))
			continue;
		snprintf(line, size, "%s", buffer + strlen(prefix));
		return true;
	}
	return false;
}

/* "none [integrity] confidentiality": the brackets mark the state. */
static enum lockdown lockdown_parse(const char *line)
{
	if (strstr(line, "[none]"))
		return LOCKDOWN_NONE;
	if (strstr(line, "[integrity]"))
		return LOCKDOWN_INTEGRITY;
	if (strstr(line, "[confidentiality]"))
		return LOCKDOWN_CONFIDENTIALITY;
	return LOCKDOWN_UNKNOWN;
}

/* Where securityfs is not mounted, it is for us, if we may. */
static enum lockdown lockdown_read(void)
{
	_cleanup_(close_file) FILE *file = fopen("/sys/kernel/security/lockdown", "re");
	char line[128];

	if (!file)
		file = private_open("securityfs", "lockdown");
	if (!file)
		return errno == ENOENT ? LOCKDOWN_ABSENT : LOCKDOWN_UNKNOWN;
	return fgets(line, sizeof(line), file) ? lockdown_parse(line) : LOCKDOWN_UNKNOWN;
}

bool system_preempts(const char *version, const char *modes)
{
	if (!strstr(version, "PREEMPT"))
		return false;
	return !modes || (!strstr(modes, "(none)") && !strstr(modes, "(voluntary)"));
}

/*
 * A kernel that can be told, which most are since 5.12, has its mode in debugfs
 * (sched_dynamic_show() in kernel/sched): there since 5.13.
 */
static bool preemption_read(const char *version)
{
	_cleanup_(close_file) FILE *file = NULL;
	char line[128];

	if (strstr(version, "PREEMPT_DYNAMIC"))
		file = private_open("debugfs", "sched/preempt");
	return system_preempts(version, file ? fgets(line, sizeof(line), file) : NULL);
}

void system_read(struct system_state *ret)
{
	unsigned long inside, outside, length;
	struct utsname names;
	char line[256];

	*ret = (struct system_state){};
	if (!uname(&names)) {
		snprintf(ret->release, sizeof(ret->release), "%s", names.release);
		if (sscanf(names.release, "%d.%d", &ret->major, &ret->minor) != 2)
			ret->major = ret->minor = 0;
		ret->may_preempt = preemption_read(names.version);
	}
	ret->has_btf = !access("/sys/kernel/btf/vmlinux", R_OK);
	ret->has_kprobes = !access("/sys/bus/event_source/devices/kprobe/type", R_OK);
	if (read_line("/proc/self/status", "CapEff:", line, sizeof(line)))
		ret->capabilities = strtoull(line, NULL, 16);
	if (read_line("/proc/self/uid_map", "", line, sizeof(line)) &&
	    sscanf(line, "%lu %lu %lu", &inside, &outside, &length) == 3)
		ret->in_user_namespace = inside || outside || length != 4294967295;
	ret->hides_processes = processes_are_hidden();
	ret->lockdown = lockdown_read();
}

bool system_tells_log_lines(const struct system_state *state)
{
	return state->major > 5 || (state->major == 5 && state->minor >= 19);
}

bool system_is_privileged(const struct system_state *state)
{
	/*
	 * CAP_BPF and CAP_PERFMON load and attach, but the BTF of modules is opened by its id,
	 * which takes CAP_SYS_ADMIN (bpf_btf_get_fd_by_id in kernel/bpf/syscall.c, all versions).
	 */
	return state->capabilities & CAPABILITY(CAP_SYS_ADMIN);
}

const char *system_refusal(const struct system_state *state, char *buffer, int size)
{
	if (state->major && (state->major < 5 || (state->major == 5 && state->minor < 10))) {
		snprintf(
			buffer, size,
			"Linux %s is too old: XDP is traced on 5.10 and later; boot a newer kernel",
			state->release);
		return buffer;
	}
	if (!system_is_privileged(state))
		return "not enough privileges to trace the kernel (CAP_SYS_ADMIN is missing): run "
		       "it as root, for example with sudo";
	if (state->in_user_namespace)
		return "root in a user namespace may not trace the kernel: run it as root of the "
		       "machine, outside of the container";
	if (state->lockdown == LOCKDOWN_CONFIDENTIALITY)
		return "the kernel is locked down (confidentiality), so BPF programs may not read "
		       "its memory: boot without lockdown=confidentiality, or with "
		       "lockdown=integrity";
	if (!state->has_btf)
		return "this kernel has no BTF (/sys/kernel/btf/vmlinux is missing), so its "
		       "functions and structures are not known: boot a kernel built with "
		       "CONFIG_DEBUG_INFO_BTF=y, as those of distributions are";
	return NULL;
}
