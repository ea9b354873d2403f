// SPDX-License-Identifier: GPL-2.0
#include "kernel/uevents.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

#define LONGEST "a123456789b123456789c123456789d123456789e123456789f123456789xyz"

static const struct row {
	const char *text;
	size_t length;
	bool module, loaded;
	const char *name;
} rows[] = {
#define MESSAGE(text) text, sizeof(text)
	{ MESSAGE("add@/module/veth\0ACTION=add\0DEVPATH=/module/veth"), true, true, "veth" },
	{ MESSAGE("remove@/module/nf_tables\0ACTION=remove"), true, false, "nf_tables" },
	{ MESSAGE("add@/module/" LONGEST), true, true, LONGEST },
	{ MESSAGE("add@/module/" LONGEST "!"), false },
	{ MESSAGE("add@/module/"), false },
	{ MESSAGE("add@/module/veth/holders"), false },
	{ MESSAGE("change@/module/veth"), false },
	{ MESSAGE("add@/devices/virtual/net/veth0"), false },
	{ MESSAGE("add@/modules/x"), false },
	{ MESSAGE(""), false },
	{ MESSAGE("add"), false },
#undef MESSAGE
	{ "add@/module/veth", 16, false }, /* no end within what was received */
	{ "", 0, false },
};

static void test_messages(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *message = exact_copy(rows[i].text, rows[i].length);
		struct module_event event;

		if (uevent_parse(message, rows[i].length, &event) != rows[i].module)
			fail_msg("row %zu: %s", i, rows[i].text);
		if (rows[i].module) {
			assert_string_equal(event.module, rows[i].name);
			assert_int_equal(event.loaded, rows[i].loaded);
		}
		free(message);
	}
}

static void refuse(const struct module_event *event, void *arg)
{
	fail_msg("module %s out of nothing", event->module);
}

/* Nothing is waited for. (This machine may load no modules.) */
static void test_socket(void **state)
{
	int fd = uevents_open();

	assert_true(fd >= 0);
	assert_int_equal(uevents_read(fd, refuse, NULL), 0);
	close(fd);
	assert_int_equal(uevents_read(fd, refuse, NULL), -EBADF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
