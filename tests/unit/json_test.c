// SPDX-License-Identifier: GPL-2.0
#include "event/fields.h"
#include "sink/sink.h"

#include "helpers.h"

#include <json-c/json.h>
#include <string.h>
#include <time.h>

static void assert_line(const struct event *event, const char *expected)
{
	_cleanup_(free_pointer) char *line = sink_line(&sink_json, event);

	assert_string_equal(line, expected);
}

static void test_complete_event(void **state)
{
	struct event event;

	complete_event(&event);
	assert_line(
		&event,
		"{\"v\":1,\"time\":\"2024-03-01T12:34:56.000000789Z\","
		"\"mono_ns\":61000000007,\"action\":\"replace\","
		"\"result\":\"error\",\"errno\":-17,\"error\":\"EEXIST\","
		"\"reason\":\"Program is not "
		"welcome\",\"reason_source\":\"tracepoint\",\"warnings\":["
		"{\"text\":\"Program is old\",\"source\":\"extack\"},"
		"{\"text\":\"ens33: 7 > 3\",\"source\":\"log\"}],"
		"\"advice\":{\"cause\":\"The program was not invited.\","
		"\"remedy\":\"ip link set dev ens33 \\\"down\\\"\",\"confidence\":\"likely\","
		"\"rule\":\"test-welcome\"},\"cause\":\"link-update\",\"release\":\"close\","
		"\"mode\":\"driver\",\"flags\":\"drv_mode|replace\",\"whose\":\"foreign\","
		"\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\","
		"\"netns\":4026531840,\"netns_name\":\"blue\",\"netns_pid\":1234,"
		"\"driver\":\"virtio_net\","
		"\"altname\":\"enp0s3\",\"alias\":\"rack 7 \\\"left\\\"\",\"bus\":\"0000:00:03.0\","
		"\"master\":\"bond0\",\"lower\":[\"slave0\",\"slave1\"],\"more_lower\":1,"
		"\"mtu\":1500,\"rx_queues\":4,\"tx_queues\":2,"
		"\"xdp_features\":[\"basic\",\"ndo-xmit\"]},"
		"\"old_dev\":{\"ifindex\":5,\"ifname\":\"eth7\",\"netns\":4026531999,\"netns_"
		"name\":\"red\"},"
		"\"prog\":{\"id\":449,\"name\":\"fresh\","
		"\"full_name\":\"fresh_one_of_a_long_name\","
		"\"tag\":\"a04f5eef06a7f555\",\"flags\":[\"frags\",\"dev-bound\"],"
		"\"loaded\":\"2024-03-01T12:33:20.000000123Z\",\"uid\":0,"
		"\"maps\":[7,9],\"more_maps\":1,"
		"\"pins\":[\"/sys/fs/bpf/a\",\"/sys/fs/bpf/b\"],\"components\":["
		"{\"slot\":0,\"func\":\"prog0\",\"id\":451,\"name\":\"first\"},"
		"{\"func\":\"entry\",\"id\":452,\"name\":\"other\"}]},"
		"\"old_prog\":{\"id\":448,\"name\":\"dummy\","
		"\"full_name\":\"dummy_one_of_a_long_name\","
		"\"tag\":\"3b185187f1855c4c\",\"flags\":[\"frags\"],"
		"\"loaded\":\"2024-03-01T12:31:40.000000123Z\",\"uid\":1000,"
		"\"maps\":[5],\"more_maps\":2,"
		"\"pins\":[\"/sys/fs/bpf/c\"],\"components\":["
		"{\"slot\":0,\"func\":\"prog0\",\"id\":451,\"name\":\"first\"}],"
		"\"mode\":\"generic\"},"
		"\"dispatcher\":{\"id\":453,\"name\":\"dispatcher\"},"
		"\"component\":{\"slot\":0,\"func\":\"prog0\"},"
		"\"xsk\":{\"queue\":0,\"asked\":\"any\",\"mode\":\"copy\"},"
		"\"map\":{\"id\":9,\"name\":\"ports\",\"type\":\"devmap\",\"key\":0},"
		"\"link\":{\"id\":7,\"state\":\"dead\","
		"\"created\":\"2024-03-01T12:33:20.000000123Z\",\"creator\":{"
		"\"pid\":98,\"comm\":\"loader\",\"exe\":\"/usr/sbin/loader\","
		"\"cmdline\":\"loader -d\",\"uid\":0,\"container\":\"ba9876543210\","
		"\"pod\":\"12345678-9abc-def0-1234-56789abcdef1\",\"missing\":\"lost\"},"
		"\"holder\":{\"pid\":97,\"comm\":\"keeper\",\"exe\":\"/usr/sbin/keeper\","
		"\"cmdline\":\"keeper -f\",\"uid\":0}},"
		"\"holder\":{\"prog\":{\"id\":447,\"name\":\"first\"},\"mode\":\"generic\","
		"\"link_id\":6,\"ifname\":\"bond0\",\"since\":\"2024-03-01T12:34:44.000000789Z\","
		"\"creator\":{\"pid\":96,\"comm\":\"earlier\",\"exe\":\"/usr/sbin/earlier\","
		"\"cmdline\":\"earlier -x\",\"container\":\"cdef\","
		"\"pod\":\"12345678-9abc-def0-1234-56789abcdef2\"},\"pids\":[95,94],"
		"\"comms\":[\"one\",\"two\"],\"pins\":[\"/sys/fs/bpf/d\",\"/sys/fs/bpf/e f\"],"
		"\"missing\":\"processes\"},"
		"\"contest\":{\"count\":4,\"span_ns\":12000000000,\"interval_ns\":4000000000,"
		"\"with\":{\"pid\":93,\"comm\":\"rival\",\"exe\":\"/usr/sbin/rival\","
		"\"cmdline\":\"rival -r\",\"container\":\"0123\","
		"\"pod\":\"12345678-9abc-def0-1234-56789abcdef3\"}},"
		"\"carrier\":{\"operation\":\"install\",\"lost_ns\":1200000000,"
		"\"back_ns\":1300000000},"
		"\"notes\":[\"removed nothing\",\"bond \\\"0\\\"\"],"
		"\"task\":{\"pid\":100,\"tid\":101,"
		"\"comm\":\"agent\",\"ppid\":99,\"parent_comm\":\"systemd\","
		"\"exe\":\"/usr/bin/agent\",\"cmdline\":\"agent 'a b' \\\"\\\\x1b[0m\","
		"\"uid\":0,\"loginuid\":1000,\"netns\":4026531840,"
		"\"cgroup\":\"/system.slice/agent.service\",\"container\":\"0123456789ab\","
		"\"pod\":\"12345678-9abc-def0-1234-56789abcdef0\"},"
		"\"func\":\"virtnet_xdp\",\"took_ns\":1500000,\"driver_took_ns\":2500,"
		"\"driver_probe\":\"late\","
		"\"lost_calls\":3,\"calls\":["
		"{\"func\":\"bpf_xdp_link_update\",\"module\":\"vmlinux\","
		"\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\"},\"ret\":-17,"
		"\"took_ns\":1500000,\"calls\":["
		"{\"func\":\"virtnet_xdp\",\"module\":\"virtio_net\","
		"\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\"},\"ret\":-17,\"took_ns\":2500,"
		"\"reason\":true,\"calls\":[]}]}],"
		"\"stack\":[\"virtnet_xdp+0x5 [virtio_net]\",\"dev_xdp_install+0x1b0\","
		"\"0xffffffffc0001234\"]}\n");
}

