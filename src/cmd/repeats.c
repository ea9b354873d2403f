// SPDX-License-Identifier: GPL-2.0
#include "cmd/repeats.h"

#include "util/cleanup.h"
#include "util/clock.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define NSEC 1000000000ULL

int repeats_open(struct repeats *repeats)
{
	repeats->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return repeats->timer_fd < 0 ? -errno : 0;
}

void repeats_close(struct repeats *repeats)
{
	collapse_release(&repeats->collapse);
	close_fd(&repeats->timer_fd);
}

bool repeats_event(struct repeats *repeats, FILE *out, const struct style *style,
		   const struct event *event)
{
	return repeats->timer_fd >= 0 &&
	       collapse_event(&repeats->collapse, out, style, event, clock_ns(CLOCK_MONOTONIC));
}

void repeats_wait(struct repeats *repeats)
{
	uint64_t due_ns = collapse_due(&repeats->collapse);
	struct itimerspec when = {
		.it_value.tv_sec = due_ns / NSEC,
		.it_value.tv_nsec = due_ns % NSEC,
	};

	/* One that ticks already will see that it has come too early. */
	if (!due_ns || repeats->ticks)
		return;
	repeats->ticks = !timerfd_settime(repeats->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

void repeats_ready(struct repeats *repeats, FILE *out)
{
	uint64_t times;

	if (read(repeats->timer_fd, &times, sizeof(times)) == sizeof(times))
		repeats->ticks = false;
	collapse_tick(&repeats->collapse, out, clock_ns(CLOCK_MONOTONIC));
}

void repeats_end(struct repeats *repeats, FILE *out)
{
	collapse_end(&repeats->collapse, out);
}
