// SPDX-License-Identifier: GPL-2.0
/*
 * Tracepoints, for kernels whose functions can not be probed: those of the system calls that ask
 * for a change of XDP, and no others, so that nothing else slows down. What nobody asks for by a
 * system call (the close of a link, a device that goes) is found by watching (src/watch).
 */
#include "probe/backend.h"

#include "kernel/tracefs.h"
#include "probe/missed.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "wire.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

static const struct row {
	const char *program;
	const char *event; /* of the category syscalls */
	enum wire_turn turn;
} rows[] = {
	/* Returns first: an entry without one would leave an operation open. */
	{ "xdp_bpf_exit", "sys_exit_bpf", WIRE_TURN_BPF_EXIT },
	{ "xdp_sendto_exit", "sys_exit_sendto", WIRE_TURN_SENDTO_EXIT },
	{ "xdp_sendmsg_exit", "sys_exit_sendmsg", WIRE_TURN_SENDMSG_EXIT },
	{ "xdp_bpf_enter", "sys_enter_bpf", WIRE_TURN_BPF_ENTER },
	{ "xdp_sendto_enter", "sys_enter_sendto", WIRE_TURN_SENDTO_ENTER },
	{ "xdp_sendmsg_enter", "sys_enter_sendmsg", WIRE_TURN_SENDMSG_ENTER },
};

static const char *const programs[] = {
	"xdp_bpf_exit",     "xdp_sendto_exit",   "xdp_sendmsg_exit", "xdp_bpf_enter",
	"xdp_sendto_enter", "xdp_sendmsg_enter", "xdp_link_failed",  NULL,
};

static const char *const maps[] = { "sendings", "asked", "turns", "bodies", NULL };

/* What is on each tracepoint; descriptors, 0: none. */
static struct {
	int progs[WIRE_COPIES]; /* the first is the object's */
	int attached[WIRE_COPIES];
} rows_state[ARRAY_SIZE(rows)];

static struct {
	int prog; /* the object's */
	int attached;
} link_failed; /* a raw tracepoint */

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

/* The link holds the event. */
static int event_attach_copy(int tracefs, const struct row *row, int prog_fd, unsigned number)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .perf_event.bpf_cookie = number);
	_cleanup_(close_fd) int event = event_open(tracefs, row->event);
	int fd;

	if (event < 0)
		return event;
	if (ioctl(event, PERF_EVENT_IOC_ENABLE, 0))
		return -errno;
	fd = bpf_link_create(prog_fd, event, BPF_PERF_EVENT, &opts);
	return fd < 0 ? -errno : fd;
}

/* In the order of their turns: the kernel runs last what was attached last. */
static int row_attach_copies(int tracefs, size_t row, int bodies, unsigned copies)
{
	uint32_t turn = rows[row].turn;
	int *progs = rows_state[row].progs, *attached = rows_state[row].attached;

	if (bpf_map_update_elem(bodies, &turn, &progs[0], BPF_ANY))
		return -errno;
	for (unsigned i = 0; i < copies; i++) {
		if (i)
			progs[i] = jump_load(bodies, turn, BPF_PROG_TYPE_TRACEPOINT, NULL);
		if (progs[i] < 0)
			return progs[i];
		attached[i] = event_attach_copy(tracefs, &rows[row], progs[i], i);
		if (attached[i] < 0)
			return attached[i];
	}
	return 0;
}

static int row_attach(int tracefs, size_t row, struct bpf_object *object, unsigned copies)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, rows[row].program);
	int bodies = bpf_map__fd(bpf_object__find_map_by_name(object, "bodies"));
	int *attached = rows_state[row].attached;

	rows_state[row].progs[0] = bpf_program__fd(program);
	if (copies)
		return row_attach_copies(tracefs, row, bodies, copies);
	*attached = event_attach(tracefs, &rows[row], rows_state[row].progs[0]);
	return *attached < 0 ? *attached : 0;
}

static void descriptor_close(int *fd)
{
	if (*fd > 0)
		close(*fd);
	*fd = 0;
}

static void tracepoint_cleanup(void)
{
	/* Entries first, which come last in the list. */
	for (size_t i = ARRAY_SIZE(rows); i-- > 0;) {
		for (unsigned k = 0; k < WIRE_COPIES; k++) {
			descriptor_close(&rows_state[i].attached[k]);
			if (k)
				descriptor_close(&rows_state[i].progs[k]);
		}
		rows_state[i].progs[0] = 0;
	}
	descriptor_close(&link_failed.attached);
	link_failed.prog = 0;
}

static int tracepoint_attach(struct bpf_object *object, unsigned copies)
{
	_cleanup_(close_fd) int tracefs = tracefs_open_events();
	struct bpf_program *program;
	int err;

	if (tracefs < 0)
		return tracefs;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		err = row_attach(tracefs, i, object, copies);
		if (err)
			return err;
		log_info("Attached to tracepoint syscalls:%s", rows[i].event);
	}
	program = bpf_object__find_program_by_name(object, "xdp_link_failed");
	link_failed.prog = bpf_program__fd(program);
	link_failed.attached =
		bpf_raw_tracepoint_open("bpf_xdp_link_attach_failed", link_failed.prog);
	if (link_failed.attached >= 0)
		log_info("Attached to tracepoint xdp:bpf_xdp_link_attach_failed");
	return 0;
}

/* Since 6.7 the kernel counts what it skips. */
static uint64_t tracepoint_missed(void)
{
	uint64_t missed = program_missed(link_failed.prog);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		missed += copies_missed(rows_state[i].progs, WIRE_COPIES);
	return missed;
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
	.missed = tracepoint_missed,
	.problem = tracepoint_problem,
	.limits = "operations are seen from outside: not the driver's function, its time and "
		  "nested calls, AF_XDP pools, components, map entries and maps in devices; and "
		  "what nobody asks for by name (a link that is closed, a device that goes or "
		  "moves) is noticed a little later, without its task",
	.unusable = tracepoint_unusable,
	.cleanup = tracepoint_cleanup,
};
