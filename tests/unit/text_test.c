// SPDX-License-Identifier: GPL-2.0
#include "sink/sink.h"

#include "helpers.h"

#include <errno.h>
#include <linux/if_link.h>
#include <string.h>
#include <time.h>

#define EPOCH "1970/01/01 00:00:00 "

static void assert_line(const struct event *event, const char *expected)
{
	_cleanup_(free_pointer) char *line = sink_line(&sink_text, event);

	assert_string_equal(line, expected);
}

static void test_complete_event(void **state)
{
	struct event event;

	complete_event(&event);
	assert_line(
		&event,
		"2024/03/01 12:34:56 Failed to replace XDP on ifindex=2 ifname=ens33 "
		"old_ifindex=5 old_ifname=eth7 queue=0 asked=any got=copy "
		"map_id=9 map_name=ports map_type=devmap map_key=0 "
		"bpf_prog_id=449 bpf_prog_name=fresh bpf_prog_full_name=fresh_one_of_a_long_name "
		"components=0:first,entry:other "
		"old_prog_id=448 old_prog_name=dummy old_prog_full_name=dummy_one_of_a_long_name "
		"old_components=0:first "
		"dispatcher_id=453 dispatcher_name=dispatcher slot=0 replaces=prog0 "
		"error=-17 (EEXIST) errmsg=\"Program is not welcome\" errmsg_from=tracepoint "
		"warnings=\"Program is old\" (extack), \"ens33: 7 > 3\" (log) "
		"lost_with=install lost_for=1.200s back_after=1.300s mode=driver "
		"flags=drv_mode|replace whose=foreign via=link-update release=close "
		"link_id=7 link=dead creator_pid=98 creator=loader creator_missing=lost "
		"holder_pid=97 holder=keeper "
		"driver=virtio_net func=virtnet_xdp took=1.500ms "
		"driver_took=2.500us driver_probe=late pid=100 comm=agent uid=0 "
		"cmd=\"agent 'a b' \\\"\\x1b[0m\" ppid=99 parent=systemd "
		"container=0123456789ab pod=12345678-9abc-def0-1234-56789abcdef0 netns=4026531840 "
		"netns_name=blue old_netns=4026531999 old_netns_name=red "
		"lost_calls=3\n"
		"  held by: generic program 447 first on bond0, by link 6, put there 12.000s "
		"before by earlier (pid 96) in container cdef, open in one (pid 95), two (pid 94) "
		"and perhaps others, pinned at /sys/fs/bpf/d, \"/sys/fs/bpf/e f\"\n"
		"  cause (likely): The program was not invited.\n"
		"  try: ip link set dev ens33 \"down\"\n"
		"  contest: agent (pid 100) in container 0123456789ab and rival (pid 93) in "
		"container 0123 have displaced each other 4 times in 12.000s\n"
		"  note: removed nothing\n"
		"  note: bond \"0\"\n"
		"    virtnet_xdp+0x5 [virtio_net]\n"
		"    dev_xdp_install+0x1b0\n"
		"    0xffffffffc0001234\n");
}

static void test_absent_fields(void **state)
{
	assert_line(&(struct event){}, EPOCH "Unknown operation on\n");
	assert_line(&(struct event){ .action = ACTION_INSTALL, .dev.ifindex = 2 },
		    EPOCH "Installed XDP to ifindex=2\n");
}

/* The time is that of the place, for people. */
static void test_local_time(void **state)
{
	assert_int_equal(setenv("TZ", "XYZ-05:30", 1), 0);
	tzset();
	assert_line(&(struct event){ .action = ACTION_NOOP },
		    "1970/01/01 05:30:00 Removed nothing from\n");
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
}

#define ENS33                                              \
	{                                                  \
		.ifindex = 2, .name = "ens33", .native = 1 \
	}
#define DUMMY                              \
	{                                  \
		.id = 448, .name = "dummy" \
	}

