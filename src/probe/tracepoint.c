// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints, for kernels whose functions can not be probed: those of the system calls that ask
 * for a change of XDP, and no others, so that nothing else slows down. What nobody asks for by a
 * system call (the close of a link, a device that goes) is found by watching (src/watch).
 */
#include "probe/backend.h"

#include "kernel/tracefs.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

static const struct row {
	const char *program;
	const char *event; /* of the category syscalls */
} rows[] = {
	/* Returns first: an entry without one would leave an operation open. */
	{ "xdp_bpf_exit", "sys_exit_bpf" },         { "xdp_sendto_exit", "sys_exit_sendto" },
	{ "xdp_sendmsg_exit", "sys_exit_sendmsg" }, { "xdp_bpf_enter", "sys_enter_bpf" },
	{ "xdp_sendto_enter", "sys_enter_sendto" }, { "xdp_sendmsg_enter", "sys_enter_sendmsg" },
};

static const char *const programs[] = {
	"xdp_bpf_exit",     "xdp_sendto_exit",   "xdp_sendmsg_exit", "xdp_bpf_enter",
	"xdp_sendto_enter", "xdp_sendmsg_enter", "xdp_link_failed",  NULL,
};

static const char *const maps[] = { "sendings", "asked", NULL };

static int events[ARRAY_SIZE(rows)]; /* perf events; 0: none */
static int link_failed;              /* likewise, a raw tracepoint */

static int event_open(int tracefs, const char *name)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(attr),
		.sample_period = 1,
	};
	int id = tracefs_event_id(tracefs, "syscalls", name), fd;

	if (id < 0)
		return id;
	attr.config = id;
	/* A BPF program is run on every CPU, whichever the event is for. */
	fd = syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static int event_attach(int tracefs, const struct row *row, int prog_fd)
{
	int fd = event_open(tracefs, row->event), err;

	if (fd < 0)
		return fd;
	if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog_fd) || ioctl(fd, PERF_EVENT_IOC_ENABLE, 0)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static void tracepoint_cleanup(void)
{
	/* Entries first, which come last in the list. */
	for (size_t i = ARRAY_SIZE(rows); i-- > 0;) {
		if (events[i] > 0)
			close(events[i]);
		events[i] = 0;
	}
	if (link_failed > 0)
		close(link_failed);
	link_failed = 0;
}

static int tracepoint_attach(struct bpf_object *object)
{
	_cleanup_(close_fd) int tracefs = tracefs_open_events();
	struct bpf_program *program;

	if (tracefs < 0)
		return tracefs;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		program = bpf_object__find_program_by_name(object, rows[i].program);
		events[i] = event_attach(tracefs, &rows[i], bpf_program__fd(program));
		if (events[i] < 0)
			return events[i];
		log_info("Attached to tracepoint syscalls:%s", rows[i].event);
	}
	program = bpf_object__find_program_by_name(object, "xdp_link_failed");
	link_failed =
		bpf_raw_tracepoint_open("bpf_xdp_link_attach_failed", bpf_program__fd(program));
	if (link_failed >= 0)
		log_info("Attached to tracepoint xdp:bpf_xdp_link_attach_failed");
	return 0;
}

static const char *tracepoint_unusable(void)
{
	_cleanup_(close_fd) int tracefs = tracefs_open_events();
	_cleanup_(close_fd) int event = -1;

	if (tracefs < 0)
		return "there is no tracefs (CONFIG_FTRACE)";
	if (tracefs_event_id(tracefs, "syscalls", rows[0].event) < 0)
		return "the kernel has no tracepoints of system calls (CONFIG_FTRACE_SYSCALLS)";
	event = event_open(tracefs, rows[0].event);
	return event < 0 ? "the kernel refuses events of tracepoints (perf_event_open)" : NULL;
}

static const char *tracepoint_problem(const struct target *target)
{
	(void)target;
	return "the kernel lets no function be probed: what it does shows from outside only";
}

const struct backend backend_tracepoint = {
	.name = "tracepoint",
	.about = "tracepoints of the system calls that change XDP, and a watch on what is attached",
	.programs = programs,
	.maps = maps,
	.attach_all = tracepoint_attach,
	.problem = tracepoint_problem,
	.limits = "operations are seen from outside: not the driver's function, its time and "
		  "nested calls, AF_XDP pools, components, map entries and maps in devices; and "
		  "what nobody asks for by name (a link that is closed, a device that goes or "
		  "moves) is noticed a little later, without its task",
	.unusable = tracepoint_unusable,
	.cleanup = tracepoint_cleanup,
};
