// SPDX-License-Identifier: GPL-2.0
#include "kernel/system.h"

#include "kernel/abilities.h"
#include "kernel/private_mount.h"

#include "helpers.h"
#include "machine.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>

#define CAP(number) (1ULL << (number))

/* Where nothing is known against it: a test changes what it is about. */
#define GOOD_STATE                                                                                 \
	.release = "6.1.0-44-amd64", .major = 6, .minor = 1, .has_btf = true, .has_kprobes = true, \
	.capabilities = CAP(CAP_SYS_ADMIN), .lockdown = LOCKDOWN_NONE

static const char *refusal(const struct system_state *state)
{
	static char buffer[256];

	memset(buffer, 'x', sizeof(buffer));
	return system_refusal(state, buffer, sizeof(buffer));
}

/* The sentence names its cause and its remedy, and is one line that was not cut. */
static void assert_refused(const struct system_state *state, const char *cause, const char *remedy)
{
	const char *text = refusal(state);

	assert_non_null(text);
	if (!strstr(text, cause) || !strstr(text, remedy))
		fail_msg("\"%s\" does not name \"%s\" and \"%s\"", text, cause, remedy);
	assert_true(strstr(text, cause) < strstr(text, remedy));
	assert_null(strchr(text, '\n'));
	assert_true(strlen(text) < 250);
}

static void test_fine(void **state)
{
	const struct system_state good = { GOOD_STATE };

	assert_null(refusal(&good));
}

