// SPDX-License-Identifier: GPL-2.0
#include "kernel/abilities.h"

#include "kernel/private_mount.h"
#include "kernel/tracefs.h"
#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>

static int try_ring_buffer(void)
{
	_cleanup_(close_fd) int fd = -1;

	/* The kernel's pages have more than 4 KiB at times: the size is to be a multiple. */
	fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "doctor", 0, 0, 1 << 16, NULL);
	return fd < 0 ? -errno : 0;
}

/* return 0; */
static const struct bpf_insn idle_insns[] = {
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

static int try_extack(void)
{
	_cleanup_(close_fd) int prog = -1, link = -1;

	prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "doctor", "GPL", idle_insns,
			     ARRAY_SIZE(idle_insns), NULL);
	if (prog < 0)
		return -errno;
	link = bpf_raw_tracepoint_open("netlink_extack", prog);
	return link < 0 ? -errno : 0;
}

static int try_tracefs(bool *ret_mounted)
{
	_cleanup_(close_fd) int fd = tracefs_open();

	if (fd < 0)
		return fd;
	*ret_mounted = !access("/sys/kernel/tracing/trace", F_OK) ||
		       !access("/sys/kernel/debug/tracing/trace", F_OK);
	return 0;
}

/* The number in @file, which is closed. */
static enum toggle read_toggle(FILE *file)
{
	int value, fields;

	if (!file)
		return errno == ENOENT ? TOGGLE_ABSENT : TOGGLE_UNKNOWN;
	fields = fscanf(file, "%d", &value);
	fclose(file);
	if (fields != 1)
		return TOGGLE_UNKNOWN;
	return value ? TOGGLE_ON : TOGGLE_OFF;
}

static FILE *open_kprobes(void)
{
	FILE *file = fopen("/sys/kernel/debug/kprobes/enabled", "re");

	return file ? file : private_open("debugfs", "kprobes/enabled");
}

void abilities_read(struct abilities *ret)
{
	*ret = (struct abilities){
		.ring_buffer = try_ring_buffer(),
		.extack = try_extack(),
		.ftrace = read_toggle(fopen("/proc/sys/kernel/ftrace_enabled", "re")),
		.kprobes = read_toggle(open_kprobes()),
	};
	ret->tracefs = try_tracefs(&ret->tracefs_mounted);
}