static void test_absent_fields(void **state)
{
	const struct event nothing = {};
	const struct event little = { .action = ACTION_NOOP, .result = "ok", .pid = 100 };

	assert_line(&nothing, "{\"v\":1,\"calls\":[]}\n");
	assert_line(&little,
		    "{\"v\":1,\"action\":\"noop\",\"result\":\"ok\",\"task\":{\"pid\":100},"
		    "\"calls\":[]}\n");
}

/* A call of which only its place is known. */
static void test_absent_fields_of_a_call(void **state)
{
	struct call call = { .seq = 1, .took_ns = 5 };
	const struct event event = { .calls = &call, .ncalls = 1 };

	assert_line(&event, "{\"v\":1,\"calls\":[{\"ret\":0,\"took_ns\":5,\"calls\":[]}]}\n");
}

static void test_numbers_are_unsigned(void **state)
{
	struct call call = {
		.seq = 1, .ret = INT32_MIN, .took_ns = UINT64_MAX, .ifindex = UINT32_MAX
	};
	const struct event event = {
		.dev.netns = UINT32_MAX, .took_ns = UINT64_MAX, .calls = &call, .ncalls = 1
	};

	assert_line(&event, "{\"v\":1,\"dev\":{\"netns\":4294967295},"
			    "\"took_ns\":18446744073709551615,\"calls\":[{\"dev\":{"
			    "\"ifindex\":4294967295,\"ifname\":\"\"},\"ret\":-2147483648,"
			    "\"took_ns\":18446744073709551615,\"calls\":[]}]}\n");
}

