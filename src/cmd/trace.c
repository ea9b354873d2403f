// SPDX-License-Identifier: GPL-2.0
/* xdpsnoop trace: from probes to printed events. */
#include "cmd/cmd.h"

#include "advice/advice.h"
#include "cmd/discover.h"
#include "cmd/follow.h"
#include "cmd/holders.h"
#include "cmd/loop.h"
#include "cmd/opponents.h"
#include "cmd/options.h"
#include "cmd/seed.h"
#include "cmd/snapshot.h"
#include "cmd/watcher.h"
#include "event/assemble.h"
#include "event/creators.h"
#include "event/device.h"
#include "event/dispatch.h"
#include "event/enrich.h"
#include "filter/push.h"
#include "kernel/links.h"
#include "kernel/system.h"
#include "probe/prober.h"
#include "sink/sink.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/output.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

/* Everything that a running trace holds. */
struct trace {
	struct options options;
	struct output output;
	struct loop loop;
	struct discovery found;
	struct prober prober;
	struct watcher watcher;
	struct snapshot_taker snapshot;
	struct assembler assembler;
	struct dispatch dispatch;
	struct netns_names netns_names;
	struct prog_pins pins;
	struct creators creators;
	struct opponents opponents;
	struct enricher enricher;
	struct advisor advisor;
	struct follower follower;
	struct wire_stats reported; /* losses that have been told */
	uint64_t broken;            /* records that could not be decoded, told */
	uint64_t bad_records;
	uint64_t events; /* reported so far */
};

/* Which functions there are. */
static int trace_discover(struct trace *trace)
{
	const char *failed;
	int err;

	err = discover(&trace->found, &failed);
	if (err)
		log_error("could not %s: %s", failed, strerrordesc_np(-err));
	return err;
}

/* Tells what has been lost since it was last told, given the counts of @now. */
static void trace_report_losses(struct trace *trace, struct wire_stats now)
{
	struct wire_stats *before = &trace->reported;
	uint64_t lost = now.lost - before->lost + now.untracked - before->untracked + now.stale -
			before->stale;

	if (lost) {
		log_warning("lost %llu operations (%llu: the buffer was full, %llu: too many "
			    "tasks at a time, %llu: their end was not seen)",
			    (unsigned long long)lost, (unsigned long long)(now.lost - before->lost),
			    (unsigned long long)(now.untracked - before->untracked),
			    (unsigned long long)(now.stale - before->stale));
		if (trace->options.sink->lost)
			trace->options.sink->lost(trace->output.stream, lost);
	}
	if (now.unstacked != before->unstacked)
		log_warning("the stacks of %llu operations could not be taken",
			    (unsigned long long)(now.unstacked - before->unstacked));
	if (trace->bad_records != trace->broken)
		log_warning("%llu records could not be read",
			    (unsigned long long)(trace->bad_records - trace->broken));
	trace->broken = trace->bad_records;
	*before = now;
}

/*
 * Losses are told where they happened: an operation knows how many there were before it. It may
 * know of fewer than have been told, if it was on its way when they were.
 */
static void trace_report_losses_before(struct trace *trace, const struct wire_op *op)
{
	struct wire_stats then = trace->reported;
	int32_t lost = op->lost - (uint32_t)then.lost;

	if (lost <= 0)
		return;
	then.lost += lost;
	trace_report_losses(trace, then);
}

static bool trace_is_over(const struct trace *trace)
{
	return trace->options.count && trace->events >= trace->options.count;
}

static void trace_print(struct trace *trace, const struct event *event)
{
	struct style *style = &trace->options.style.style;

	trace->options.sink->event(trace->output.stream, style, event);
	style->before = event->end_ns;
	output_relieve(&trace->output);
}

/* Whether @op is not in the snapshot already. What a watch has passed on was asked for before. */
static bool trace_admits(struct trace *trace, const struct wire_op *op)
{
	return trace->watcher.is_open || op->origin == HOOK_PRESENT ||
	       snapshot_admits(&trace->snapshot.snapshot, op);
}

static uint32_t trace_pinned(void *context, int fd)
{
	struct trace *trace = context;

	return prober_pinned(&trace->prober, fd);
}

static bool trace_wants(struct trace *trace, struct event *event)
{
	event_add_netns(&trace->netns_names, event);
	event_add_pins(&trace->pins, event);
	advisor_advise(&trace->advisor, event);
	return filter_matches(trace->options.filter, event);
}

static void trace_report(struct trace *trace, struct event *event)
{
	if (!trace_wants(trace, event))
		return;
	trace_print(trace, event);
	trace->events += event->action != ACTION_PRESENT;
}

/* One record of the ring buffer. Never negative: that would make libbpf stop reading. */
static int trace_record(void *context, void *data, size_t size)
{
	struct trace *trace = context;
	struct record record;
	struct event event;
	int ret;

	if (trace_is_over(trace))
		return 0;
	ret = record_decode(data, size, &record);
	if (!ret)
		ret = assembler_add(&trace->assembler, &record, &event);
	if (ret < 0)
		trace->bad_records++;
	if (ret <= 0)
		return 0;
	trace_report_losses_before(trace, record.op);
	enrich_event(&trace->enricher, &event);
	creators_event(&trace->creators, &event);
	if (trace_admits(trace, record.op) && dispatch_event(&trace->dispatch, &event)) {
		opponents_event(&trace->opponents, &event);
		trace_report(trace, &event);
	}
	event_release(&event);
	return 0;
}

