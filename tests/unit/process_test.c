// SPDX-License-Identifier: GPL-2.0
#include "event/process.h"

#include "event/record.h"
#include "helpers.h"

#include <errno.h>
#include <string.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* A thread with these bytes; each literal without the NUL that C adds. */
#define FILL(task, member, bytes)                          \
	(memcpy((task)->member, bytes, sizeof(bytes) - 1), \
	 (task)->member##_length = sizeof(bytes) - 1)

static struct wire_task fresh(uint16_t has)
{
	return (struct wire_task){
		.type = WIRE_TASK,
		.tid = 101,
		.stamp = 5000,
		.pid = 100,
		.ppid = 99,
		.uid = 0,
		.loginuid = 1000,
		.netns = 4026531840,
		.has = WIRE_TASK_USER | has,
		.parent_comm = "sh",
	};
}

static struct process *make(const struct wire_task *task)
{
	_cleanup_(free_pointer) struct wire_task *copy = exact_copy(task, sizeof(*task));
	struct record record;
	struct process *process;

	assert_int_equal(record_decode(copy, sizeof(*copy), &record), 0);
	assert_ptr_equal(record.task, copy);
	process = process_new(record.task);
	assert_non_null(process);
	return process;
}

static void test_whole(void **state)
{
	struct wire_task task = fresh(WIRE_TASK_ARGS | WIRE_TASK_EXE | WIRE_TASK_CGROUP);
	struct process *process;

	FILL(&task, args, "ip\0link\0set\0");
	FILL(&task, exe, "ip\0bin\0usr\0");
	FILL(&task, cgroup, "docker-" ID ".scope\0system.slice\0");
	process = make(&task);
	assert_int_equal(process->pid, 100);
	assert_int_equal(process->ppid, 99);
	assert_int_equal(process->netns, 4026531840);
	assert_true(process->uid.known);
	assert_int_equal(process->uid.value, 0);
	assert_true(process->loginuid.known);
	assert_int_equal(process->loginuid.value, 1000);
	assert_string_equal(process->parent_comm, "sh");
	assert_string_equal(process->exe, "/usr/bin/ip");
	assert_string_equal(process->cmdline, "ip link set");
	assert_string_equal(process->cgroup, "/system.slice/docker-" ID ".scope");
	assert_string_equal(process->container, ID);
	assert_string_equal(process->pod, "");
	process_put(process);
}

/* A thread of the kernel, or one that has left everything behind. */
static void test_nothing(void **state)
{
	struct wire_task task = fresh(WIRE_TASK_CGROUP);
	struct process *process;

	task.loginuid = 0xffffffff;
	process = make(&task);
	assert_false(process->loginuid.known);
	assert_null(process->exe);
	assert_null(process->cmdline);
	assert_string_equal(process->cgroup, "/");
	process_put(process);
	task.has = WIRE_TASK_USER;
	process = make(&task);
	assert_null(process->cgroup);
	process_put(process);
}

static const struct {
	const char *bytes;
	size_t length;
	const char *expected;
	uint16_t has;
} lines[] = {
#define LINE(bytes, ...)                              \
	{                                             \
		bytes, sizeof(bytes) - 1, __VA_ARGS__ \
	}
	LINE("true\0", "true"),
	LINE("a\0\0b\0", "a '' b"),
	LINE("a\0\0", "a ''"),
	LINE("\0", "''"),
	LINE("a b\0c'd\0\"e\"\0", "'a b' 'c'\"'\"'d' '\"e\"'"),
	LINE("$x\0*\0~\0\\\0#\0!\0", "'$x' '*' '~' '\\' '#' '!'"),
	LINE("--a=/b:c,d@e%f+1_2-3.4\0", "--a=/b:c,d@e%f+1_2-3.4"),
	LINE("\x1b[31m\n\0", "'\x1b[31m\n'"),
	LINE("\xc3\xa9\xff\0", "\xc3\xa9\xff"),
	/* a title of its own, without a NUL, and with what is left of the arguments */
	LINE("nginx: master", "'nginx: master'"),
	LINE("nginx: master\0\0\0\0\0\0\0", "'nginx: master'"),
	LINE("\0\0\0\0\0\0", "''"),
	/* cut within an argument, and between two */
	LINE("a\0bc", "a bc...", WIRE_TASK_ARGS_CUT),
	LINE("a\0\0\0\0\0\0", "a '' '' '' '' ''...", WIRE_TASK_ARGS_CUT),
};

static void test_cmdlines(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct wire_task task = fresh(WIRE_TASK_ARGS | lines[i].has);
		struct process *process;

		memset(task.args, 'x', sizeof(task.args));
		memcpy(task.args, lines[i].bytes, lines[i].length);
		task.args_length = lines[i].length;
		process = make(&task);
		assert_string_equal(process->cmdline, lines[i].expected);
		process_put(process);
	}
}

