// SPDX-License-Identifier: GPL-2.0
/* The options that say which events are reported. */
#include "cmd/criteria.h"

#include "cmd/cmd.h"
#include "helpers.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#define LONG "counts_packets_and_their_bytes_of_one_device_in_three_maps_of_n"

struct choice {
	int id;
	const char *value;
};

/* What becomes of options, as an expression. To be freed. */
static char *select_all(const struct choice *choices, size_t count)
{
	struct criteria criteria = {};
	struct filter *filter = NULL;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(criteria_add(&criteria, choices[i].id, choices[i].value), -1);
	assert_int_equal(criteria_finish(&criteria, &filter), 0);
	if (filter)
		filter_print(filter, out);
	fclose(out);
	filter_free(filter);
	criteria_release(&criteria);
	return text;
}

#define assert_selects(expected, ...)                                                          \
	do {                                                                                   \
		const struct choice choices[] = { __VA_ARGS__ };                               \
		_cleanup_(free_pointer) char *text = select_all(choices, ARRAY_SIZE(choices)); \
		assert_string_equal(text, expected);                                           \
	} while (0)

static void test_one_of_each(void **state)
{
	_cleanup_(free_pointer) char *nothing = select_all(NULL, 0);

	assert_string_equal(nothing, "");
	assert_selects(
		"dev.ifname == \"eth0\" || dev.altname == \"eth0\" || old_dev.ifname == \"eth0\"",
		{ CRITERION_INTERFACE, "eth0" });
	assert_selects("dev.ifname =~ \"e[t]h*\" || dev.altname =~ \"e[t]h*\" || "
		       "old_dev.ifname =~ \"e[t]h*\"",
		       { CRITERION_INTERFACE, "e[t]h*" });
	assert_selects("task.pid == 12", { CRITERION_PID, "12" });
	assert_selects("task.comm == \"a b\"", { CRITERION_COMM, "a b" });
	assert_selects("task.comm =~ \"a?\"", { CRITERION_COMM, "a?" });
	assert_selects("prog.id == 7 || prog.components == 7 || old_prog.id == 7 || "
		       "old_prog.components == 7 || dispatcher.id == 7",
		       { CRITERION_PROG, "7" });
	assert_selects(
		"prog.name == \"fw\" || prog.full_name == \"fw\" || prog.components == \"fw\""
		" || old_prog.name == \"fw\" || old_prog.full_name == \"fw\" || "
		"old_prog.components == \"fw\" || dispatcher.name == \"fw\"",
		{ CRITERION_PROG, "fw" });
	assert_selects("prog.tag == \"1234567890123456\" || old_prog.tag == \"1234567890123456\"",
		       { CRITERION_PROG, "1234567890123456" });
	assert_selects("prog.tag == \"a0f6d1e2b3c4d5e6\" || old_prog.tag == \"a0f6d1e2b3c4d5e6\"",
		       { CRITERION_PROG, "a0f6d1e2b3c4d5e6" });
	/* As much as an event has of a whole name. */
	assert_selects("prog.name == \"" LONG "\" || prog.full_name == \"" LONG
		       "\" || prog.components == \"" LONG "\" || old_prog.name == \"" LONG
		       "\" || old_prog.full_name == \"" LONG "\" || old_prog.components == \"" LONG
		       "\" || dispatcher.name == \"" LONG "\"",
		       { CRITERION_PROG, LONG "umbers" });
	assert_selects("mode == \"offload\"", { CRITERION_MODE, "offload" });
	assert_selects("action == \"component-attach\"", { CRITERION_ACTION, "component-attach" });
	assert_selects("result == \"error\"", { CRITERION_FAILED, NULL });
	assert_selects("dev.driver =~ \"mlx*\"", { CRITERION_DRIVER, "mlx*" });
	assert_selects("task.cgroup == \"/a/b\" || task.cgroup =~ \"/a/b/*\"",
		       { CRITERION_CGROUP, "/a/b" });
	assert_selects("task.cgroup == \"/a/b\" || task.cgroup =~ \"/a/b/*\"",
		       { CRITERION_CGROUP, "/sys/fs/cgroup/a/b//" });
	assert_selects("task.cgroup == \"/a*[\\\\\" || task.cgroup =~ \"/a\\\\*\\\\[\\\\\\\\/*\"",
		       { CRITERION_CGROUP, "/a*[\\" });
	assert_selects("task.cgroup =~ \"*\"", { CRITERION_CGROUP, "/" });
	assert_selects("task.cgroup =~ \"*\"", { CRITERION_CGROUP, "/sys/fs/cgroup" });
	assert_selects("task.cgroup == \"/sys/fs/cgroups\" || task.cgroup =~ \"/sys/fs/cgroups/*\"",
		       { CRITERION_CGROUP, "/sys/fs/cgroups" });
	assert_selects("link.id > 3 || calls", { CRITERION_FILTER, "(link.id>3)||calls" });
}

/* Any of those of one kind, and all kinds. */
static void test_several(void **state)
{
	assert_selects("task.pid == 1 || task.pid == 2 || task.pid == 3", { CRITERION_PID, "1" },
		       { CRITERION_PID, "2" }, { CRITERION_PID, "3" });
	assert_selects("(task.pid == 1 || task.pid == 2) && mode == \"generic\" && "
		       "result == \"error\" && (link.id || calls)",
		       { CRITERION_FILTER, "link.id || calls" }, { CRITERION_PID, "1" },
		       { CRITERION_MODE, "generic" }, { CRITERION_FAILED, NULL },
		       { CRITERION_PID, "2" }, { CRITERION_FAILED, NULL });
	assert_selects("link.id && calls || time", { CRITERION_FILTER, "link.id && calls" },
		       { CRITERION_FILTER, "time" });
}

