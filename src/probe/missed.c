// SPDX-License-Identifier: GPL-2.0
#include "probe/missed.h"

#include <bpf/bpf.h>

uint64_t program_missed(int prog_fd)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	if (prog_fd <= 0 || bpf_obj_get_info_by_fd(prog_fd, &info, &size))
		return 0;
	return info.recursion_misses;
}

uint64_t copies_missed(const int *prog_fds, size_t count)
{
	uint64_t least = program_missed(prog_fds[0]);

	for (size_t i = 1; i < count && prog_fds[i] > 0; i++) {
		uint64_t missed = program_missed(prog_fds[i]);

		if (missed < least)
			least = missed;
	}
	return least;
}
