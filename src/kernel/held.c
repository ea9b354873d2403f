// SPDX-License-Identifier: GPL-2.0
#include "kernel/held.h"

#include "kernel/processes.h"
#include "util/cleanup.h"
#include "util/clock.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>

#define LOOKS_MAX 8 /* at one part of a process that does not stand still */

struct pass {
	const struct held_look *held;
	held_fn each;
	void *arg;
	size_t unread;
};

/* Leaves a part of the process's descriptors in the answer. */
static int look(const struct held_look *held, int folder, uint32_t from)
{
	__u64 args[2] = { folder, from };

	for (int looks = 0; looks < LOOKS_MAX; looks++) {
		LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));

		if (bpf_prog_test_run_opts(held->prog_fd, &opts))
			return -errno;
		if (!opts.retval)
			return 0;
	}
	return -EAGAIN;
}

/* All that the process of a folder of /proc has open. */
static int look_through(struct pass *pass, pid_t pid, int folder)
{
	const volatile struct wire_held *answer = pass->held->answer;
	uint32_t from = 0;
	int ret;

	do {
		if (pass->held->end_ns && clock_work_ns() > pass->held->end_ns)
			return -ETIME;
		ret = look(pass->held, folder, from);
		for (uint32_t i = 0; !ret && i < WIRE_HELD_WINDOW && from + i < answer->room; i++) {
			struct held_one one = { pid, from + i, answer->list[i].kind,
						answer->list[i].id };

			if (one.kind)
				ret = pass->each(&one, pass->arg);
		}
		from += WIRE_HELD_WINDOW;
	} while (!ret && from < answer->room);
	return ret;
}

static int look_at(int proc, pid_t pid, void *arg)
{
	struct pass *pass = arg;
	_cleanup_(close_fd) int folder = -1;
	char name[16];
	int ret;

	if (pid == getpid())
		return 0;
	snprintf(name, sizeof(name), "%d", pid);
	folder = openat(proc, name, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (folder < 0) {
		pass->unread += errno != ENOENT && errno != ESRCH;
		return 0;
	}
	ret = look_through(pass, pid, folder);
	pass->unread += ret == -EAGAIN;
	return ret == -EAGAIN ? 0 : ret;
}

int held_each(const struct held_look *held, held_fn each, void *arg, size_t *ret_unread)
{
	struct pass pass = { .held = held, .each = each, .arg = arg };
	int ret = processes_each(look_at, &pass);

	if (!ret && ret_unread)
		*ret_unread = pass.unread;
	return ret;
}

int held_of(const struct held_look *held, pid_t pid, held_fn each, void *arg)
{
	struct pass pass = { .held = held, .each = each, .arg = arg };
	_cleanup_(close_fd) int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return proc < 0 ? -errno : look_at(proc, pid, &pass);
}