static void test_netns(void **state)
{
	char number[32], pid[32], expected[128];
	struct stat status;

	assert_int_equal(stat("/proc/self/ns/net", &status), 0);
	snprintf(number, sizeof(number), "%lu", (unsigned long)status.st_ino);
	snprintf(pid, sizeof(pid), "%d", getpid());
	snprintf(expected, sizeof(expected), "dev.netns == %s || old_dev.netns == %s", number,
		 number);
	assert_selects(expected, { CRITERION_NETNS, "/proc/self/ns/net" });
	assert_selects(expected, { CRITERION_NETNS, pid });
	assert_selects(expected, { CRITERION_NETNS, number });
	/* one that nobody has to have: events of it may be under way */
	assert_selects("dev.netns == 4294967295 || old_dev.netns == 4294967295",
		       { CRITERION_NETNS, "4294967295" });
}

/* What is said on stderr when an option makes no sense. In a buffer of its own. */
static const char *refuse(int id, const char *value)
{
	static char text[4096];
	struct criteria criteria = {};
	int file = memfd_create("stderr", 0), saved = dup(STDERR_FILENO);
	ssize_t length;

	assert_true(file >= 0 && saved >= 0);
	assert_true(dup2(file, STDERR_FILENO) >= 0);
	assert_int_equal(criteria_add(&criteria, id, value), EXIT_USAGE);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	length = pread(file, text, sizeof(text) - 1, 0);
	assert_true(length > 0);
	text[length] = '\0';
	close(saved);
	close(file);
	criteria_release(&criteria);
	return text;
}

static void test_refused(void **state)
{
	assert_string_equal(refuse(CRITERION_PID, "0"), "xdpsnoop: --pid: '0' is no process id\n");
	assert_string_equal(refuse(CRITERION_PID, "4194305"),
			    "xdpsnoop: --pid: '4194305' is no process id\n");
	assert_string_equal(refuse(CRITERION_PID, "1x"),
			    "xdpsnoop: --pid: '1x' is no process id\n");
	assert_string_equal(refuse(CRITERION_INTERFACE, ""),
			    "xdpsnoop: --interface: the name is empty\n");
	assert_string_equal(refuse(CRITERION_CGROUP, "a/b"),
			    "xdpsnoop: --cgroup: 'a/b' is no path from the root of all cgroups, as "
			    "/proc/PID/cgroup has it\n");
	assert_string_equal(refuse(CRITERION_PROG, ""), "xdpsnoop: --prog: the name is empty\n");
	assert_string_equal(refuse(CRITERION_MODE, "native"),
			    "xdpsnoop: --mode: there is no 'native'; one of these is expected: "
			    "generic, driver, offload\n");
	assert_string_equal(
		refuse(CRITERION_ACTION, "removed"),
		"xdpsnoop: --action: there is no 'removed'; one of these is expected: install, "
		"replace, remove, noop, pool-setup, pool-teardown, component-attach, "
		"component-detach, entry-install, entry-replace, entry-remove, map-alloc, "
		"map-free, move, present, carrier\n");
	assert_string_equal(refuse(CRITERION_NETNS, "no such"),
			    "xdpsnoop: --netns: there is no network namespace 'no such': ip netns "
			    "list shows the names\n");
	assert_string_equal(refuse(CRITERION_NETNS, "4194304"),
			    "xdpsnoop: --netns: there is no network namespace '4194304': there is "
			    "neither a name nor a process of that number\n");
	assert_string_equal(refuse(CRITERION_NETNS, "/proc/self/ns/mnt"),
			    "xdpsnoop: --netns: there is no network namespace "
			    "'/proc/self/ns/mnt': that file is none\n");
	assert_string_equal(refuse(CRITERION_NETNS, "/dev/null"),
			    "xdpsnoop: --netns: there is no network namespace '/dev/null': that "
			    "file is none\n");
}

/* The mark is under the byte that the message means. */
static void test_mark(void **state)
{
	char text[2048];

	assert_string_equal(refuse(CRITERION_FILTER, "dev.ifindex == 1 && dev.ifnam"),
			    "xdpsnoop: --filter: column 21: there is no field 'dev.ifnam'; is "
			    "'dev.ifname' meant?\n"
			    "  dev.ifindex == 1 && dev.ifnam\n"
			    "                      ^\n");
	assert_string_equal(refuse(CRITERION_FILTER, "calls &&"),
			    "xdpsnoop: --filter: column 9: a field's name is expected, and here is "
			    "the end\n"
			    "  calls &&\n"
			    "          ^\n");
	assert_string_equal(refuse(CRITERION_FILTER, ""),
			    "xdpsnoop: --filter: column 1: a field's name is expected, and here is "
			    "the end\n"
			    "  \n"
			    "  ^\n");
	/* two bytes that are one character, a byte that is four, and a tab */
	assert_string_equal(refuse(CRITERION_FILTER, "reason == \"\xc3\xa9\"\t&& \x1b"),
			    "xdpsnoop: --filter: column 19: '\\x1b' has no meaning here\n"
			    "  reason == \"\xc3\xa9\"\\x09&& \\x1b\n"
			    "                      ^\n");
	memset(text, ' ', sizeof(text));
	memcpy(text, "calls", 5);
	strcpy(text + 1000, "calls                                                               "
			    "                                          ");
	assert_string_equal(refuse(CRITERION_FILTER, text),
			    "xdpsnoop: --filter: column 1001: '&&' or '||' is expected, not "
			    "'calls'\n"
			    "  ...                                                  calls         "
			    "                                    ...\n"
			    "                                                       ^\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_of_each), cmocka_unit_test(test_several),
		cmocka_unit_test(test_netns),       cmocka_unit_test(test_refused),
		cmocka_unit_test(test_mark),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
