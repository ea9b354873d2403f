// SPDX-License-Identifier: GPL-2.0
/* Events as the options --fields, --time, --color, --calls and --stack show them. */
#include "cmd/style.h"
#include "event/select.h"
#include "sink/sink.h"

#include "helpers.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>

static void assert_styled(const struct sink *sink, const struct style *style,
			  const struct event *event, const char *expected)
{
	_cleanup_(free_pointer) char *line = styled_line(sink, style, event);

	assert_string_equal(line, expected);
}

static struct style style_of_fields(const char *list)
{
	struct style style = {};
	struct selection selection;
	const char *bad;
	size_t length;

	assert_int_equal(fields_select(list, &selection, &bad, &length), 0);
	memcpy(style.fields, selection.list, sizeof(selection.list));
	style.nfields = selection.count;
	return style;
}

/* Its stack is there only where it was asked for. */
static void event_without_stack(struct event *ret)
{
	complete_event(ret);
	ret->stack = (struct stack){};
}

static void assert_fields(const char *list, const char *text, const char *json)
{
	const struct style style = style_of_fields(list);
	struct event event;

	event_without_stack(&event);
	assert_styled(&sink_text, &style, &event, text);
	assert_styled(&sink_json, &style, &event, json);
}

/* Only what was asked for, in that order, and as exact in text as in JSON. */
static void test_fields(void **state)
{
	assert_fields("action,errno,error,took_ns",
		      "action=replace errno=-17 error=EEXIST took_ns=1500000\n",
		      "{\"v\":1,\"action\":\"replace\",\"errno\":-17,\"error\":\"EEXIST\","
		      "\"took_ns\":1500000}\n");
	assert_fields("old_dev.*,map.key,reason,mono_ns",
		      "old_dev.ifindex=5 old_dev.ifname=eth7 old_dev.netns=4026531999 "
		      "old_dev.netns_name=red map.key=0 "
		      "reason=\"Program is not welcome\" mono_ns=61000000007\n",
		      "{\"v\":1,\"old_dev\":{\"ifindex\":5,\"ifname\":\"eth7\","
		      "\"netns\":4026531999,\"netns_name\":\"red\"},\"map\":{\"key\":0},"
		      "\"reason\":\"Program is not welcome\",\"mono_ns\":61000000007}\n");
	assert_fields("time,prog.components",
		      "time=\"2024/03/01 12:34:56\" prog.components=0:first,entry:other\n",
		      "{\"v\":1,\"time\":\"2024-03-01T12:34:56.000000789Z\","
		      "\"prog\":{\"components\":["
		      "{\"slot\":0,\"func\":\"prog0\",\"id\":451,\"name\":\"first\"},"
		      "{\"func\":\"entry\",\"id\":452,\"name\":\"other\"}]}}\n");
}

/* Keys of one object that were not named together. */
static void test_fields_of_an_object(void **state)
{
	assert_fields("dev.ifname,task.pid,dev.ifindex",
		      "dev.ifname=ens33 task.pid=100 dev.ifindex=2\n",
		      "{\"v\":1,\"dev\":{\"ifname\":\"ens33\",\"ifindex\":2},"
		      "\"task\":{\"pid\":100}}\n");
}

/* One line for one event, whatever applies to it. */
static void test_fields_that_do_not_apply(void **state)
{
	const struct style style = style_of_fields("errno,dev.ifname,time");
	const struct event event = { .action = ACTION_INSTALL, .dev.name = "a b" };

	assert_styled(&sink_text, &style, &event, "dev.ifname=\"a b\"\n");
	assert_styled(&sink_json, &style, &event, "{\"v\":1,\"dev\":{\"ifname\":\"a b\"}}\n");
	assert_styled(&sink_text, &style, &(struct event){}, "\n");
	assert_styled(&sink_json, &style, &(struct event){}, "{\"v\":1}\n");
}

