// SPDX-License-Identifier: GPL-2.0
/* Whose an event is, what a command leaves behind, and how it is summed up. */
#include "event/account.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

static struct event event_of(enum action action, uint32_t ifindex, uint32_t prog, uint32_t old)
{
	struct event event = {
		.action = action,
		.cause = "netlink",
		.mode = mode_name(WIRE_MODE_DRIVER),
		.dev = { .ifindex = ifindex, .netns = 77 },
		.prog.id = prog,
		.old_prog.id = old,
		.pid = 100,
	};

	snprintf(event.dev.name, sizeof(event.dev.name), "dev%u", ifindex);
	snprintf(event.prog.name, sizeof(event.prog.name), prog ? "prog%u" : "", prog);
	return event;
}

/* Feeds @event, of the command or not, that is of interest as @whose, or of none: NULL. */
static void feed(struct account *account, struct event event, bool followed, const char *whose)
{
	assert_int_equal(account_event(account, &event, followed), whose != NULL);
	if (!whose)
		return;
	assert_string_equal(event.whose, whose);
	account_count(account, &event);
}

/* What is left, as "ifindex:prog" with spaces between them. */
static void assert_left(const struct account *account, const char *expected)
{
	char text[256] = "";

	for (size_t i = 0; i < account->nleft; i++) {
		size_t length = strlen(text);

		snprintf(text + length, sizeof(text) - length, "%s%u:%u", i ? " " : "",
			 account->left[i].ifindex, account->left[i].prog.id);
	}
	assert_string_equal(text, expected);
}

static void test_whose(void **state)
{
	struct account account = {};
	struct event elsewhere = event_of(ACTION_INSTALL, 2, 9, 0);

	feed(&account, event_of(ACTION_INSTALL, 2, 1, 0), false, NULL);
	feed(&account, event_of(ACTION_INSTALL, 2, 2, 1), true, "own");
	feed(&account, event_of(ACTION_REMOVE, 2, 0, 1), false, "foreign");
	feed(&account, event_of(ACTION_INSTALL, 3, 1, 0), false, NULL);
	elsewhere.dev.netns = 78; /* another device of that index */
	feed(&account, elsewhere, false, NULL);
	elsewhere.dev.ifindex = elsewhere.dev.netns = 0;
	feed(&account, elsewhere, true, "own");
	feed(&account, elsewhere, false, NULL);
	account_release(&account);
}

static void test_left(void **state)
{
	struct account account = {};
	struct event event;

	feed(&account, event_of(ACTION_INSTALL, 2, 1, 0), true, "own");
	event = event_of(ACTION_INSTALL, 3, 1, 0);
	event.error = -EBUSY;
	feed(&account, event, true, "own");
	event.error = 0;
	event.unknown = true;
	feed(&account, event, true, "own");
	event = event_of(ACTION_INSTALL, 4, 1, 0);
	event.cause = "nested"; /* the core keeps no program of it */
	feed(&account, event, true, "own");
	feed(&account, event_of(ACTION_INSTALL, 5, 1, 0), true, "own");
	event = event_of(ACTION_INSTALL, 5, 7, 0);
	event.mode = mode_name(WIRE_MODE_OFFLOAD); /* beside the native one */
	feed(&account, event, true, "own");
	assert_left(&account, "2:1 5:1 5:7");
	feed(&account, event_of(ACTION_REPLACE, 2, 2, 1), true, "own");
	assert_left(&account, "2:2 5:1 5:7");
	feed(&account, event_of(ACTION_NOOP, 2, 2, 2), false, "foreign");
	assert_left(&account, "2:2 5:1 5:7");
	feed(&account, event_of(ACTION_REPLACE, 2, 3, 2), false, "foreign");
	assert_left(&account, "5:7 5:1");
	feed(&account, event_of(ACTION_REMOVE, 5, 0, 1), false, "foreign");
	assert_left(&account, "5:7");
	account_release(&account);
}

/* A device that moves takes along what is on it, and that it is the command's. */
static void test_move(void **state)
{
	struct account account = {};
	struct event move = event_of(ACTION_MOVE, 8, 1, 0);

	feed(&account, event_of(ACTION_INSTALL, 2, 1, 0), true, "own");
	move.dev.netns = 99;
	move.old_dev = (struct wire_place){ .ifindex = 2, .netns = 77 };
	feed(&account, move, false, "foreign");
	assert_left(&account, "8:1");
	assert_int_equal(account.left[0].netns, 99);
	assert_string_equal(account.left[0].ifname, "dev8");
	move.dev.ifindex = 9;
	move.old_dev.ifindex = 3;
	feed(&account, move, false, NULL);
	move = event_of(ACTION_REPLACE, 8, 2, 1);
	move.dev.netns = 99;
	feed(&account, move, false, "foreign");
	assert_left(&account, "");
	account_release(&account);
}

/* What the kernel takes away by itself is the command's, if that had put it there. */
static void test_consequence(void **state)
{
	struct account account = {};
	struct event noticed = event_of(ACTION_REMOVE, 2, 0, 1), dying = noticed;

	feed(&account, event_of(ACTION_INSTALL, 2, 1, 0), true, "own");
	noticed.pid = 0;
	noticed.old_prog.id = 5; /* not that program */
	feed(&account, noticed, false, "foreign");
	feed(&account, event_of(ACTION_INSTALL, 2, 1, 0), true, "own");
	noticed.old_prog.id = 1;
	feed(&account, noticed, false, "own");
	assert_left(&account, "");
	feed(&account, noticed, false, "foreign");
	feed(&account, event_of(ACTION_INSTALL, 2, 1, 0), true, "own");
	dying.cause = "netns-exit"; /* in a worker */
	feed(&account, dying, false, "own");
	assert_left(&account, "");
	account_release(&account);
}