/* What the line of an operation begins with; older tools look for exactly that. */
static void test_prefixes(void **state)
{
	static const struct {
		struct wire_op op;
		const char *prefix;
		const char *msg; /* NULL: the kernel says nothing */
	} rows[] = {
		{ { .dev = ENS33, .prog = DUMMY },
		  "Installed XDP to ifindex=2 ifname=ens33 bpf_prog_id=448 bpf_prog_name=dummy " },
		{ { .dev = ENS33, .removal = 1, .state[1] = { .id = 448 } },
		  "Removed XDP from ifindex=2 ifname=ens33 bpf_prog_id=448 mode=" },
		{ { .dev = ENS33, .removal = 1, .state[1] = DUMMY },
		  "Removed XDP from ifindex=2 ifname=ens33 bpf_prog_id=448 bpf_prog_name=dummy "
		  "mode=" },
		{ { .dev = ENS33, .prog = { .id = 449, .name = "fresh" }, .state[1] = DUMMY },
		  "Replaced XDP on ifindex=2 ifname=ens33 bpf_prog_id=449 bpf_prog_name=fresh "
		  "old_prog_id=448 old_prog_name=dummy mode=" },
		{ { .dev = ENS33, .prog = DUMMY, .state[1] = DUMMY },
		  "Kept XDP as it was on ifindex=2 ifname=ens33 bpf_prog_id=448 "
		  "bpf_prog_name=dummy mode=" },
		{ { .dev = ENS33, .removal = 1 },
		  "Removed nothing from ifindex=2 ifname=ens33 mode=" },
		{ { .ret = -EEXIST,
		    .flags = XDP_FLAGS_SKB_MODE,
		    .dev = ENS33,
		    .prog = { .id = 449, .name = "fresh" },
		    .state[1] = DUMMY,
		    .mode = WIRE_MODE_UNKNOWN },
		  "Failed to install XDP to ifindex=2 ifname=ens33 bpf_prog_id=449 "
		  "bpf_prog_name=fresh old_prog_id=448 old_prog_name=dummy error=-17 (EEXIST) "
		  "errmsg=\"Native and generic XDP can't be active at the same time\" "
		  "mode=generic flags=skb_mode via=netlink ",
		  "Native and generic XDP can't be active at the same time" },
		{ { .ret = -EBUSY, .dev = ENS33, .removal = 1, .state[1] = DUMMY },
		  "Failed to remove XDP from ifindex=2 ifname=ens33 bpf_prog_id=448 "
		  "bpf_prog_name=dummy error=-16 (EBUSY) mode=" },
		{ { .ret = -524, .dev = ENS33, .prog = DUMMY, .state[1] = { .id = 447 } },
		  "Failed to replace XDP on ifindex=2 ifname=ens33 bpf_prog_id=448 "
		  "bpf_prog_name=dummy old_prog_id=447 error=-524 (ENOTSUPP) mode=" },
		{ { .unknown = 1, .dev = ENS33, .removal = 1, .state[1] = DUMMY },
		  "Asked to remove XDP from ifindex=2 ifname=ens33 bpf_prog_id=448 "
		  "bpf_prog_name=dummy mode=" },
		{ { .ret = -4000, .dev = ENS33, .prog = DUMMY },
		  "Failed to install XDP to ifindex=2 ifname=ens33 bpf_prog_id=448 "
		  "bpf_prog_name=dummy error=-4000 (E4000) mode=" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(free_pointer) char *line = NULL;
		struct wire_op op = rows[i].op;
		struct event event;

		op.type = WIRE_OP;
		op.origin = HOOK_NETLINK;
		op.pid = 100;
		op.mode = op.mode == WIRE_MODE_UNKNOWN ? op.mode : WIRE_MODE_DRIVER;
		said_to_event(&op, rows[i].msg, &event);
		line = sink_line(&sink_text, &event);
		event_release(&event);
		assert_memory_equal(line, EPOCH, strlen(EPOCH));
		line[strnlen(line, strlen(EPOCH) + strlen(rows[i].prefix))] = '\0';
		assert_string_equal(line + strlen(EPOCH), rows[i].prefix);
	}
}

/* Who is in the way, as far as it is known. */
static void test_opponent(void **state)
{
	struct event event = {
		.action = ACTION_INSTALL,
		.opponent = { .prog = { .id = 4823, .name = "dummy" }, .mode = "driver" },
	};

	event.opponent.comms.known = true;
	assert_line(&event, EPOCH "Installed XDP to\n"
				  "  held by: native program 4823 dummy, open in no process\n");
	event.opponent.comms.known = false;
	event.opponent.prog.name[0] = '\0';
	event.opponent.missing = "processes";
	assert_line(&event, EPOCH "Installed XDP to\n"
				  "  held by: native program 4823, who has it open is not known\n");
}

/* A note has no quotes of its own, and can not pass for the next line. */
static void test_note(void **state)
{
	struct event event = { .action = ACTION_INSTALL };

	texts_add(&event.notes, "a \"b\"\nc");
	assert_line(&event, EPOCH "Installed XDP to\n  note: a \"b\"\\x0ac\n");
}

static void test_durations(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{ 1, "1ns" },
		{ 999, "999ns" },
		{ 1000, "1.000us" },
		{ 1234, "1.234us" },
		{ 1000000, "1.000ms" },
		{ 27500000, "27.500ms" },
		{ 1000000000, "1.000s" },
		{ 61234567890, "61.234s" },
		{ 999999, "999.999us" },
		{ 999999999, "999.999ms" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct event event = { .action = ACTION_INSTALL, .took_ns = rows[i].ns };
		char expected[128];

		snprintf(expected, sizeof(expected), EPOCH "Installed XDP to took=%s\n",
			 rows[i].text);
		assert_line(&event, expected);
	}
}

/* A value can not pass for the next key, nor for another line. */
static void test_hostile_bytes(void **state)
{
	static const struct {
		const char *name, *text;
	} rows[] = {
		{ "plain", "plain" },
		{ "caf\xc3\xa9", "caf\xc3\xa9" },
		{ "\033[2J", "\\x1b[2J" },
		{ "a\nb", "a\\x0ab" },
		{ "\xff\xc2\x9b", "\\xff\\xc2\\x9b" },
		{ "a\\b", "a\\x5cb" },
		{ "a b", "\"a b\"" },
		{ "x pid=1", "\"x pid=1\"" },
		{ "a=b", "\"a=b\"" },
		{ "a\"b", "\"a\\\"b\"" },
		{ "\"", "\"\\\"\"" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event event = { .action = ACTION_INSTALL };
		char expected[256];

		snprintf(event.dev.name, sizeof(event.dev.name), "%s", rows[i].name);
		snprintf(event.comm, sizeof(event.comm), "%s", rows[i].name);
		snprintf(event.prog.name, sizeof(event.prog.name), "%s", rows[i].name);
		snprintf(expected, sizeof(expected),
			 EPOCH "Installed XDP to ifname=%s bpf_prog_name=%s comm=%s\n",
			 rows[i].text, rows[i].text, rows[i].text);
		assert_line(&event, expected);
	}
}

/* The kernel's text is quoted always: even one word of it is a sentence. */
static void test_reason_is_quoted(void **state)
{
	assert_line(&(struct event){ .action = ACTION_INSTALL, .reason = "no" },
		    EPOCH "Installed XDP to errmsg=\"no\"\n");
	assert_line(&(struct event){ .action = ACTION_INSTALL, .reason = "a \"b\"\n\\" },
		    EPOCH "Installed XDP to errmsg=\"a \\\"b\\\"\\x0a\\x5c\"\n");
}

/* Below the line: it can not be taken for another one, and can be left out. */
static void test_advice(void **state)
{
	struct event event = {
		.action = ACTION_INSTALL,
		.advice = { .cause = "So it is.",
			    .confidence = "certain",
			    .rule = "so",
			    .remedy = "set '\n\033[2J'" },
	};
	struct style style = { .no_advice = true };
	_cleanup_(free_pointer) char *without = styled_line(&sink_text, &style, &event);
	_cleanup_(free_pointer) char *chosen = NULL;

	assert_line(&event, EPOCH "Installed XDP to\n  cause: So it is.\n"
				  "  try: set '\\x0a\\x1b[2J'\n");
	assert_string_equal(without, EPOCH "Installed XDP to\n");
	style = (struct style){ .fields = { field_find("advice.rule"), field_find("advice.cause") },
				.nfields = 2 };
	chosen = styled_line(&sink_text, &style, &event);
	assert_string_equal(chosen, "advice.rule=so advice.cause=\"So it is.\"\n");
}

static void test_longest_texts(void **state)
{
	struct event event = { .action = ACTION_INSTALL };
	_cleanup_(free_pointer) char *line = NULL;

	memset(event.reason, '"', sizeof(event.reason) - 1);
	memset(event.driver, 0xff, sizeof(event.driver) - 1);
	memset(event.comm, ' ', sizeof(event.comm) - 1);
	line = sink_line(&sink_text, &event);
	assert_true(is_printable_utf8(line, strlen(line) - 1));
	assert_int_equal(strlen(line),
			 strlen(EPOCH "Installed XDP to errmsg=\"\" driver= comm=\"\"\n") +
				 2 * (WIRE_MSG - 1) + 4 * (sizeof(event.driver) - 1) + WIRE_NAME -
				 1);
}

static int set_utc(void **state)
{
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete_event),   cmocka_unit_test(test_absent_fields),
		cmocka_unit_test(test_local_time),       cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_opponent),         cmocka_unit_test(test_note),
		cmocka_unit_test(test_durations),        cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_reason_is_quoted), cmocka_unit_test(test_longest_texts),
		cmocka_unit_test(test_advice),
	};

	return cmocka_run_group_tests(tests, set_utc, NULL);
}