static void test_errors(void **state)
{
	assert_line(&(struct event){ .error = -524 },
		    "{\"v\":1,\"errno\":-524,\"error\":\"ENOTSUPP\",\"calls\":[]}\n");
	assert_line(&(struct event){ .error = -4000 },
		    "{\"v\":1,\"errno\":-4000,\"error\":\"E4000\",\"calls\":[]}\n");
}

static void test_time(void **state)
{
	assert_line(&(struct event){ .time_ns = 1 },
		    "{\"v\":1,\"time\":\"1970-01-01T00:00:00.000000001Z\",\"calls\":[]}\n");
	assert_line(&(struct event){ .time_ns = 1709164800999999999 },
		    "{\"v\":1,\"time\":\"2024-02-29T00:00:00.999999999Z\",\"calls\":[]}\n");
	/* UTC wherever the machine is. */
	assert_int_equal(setenv("TZ", "Asia/Kolkata", 1), 0);
	tzset();
	assert_line(&(struct event){ .time_ns = 1 },
		    "{\"v\":1,\"time\":\"1970-01-01T00:00:00.000000001Z\",\"calls\":[]}\n");
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	tzset();
}

static const char *string_at(struct json_object *object, const char *outer, const char *inner)
{
	struct json_object *value = object;

	if (outer)
		assert_true(json_object_object_get_ex(object, outer, &value));
	assert_true(json_object_object_get_ex(value, inner, &value));
	assert_true(json_object_is_type(value, json_type_string));
	return json_object_get_string(value);
}

/* One line, valid, and of printable characters only, whatever the kernel's bytes were. */
static struct json_object *parse_line(const struct event *event)
{
	_cleanup_(free_pointer) char *line = sink_line(&sink_json, event);
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *object;
	size_t length = strlen(line);

	assert_true(length > 2);
	assert_int_equal(line[length - 1], '\n');
	assert_true(is_printable_utf8(line, length - 1));
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	object = json_tokener_parse_ex(tokener, line, length + 1);
	assert_int_equal(json_tokener_get_error(tokener), json_tokener_success);
	assert_non_null(object);
	json_tokener_free(tokener);
	return object;
}

static void test_hostile_bytes(void **state)
{
	struct call call = { .seq = 1, .ifindex = 2, .ifname = "\r\"\x80/" };
	struct event event = {
		.dev.name = "\033[31m\"\\\n",
		.comm = "a\",\"v\":9,\"b",
		.reason = "caf\xc3\xa9 \xff\xc2\x9b \xe2\x82\x7f </script>",
		.driver = "\xf0\x9f\x90",
		.prog.name = "\xed\xa0\x80{}",
		.old_prog.name = "\xc2\x80\xf0\x9f\x90\x9d",
		.calls = &call,
		.ncalls = 1,
	};
	struct json_object *object = parse_line(&event), *calls, *version;

	assert_string_equal(string_at(object, "dev", "ifname"), "\\x1b[31m\"\\x5c\\x0a");
	assert_string_equal(string_at(object, "task", "comm"), "a\",\"v\":9,\"b");
	assert_string_equal(string_at(object, NULL, "reason"),
			    "caf\xc3\xa9 \\xff\\xc2\\x9b \\xe2\\x82\\x7f </script>");
	assert_string_equal(string_at(object, "dev", "driver"), "\\xf0\\x9f\\x90");
	assert_string_equal(string_at(object, "prog", "name"), "\\xed\\xa0\\x80{}");
	assert_string_equal(string_at(object, "old_prog", "name"), "\\xc2\\x80\xf0\x9f\x90\x9d");
	assert_true(json_object_object_get_ex(object, "calls", &calls));
	assert_string_equal(string_at(json_object_array_get_idx(calls, 0), "dev", "ifname"),
			    "\\x0d\"\\x80/");
	assert_true(json_object_object_get_ex(object, "v", &version));
	assert_int_equal(json_object_get_int(version), SCHEMA_VERSION);
	json_object_put(object);
}