/* The programs of a removal are where JSON has them, other than on the line of a sentence. */
static void test_fields_of_a_removal(void **state)
{
	const struct style style = style_of_fields("prog.id,old_prog.id");
	const struct event event = { .action = ACTION_REMOVE, .old_prog.id = 7 };

	assert_styled(&sink_text, &style, &event, "old_prog.id=7\n");
}

static void assert_time(enum time_format format, uint64_t before, const char *expected)
{
	const struct event event = { .action = ACTION_REMOVE,
				     .time_ns = 1709296496000000789,
				     .end_ns = 61000000007 };
	struct style style = { .time = format, .before = before };
	char line[128];

	snprintf(line, sizeof(line), "%s%sRemoved XDP from\n", expected, *expected ? " " : "");
	assert_styled(&sink_text, &style, &event, line);
}

static void test_times(void **state)
{
	assert_time(TIME_LOCAL, 0, "2024/03/01 12:34:56");
	assert_time(TIME_UTC, 0, "2024-03-01T12:34:56.000000789Z");
	assert_time(TIME_MONO, 0, "61.000000007");
	assert_time(TIME_DELTA, 0, "+0.000000000");
	assert_time(TIME_DELTA, 61000000007, "+0.000000000");
	assert_time(TIME_DELTA, 59999999999, "+1.000000008");
	assert_time(TIME_DELTA, 61000000008, "-0.000000001");
	assert_time(TIME_NONE, 0, "");
}

/* The same where the time is one of the fields that were asked for. */
static void test_time_as_a_field(void **state)
{
	static const struct {
		enum time_format format;
		const char *text;
	} rows[] = {
		{ TIME_LOCAL, "time=\"2024/03/01 12:34:56\" action=replace\n" },
		{ TIME_UTC, "time=2024-03-01T12:34:56.000000789Z action=replace\n" },
		{ TIME_MONO, "time=61.000000007 action=replace\n" },
		{ TIME_DELTA, "time=+0.000000000 action=replace\n" },
		{ TIME_NONE, "action=replace\n" },
	};
	struct style style = style_of_fields("time,action");
	struct event event;

	event_without_stack(&event);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		style.time = rows[i].format;
		assert_styled(&sink_text, &style, &event, rows[i].text);
	}
}

static void test_colours(void **state)
{
	struct style style = { .time = TIME_NONE, .colours = true };
	struct event event = { .action = ACTION_INSTALL, .dev.ifindex = 2 };

	assert_styled(&sink_text, &style, &event, "\033[1mInstalled XDP to\033[0m ifindex=2\n");
	event.error = -17;
	snprintf(event.reason, sizeof(event.reason), "no");
	assert_styled(&sink_text, &style, &event,
		      "\033[1;31mFailed to install XDP to\033[0m ifindex=2 "
		      "error=\033[31m-17 (EEXIST)\033[0m errmsg=\033[33m\"no\"\033[0m\n");
	event = (struct event){ .action = ACTION_INSTALL, .unknown = true };
	assert_styled(&sink_text, &style, &event, "\033[1;33mAsked to install XDP to\033[0m\n");
	style = style_of_fields("errno,error,reason,action");
	style.colours = true;
	event = (struct event){ .action = ACTION_REMOVE, .error = -1, .reason = "no" };
	assert_styled(&sink_text, &style, &event,
		      "errno=\033[31m-1\033[0m error=\033[31mEPERM\033[0m "
		      "reason=\033[33m\"no\"\033[0m action=remove\n");
	assert_styled(&sink_json, &style, &event,
		      "{\"v\":1,\"errno\":-1,\"error\":\"EPERM\",\"reason\":\"no\","
		      "\"action\":\"remove\"}\n");
}