static void test_paths(void **state)
{
	struct wire_task task = fresh(WIRE_TASK_EXE | WIRE_TASK_DELETED);
	struct process *process;

	FILL(&task, exe, "memfd:x\0");
	process = make(&task);
	assert_string_equal(process->exe, "/memfd:x (deleted)");
	process_put(process);

	task = fresh(0); /* too long: the names next to the file are there */
	FILL(&task, exe, "c\0b\0");
	FILL(&task, cgroup, "e\0d\0");
	process = make(&task);
	assert_string_equal(process->exe, ".../b/c");
	assert_string_equal(process->cgroup, ".../d/e");
	process_put(process);

	task = fresh(WIRE_TASK_EXE);
	memset(task.exe, 'a', sizeof(task.exe)); /* as long as it can be */
	task.exe[sizeof(task.exe) - 1] = 0;
	task.exe_length = sizeof(task.exe);
	process = make(&task);
	assert_int_equal(strlen(process->exe), sizeof(task.exe));
	process_put(process);
}

static void test_bad_records(void **state)
{
	struct wire_task good = fresh(WIRE_TASK_EXE), bad;
	struct record record;

	FILL(&good, exe, "a\0");
	FILL(&good, cgroup, "a\0");
	assert_int_equal(record_decode(&good, sizeof(good), &record), 0);
	for (size_t size = 0; size < sizeof(good); size += 7) {
		_cleanup_(free_pointer) void *copy = exact_copy(&good, size);

		assert_int_equal(record_decode(copy, size, &record), -EBADMSG);
	}
#define BAD(member, value)                                                             \
	do {                                                                           \
		bad = good;                                                            \
		bad.member = value;                                                    \
		assert_int_equal(record_decode(&bad, sizeof(bad), &record), -EBADMSG); \
	} while (0)
	BAD(args_length, sizeof(good.args) + 1);
	BAD(exe_length, sizeof(good.exe) + 1);
	BAD(cgroup_length, sizeof(good.cgroup) + 1);
	BAD(exe[1], 'x');
	BAD(cgroup[1], 'x');
	bad = good;
	memset(bad.parent_comm, 'x', sizeof(bad.parent_comm));
	assert_int_equal(record_decode(&bad, sizeof(bad), &record), -EBADMSG);
}

/* An operation finds its task by thread and stamp, and keeps it beyond the table. */
static void test_table(void **state)
{
	struct wire_task task = fresh(WIRE_TASK_ARGS);
	struct processes processes;
	struct process *first, *second;

	processes_init(&processes);
	FILL(&task, args, "one\0");
	assert_int_equal(processes_add(&processes, &task), 0);
	task.stamp++;
	FILL(&task, args, "two\0");
	assert_int_equal(processes_add(&processes, &task), 0);
	first = processes_get(&processes, 101, 5000);
	second = processes_get(&processes, 101, 5001);
	assert_null(processes_get(&processes, 100, 5000));
	assert_null(processes_get(&processes, 101, 5002));
	processes_release(&processes);
	assert_string_equal(first->cmdline, "one");
	assert_string_equal(second->cmdline, "two");
	process_put(first);
	process_put(second);
	process_put(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_whole),       cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_cmdlines),    cmocka_unit_test(test_paths),
		cmocka_unit_test(test_bad_records), cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