static void test_pools(void **state)
{
	struct account account = {};
	struct event setup = event_of(ACTION_POOL_SETUP, 2, 0, 0), teardown;

	setup.xsk.queue = (struct number){ true, 1 };
	teardown = setup;
	teardown.action = ACTION_POOL_TEARDOWN;
	feed(&account, setup, true, "own");
	assert_int_equal(account.npools, 1);
	setup.xsk.queue.value = 2;
	setup.error = -EBUSY;
	feed(&account, setup, true, "own");
	assert_int_equal(account.npools, 1);
	setup.error = 0;
	feed(&account, setup, false, "foreign");
	assert_int_equal(account.npools, 1);
	setup.dev.netns = 78;
	feed(&account, setup, true, "own");
	assert_int_equal(account.npools, 2);
	feed(&account, teardown, false, "foreign");
	assert_int_equal(account.npools, 1);
	assert_int_equal(account.pools[0].netns, 78);
	account_release(&account);
}

/* All of it: two kinds of operations of the command, one of others, one program and two processes.
 */
static void fill(struct account *account)
{
	struct event event = event_of(ACTION_INSTALL, 2, 1, 0);

	event.link_id = 31;
	feed(account, event, true, "own");
	event.error = -EBUSY;
	feed(account, event, true, "own");
	feed(account, event, true, "own");
	feed(account, event, false, "foreign");
	event = event_of(ACTION_REMOVE, 3, 0, 0);
	event.unknown = true;
	feed(account, event, true, "own");
}

static char *summed_up(const struct sink *sink, const struct summary *summary)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	sink->summary(out, summary);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void assert_summary(const struct sink *sink, const struct summary *summary,
			   const char *expected)
{
	_cleanup_(free_pointer) char *text = summed_up(sink, summary);

	assert_string_equal(text, expected);
}

static void test_text(void **state)
{
	static const uint32_t running[] = { 500, 501 };
	struct account account = {}, none = {};
	struct summary summary = { .account = &account, .status = 3, .took_ns = 1234567 };

	fill(&account);
	summary.running = running;
	summary.nrunning = ARRAY_SIZE(running);
	memcpy(account.left[0].prog.name, "a b", 4);
	assert_summary(&sink_text, &summary,
		       "The command has ended: status=3 took=1.234ms operations=4 failed=2\n"
		       "The command's operations: action=install ok=1 failed=2\n"
		       "The command's operations: action=remove unknown=1\n"
		       "Others' operations: action=install failed=1\n"
		       "The command has left XDP on ifindex=2 ifname=dev2 bpf_prog_id=1 "
		       "bpf_prog_name=\"a b\" mode=driver link_id=31 netns=77\n"
		       "The command's processes that still run: count=2 pids=500,501\n");
	summary = (struct summary){ .account = &none, .signal = "SIGTERM", .took_ns = 5 };
	assert_summary(&sink_text, &summary,
		       "The command has ended: signal=SIGTERM took=5ns operations=0 failed=0\n");
	account_release(&account);
}

static void test_json(void **state)
{
	static const uint32_t running[] = { 500, 501 };
	struct account account = {}, none = {};
	struct summary summary = { .account = &account, .status = 3, .took_ns = 1234567 };

	fill(&account);
	summary.running = running;
	summary.nrunning = ARRAY_SIZE(running);
	memcpy(account.left[0].prog.name, "a\n", 3);
	assert_summary(
		&sink_json, &summary,
		"{\"v\":1,\"summary\":{\"status\":3,\"took_ns\":1234567,\"operations\":["
		"{\"whose\":\"own\",\"action\":\"install\",\"ok\":1,\"error\":2,\"unknown\":0},"
		"{\"whose\":\"own\",\"action\":\"remove\",\"ok\":0,\"error\":0,\"unknown\":1},"
		"{\"whose\":\"foreign\",\"action\":\"install\",\"ok\":0,\"error\":1,\"unknown\":0}]"
		","
		"\"left\":[{\"dev\":{\"ifindex\":2,\"ifname\":\"dev2\",\"netns\":77},"
		"\"mode\":\"driver\",\"prog\":{\"id\":1,\"name\":\"a\\\\x0a\"},\"link\":{\"id\":31}"
		"}],"
		"\"running\":[500,501]}}\n");
	summary = (struct summary){ .account = &none, .signal = "SIGTERM", .took_ns = 5 };
	assert_summary(&sink_json, &summary,
		       "{\"v\":1,\"summary\":{\"signal\":\"SIGTERM\",\"took_ns\":5,"
		       "\"operations\":[],\"left\":[],\"running\":[]}}\n");
	account_release(&account);
}

/* In text only what is foreign is marked; a field that is asked for is printed either way. */
static void test_mark(void **state)
{
	struct event event = event_of(ACTION_INSTALL, 2, 1, 0);
	struct style style = { .nfields = 1, .fields = { field_find("whose") } };

	for (int own = 0; own < 2; own++) {
		_cleanup_(free_pointer) char *line = NULL, *field = NULL;

		event.whose = own ? "own" : "foreign";
		line = sink_line(&sink_text, &event);
		field = styled_line(&sink_text, &style, &event);
		assert_int_equal(strstr(line, " whose=foreign") != NULL, !own);
		assert_null(strstr(line, "whose=own"));
		assert_string_equal(field, own ? "whose=own\n" : "whose=foreign\n");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whose), cmocka_unit_test(test_left),
		cmocka_unit_test(test_move),  cmocka_unit_test(test_consequence),
		cmocka_unit_test(test_text),  cmocka_unit_test(test_json),
		cmocka_unit_test(test_mark),  cmocka_unit_test(test_pools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
