// SPDX-License-Identifier: GPL-2.0
#include "cmd/advice_print.h"

#include "helpers.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

static const struct rule spoken = {
	.id = "test-spoken",
	.texts = { "So * it is", "And so" },
	.error = -EINVAL,
	.drivers = "veth|tun",
	.when = "dev.mtu > 1",
	.cause = "It is so.",
	.remedy = "ip link set dev {dev} down",
	.confidence = CONFIDENCE_CERTAIN,
	.kernels = "6.1 and later",
};
static const struct rule silent = {
	.id = "test-silent",
	.error = -ENOLINK,
	.cause = "Nobody says so.",
	.remedy = "nothing",
	.confidence = CONFIDENCE_POSSIBLE,
};

static char *printed(const struct question *question, const struct rule *const *rules, size_t count,
		     const char *kernel)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	if (kernel)
		advice_print_json(question, rules, count, kernel, out);
	else
		advice_print(question, rules, count, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_errors(void **state)
{
	static const struct {
		const char *text;
		int error;
	} rows[] = {
		{ "EINVAL", -EINVAL },
		{ "22", -EINVAL },
		{ "-22", -EINVAL },
		{ "ENOTSUPP", -524 },
		{ "524", -524 },
		{ "4095", -4095 },
		{ "EWOULDBLOCK2", 0 },
		{ "einval", 0 },
		{ "0", 0 },
		{ "4096", 0 },
		{ "", 0 },
		{ "-", 0 },
		{ "--22", 0 },
		{ "EINVAL ", 0 },
		{ "22 ", 0 },
		{ "E", 0 },
		{ "99999999999", 0 },
		{ "+22", 0 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(error_parse(rows[i].text), rows[i].error);
}

static void test_message(void **state)
{
	const struct rule *const rules[] = { &spoken };
	const struct question question = { .asked = "so" };
	_cleanup_(free_pointer) char *text = printed(&question, rules, 1, NULL);

	assert_string_equal(text, "test-spoken\n"
				  "  message: So * it is\n"
				  "  message: And so\n"
				  "  error: EINVAL\n"
				  "  drivers: veth|tun\n"
				  "  kernels: 6.1 and later\n"
				  "  cause: It is so.\n"
				  "  try: ip link set dev DEV down\n");
}

static void test_error(void **state)
{
	const struct rule *const rules[] = { &silent, &spoken };
	const struct question question = { .asked = "ENOLINK", .error = -ENOLINK };
	_cleanup_(free_pointer) char *text = printed(&question, rules, 1, NULL);
	_cleanup_(free_pointer) char *both = printed(&question, rules, 2, NULL);

	assert_string_equal(text, "ENOLINK: -67, Link has been severed\n"
				  "\n"
				  "test-silent\n"
				  "  message: none\n"
				  "  error: ENOLINK\n"
				  "  cause (possible): Nobody says so.\n"
				  "  try: nothing\n");
	assert_non_null(strstr(both, "  try: nothing\n\ntest-spoken\n"));
}

static void test_json(void **state)
{
	const struct rule *const rules[] = { &spoken, &silent };
	const struct question message = { .asked = "a\033[2J" };
	const struct question error = { .asked = "67", .error = -ENOLINK };
	_cleanup_(free_pointer) char *first = printed(&message, rules, 2, "6.12.1");
	_cleanup_(free_pointer) char *second = printed(&error, NULL, 0, "6.12.1");

	assert_string_equal(
		first, "{\"v\":1,\"kernel\":\"6.12.1\",\"message\":\"a\\\\x1b[2J\",\"advice\":["
		       "{\"rule\":\"test-spoken\",\"messages\":[\"So * it is\",\"And so\"],"
		       "\"error\":\"EINVAL\",\"drivers\":\"veth|tun\",\"when\":\"dev.mtu > 1\","
		       "\"kernels\":\"6.1 and later\",\"cause\":\"It is so.\","
		       "\"remedy\":\"ip link set dev DEV down\",\"confidence\":\"certain\"},"
		       "{\"rule\":\"test-silent\",\"messages\":[],\"error\":\"ENOLINK\","
		       "\"cause\":\"Nobody says so.\",\"remedy\":\"nothing\","
		       "\"confidence\":\"possible\"}]}\n");
	assert_string_equal(second, "{\"v\":1,\"kernel\":\"6.12.1\",\"errno\":-67,"
				    "\"error\":\"ENOLINK\",\"advice\":[]}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_message),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
