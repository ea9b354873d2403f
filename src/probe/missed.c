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
