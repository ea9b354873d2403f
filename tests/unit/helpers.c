// SPDX-License-Identifier: GPL-2.0
#include "helpers.h"

#include <string.h>

size_t op_size(uint32_t ncalls)
{
	return offsetof(struct wire_op, tail) + chunk_size(ncalls);
}

size_t chunk_size(uint32_t ncalls)
{
	return offsetof(struct wire_calls, calls) + ncalls * sizeof(struct wire_call);
}

void *exact_copy(const void *data, size_t size)
{
	void *copy = malloc(size);

	assert_non_null(copy);
	memcpy(copy, data, size);
	return copy;
}

static int feed(struct assembler *assembler, const void *data, size_t size, struct event *ret)
{
	_cleanup_(free_pointer) void *copy = exact_copy(data, size);
	struct record record;

	assert_int_equal(record_decode(copy, size, &record), 0);
	return assembler_add(assembler, &record, ret);
}

int feed_op(struct assembler *assembler, const struct wire_op *op, struct event *ret)
{
	return feed(assembler, op, op_size(op->tail.ncalls), ret);
}

/* As the kernel side does, no more is sent than there is of the text. */
int feed_said(struct assembler *assembler, const struct wire_op *op, const struct wire_text *msg,
	      struct event *ret)
{
	size_t size = op_size(op->tail.ncalls);
	struct {
		struct wire_op op;
		struct wire_text msg;
	} bytes = { .op = *op };

	bytes.op.said = offsetof(struct wire_text, text) + strlen(msg->text) + 1;
	memcpy((char *)&bytes + size, msg, bytes.op.said);
	return feed(assembler, &bytes, size + bytes.op.said, ret);
}

int feed_chunk(struct assembler *assembler, const struct wire_calls *chunk, struct event *ret)
{
	return feed(assembler, chunk, chunk_size(chunk->ncalls), ret);
}

void said_to_event(const struct wire_op *op, const char *msg, struct event *ret)
{
	struct wire_text text = { .channel = WIRE_CHANNEL_EXTACK };
	struct assembler assembler;

	assembler_init(&assembler);
	if (msg) {
		strncpy(text.text, msg, sizeof(text.text) - 1);
		assert_int_equal(feed_said(&assembler, op, &text, ret), 1);
	} else {
		assert_int_equal(feed_op(&assembler, op, ret), 1);
	}
	assembler_release(&assembler);
}

void op_to_event(const struct wire_op *op, struct event *ret)
{
	said_to_event(op, NULL, ret);
}