static void test_versions(void **state)
{
	static const struct {
		const char *release;
		int major, minor;
		bool refused;
	} rows[] = {
		{ "4.19.0-27-amd64", 4, 19, true }, { "5.0.0", 5, 0, true },
		{ "5.9.0-5-amd64", 5, 9, true },    { "5.10.0-39-amd64", 5, 10, false },
		{ "5.15.0", 5, 15, false },         { "6.1.0-44-amd64", 6, 1, false },
		{ "6.0.0", 6, 0, false },           { "7.0.0-rc1", 7, 0, false },
		{ "10.1", 10, 1, false },           { "made-up", 0, 0, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct system_state made_up = { GOOD_STATE };

		strcpy(made_up.release, rows[i].release);
		made_up.major = rows[i].major;
		made_up.minor = rows[i].minor;
		if (!rows[i].refused) {
			assert_null(refusal(&made_up));
			continue;
		}
		assert_refused(&made_up, "too old", "boot a newer kernel");
		assert_refused(&made_up, rows[i].release, "5.10");
	}
}

/* The longest release that uname() can give still leaves room for the remedy. */
static void test_longest_release(void **state)
{
	struct system_state made_up = { GOOD_STATE };

	made_up.major = 5;
	made_up.minor = 4;
	memset(made_up.release, 'r', sizeof(made_up.release) - 1);
	assert_refused(&made_up, "too old", "boot a newer kernel");
}

static void test_small_buffer_is_kept_to(void **state)
{
	_cleanup_(free_pointer) char *buffer = malloc(16);
	const struct system_state made_up = { .release = "5.4.0", .major = 5, .minor = 4 };
	const char *text = system_refusal(&made_up, buffer, 16);

	assert_ptr_equal(text, buffer);
	assert_int_equal(strlen(text), 15);
}

/* CAP_BPF and CAP_PERFMON could load programs, but not open the BTF of modules. */
static void test_capabilities(void **state)
{
	static const struct {
		uint64_t capabilities;
		bool privileged;
	} rows[] = {
		{ 0, false },
		{ CAP(CAP_BPF), false },
		{ CAP(CAP_PERFMON), false },
		{ CAP(CAP_NET_ADMIN), false },
		{ CAP(CAP_BPF) | CAP(CAP_PERFMON), false },
		{ CAP(CAP_SYS_ADMIN) >> 1 | CAP(CAP_SYS_ADMIN) << 1, false },
		{ ~CAP(CAP_SYS_ADMIN), false },
		{ CAP(CAP_SYS_ADMIN), true },
		{ UINT64_MAX, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct system_state made_up = { GOOD_STATE };

		made_up.capabilities = rows[i].capabilities;
		assert_int_equal(system_is_privileged(&made_up), rows[i].privileged);
		if (rows[i].privileged)
			assert_null(refusal(&made_up));
		else
			assert_refused(&made_up, "CAP_SYS_ADMIN is missing", "as root");
	}
}

static void test_user_namespace(void **state)
{
	struct system_state made_up = { GOOD_STATE, .in_user_namespace = true };

	assert_refused(&made_up, "user namespace", "run it as root of the machine");
	made_up.capabilities = UINT64_MAX;
	assert_refused(&made_up, "user namespace", "run it as root of the machine");
}

static void test_lockdown(void **state)
{
	struct system_state made_up = { GOOD_STATE };

	made_up.lockdown = LOCKDOWN_UNKNOWN;
	assert_null(refusal(&made_up));
	made_up.lockdown = LOCKDOWN_INTEGRITY;
	assert_null(refusal(&made_up));
	made_up.lockdown = LOCKDOWN_CONFIDENTIALITY;
	assert_refused(&made_up, "locked down (confidentiality)", "boot without lockdown");
}

static void test_no_btf(void **state)
{
	struct system_state made_up = { GOOD_STATE };

	made_up.has_btf = false;
	assert_refused(&made_up, "no BTF", "CONFIG_DEBUG_INFO_BTF=y");
}

/* kprobes are only one of the backends. */
static void test_no_kprobes(void **state)
{
	struct system_state made_up = { GOOD_STATE };

	made_up.has_kprobes = false;
	assert_null(refusal(&made_up));
}

/* With nothing at all, what can not be changed at once comes first: a sentence at a time. */
static void test_old_kernel_comes_first(void **state)
{
	const struct system_state made_up = { .release = "4.9.0", .major = 4, .minor = 9 };
	const struct system_state nothing = {};

	assert_refused(&made_up, "4.9.0 is too old", "newer kernel");
	assert_refused(&nothing, "CAP_SYS_ADMIN is missing", "as root");
}

static void test_read_is_plausible(void **state)
{
	struct system_state real;

	memset(&real, 0xff, sizeof(real));
	system_read(&real);
	assert_true(real.major > 2 && real.major < 1000);
	assert_true(strlen(real.release) > 2);
	assert_true(real.lockdown <= LOCKDOWN_CONFIDENTIALITY);
}

/* A file that is there, one that is not, a file system that is not; nothing stays open. */
static void test_private_open(void **state)
{
	int fds = count_fds();
	FILE *file = private_open("proc", "version");

	if (!file && errno == EPERM) {
		print_message("reason: this process may not mount\n");
		skip();
	}
	assert_non_null(file);
	fclose(file);
	assert_null(private_open("proc", "no/such/file"));
	assert_int_equal(errno, ENOENT);
	assert_null(private_open("no_such_file_system", "version"));
	assert_int_equal(errno, ENOENT);
	assert_int_equal(count_fds(), fds);
}

static int private_open_fails(void)
{
	return private_open("proc", "version") ? 0 : errno;
}

static void test_private_open_unprivileged(void **state)
{
	assert_int_equal(as_nobody(private_open_fails), EPERM);
}

/* What is tried is taken away again, and to try it twice gives the same. */
static void test_abilities(void **state)
{
	struct abilities first, second;
	int fds = count_fds();

	memset(&first, 0, sizeof(first));
	memset(&second, 0, sizeof(second));
	abilities_read(&first);
	abilities_read(&second);
	assert_int_equal(count_fds(), fds);
	assert_true(first.ring_buffer <= 0 && first.extack <= 0 && first.tracefs <= 0);
	assert_int_equal(first.ring_buffer, second.ring_buffer);
	assert_int_equal(first.extack, second.extack);
	assert_int_equal(first.tracefs, second.tracefs);
	assert_int_equal(first.kprobes, second.kprobes);
	assert_int_equal(first.ftrace, second.ftrace);
}

static void test_preemption(void **state)
{
	static const struct {
		const char *version, *modes;
		bool preempts;
	} rows[] = {
		{ "#1 SMP Debian 5.10.237-1 (2025-05-19)", NULL, false },
		{ "#1 SMP PREEMPT_DYNAMIC Debian 6.12.41-1 (2025-08-12)", NULL, true },
		{ "#1 SMP PREEMPT_DYNAMIC Debian 6.12.41-1 (2025-08-12)",
		  "none (voluntary) full \n", false },
		{ "#1 SMP PREEMPT_DYNAMIC", "(none) voluntary full lazy\n", false },
		{ "#1 SMP PREEMPT_DYNAMIC", "none voluntary (full) lazy\n", true },
		{ "#1 SMP PREEMPT_DYNAMIC", "full (lazy)\n", true },
		{ "#1 SMP PREEMPT_RT Debian", NULL, true },
		{ "#1 SMP PREEMPT", "", true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(system_preempts(rows[i].version, rows[i].modes), rows[i].preempts);
}

/* /proc/version has the same words as uname -v; what can not be told to is what they say. */
static void test_preemption_here(void **state)
{
	_cleanup_(close_file) FILE *file = fopen("/proc/version", "re");
	struct system_state real;
	char line[512];

	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	system_read(&real);
	if (!strstr(line, "PREEMPT_DYNAMIC"))
		assert_int_equal(real.may_preempt, strstr(line, "PREEMPT") != NULL);
}

static void test_log_lines(void **state)
{
	static const struct {
		int major, minor;
		bool tells;
	} rows[] = { { 0, 0, false }, { 4, 20, false }, { 5, 10, false }, { 5, 18, false },
		     { 5, 19, true }, { 6, 0, true },   { 7, 3, true } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct system_state system = { .major = rows[i].major,
						     .minor = rows[i].minor };

		assert_int_equal(system_tells_log_lines(&system), rows[i].tells);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fine),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_log_lines),
		cmocka_unit_test(test_longest_release),
		cmocka_unit_test(test_small_buffer_is_kept_to),
		cmocka_unit_test(test_capabilities),
		cmocka_unit_test(test_user_namespace),
		cmocka_unit_test(test_lockdown),
		cmocka_unit_test(test_no_btf),
		cmocka_unit_test(test_no_kprobes),
		cmocka_unit_test(test_old_kernel_comes_first),
		cmocka_unit_test(test_read_is_plausible),
		cmocka_unit_test(test_preemption),
		cmocka_unit_test(test_preemption_here),
		cmocka_unit_test(test_private_open),
		cmocka_unit_test(test_private_open_unprivileged),
		cmocka_unit_test(test_abilities),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
