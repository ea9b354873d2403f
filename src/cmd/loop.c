// SPDX-License-Identifier: GPL-2.0
#include "cmd/loop.h"

#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define NSEC       1000000000ULL
#define TURN_BYTES (256 << 10) /* of records, then it is seen what else there is */

static int loop_watch(struct loop *loop, int fd, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.fd = fd };

	return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, fd, &event) ? -errno : 0;
}

/* As by nohup(1). */
static bool hangup_is_ignored(void)
{
	struct sigaction action;

	return !sigaction(SIGHUP, NULL, &action) && action.sa_handler == SIG_IGN;
}

static int loop_open_signals(struct loop *loop)
{
	sigset_t signals;

	sigemptyset(&signals);
	if (loop->hangup || !hangup_is_ignored())
		sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	if (loop->signal)
		sigaddset(&signals, SIGQUIT);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
		return -errno;
	loop->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
	return loop->signal_fd < 0 ? -errno : loop_watch(loop, loop->signal_fd, EPOLLIN);
}

int loop_end_after(struct loop *loop, uint64_t duration_ns)
{
	struct itimerspec when = {
		.it_value.tv_sec = duration_ns / NSEC,
		.it_value.tv_nsec = duration_ns % NSEC,
	};

	loop->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (loop->timer_fd < 0 || timerfd_settime(loop->timer_fd, 0, &when, NULL))
		return -errno;
	return loop_watch(loop, loop->timer_fd, EPOLLIN);
}

static int loop_watch_sources(struct loop *loop)
{
	int err = 0;

	for (size_t i = 0; !err && i < LOOP_SOURCES; i++) {
		if (loop->sources[i].ready && loop->sources[i].fd >= 0)
			err = loop_watch(loop, loop->sources[i].fd, EPOLLIN);
	}
	return err;
}

static int loop_open_ring(struct loop *loop)
{
	struct bpf_map_info info = {};
	uint32_t size = sizeof(info);
	int err = bpf_obj_get_info_by_fd(loop->events_fd, &info, &size);

	if (err)
		return err;
	return ring_open(&loop->ring, loop->events_fd, info.max_entries);
}

int loop_open(struct loop *loop)
{
	int err;

	loop->epoll_fd = loop->signal_fd = loop->timer_fd = -1;
	err = loop_open_ring(loop);
	if (err)
		return err;
	loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll_fd < 0)
		return -errno;
	err = loop_watch(loop, loop->events_fd, EPOLLIN);
	if (!err)
		err = loop_watch_sources(loop);
	if (!err)
		err = loop_open_signals(loop);
	if (err)
		return err;
	return loop_watch_output(loop);
}

int loop_wait_for(struct loop *loop, size_t source, int fd)
{
	loop->sources[source].fd = fd;
	return loop_watch(loop, fd, EPOLLIN);
}

int loop_watch_output(struct loop *loop)
{
	/* No events asked for: only that its reader has gone. A regular file can not tell. */
	int err = loop_watch(loop, loop->output_fd, 0);

	return err == -EPERM || err == -EBADF ? 0 : err;
}

/* In a storm records come as fast as they are taken: not more than @limit bytes of them. */
static int loop_take(struct loop *loop, size_t limit)
{
	return ring_take(&loop->ring, limit, loop->record, loop->context);
}

int loop_consume(struct loop *loop)
{
	/* There cannot have been more than the buffer holds. */
	return loop_take(loop, loop->ring.size);
}

int loop_drain(struct loop *loop)
{
	int ret = loop_consume(loop);

	if (ret < 0)
		return ret;
	ret = loop->batch(loop->context);
	return ret < 0 ? ret : 0;
}

static int loop_signal(struct loop *loop)
{
	struct signalfd_siginfo info;

	if (read(loop->signal_fd, &info, sizeof(info)) != sizeof(info))
		return LOOP_END;
	if (loop->signal) {
		loop->signal(loop->context, &info);
		return LOOP_GO_ON;
	}
	return info.ssi_signo == SIGHUP && loop->hangup ? loop->hangup(loop->context) : LOOP_END;
}

/* Something can be read that is neither the end of the run nor nothing. */
static int loop_dispatch(struct loop *loop, int fd)
{
	int ret;

	if (fd == loop->events_fd) {
		ret = loop_take(loop, TURN_BYTES);
		return ret < 0 ? ret : loop->batch(loop->context);
	}
	for (size_t i = 0; i < LOOP_SOURCES; i++) {
		if (loop->sources[i].ready && loop->sources[i].fd == fd)
			return loop->sources[i].ready(loop->context);
	}
	if (fd == loop->signal_fd)
		return loop_signal(loop);
	return LOOP_END; /* the time, or the output's reader has gone */
}

int loop_run(struct loop *loop)
{
	struct epoll_event event;
	int ret;

	ret = loop->duration_ns ? loop_end_after(loop, loop->duration_ns) : 0;
	while (ret == 0) {
		if (epoll_wait(loop->epoll_fd, &event, 1, -1) < 0) {
			if (errno == EINTR)
				continue;
			return -errno;
		}
		ret = loop_dispatch(loop, event.data.fd);
	}
	return ret < 0 ? ret : 0;
}

void loop_close(struct loop *loop)
{
	ring_close(&loop->ring);
	close_fd(&loop->timer_fd);
	close_fd(&loop->signal_fd);
	close_fd(&loop->epoll_fd);
}
