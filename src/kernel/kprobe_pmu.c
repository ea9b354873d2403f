// SPDX-License-Identifier: GPL-2.0
#include "kernel/kprobe_pmu.h"

#include "util/cleanup.h"

#include <errno.h>

static int read_number(const char *file, const char *format)
{
	_cleanup_(close_file) FILE *stream = fopen(file, "re");
	int number;

	if (!stream)
		return -errno;
	return fscanf(stream, format, &number) == 1 && number >= 0 ? number : -EINVAL;
}

int kprobe_pmu_read(struct kprobe_pmu *ret)
{
	int type = read_number(KPROBE_PMU "type", "%d");
	int bit = read_number(KPROBE_PMU "format/retprobe", "config:%d");

	if (type < 0 || bit < 0)
		return type < 0 ? type : bit;
	*ret = (struct kprobe_pmu){ type, 1ULL << bit };
	return 0;
}
