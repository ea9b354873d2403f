// SPDX-License-Identifier: GPL-2.0
/* What of a filter is looked at in the kernel, and that no event is lost by it. */
#include "filter/push.h"

#include "bpf/wanted.bpf.h"
#include "expressions.h"
#include "helpers.h"

#include <string.h>

#define ROUNDS 20000

static struct filter *parse(const char *text)
{
	struct filter_error error = {};
	struct filter *filter = NULL;

	if (filter_parse(text, &filter, &error))
		fail_msg("%s: column %zu: %s", text, error.column, error.message);
	return filter;
}

static struct wire_filter push(const char *text)
{
	struct filter *filter = parse(text);
	struct wire_filter pushed;

	filter_push(filter, &pushed);
	filter_free(filter);
	return pushed;
}

/* What it asks for in the kernel. To be freed. */
static char *describe(const struct wire_filter *pushed)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	filter_push_print(pushed, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_terms(void **state)
{
	static const char *const rows[][2] = {
		/* the same */
		{ "task.pid == 5", "task.pid == 5" },
		{ "task.comm == \"ip\"", "task.comm == \"ip\"" },
		{ "dev.ifname == \"eth0\"", "dev.ifname == \"eth0\"" },
		{ "dev.ifindex == 3 && dev.netns == 4026531840",
		  "dev.ifindex == 3 && dev.netns == 4026531840" },
		{ "errno == -16", "errno == -16" },
		{ "(dev.ifname == \"a\" || dev.ifname == \"b\") && (task.pid == 1 || task.pid == "
		  "2)",
		  "(dev.ifname == \"a\" || dev.ifname == \"b\") && (task.pid == 1 || task.pid == "
		  "2)" },
		{ "dev.ifname == \"0123456789abcde\"", "dev.ifname == \"0123456789abcde\"" },
		/* a part */
		{ "dev.ifname == \"lan\" || dev.altname == \"lan\" || old_dev.ifname == \"lan\"",
		  "dev.ifname == \"lan\" || dev.altname" },
		{ "dev.ifname == \"eth0\" || old_dev.ifname == \"eth0\"",
		  "dev.ifname == \"eth0\"" },
		{ "task.pid == 1 && dev.driver == \"veth\" && dev.ifindex == 2",
		  "task.pid == 1 && dev.ifindex == 2" },
		/* nothing that could be told in the kernel */
		{ "task.pid == 1 || dev.driver == \"veth\"", "" },
		{ "task.pid != 1", "" },
		{ "!(task.pid == 1)", "" },
		{ "task.comm =~ \"i*\"", "" },
		{ "dev.ifindex > 3", "" },
		{ "task.pid", "" },
		{ "prog.name == \"x\"", "" },
		{ "action == \"install\"", "" },
		{ "result == \"error\"", "" },
		{ "result != \"ok\"", "" },
		{ "errno", "" },
		{ "(task.pid == 1 && dev.ifindex == 2) || link.id == 3", "" },
		/* no failure passes */
		{ "result == \"ok\"", "false" },
		{ "!errno", "false" },
		{ "!(result == \"error\")", "false" },
		{ "action =~ \"component-*\"", "false" },
		{ "map.id == 3 && task.pid == 1", "false" },
		{ "xsk.queue || dispatcher.name == \"x\"", "false" },
		{ "dev.ifname == \"0123456789abcdef\"", "false" },
		{ "dev.ifname == \"\"", "false" },
		{ "errno == 0", "false" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct wire_filter pushed = push(rows[i][0]);
		_cleanup_(free_pointer) char *text = describe(&pushed);

		if (strcmp(text, rows[i][1]))
			fail_msg("%s: '%s' is not '%s'", rows[i][0], text, rows[i][1]);
	}
}

/* More than there is room for is not cut in the middle of a set. */
static void test_room(void **state)
{
	char text[1024] = "task.pid == 99 && (";
	struct wire_filter pushed;

	for (int i = 0; i < WIRE_TERMS - 1; i++)
		sprintf(text + strlen(text), "%sdev.ifindex == %d", i ? " || " : "", i + 1);
	strcat(text, ") && errno == -1");
	pushed = push(text);
	assert_int_equal(pushed.count, WIRE_TERMS);
	*strrchr(text, ')') = '\0';
	strcat(text, " || dev.ifindex == 77) && errno == -1");
	pushed = push(text);
	assert_int_equal(pushed.count, 2);
	assert_int_equal(pushed.terms[0].kind, WIRE_TERM_PID);
	assert_int_equal(pushed.terms[1].kind, WIRE_TERM_RET);
	assert_int_equal(pushed.none, 0);
}

static struct wire_op failed_op(void)
{
	return (struct wire_op){
		.type = WIRE_OP,
		.pid = 7,
		.comm = "agent",
		.ret = -16,
		.origin = HOOK_NETLINK,
		.kind = WIRE_PROG,
		.mode = WIRE_MODE_UNKNOWN,
		.dev = { .ifindex = 2, .netns = 1, .name = "eth0" },
		.prog = { .id = 3, .name = "p" },
		.tail = { .type = WIRE_CHUNK, .tid = 7, .start_ns = 1 },
	};
}

static bool is_wanted(const char *text, const struct wire_op *op)
{
	struct wire_filter pushed = push(text);

	return wire_is_wanted(&pushed, op);
}

static void test_only_failures_are_dropped(void **state)
{
	struct wire_op op = failed_op();

	assert_true(is_wanted("task.pid == 7", &op));
	assert_false(is_wanted("task.pid == 8", &op));
	assert_true(is_wanted("task.comm == \"agent\"", &op));
	assert_false(is_wanted("task.comm == \"agen\"", &op));
	assert_false(is_wanted("task.comm == \"agents\"", &op));
	assert_true(is_wanted("errno == -16", &op));
	assert_false(is_wanted("errno == 16", &op));
	assert_false(is_wanted("task.pid == 7 && dev.netns == 2", &op));
	assert_false(is_wanted("task.pid == 8 && dev.netns == 1", &op));
	assert_true(is_wanted("task.pid == 8 || dev.netns == 1", &op));
	assert_false(is_wanted("!error", &op));
	op.unknown = true;
	assert_true(is_wanted("task.pid == 8", &op));
	assert_true(is_wanted("!error", &op));
	op.unknown = false;
	op.kind = WIRE_POOL;
	assert_true(is_wanted("task.pid == 8", &op));
	op.kind = WIRE_PROG;
	op.ret = 0;
	assert_true(is_wanted("task.pid == 8", &op));
	assert_true(is_wanted("!result", &op));
}

/* What an earlier, longer name has left behind the end of a name is no part of it. */
static void test_bytes_behind_a_name(void **state)
{
	struct wire_op op = failed_op();

	memcpy(op.dev.name, "eth0\0abcdefghij", 16);
	assert_true(is_wanted("dev.ifname == \"eth0\"", &op));
	assert_false(is_wanted("dev.ifname == \"eth\"", &op));
	assert_false(is_wanted("dev.ifname == \"eth0a\"", &op));
}

/* Which other name a device has is not looked at in the kernel, only whether it has one. */
static void test_other_names(void **state)
{
	const char *text = "dev.ifname == \"lan\" || dev.altname == \"lan\"";
	struct wire_op op = failed_op();

	assert_false(is_wanted(text, &op));
	op.dev.has_altname = true;
	assert_true(is_wanted(text, &op));
	assert_false(is_wanted("dev.ifname == \"lan\"", &op));
}

static struct wire_op random_op(uint64_t *chance)
{
	static const __u8 origins[] = { HOOK_NETLINK,     HOOK_REQUEST,     HOOK_LINK_CREATE,
					HOOK_LINK_UPDATE, HOOK_LINK_DETACH, HOOK_INSTALL,
					HOOK_DRIVER };
	static const int errors[] = { -17, -16, -22, -1 };
	struct wire_op op = failed_op();

	op.pid = random_next(chance) % 3;
	op.ret = errors[random_next(chance) % ARRAY_SIZE(errors)];
	op.origin = origins[random_next(chance) % ARRAY_SIZE(origins)];
	op.mode = random_next(chance) % (WIRE_MODE_UNKNOWN + 1);
	op.removal = random_next(chance) % 2;
	op.dev.ifindex = random_next(chance) % 4;
	op.dev.netns = random_next(chance) % 2 ? 4026531840 : random_next(chance) % 3;
	op.dev.name[3] = "01\0"[random_next(chance) % 3];
	op.comm[0] = "ae\0"[random_next(chance) % 3];
	op.prog.id = random_next(chance) % 4;
	op.state[1].id = random_next(chance) % 4;
	op.link_id = random_next(chance) % 4;
	op.flags = random_next(chance) % 32;
	return op;
}

/* The one thing that matters: what the filter lets pass is never dropped in the kernel. */
static void test_nothing_is_lost(void **state)
{
	uint64_t chance = 11;
	size_t passed = 0, dropped = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct wire_filter pushed;
		struct filter *filter;
		char text[4096];

		expression_random(&chance, text, sizeof(text));
		filter = parse(text);
		filter_push(filter, &pushed);
		for (int k = 0; k < 10; k++) {
			struct wire_op op = random_op(&chance);
			bool wanted = wire_is_wanted(&pushed, &op);
			struct event event;

			op_to_event(&op, &event);
			if (filter_matches(filter, &event) && !wanted)
				fail_msg("dropped in the kernel, and wanted: %s", text);
			passed += wanted;
			dropped += !wanted;
			event_release(&event);
		}
		filter_free(filter);
	}
	assert_true(passed > ROUNDS && dropped > ROUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_terms),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_only_failures_are_dropped),
		cmocka_unit_test(test_bytes_behind_a_name),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