static const char *output_name(const struct trace *trace)
{
	return trace->options.output ? trace->options.output : "stdout";
}

/* Returns LOOP_GO_ON, LOOP_END, or a negative errno. */
static int trace_end_batch(struct trace *trace)
{
	int err;

	trace_report_losses(trace, prober_stats(&trace->prober));
	err = output_flush(&trace->output);
	if (err == -EPIPE)
		return LOOP_END; /* whoever read has seen enough */
	if (err) {
		log_error("could not write events to %s: %s", output_name(trace),
			  strerrordesc_np(-err));
		return err;
	}
	return trace_is_over(trace) ? LOOP_END : LOOP_GO_ON;
}

static int trace_modules(void *context)
{
	struct trace *trace = context;

	follower_update(&trace->follower);
	return LOOP_GO_ON;
}

/* SIGHUP: the file may have been renamed. What can not be opened again is no reason to end. */
static int trace_reopen(void *context)
{
	struct trace *trace = context;
	int err = output_reopen(&trace->output);

	if (!err)
		err = loop_watch_output(&trace->loop);
	if (err)
		log_warning("could not open %s again, events go where they went before: %s",
			    output_name(trace), strerrordesc_np(-err));
	return trace_end_batch(trace);
}

static int trace_receive(void *context, void *data, size_t size)
{
	struct trace *trace = context;
	struct record record;

	if (snapshot_hold(&trace->snapshot, data, size))
		return 0;
	if (trace->watcher.is_open && !record_decode(data, size, &record) && record.op &&
	    !snapshot_admits(&trace->snapshot.snapshot, record.op)) {
		watcher_skip(&trace->watcher, record.op);
		return 0;
	}
	return watcher_record(&trace->watcher, data, size);
}

/* After each batch of records. */
static int trace_batch(void *context)
{
	struct trace *trace = context;

	watcher_settle(&trace->watcher);
	return trace_end_batch(trace);
}

static int trace_watch(void *context)
{
	struct trace *trace = context;

	watcher_ready(&trace->watcher);
	return trace_end_batch(trace);
}

static void trace_summary(const struct trace *trace)
{
	struct wire_stats stats = prober_stats(&trace->prober);
	uint64_t missed = prober_missed(&trace->prober);
	uint64_t lost = stats.lost + stats.untracked + stats.stale;

	if (lost)
		log_warning("%llu operations were lost in all", (unsigned long long)lost);
	if (stats.deep)
		log_warning("%llu calls were nested too deeply to be recorded",
			    (unsigned long long)stats.deep);
	if (trace->assembler.dropped)
		log_warning("%llu calls of operations were seen whose end was not",
			    (unsigned long long)trace->assembler.dropped);
	if (stats.filtered)
		log_info("%llu operations were filtered in the kernel",
			 (unsigned long long)stats.filtered);
	if (missed)
		log_warning("the kernel skipped probes %llu times", (unsigned long long)missed);
}

/* What is there already comes first. */
static void trace_begin(struct trace *trace)
{
	int err = snapshot_take(&trace->snapshot);

	if (err)
		log_error("the snapshot is not complete: %s", strerrordesc_np(-err));
	trace_batch(trace);
}

/* Tells whoever started us that nothing is missed from here on. */
static void trace_ready(struct trace *trace)
{
	int fd = trace->options.ready_fd;

	prober_activate(&trace->prober);
	seed_all(&trace->dispatch, &trace->prober);
	trace->creators.newest = UINT32_MAX; /* none is newer than the snapshot */
	holders_seed(&trace->creators);
	if (trace->options.snapshot)
		trace_begin(trace);
	else
		watcher_seed(&trace->watcher);
	trace->creators.newest = link_newest();
	log_notice("Listening for events...");
	if (fd >= 0) {
		dprintf(fd, "ready\n");
		close(fd);
	}
}

static int trace_run(struct trace *trace)
{
	struct loop *loop = &trace->loop;
	int err;

	*loop = (struct loop){
		.events_fd = prober_events_fd(&trace->prober),
		.duration_ns = trace->options.duration_ns,
		.output_fd = trace->output.fd,
		.record = trace_receive,
		.batch = trace_batch,
		.hangup = trace->options.output ? trace_reopen : NULL,
		.context = trace,
		.sources = { { trace->follower.fd, trace_modules } },
	};
	trace->watcher = (struct watcher){
		.prober = &trace->prober, .loop = loop, .record = trace_record, .context = trace
	};
	trace->snapshot.watcher = &trace->watcher;
	trace->snapshot.receive = trace_receive;
	trace->snapshot.record = trace_record;
	trace->snapshot.context = trace;
	err = watcher_open(&trace->watcher);
	if (trace->watcher.is_open)
		loop->sources[1] = (struct loop_source){ trace->watcher.watch.fd, trace_watch };
	if (!err)
		err = loop_open(loop);
	if (err) {
		log_error("could not set up waiting for events: %s", strerrordesc_np(-err));
	} else {
		trace_ready(trace);
		err = loop_run(loop);
		prober_deactivate(&trace->prober);
		if (!err)
			err = loop_drain(loop);
		trace_summary(trace);
	}
	loop_close(loop);
	watcher_close(&trace->watcher);
	return err ? EXIT_FAILED : EXIT_DONE;
}

