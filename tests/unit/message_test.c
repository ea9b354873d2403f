// SPDX-License-Identifier: GPL-2.0
#include "event/message.h"

#include "event/assemble.h"
#include "helpers.h"

#include <errno.h>
#include <string.h>

#define SAID(text) text, WIRE_CHANNEL_EXTACK
#define NOTHING    NULL, WIRE_CHANNEL_NONE

/* What the kernel side sends of one operation, and what is made of it: "SOURCE: TEXT | ...". */
static const struct row {
	const char *about;
	int ret;
	const char *msg;
	enum wire_channel channel;
	const char *before;
	enum wire_channel before_channel;
	const char *log;
	const char *reason, *warnings;
} rows[] = {
	{ "nothing is said", -EINVAL, NOTHING, NOTHING, NULL, "", "" },
	{ "a failure", -EINVAL, SAID("no"), NOTHING, NULL, "extack: no", "" },
	{ "a failure of a link", -EINVAL, "no", WIRE_CHANNEL_TRACEPOINT, NOTHING, NULL,
	  "tracepoint: no", "" },
	{ "a line for the log only", -EINVAL, NOTHING, NOTHING, "e0: no", "log: e0: no", "" },
	{ "and beside a text", -EINVAL, SAID("no"), NOTHING, "e0: 7 > 3", "extack: no",
	  "log: e0: 7 > 3" },
	{ "the last one wins", -EINVAL, SAID("no"), "old", WIRE_CHANNEL_TRACEPOINT, NULL,
	  "extack: no", "tracepoint: old" },
	{ "all of it", -EINVAL, SAID("no"), SAID("old"), "e0: 7 > 3", "extack: no",
	  "extack: old | log: e0: 7 > 3" },
	{ "a success", 0, SAID("slow"), NOTHING, NULL, "", "extack: slow" },
	{ "a success, in the log", 0, NOTHING, NOTHING, "e0: slow", "", "log: e0: slow" },
	{ "a success with all of it", 5, SAID("slow"), SAID("old"), "e0: slow", "",
	  "extack: old | extack: slow | log: e0: slow" },
};

static void render(char *ret, size_t size, const struct event *event)
{
	FILE *out = fmemopen(ret, size, "w");

	assert_non_null(out);
	for (size_t i = 0; i < event->warnings.count; i++)
		fprintf(out, "%s%s: %s", i ? " | " : "", event->warnings.list[i].source,
			event->warnings.list[i].text);
	fputc(0, out);
	fclose(out);
}

static void fill(const struct row *row, struct wire_op *op, struct record *record)
{
	*op = (struct wire_op){ .ret = row->ret };
	*record = (struct record){ .op = op };
	if (row->msg) {
		strcpy(record->said.msg.text, row->msg);
		record->said.msg.channel = row->channel;
		record->said.msg.seq = 3;
	}
	if (row->before) {
		strcpy(record->said.before.text, row->before);
		record->said.before.channel = row->before_channel;
		record->said.before.seq = 2;
	}
	if (row->log) {
		strcpy(record->said.log.text, row->log);
		record->said.log.channel = WIRE_CHANNEL_LOG;
		record->said.log.seq = 4;
	}
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char reason[WIRE_MSG + 16] = "", warnings[4 * WIRE_MSG];
		struct record record;
		struct event event;
		struct wire_op op;

		fill(&rows[i], &op, &record);
		event_interpret(&op, &event);
		event_add_messages(&record, &event);
		if (event.reason[0])
			snprintf(reason, sizeof(reason), "%s: %s", event.reason_source,
				 event.reason);
		else
			assert_null(event.reason_source);
		render(warnings, sizeof(warnings), &event);
		if (strcmp(reason, rows[i].reason) || strcmp(warnings, rows[i].warnings))
			fail_msg("%s: '%s', '%s'", rows[i].about, reason, warnings);
	}
}

/* How it ended is not known: what was said may be why. */
static void test_unknown(void **state)
{
	struct wire_op op = { .unknown = 1 };
	const struct record record = {
		.op = &op,
		.said.msg = { .channel = WIRE_CHANNEL_TRACEPOINT, .text = "no" },
	};
	struct event event;

	event_interpret(&op, &event);
	event_add_messages(&record, &event);
	assert_string_equal(event.reason, "no");
	assert_string_equal(event.reason_source, "tracepoint");
}

/* Up to 256 bytes are whole, and what is cut shows that. */
static void test_length(void **state)
{
	for (size_t length = WIRE_SHOWN - 2; length < WIRE_MSG; length++) {
		struct wire_op op = { .ret = -EINVAL };
		struct record record = { .op = &op, .said.msg.channel = WIRE_CHANNEL_EXTACK };
		char expected[WIRE_MSG] = "";
		struct event event;

		memset(record.said.msg.text, 'x', length);
		memset(expected, 'x', length < WIRE_SHOWN ? length : WIRE_SHOWN);
		if (length > WIRE_SHOWN)
			strcat(expected, "...");
		event_interpret(&op, &event);
		event_add_messages(&record, &event);
		assert_string_equal(event.reason, expected);
	}
}

/* With which call a text is shown. */
static void test_calls(void **state)
{
	static const struct {
		size_t row;
		uint16_t seq;
		const char *text;
	} wanted[] = { { 1, 3, "no" },   { 3, 4, "e0: no" }, { 6, 3, "no" },
		       { 7, 3, "slow" }, { 8, 4, NULL },     { 9, 3, "slow" } };

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		struct record record;
		struct event event;
		struct wire_op op;
		struct call call = { .seq = wanted[i].seq };

		fill(&rows[wanted[i].row], &op, &record);
		event_interpret(&op, &event);
		event_add_messages(&record, &event);
		assert_null(call_message(&event, &call));
		call.has_message = event.message_seq == call.seq;
		assert_int_equal(call.has_message, wanted[i].text != NULL);
		if (wanted[i].text)
			assert_string_equal(call_message(&event, &call), wanted[i].text);
		else
			assert_null(call_message(&event, &call));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
