// SPDX-License-Identifier: GPL-2.0
/* xdpsnoop trace, and exec: from options to probes, and to the end. */
#include "cmd/trace.h"

#include "cmd/cmd.h"
#include "cmd/holders.h"
#include "cmd/seed.h"
#include "kernel/carriers.h"
#include "kernel/links.h"
#include "kernel/namespace_name.h"
#include "kernel/system.h"
#include "sink/sink.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

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

static uint32_t trace_pinned(void *context, int fd)
{
	struct trace *trace = context;

	return prober_pinned(&trace->prober, fd);
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
	if (!trace->opponents.owners.are_hidden)
		holders_seed(&trace->creators, &trace->opponents.owners.held);
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
	int err = 0, exit_code = -1, ret;

	if (!trace->options.command) { /* that has to come to its own end */
		trace->output.stops[0] = trace->loop.signal_fd;
		trace->output.stops[1] = trace->loop.timer_fd;
	}
	trace_ready(trace);
	if (trace->options.command)
		exit_code = execution_start(&trace->execution);
	if (exit_code < 0)
		err = loop_run(&trace->loop);
	prober_deactivate(&trace->prober);
	if (!err)
		err = loop_drain(&trace->loop);
	if (!err) {
		watcher_finish(&trace->watcher);
		err = loop_drain(&trace->loop);
	}
	if (err && !trace->output.err)
		log_error("could not go on reading events: %s", strerrordesc_np(-err));
	repeats_end(&trace->repeats, trace->output.stream);
	ret = trace->output.err ? 0 : trace_flush(trace); /* else that was said */
	if (ret < 0)
		err = ret;
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
	int err, exit_code = EXIT_FAILED;

	trace_connect(trace);
	err = watcher_open(&trace->watcher);
	if (trace->watcher.is_open)
		loop->sources[TRACE_WATCH].fd = trace->watcher.watch.fd;
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
		log_error("could not open %s: nobody reads from it", trace_output_name(trace));
	else if (err)
		log_error("could not open %s: %s", trace_output_name(trace), strerrordesc_np(-err));
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
	repeats_close(&trace->repeats);
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

/* The kernel's types have served their turn then: megabytes of them. */
static int trace_open_prober(struct trace *trace)
{
	int err;

	trace->options.prober.kernel = trace->found.btfs.list[0].btf;
	err = prober_open(&trace->prober, &trace->options.prober, &trace->found.targets);
	btfs_shed(&trace->found.btfs);
	return err;
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
	if (trace->options.style.collapses && repeats_open(&trace->repeats))
		log_warning("repeated events are not summarized: there is no timer");
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
	trace->opponents.owners.are_hidden = state.hides_processes;
	outages_init(&trace->outages);
	namespace_by_name("/proc/thread-self/ns/net", &trace->outages.netns);
	trace->carriers_fd = carriers_open(); /* without it, carriers are not known */
	trace->options.prober.may_preempt = state.may_preempt;
	trace->options.prober.log_lines = system_tells_log_lines(&state);
	trace->follower = (struct follower){ &trace->found, &trace->prober, &trace->enricher, -1 };
	follower_open(&trace->follower);
	if (trace_discover(trace) || trace_open_prober(trace))
		return EXIT_IMPOSSIBLE;
	trace->opponents.owners.held = prober_held(&trace->prober);
	trace->enricher.targets = &trace->found.targets;
	trace->enricher.modules = &trace->found.modules;
	trace->enricher.symbol_at = trace->found.lookup ? lookup_address : NULL;
	trace->enricher.symbol_at_arg = trace->found.lookup;
	trace_prepare_stacks(trace);
	options_log_filter(&trace->options, !prober_watches(&trace->prober));
	return trace_run(trace);
}

static int run(int argc, char **argv, enum options_verb verb)
{
	struct trace trace = { .follower.fd = -1, .carriers_fd = -1, .repeats.timer_fd = -1 };
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