static struct call bond_calls[] = {
	{ "dev_change_xdp_fd", "vmlinux", .seq = 1, .ret = -95, .took_ns = 2100000, .ifindex = 4,
	  .ifname = "bond0" },
	{ "dev_xdp_attach", "vmlinux", .seq = 2, .parent = 1, .ret = -95, .took_ns = 2099999,
	  .ifindex = 4, .ifname = "bond0" },
	{ "bond_xdp", "bonding", .seq = 3, .parent = 2, .ret = -95, .took_ns = 2000000,
	  .ifindex = 4, .ifname = "bond0" },
	{ "veth_xdp", "veth", .seq = 4, .parent = 3, .took_ns = 900, .ifindex = 2, .ifname = "s0" },
	{ "veth_xdp", "veth", .seq = 5, .parent = 3, .ret = -95, .took_ns = 100000, .ifindex = 3,
	  .ifname = "s1", .has_message = true },
};

static const struct event bond_event = {
	.action = ACTION_INSTALL,
	.error = -95,
	.reason = "Peer MTU is \"large\"",
	.dev = { .ifindex = 4, .name = "bond0" },
	.calls = bond_calls,
	.ncalls = ARRAY_SIZE(bond_calls),
};

static void test_calls(void **state)
{
	const struct style style = { .time = TIME_NONE, .calls = true };

	assert_styled(
		&sink_text, &style, &bond_event,
		"Failed to install XDP to ifindex=4 ifname=bond0 error=-95 (EOPNOTSUPP) "
		"errmsg=\"Peer MTU is \\\"large\\\"\"\n"
		"  dev_change_xdp_fd         -95    2.100ms\n"
		"    dev_xdp_attach          -95    2.099ms\n"
		"      bond_xdp [bonding]    -95    2.000ms\n"
		"        veth_xdp [veth] s0    0      900ns\n"
		"        veth_xdp [veth] s1  -95  100.000us  \"Peer MTU is \\\"large\\\"\"\n");
}

static void test_calls_below_fields(void **state)
{
	struct style style = style_of_fields("calls,dev.ifname");
	struct event event = bond_event;

	style.calls = true;
	event.ncalls = 1;
	assert_styled(&sink_text, &style, &event,
		      "dev.ifname=bond0\n  dev_change_xdp_fd  -95  2.100ms\n");
	event.ncalls = 0;
	assert_styled(&sink_text, &style, &event, "dev.ifname=bond0\n");
}

static void test_calls_in_colours(void **state)
{
	const struct style style = { .time = TIME_NONE, .calls = true, .colours = true };
	struct call calls[] = {
		{ "bond_xdp", "bonding", .seq = 1, .took_ns = 5 },
		{ "veth_xdp", "veth", .seq = 2, .parent = 1, .ret = -1, .took_ns = 4,
		  .has_message = true },
	};
	const struct event event = {
		.action = ACTION_REMOVE, .reason = "no", .calls = calls, .ncalls = ARRAY_SIZE(calls)
	};

	assert_styled(&sink_text, &style, &event,
		      "\033[1mRemoved XDP from\033[0m errmsg=\033[33m\"no\"\033[0m\n"
		      "  bond_xdp [bonding]   0  5ns\n"
		      "    veth_xdp [veth]   \033[31m-1\033[0m  4ns  \033[33m\"no\"\033[0m\n");
}

/* A function without a name, a device with a hostile one, a caller that was lost. */
static void test_odd_calls(void **state)
{
	const struct style style = { .time = TIME_NONE, .calls = true };
	struct call calls[] = {
		{ .seq = 2,
		  .parent = 1,
		  .took_ns = 1,
		  .ret = INT32_MIN,
		  .ifindex = 7,
		  .ifname = "caf\xc3\xa9\n" },
		{ "dev_xdp_attach", "vmlinux", .seq = 3, .parent = 2, .ret = 12,
		  .took_ns = UINT64_MAX },
	};
	const struct event event = { .action = ACTION_REMOVE,
				     .calls = calls,
				     .ncalls = ARRAY_SIZE(calls) };

	assert_styled(&sink_text, &style, &event,
		      "Removed XDP from\n"
		      "  ? caf\xc3\xa9\\x0a        -2147483648               1ns\n"
		      "    dev_xdp_attach           12  18446744073.709s\n");
}

