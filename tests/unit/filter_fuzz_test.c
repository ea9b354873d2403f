// SPDX-License-Identifier: GPL-2.0
/* The filter's parser against the fuzzer's corpus, and against expressions by chance. */
#include "../fuzz/filter_property.h"

#include "expressions.h"
#include "filter/filter.h"
#include "helpers.h"

#include <dirent.h>
#include <string.h>

#define ROUNDS 20000

static const char *corpus; /* tests/fuzz/filter */

static void assert_holds(const char *text, size_t size)
{
	const char *wrong = filter_property(text, size);

	if (wrong)
		fail_msg("%s: %.*s", wrong, (int)size, text);
}

static void test_corpus(void **state)
{
	static char text[1 << 16];
	DIR *folder = opendir(corpus);
	const struct dirent *entry;
	size_t count = 0;

	if (!folder)
		fail_msg("%s can not be read", corpus);
	while ((entry = readdir(folder))) {
		char path[1024];
		FILE *file;

		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", corpus, entry->d_name);
		file = fopen(path, "r");
		assert_non_null(file);
		assert_holds(text, fread(text, 1, sizeof(text), file));
		fclose(file);
		count++;
	}
	closedir(folder);
	assert_true(count >= 20);
}

static void test_right(void **state)
{
	uint64_t chance = 5;
	char text[4096];

	for (int i = 0; i < ROUNDS; i++) {
		struct filter_error error;
		struct filter *filter = NULL;

		expression_random(&chance, text, sizeof(text));
		assert_holds(text, strlen(text));
		if (filter_parse(text, &filter, &error))
			fail_msg("%s: column %zu: %s", text, error.column, error.message);
		filter_free(filter);
	}
}

static void test_spoilt(void **state)
{
	uint64_t chance = 7;
	char text[5000];
	size_t wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct filter_error error;
		struct filter *filter = NULL;

		expression_random(&chance, text, sizeof(text));
		expression_spoil(&chance, text, sizeof(text));
		assert_holds(text, strlen(text));
		wrong += filter_parse(text, &filter, &error) != 0;
		filter_free(filter);
	}
	/* both kinds are tried */
	assert_true(wrong > ROUNDS / 4 && wrong < ROUNDS);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_right),
		cmocka_unit_test(test_spoilt),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: filter_fuzz_test CORPUS\n");
		return 2;
	}
	corpus = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
