// SPDX-License-Identifier: GPL-2.0
/* From records to sinks: what a trace does with what comes while it runs. */
#include "cmd/trace.h"

#include "event/device.h"
#include "kernel/carriers.h"
#include "sink/sink.h"
#include "util/clock.h"
#include "util/log.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

	if (!repeats_event(&trace->repeats, trace->output.stream, style, event))
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

static bool trace_matches(struct trace *trace, struct event *event)
{
	event_add_netns(&trace->netns_names, event);
	event_add_pins(&trace->pins, event);
	advisor_advise(&trace->advisor, event);
	return filter_matches(trace->options.filter, event);
}

static bool trace_wants(struct trace *trace, const struct wire_op *op, struct event *event)
{
	if (trace->options.command && !execution_event(&trace->execution, op, event)) {
		event->whose = NULL; /* nobody's who counts: nor is what comes of it */
		return false;
	}
	return trace_matches(trace, event);
}

static void trace_report(struct trace *trace, const struct wire_op *op, struct event *event)
{
	if (!trace_wants(trace, op, event))
		return;
	trace_print(trace, event);
	opponents_reported(&trace->opponents, event);
	trace->events += event->action != ACTION_PRESENT;
}

/* A carrier that was lost with an operation, and is back: if that was told. */
static void trace_outage(struct trace *trace, struct event *event)
{
	if ((!trace->options.command || event->whose) && trace_matches(trace, event))
		trace_print(trace, event);
	event_release(event);
}

/* One record of the ring buffer. Never negative: that would end the loop. */
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

const char *trace_output_name(const struct trace *trace)
{
	if (trace->options.output)
		return trace->options.output;
	return trace->options.standard_fd == STDERR_FILENO ? "stderr" : "stdout";
}

int trace_flush(struct trace *trace)
{
	int err = trace->deaf ? 0 : output_flush(&trace->output);

	if (err && err != -EPIPE)
		log_error("could not write events to %s: %s", trace_output_name(trace),
			  err == -ECANCELED ? "its reader does not read" : strerrordesc_np(-err));
	/* A command that is run has to come to its own end. */
	trace->deaf |= err && trace->options.command;
	if (!err || trace->deaf)
		return LOOP_GO_ON;
	return err == -EPIPE ? LOOP_END : err; /* whoever read has seen enough */
}

/*
 * Returns as the above. What has been lost came after the records that are still to be read: the
 * next operation behind it tells, or the end of them.
 */
static int trace_end_batch(struct trace *trace)
{
	int ret;

	if (!ring_has_more(&trace->loop.ring))
		trace_lost(trace, losses_tell(&trace->losses, prober_stats(&trace->prober)));
	repeats_wait(&trace->repeats);
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
	int err;

	repeats_end(&trace->repeats, trace->output.stream);
	err = output_reopen(&trace->output);

	if (!err)
		err = loop_watch_output(&trace->loop);
	if (err)
		log_warning("could not open %s again, events go where they went before: %s",
			    trace_output_name(trace), strerrordesc_np(-err));
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

int trace_batch(struct trace *trace)
{
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

/* Nothing has come for a while, or the same for long. */
static int trace_repeats(void *context)
{
	struct trace *trace = context;

	repeats_ready(&trace->repeats, trace->output.stream);
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

	execution_signal(&trace->execution, info);
}

static int trace_batched(void *context)
{
	return trace_batch(context);
}

void trace_connect(struct trace *trace)
{
	bool runs = trace->options.command;
	struct loop *loop = &trace->loop;

	*loop = (struct loop){
		.events_fd = prober_events_fd(&trace->prober),
		.duration_ns = trace->options.duration_ns,
		.output_fd = runs ? -1 : trace->output.fd,
		.record = trace_receive,
		.batch = trace_batched,
		.hangup = trace->options.output ? trace_reopen : NULL,
		.signal = runs ? trace_signal : NULL,
		.context = trace,
		.sources = { [TRACE_MODULES] = { trace->follower.fd, trace_modules },
			     [TRACE_WATCH] = { -1, trace_watch },
			     [TRACE_ENDED] = { -1, trace_ended },
			     [TRACE_CARRIERS] = { trace->carriers_fd, trace_carriers },
			     [TRACE_REPEATS] = { trace->repeats.timer_fd, trace_repeats } },
	};
	trace->execution.prober = &trace->prober;
	trace->execution.loop = loop;
	trace->execution.source = TRACE_ENDED;
	trace->execution.waits_all = trace->options.waits_all;
	trace->watcher = (struct watcher){
		.prober = &trace->prober, .loop = loop, .record = trace_record, .context = trace
	};
	trace->snapshot.watcher = &trace->watcher;
	trace->snapshot.receive = trace_receive;
	trace->snapshot.record = trace_record;
	trace->snapshot.context = trace;
}
