// SPDX-License-Identifier: GPL-2.0
/* xdpsnoop trace: from probes to printed events. */
#include "cmd/cmd.h"

#include "advice/advice.h"
#include "cmd/discover.h"
#include "cmd/execution.h"
#include "cmd/follow.h"
#include "cmd/holders.h"
#include "cmd/loop.h"
#include "cmd/losses.h"
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
#include "event/outage.h"
#include "kernel/carriers.h"
#include "kernel/links.h"
#include "kernel/namespace_name.h"
#include "kernel/system.h"
#include "probe/prober.h"
#include "sink/sink.h"
#include "util/cleanup.h"
#include "util/clock.h"
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
	struct outages outages;
	int carriers_fd; /* changes of carriers; negative: they are not known */
	struct enricher enricher;
	struct advisor advisor;
	struct follower follower;
	struct losses losses;
	uint64_t events;            /* reported so far */
	struct execution execution; /* with options.command */
	bool deaf;                  /* nobody reads events any more */
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

/* @count operations have been lost just now. */
static void trace_lost(struct trace *trace, uint64_t count)
{
	if (count && trace->options.sink->lost)
		trace->options.sink->lost(trace->output.stream, count);
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
	if (event->whose && event->action != ACTION_CARRIER)
		account_count(&trace->execution.account, event);
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

static bool trace_matches(struct trace *trace, struct event *event)
{
	event_add_netns(&trace->netns_names, event);
	event_add_pins(&trace->pins, event);
	advisor_advise(&trace->advisor, event);
	return filter_matches(trace->options.filter, event);
}

static bool trace_wants(struct trace *trace, const struct wire_op *op, struct event *event)
{
	if (trace->options.command && !execution_event(&trace->execution, op, event))
		return false;
	return trace_matches(trace, event);
}

static void trace_report(struct trace *trace, const struct wire_op *op, struct event *event)
{
	if (!trace_wants(trace, op, event))
		return;
	trace_print(trace, event);
	trace->events += event->action != ACTION_PRESENT;
}

/* A carrier that was lost with an operation, and is back: if that was told. */
static void trace_outage(struct trace *trace, struct event *event)
{
	if ((!trace->options.command || event->whose) && trace_matches(trace, event))
		trace_print(trace, event);
	event_release(event);
}

/* One record of the ring buffer. Never negative: that would make libbpf stop reading. */
static int trace_record(void *context, void *data, size_t size)
{
	struct trace *trace = context;
	struct event event, outage;
	struct record record;
	int ret;

	if (trace_is_over(trace))
		return 0;
	ret = record_decode(data, size, &record);
	if (!ret)
		ret = assembler_add(&trace->assembler, &record, &event);
	if (ret < 0)
		trace->losses.bad_records++;
	if (ret <= 0)
		return 0;
	trace_lost(trace, losses_tell_before(&trace->losses, record.op));
	enrich_event(&trace->enricher, &event);
	creators_event(&trace->creators, &event);
	if (trace_admits(trace, record.op) && dispatch_event(&trace->dispatch, &event)) {
		opponents_event(&trace->opponents, &event);
		trace_report(trace, record.op, &event);
		if (outages_event(&trace->outages, &event, &outage))
			trace_outage(trace, &outage);
	}
	event_release(&event);
	return 0;
}

static void trace_carrier(const struct device_carrier *carrier, void *context)
{
	struct trace *trace = context;
	struct event outage;

	if (outages_carrier(&trace->outages, carrier, clock_ns(CLOCK_MONOTONIC), &outage))
		trace_outage(trace, &outage);
}

static const char *output_name(const struct trace *trace)
{
	if (trace->options.output)
		return trace->options.output;
	return trace->options.standard_fd == STDERR_FILENO ? "stderr" : "stdout";
}

/* Returns LOOP_GO_ON, LOOP_END, or a negative errno. */
static int trace_flush(struct trace *trace)
{
	int err = trace->deaf ? 0 : output_flush(&trace->output);

	if (err && err != -EPIPE)
		log_error("could not write events to %s: %s", output_name(trace),
			  strerrordesc_np(-err));
	/* A command that is run has to come to its own end. */
	trace->deaf |= err && trace->options.command;
	if (!err || trace->deaf)
		return LOOP_GO_ON;
	return err == -EPIPE ? LOOP_END : err; /* whoever read has seen enough */
}

/* Returns as the above. */
static int trace_end_batch(struct trace *trace)
{
	int ret;

	trace_lost(trace, losses_tell(&trace->losses, prober_stats(&trace->prober)));
	ret = trace_flush(trace);
	if (ret == LOOP_GO_ON && trace->options.command)
		return execution_is_over(&trace->execution) ? LOOP_END : LOOP_GO_ON;
	return ret == LOOP_GO_ON && trace_is_over(trace) ? LOOP_END : ret;
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

/* What is lost there is made up for by the next change: it tells how many there were. */
static int trace_carriers(void *context)
{
	struct trace *trace = context;

	carriers_read(trace->carriers_fd, trace_carrier, trace);
	return trace_end_batch(trace);
}

/* The command has ended, or what else is waited for. */
static int trace_ended(void *context)
{
	struct trace *trace = context;
	int err = execution_ready(&trace->execution);

	return err ? err : trace_batch(trace);
}

static void trace_signal(void *context, const struct signalfd_siginfo *info)
{
	struct trace *trace = context;

	command_signal(&trace->execution.command, info);
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
	if (trace->options.command)
		return;
	log_notice("Listening for events...");
	if (fd >= 0) {
		dprintf(fd, "ready\n");
		close(fd);
	}
}

/* How the command has ended is the last that is written. Returns the exit code. */
static int trace_end_command(struct trace *trace, int err)
{
	struct execution *execution = &trace->execution;
	struct summary summary;
	int exit_code;

	execution_finish(execution, &summary);
	exit_code = command_exit_code(&execution->command);
	trace->options.sink->summary(trace->output.stream, &summary);
	trace_flush(trace);
	if (!exit_code &&
	    (err || (trace->options.fails && tally_sum(execution->account.own).failed)))
		return EXIT_FAILED;
	return exit_code;
}

/* From the moment that nothing is missed, to the end. Returns the exit code. */
static int trace_listen(struct trace *trace)
{
	int err = 0, exit_code = -1;

	trace_ready(trace);
	if (trace->options.command)
		exit_code = execution_start(&trace->execution);
	if (exit_code < 0)
		err = loop_run(&trace->loop);
	prober_deactivate(&trace->prober);
	if (!err)
		err = loop_drain(&trace->loop);
	if (exit_code >= 0) /* there is no command */
		return exit_code;
	if (trace->options.command)
		exit_code = trace_end_command(trace, err);
	if (trace->assembler.dropped)
		log_warning("%llu calls of operations were seen whose end was not",
			    (unsigned long long)trace->assembler.dropped);
	losses_sum_up(&trace->prober);
	return exit_code >= 0 ? exit_code : err ? EXIT_FAILED : EXIT_DONE;
}

static int trace_run(struct trace *trace)
{
	struct loop *loop = &trace->loop;
	bool runs = trace->options.command;
	int err, exit_code = EXIT_FAILED;

	*loop = (struct loop){
		.events_fd = prober_events_fd(&trace->prober),
		.duration_ns = trace->options.duration_ns,
		.output_fd = runs ? -1 : trace->output.fd,
		.record = trace_receive,
		.batch = trace_batch,
		.hangup = trace->options.output ? trace_reopen : NULL,
		.signal = runs ? trace_signal : NULL,
		.context = trace,
		.sources = { { trace->follower.fd, trace_modules },
			     { -1, NULL },
			     { -1, trace_ended },
			     { trace->carriers_fd, trace_carriers } },
	};
	trace->execution.prober = &trace->prober;
	trace->execution.loop = loop;
	trace->execution.source = 2;
	trace->execution.waits_all = trace->options.waits_all;
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
	if (err)
		log_error("could not set up waiting for events: %s", strerrordesc_np(-err));
	else
		exit_code = trace_listen(trace);
	loop_close(loop);
	watcher_close(&trace->watcher);
	return exit_code;
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

	if (trace->options.output && !trace->options.command)
		keep_hangups();
	err = output_open(&trace->output, trace->options.output);
	if (!trace->options.output)
		trace->output.fd = trace->options.standard_fd;
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
	outages_release(&trace->outages);
	close_fd(&trace->carriers_fd);
	dispatch_release(&trace->dispatch);
	netns_names_release(&trace->netns_names);
	prog_pins_close(&trace->pins);
	execution_release(&trace->execution);
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
	outages_init(&trace->outages);
	namespace_by_pid(getpid(), &trace->outages.netns);
	trace->carriers_fd = carriers_open(); /* without it, carriers are not known */
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
	options_log_filter(&trace->options, !prober_watches(&trace->prober));
	return trace_run(trace);
}

static int run(int argc, char **argv, enum options_verb verb)
{
	struct trace trace = { .follower.fd = -1, .carriers_fd = -1 };
	int exit_code = options_parse(argc, argv, verb, &trace.options);

	execution_init(&trace.execution, trace.options.command);
	if (exit_code < 0)
		exit_code = trace_start(&trace);
	trace_release(&trace);
	return exit_code;
}

int cmd_trace(int argc, char **argv)
{
	return run(argc, argv, VERB_TRACE);
}

int cmd_exec(int argc, char **argv)
{
	return run(argc, argv, VERB_EXEC);
}