void complete_event(struct event *ret)
{
	static struct call calls[] = {
		{ .func = "bpf_xdp_link_update",
		  .module = "vmlinux",
		  .seq = 1,
		  .ret = -17,
		  .took_ns = 1500000,
		  .ifindex = 2,
		  .ifname = "ens33" },
		{ .func = "virtnet_xdp",
		  .module = "virtio_net",
		  .is_driver = true,
		  .target = 5,
		  .seq = 2,
		  .parent = 1,
		  .ret = -17,
		  .took_ns = 2500,
		  .ifindex = 2,
		  .ifname = "ens33",
		  .has_message = true },
	};

	static const char *const notes[] = { "removed nothing", "bond \"0\"" };

	static struct stack_frame frames[] = {
		{ .addr = 0x6105, .offset = 5, .func = "virtnet_xdp", .module = "virtio_net" },
		{ .addr = 0x11b0, .offset = 0x1b0, .func = "dev_xdp_install", .module = "vmlinux" },
		{ .addr = 0xffffffffc0001234 },
	};
	static struct component components[] = {
		{ .func = "prog0", .prog = { .id = 451, .name = "first" } },
		{ .func = "entry", .prog = { .id = 452, .name = "other" } },
	};

	*ret = (struct event){
		.time_ns = 1709296496000000789, /* 2024-03-01 12:34:56 UTC */
		.took_ns = 1500000,
		.driver_took_ns = 2500,
		.action = ACTION_REPLACE,
		.error = -17,
		.result = "error",
		.whose = "foreign",
		.cause = "link-update",
		.release = "close",
		.mode = "driver",
		.func = "virtnet_xdp",
		.driver_probe = "late",
		.reason = "Program is not welcome",
		.reason_source = "tracepoint",
		.warnings = { { { "extack", 2, "Program is old" }, { "log", 2, "ens33: 7 > 3" } },
			      2 },
		.driver = "virtio_net",
		.dev = { .ifindex = 2,
			 .netns = 4026531840,
			 .name = "ens33",
			 .netns_name = "blue",
			 .netns_pid = 1234,
			 .altname = "enp0s3",
			 .alias = "rack 7 \"left\"",
			 .bus = "0000:00:03.0",
			 .master = "bond0",
			 .lower = { true, 2, { "slave0", "slave1" } },
			 .more_lower = 1,
			 .mtu = 1500,
			 .rx_queues = 4,
			 .tx_queues = 2,
			 .xdp_features = { true, 2, { "basic", "ndo-xmit" } } },
		.prog = { .id = 449, .name = "fresh" },
		.old_prog = { .id = 448, .name = "dummy" },
		.prog_is = { .full_name = "fresh_one_of_a_long_name",
			     .tag = "a04f5eef06a7f555",
			     .flags = { true, 2, { "frags", "dev-bound" } },
			     .loaded_ns = 1709296400000000123,
			     .uid = { true, 0 },
			     .maps = { 2, { 7, 9 } },
			     .more_maps = 1,
			     .pins = { true, 2, { "/sys/fs/bpf/a", "/sys/fs/bpf/b" } } },
		.old_prog_is = { .full_name = "dummy_one_of_a_long_name",
				 .tag = "3b185187f1855c4c",
				 .flags = { true, 1, { "frags" } },
				 .loaded_ns = 1709296300000000123,
				 .uid = { true, 1000 },
				 .maps = { 1, { 5 } },
				 .more_maps = 2,
				 .pins = { true, 1, { "/sys/fs/bpf/c" } } },
		.old_mode = "generic",
		.components = { components, ARRAY_SIZE(components) },
		.old_components = { components, 1 },
		.flags = "drv_mode|replace",
		.old_dev = { .ifindex = 5, .netns = 4026531999, .name = "eth7" },
		.old_netns_name = "red",
		.link_id = 7,
		.link_state = "dead",
		.xsk = { .queue = { true, 0 }, .asked = "any", .mode = "copy" },
		.component = { .target = { .id = 453, .name = "dispatcher" },
			       .func = "prog0",
			       .slot = { true, 0 } },
		.map = { .id = 9, .name = "ports", .type = "devmap", .key = { true, 0 } },
		.pid = 100,
		.tid = 101,
		.comm = "agent",
		.who = { .ppid = 99,
			 .parent_comm = "systemd",
			 .exe = "/usr/bin/agent",
			 .cmdline = "agent 'a b' \"\x1b[0m",
			 .uid = { true, 0 },
			 .loginuid = { true, 1000 },
			 .netns = 4026531840,
			 .cgroup = "/system.slice/agent.service",
			 .container = "0123456789ab",
			 .pod = "12345678-9abc-def0-1234-56789abcdef0" },
		.creator = { .time_ns = 1709296400000000123,
			     .pid = 98,
			     .comm = "loader",
			     .who = { .exe = "/usr/sbin/loader",
				      .cmdline = "loader -d",
				      .uid = { true, 0 },
				      .container = "ba9876543210",
				      .pod = "12345678-9abc-def0-1234-56789abcdef1" },
			     .missing = "lost" },
		.holder = { .pid = 97,
			    .comm = "keeper",
			    .who = { .exe = "/usr/sbin/keeper",
				     .cmdline = "keeper -f",
				     .uid = { true, 0 } } },
		.advice = { .cause = "The program was not invited.",
			    .confidence = "likely",
			    .rule = "test-welcome",
			    .remedy = "ip link set dev ens33 \"down\"" },
		.opponent = { .prog = { .id = 447, .name = "first" },
			      .mode = "generic",
			      .link_id = 6,
			      .ifindex = 3,
			      .dev = "bond0",
			      .time_ns = 1709296484000000789,
			      .creator = { .pid = 96,
					   .comm = "earlier",
					   .who = { .exe = "/usr/sbin/earlier",
						    .cmdline = "earlier -x",
						    .container = "cdef",
						    .pod = "12345678-9abc-def0-1234-"
							   "56789abcdef2" } },
			      .pids = { 2, { 95, 94 } },
			      .comms = { true, 2, { "one", "two" } },
			      .pins = { true, 2, { "/sys/fs/bpf/d", "/sys/fs/bpf/e f" } },
			      .missing = "processes" },
		.contest = { .count = 4,
			     .span_ns = 12000000000,
			     .interval_ns = 4000000000,
			     .with = { .pid = 93,
				       .comm = "rival",
				       .who = { .exe = "/usr/sbin/rival",
						.cmdline = "rival -r",
						.container = "0123",
						.pod = "12345678-9abc-def0-1234-56789abcdef3" } } },
		.outage = { .operation = "install", .lost_ns = 1200000000, .back_ns = 1300000000 },
		.notes = { true, 2, { notes[0], notes[1] } },
		.calls = calls,
		.ncalls = ARRAY_SIZE(calls),
		.stack = { frames, ARRAY_SIZE(frames) },
		.lost_calls = 3,
		.end_ns = 61000000007,
	};
}

char *sink_line(const struct sink *sink, const struct event *event)
{
	const struct style style = {};

	return styled_line(sink, &style, event);
}

char *styled_line(const struct sink *sink, const struct style *style, const struct event *event)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	sink->event(out, style, event);
	assert_int_equal(fclose(out), 0);
	return text;
}

bool is_printable_utf8(const char *text, size_t length)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const uint8_t *at = (const uint8_t *)text, *end = at + length;

	while (at < end) {
		int n = *at < 0x80 ? 1 : __builtin_clz(~((uint32_t)*at << 24));
		uint32_t code = n == 1 ? *at : *at & (0x7f >> n);

		/* A continuation byte has one bit set at its start: n is 1, and it is not ASCII. */
		if (n > 4 || (n == 1 && *at >= 0x80) || end - at < n)
			return false;
		for (int i = 1; i < n; i++) {
			if (at[i] >> 6 != 2)
				return false;
			code = code << 6 | (at[i] & 0x3f);
		}
		if (code < least[n] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
			return false;
		if (code < 0x20 || (code >= 0x7f && code < 0xa0))
			return false;
		at += n;
	}
	return true;
}

uint32_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 16;
}