static void test_longest_texts(void **state)
{
	struct event event = {};
	struct json_object *object;

	memset(event.reason, 0xff, sizeof(event.reason) - 1);
	memset(event.comm, 0x01, sizeof(event.comm) - 1);
	memset(event.driver, '\\', sizeof(event.driver) - 1);
	object = parse_line(&event);
	assert_int_equal(strlen(string_at(object, NULL, "reason")), 4 * (WIRE_MSG - 1));
	assert_int_equal(strlen(string_at(object, "task", "comm")), 4 * (WIRE_NAME - 1));
	json_object_put(object);
}

/* The tree of calls as "1(2()3(4()))": each call by its time. */
static void print_calls(struct json_object *object, FILE *out)
{
	struct json_object *calls, *took;

	assert_true(json_object_object_get_ex(object, "calls", &calls));
	for (size_t i = 0; i < json_object_array_length(calls); i++) {
		struct json_object *call = json_object_array_get_idx(calls, i);

		assert_true(json_object_object_get_ex(call, "took_ns", &took));
		fprintf(out, "%d(", json_object_get_int(took));
		print_calls(call, out);
		fputc(')', out);
	}
}

static void assert_tree(const uint16_t (*pairs)[2], size_t count, const char *expected)
{
	struct call calls[16] = {};
	const struct event event = { .calls = calls, .ncalls = count };
	struct json_object *object;
	char text[256] = "";
	FILE *out;

	for (size_t i = 0; i < count; i++) {
		calls[i].seq = calls[i].took_ns = pairs[i][0];
		calls[i].parent = pairs[i][1];
	}
	object = parse_line(&event);
	out = fmemopen(text, sizeof(text), "w");
	assert_non_null(out);
	print_calls(object, out);
	fclose(out);
	json_object_put(object);
	assert_string_equal(text, expected);
}

static void test_call_tree(void **state)
{
	static const uint16_t chain[][2] = { { 1, 0 }, { 2, 1 }, { 3, 2 }, { 4, 3 } };
	static const uint16_t bond[][2] = { { 1, 0 }, { 2, 1 }, { 3, 2 }, { 4, 3 },
					    { 5, 2 }, { 6, 5 }, { 7, 1 } };

	assert_tree(chain, ARRAY_SIZE(chain), "1(2(3(4())))");
	assert_tree(bond, ARRAY_SIZE(bond), "1(2(3(4())5(6()))7())");
}

/* Calls whose caller was lost are shown outermost, with all that is below them. */
static void test_orphan_calls(void **state)
{
	static const uint16_t no_root[][2] = { { 2, 1 }, { 3, 2 }, { 4, 1 } };
	static const uint16_t gap[][2] = { { 1, 0 }, { 4, 3 }, { 5, 4 }, { 6, 1 } };
	static const uint16_t last[][2] = { { 9, 8 } };

	assert_tree(no_root, ARRAY_SIZE(no_root), "2(3())4()");
	assert_tree(gap, ARRAY_SIZE(gap), "1(6())4(5())");
	assert_tree(last, ARRAY_SIZE(last), "9()");
}

static void test_lost(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	sink_json.lost(out, UINT64_MAX);
	fclose(out);
	assert_string_equal(text, "{\"v\":1,\"lost\":18446744073709551615}\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete_event),
		cmocka_unit_test(test_absent_fields),
		cmocka_unit_test(test_absent_fields_of_a_call),
		cmocka_unit_test(test_numbers_are_unsigned),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_longest_texts),
		cmocka_unit_test(test_call_tree),
		cmocka_unit_test(test_orphan_calls),
		cmocka_unit_test(test_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
