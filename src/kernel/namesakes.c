// SPDX-License-Identifier: GPL-2.0
#include "kernel/namesakes.h"

#include "util/cleanup.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <sys/syscall.h>

/*
 * Asks for a return probe behind the first byte of a function: -EINVAL, as returns are probed from
 * the beginning only (kprobe_on_func_entry() in kernel/kprobes.c), -EADDRNOTAVAIL if there are
 * several of that name, -ENOENT if none.
 */
static int ask(const struct kprobe_pmu *pmu, const char *name)
{
	struct perf_event_attr attr = {
		.type = pmu->type,
		.size = sizeof(attr),
		.config = pmu->is_return,
		.kprobe_func = (uintptr_t)name,
		.probe_offset = 1,
	};
	int fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

bool namesakes_are_counted(const struct kprobe_pmu *pmu)
{
	/* Names that many files of the kernel give to functions for seq_file. */
	static const char *const common[] = { "s_next", "t_next", "c_next", "m_next", "s_show" };

	for (size_t i = 0; i < ARRAY_SIZE(common); i++) {
		if (ask(pmu, common[i]) == -EADDRNOTAVAIL)
			return true;
	}
	return false;
}

bool namesakes_none(const struct kprobe_pmu *pmu, const char *name)
{
	return ask(pmu, name) == -EINVAL;
}
