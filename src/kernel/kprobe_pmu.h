/* SPDX-License-Identifier: GPL-2.0 */
/* Kprobes as perf events: how perf_event_open(2) is asked for them. */
#ifndef XDPSNOOP_KERNEL_KPROBE_PMU_H
#define XDPSNOOP_KERNEL_KPROBE_PMU_H

#include <stdint.h>

#define KPROBE_PMU "/sys/bus/event_source/devices/kprobe/"

struct kprobe_pmu {
	uint32_t type;      /* of perf events */
	uint64_t is_return; /* config of one at the return of its function */
};

/* Returns 0 or a negative errno: the kernel has none (CONFIG_KPROBE_EVENTS). */
int kprobe_pmu_read(struct kprobe_pmu *ret);

#endif