/* Below the line, and below the calls. */
static void test_stack(void **state)
{
	struct style style = style_of_fields("stack,action");
	struct stack_frame frames[] = { { .func = "veth_xdp", .module = "veth", .offset = 5 },
					{ .func = "dev_xdp_install", .module = "vmlinux" } };
	struct event event = bond_event;

	event.ncalls = 1;
	event.stack = (struct stack){ frames, ARRAY_SIZE(frames) };
	style.calls = true;
	assert_styled(&sink_text, &style, &event,
		      "action=install\n  dev_change_xdp_fd  -95  2.100ms\n"
		      "    veth_xdp+0x5 [veth]\n    dev_xdp_install+0x0\n");
	assert_styled(&sink_json, &style, &event,
		      "{\"v\":1,\"stack\":[\"veth_xdp+0x5 [veth]\",\"dev_xdp_install+0x0\"],"
		      "\"action\":\"install\"}\n");
	event.stack.count = 0;
	assert_styled(&sink_json, &style, &event, "{\"v\":1,\"action\":\"install\"}\n");
}

/* What a terminal shows, and a file never: unless somebody says otherwise. */
static void test_when_to_colour(void **state)
{
	static const struct {
		enum colour_choice choice;
		const char *term, *no_color; /* NULL: not set */
		bool terminal, file;
	} rows[] = {
		{ COLOURS_AUTO, "xterm", NULL, true, false },
		{ COLOURS_AUTO, "xterm", "", true, false },
		{ COLOURS_AUTO, "xterm", "1", false, false },
		{ COLOURS_AUTO, "dumb", NULL, false, false },
		{ COLOURS_AUTO, NULL, NULL, false, false },
		{ COLOURS_ALWAYS, NULL, "1", true, true },
		{ COLOURS_NEVER, "xterm", NULL, false, false },
	};
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), file = open("/dev/null", O_WRONLY);

	assert_true(terminal >= 0 && file >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct style_options options = { .colours = rows[i].choice };

		unsetenv("TERM");
		unsetenv("NO_COLOR");
		if (rows[i].term)
			setenv("TERM", rows[i].term, 1);
		if (rows[i].no_color)
			setenv("NO_COLOR", rows[i].no_color, 1);
		style_settle(&options, terminal);
		assert_int_equal(options.style.colours, rows[i].terminal);
		style_settle(&options, file);
		assert_int_equal(options.style.colours, rows[i].file);
	}
	close(terminal);
	close(file);
}

/* What stands below the line and is a field as well: asked for either way. */
static void test_options_agree(void **state)
{
	struct style_options options = {};
	bool stacks = false;

	assert_int_equal(style_parse_fields("calls,stack,time", &options), -1);
	assert_int_equal(style_finish(&options, &sink_text, &stacks), -1);
	assert_true(options.style.calls);
	assert_true(stacks);
	assert_int_equal(options.style.nfields, 3);

	options = (struct style_options){ .style.calls = true };
	assert_int_equal(style_finish(&options, &sink_json, &stacks), -1);
	assert_int_equal(options.style.nfields, 0);
	assert_int_equal(style_parse_fields("time", &options), -1);
	assert_int_equal(style_finish(&options, &sink_json, &stacks), -1);
	assert_int_equal(options.style.nfields, 3);
	assert_string_equal(options.style.fields[1]->path, "calls");
	assert_string_equal(options.style.fields[2]->path, "stack");
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
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_fields_of_an_object),
		cmocka_unit_test(test_fields_that_do_not_apply),
		cmocka_unit_test(test_fields_of_a_removal),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_time_as_a_field),
		cmocka_unit_test(test_colours),
		cmocka_unit_test(test_calls),
		cmocka_unit_test(test_calls_below_fields),
		cmocka_unit_test(test_calls_in_colours),
		cmocka_unit_test(test_odd_calls),
		cmocka_unit_test(test_stack),
		cmocka_unit_test(test_when_to_colour),
		cmocka_unit_test(test_options_agree),
	};

	return cmocka_run_group_tests(tests, set_utc, NULL);
}