/* A hangup that comes too early is kept until events are waited for. */
static void keep_hangups(void)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGHUP);
	sigprocmask(SIG_BLOCK, &signals, NULL);
}

/* Before anything is probed: a file that can not be written to shows at once. */
static int trace_open_output(struct trace *trace)
{
	int err;

	if (trace->options.output)
		keep_hangups();
	err = output_open(&trace->output, trace->options.output);
	if (err == -ENXIO)
		log_error("could not open %s: nobody reads from it", output_name(trace));
	else if (err)
		log_error("could not open %s: %s", output_name(trace), strerrordesc_np(-err));
	if (!err)
		style_settle(&trace->options.style, trace->output.fd);
	return err;
}

static void trace_release(struct trace *trace)
{
	prober_close(&trace->prober);
	follower_close(&trace->follower);
	enricher_release(&trace->enricher);
	advisor_release(&trace->advisor);
	assembler_release(&trace->assembler);
	creators_release(&trace->creators);
	opponents_release(&trace->opponents);
	dispatch_release(&trace->dispatch);
	netns_names_release(&trace->netns_names);
	prog_pins_close(&trace->pins);
	options_release(&trace->options);
	snapshot_close(&trace->snapshot);
	discovery_release(&trace->found);
	output_close(&trace->output);
}

/* What can not be is told once: events come without it. */
static void trace_prepare_stacks(struct trace *trace)
{
	int err;

	if (!trace->options.prober.stacks)
		return;
	if (prober_watches(&trace->prober)) {
		log_warning("the kernel's stacks are not known: where only system calls are seen, "
			    "they would tell nothing");
		return;
	}
	trace->enricher.stacks = true;
	err = enricher_read_symbols(&trace->enricher);
	if (err)
		log_warning("could not read /proc/kallsyms, stacks are addresses only: %s",
			    strerrordesc_np(-err));
}

/* The filter as it was understood, and the part of it that the kernel side looks at. */
static void trace_log_filter(const struct trace *trace)
{
	const struct options *options = &trace->options;
	_cleanup_(free_pointer) char *text = NULL;
	size_t size;
	FILE *out;

	if (!options->verbose || !options->filter)
		return;
	out = open_memstream(&text, &size);
	if (!out)
		return;
	fputs("Filter: ", out);
	filter_print(options->filter, out);
	if (!prober_watches(&trace->prober) && wire_filter_drops(&options->prober.filter)) {
		fputs("\nFailures that leave the kernel: ", out);
		filter_push_print(&options->prober.filter, out);
	}
	fclose(out);
	fprintf(stderr, "%s\n", text); /* it may be longer than a line of the log */
}

/* Asks whether the system can be traced, and traces it. */
static int trace_start(struct trace *trace)
{
	struct system_state state;
	char buffer[256];
	const char *refusal;

	log_set_verbose(trace->options.verbose);
	system_read(&state);
	refusal = system_refusal(&state, buffer, sizeof(buffer));
	if (refusal) {
		log_error("%s", refusal);
		return EXIT_IMPOSSIBLE;
	}
	if (trace_open_output(trace))
		return EXIT_FAILED;
	assembler_init(&trace->assembler);
	netns_names_init(&trace->netns_names, "/run/netns", "/proc");
	trace->pins = (struct prog_pins){ .mountinfo = "/proc/self/mountinfo",
					  .type = "bpf",
					  .prog_of = trace_pinned,
					  .context = trace };
	prog_pins_open(&trace->pins); /* without it, pins are not known */
	creators_init(&trace->creators);
	if (advisor_init(&trace->advisor))
		log_warning("no advice is given: there is not enough memory");
	opponents_init(&trace->opponents);
	trace->options.prober.may_preempt = state.may_preempt;
	trace->options.prober.log_lines = system_tells_log_lines(&state);
	trace->follower = (struct follower){ &trace->found, &trace->prober, &trace->enricher, -1 };
	follower_open(&trace->follower);
	if (trace_discover(trace) ||
	    prober_open(&trace->prober, &trace->options.prober, &trace->found.targets))
		return EXIT_IMPOSSIBLE;
	trace->enricher.targets = &trace->found.targets;
	trace->enricher.modules = &trace->found.modules;
	trace_prepare_stacks(trace);
	trace_log_filter(trace);
	return trace_run(trace);
}

int cmd_trace(int argc, char **argv)
{
	struct trace trace = { .follower.fd = -1 };
	int exit_code = options_parse(argc, argv, &trace.options);

	if (exit_code < 0)
		exit_code = trace_start(&trace);
	trace_release(&trace);
	return exit_code;
}
