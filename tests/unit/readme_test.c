// SPDX-License-Identifier: GPL-2.0
/* The README's table of what is reported: every action, with the sentence that is printed for it.
 */
#include "event/assemble.h"

#include "helpers.h"

#include <string.h>

static const char *readme;

/* What is printed for @action, up to its device. To be freed. */
static char *sentence(enum action action)
{
	struct event event = { .action = action, .dev.ifindex = 2, .prog.id = 3 };
	char *line = sink_line(&sink_text, &event), *end = strstr(line, " ifindex=");

	assert_non_null(end);
	*end = 0;
	memmove(line, line + strlen("1970/01/01 00:00:00 "), strlen(line) + 1 - 20);
	return line;
}

static bool readme_has(const char *row)
{
	_cleanup_(close_file) FILE *file = fopen(readme, "r");
	char line[512];

	if (!file)
		fail_msg("%s can not be read", readme);
	while (fgets(line, sizeof(line), file)) {
		if (!strncmp(line, row, strlen(row)))
			return true;
	}
	return false;
}

static void test_table(void **state)
{
	for (enum action action = ACTION_INSTALL; action_name(action); action++) {
		_cleanup_(free_pointer) char *text = sentence(action);
		char row[256];

		snprintf(row, sizeof(row), "| `%s` | `%s` | ", text, action_name(action));
		if (!readme_has(row))
			fail_msg("the README lacks a row: %s", row);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: readme_test README.md\n");
		return 2;
	}
	readme = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
