// SPDX-License-Identifier: GPL-2.0
#include "cmd/checks.h"

#include "helpers.h"

#include <errno.h>
#include <json-c/json.h>
#include <linux/capability.h>
#include <string.h>

static const char *document;

/* Where nothing is missing: a test changes what it is about. */
static const struct facts good = {
	.system = { .release = "6.12.1",
		    .major = 6,
		    .minor = 12,
		    .has_btf = true,
		    .has_kprobes = true,
		    .capabilities = 1ULL << CAP_SYS_ADMIN,
		    .lockdown = LOCKDOWN_NONE },
	.abilities = { .tracefs_mounted = true, .ftrace = TOGGLE_ON, .kprobes = TOGGLE_ON },
	.tried = { .list = { { "fexit", "sees most" },
			     { "kprobe.session", "starts quickly", "no such kind" },
			     { "kprobe", "holds no module" },
			     { "tracepoint", "the last resort" } },
		   .count = 4,
		   .used = { "fexit", "kprobe" },
		   .nused = 2 },
	.modules = 4,
	.drivers = 2,
	.hooks = 30,
	.addresses = true,
};

static const struct finding *finding_get(const struct report *report, const char *name)
{
	for (size_t i = 0; i < report->count; i++) {
		if (!strcmp(report->findings[i].name, name))
			return &report->findings[i];
	}
	fail_msg("there is no check %s", name);
	return NULL;
}

/* Exactly what is said of one check: what is missing has its costs, and a remedy. */
static void assert_finding(const struct facts *facts, const char *name, enum check_state state,
			   const char *words)
{
	const struct finding *finding;
	struct report report;

	checks_run(facts, &report);
	finding = finding_get(&report, name);
	assert_int_equal(finding->state, state);
	if (!strstr(finding->found, words))
		fail_msg("%s: '%s' has no '%s'", name, finding->found, words);
	assert_int_equal(finding->costs != NULL, state == CHECK_MISSING);
	assert_int_equal(finding->remedy != NULL, state == CHECK_MISSING);
}

static void assert_verdict(const struct facts *facts, enum verdict verdict, const char *backend)
{
	struct report report;

	checks_run(facts, &report);
	assert_int_equal(report.verdict, verdict);
	assert_int_equal(report.nused > 0, backend != NULL);
	if (backend)
		assert_string_equal(report.used[0], backend);
}

static void test_good(void **state)
{
	struct report report;

	checks_run(&good, &report);
	for (size_t i = 0; i < report.count; i++) {
		const struct finding *finding = &report.findings[i];
		bool bad = !strcmp(finding->name, "kprobe.session");

		assert_int_equal(finding->state, bad ? CHECK_MISSING : CHECK_OK);
		assert_true(*finding->found);
		assert_int_equal(finding->remedy != NULL, bad);
	}
	assert_verdict(&good, VERDICT_WORKS, "fexit");
}

static void test_vital(void **state)
{
	struct facts facts = good;

	facts.system.minor = 9;
	facts.system.major = 5;
	assert_finding(&facts, "kernel", CHECK_MISSING, "Linux 5.9");
	assert_verdict(&facts, VERDICT_FAILS, NULL);

	facts = good;
	facts.system.in_user_namespace = true;
	assert_finding(&facts, "user-namespace", CHECK_MISSING, "user namespace");
	assert_verdict(&facts, VERDICT_FAILS, NULL);

	facts = good;
	facts.system.hides_processes = true;
	assert_finding(&facts, "pid-namespace", CHECK_MISSING, "pid namespace");
	assert_verdict(&facts, VERDICT_WORKS, "fexit");

	facts = good;
	facts.system.lockdown = LOCKDOWN_CONFIDENTIALITY;
	assert_finding(&facts, "lockdown", CHECK_MISSING, "confidentiality");
	assert_verdict(&facts, VERDICT_FAILS, NULL);

	facts = good;
	facts.system.has_btf = false;
	facts.discovered = -ENOENT;
	assert_finding(&facts, "vmlinux-btf", CHECK_MISSING, "not there");
	assert_finding(&facts, "hooks", CHECK_UNKNOWN, "BTF");
	assert_finding(&facts, "drivers", CHECK_UNKNOWN, "BTF");
	assert_finding(&facts, "module-btf", CHECK_UNKNOWN, "BTF");
	assert_verdict(&facts, VERDICT_FAILS, NULL);

	facts = good;
	facts.discovered = -EINVAL;
	assert_finding(&facts, "vmlinux-btf", CHECK_MISSING, "Invalid argument");
	assert_verdict(&facts, VERDICT_FAILS, NULL);

	facts = good;
	facts.abilities.ring_buffer = -EINVAL;
	assert_finding(&facts, "ring-buffer", CHECK_MISSING, "Invalid argument");
	assert_verdict(&facts, VERDICT_FAILS, NULL);
}

static void test_lockdown(void **state)
{
	static const struct {
		enum lockdown lockdown;
		enum check_state state;
		const char *words;
	} rows[] = {
		{ LOCKDOWN_UNKNOWN, CHECK_UNKNOWN, "can not be read" },
		{ LOCKDOWN_ABSENT, CHECK_OK, "has none" },
		{ LOCKDOWN_NONE, CHECK_OK, "off" },
		{ LOCKDOWN_INTEGRITY, CHECK_OK, "integrity" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct facts facts = good;

		facts.system.lockdown = rows[i].lockdown;
		assert_finding(&facts, "lockdown", rows[i].state, rows[i].words);
		assert_verdict(&facts, VERDICT_WORKS, "fexit");
	}
}

/* Shortcomings that do not keep it from working. */
static void test_minor(void **state)
{
	struct facts facts = good;

	facts.untyped = 3;
	assert_finding(&facts, "module-btf", CHECK_MISSING, "1 of 4");
	facts.addresses = false;
	assert_finding(&facts, "addresses", CHECK_MISSING, "hides");
	facts.abilities.tracefs = -EPERM;
	assert_finding(&facts, "tracefs", CHECK_MISSING, "not permitted");
	facts.abilities.extack = -ENOENT;
	assert_finding(&facts, "netlink_extack", CHECK_MISSING, "No such file");
	assert_finding(&facts, "log-lines", CHECK_OK, "since Linux 5.19");
	facts.system.major = 5;
	facts.system.minor = 18;
	assert_finding(&facts, "log-lines", CHECK_MISSING, "since Linux 5.19");
	facts.abilities.ftrace = TOGGLE_OFF;
	assert_finding(&facts, "ftrace", CHECK_MISSING, "is off");
	facts.abilities.kprobes = TOGGLE_OFF;
	assert_finding(&facts, "kprobes-switch", CHECK_MISSING, "is off");
	facts.drivers = 0;
	assert_finding(&facts, "drivers", CHECK_MISSING, "0");
	facts.unprobed = 2;
	snprintf(facts.names, sizeof(facts.names), "xsk_bind, xp_clear_dev");
	assert_finding(&facts, "hooks", CHECK_MISSING, "28 of 30 functions; not xsk_bind, xp");
	assert_verdict(&facts, VERDICT_WORKS, "fexit");

	facts.modules = facts.untyped = 0;
	assert_finding(&facts, "module-btf", CHECK_OK, "no module is loaded");
	facts.abilities.tracefs = 0;
	facts.abilities.tracefs_mounted = false;
	assert_finding(&facts, "tracefs", CHECK_OK, "mounts it for itself");
	facts.abilities.kprobes = TOGGLE_ABSENT;
	assert_finding(&facts, "kprobes-switch", CHECK_OK, "no such switch");
	facts.abilities.kprobes = TOGGLE_UNKNOWN;
	assert_finding(&facts, "kprobes-switch", CHECK_UNKNOWN, "can not be read");
	facts.system.major = facts.system.minor = 0;
	assert_finding(&facts, "kernel", CHECK_UNKNOWN, "6.12.1");
	assert_finding(&facts, "log-lines", CHECK_UNKNOWN, "version is not known");
	assert_verdict(&facts, VERDICT_WORKS, "fexit");
}

/* The best that works is named; the tracepoints see a part only. */
static void test_backends(void **state)
{
	struct facts facts = good;

	facts.tried.list[0].problem = "refused (EPERM)";
	assert_finding(&facts, "fexit", CHECK_MISSING, "refused (EPERM)");
	assert_finding(&facts, "kprobe", CHECK_OK, "holds no module");
	facts.tried.used[0] = "kprobe";
	facts.tried.nused = 1;
	assert_verdict(&facts, VERDICT_WORKS, "kprobe");
	facts.tried.list[2].problem = "no kprobes";
	facts.tried.used[0] = "tracepoint";
	assert_verdict(&facts, VERDICT_PARTLY, "tracepoint");
	facts.tried.list[3].problem = "no tracepoints";
	facts.tried.nused = 0;
	assert_finding(&facts, "tracepoint", CHECK_MISSING, "no tracepoints");
	assert_verdict(&facts, VERDICT_FAILS, NULL);
}

/* What fails for want of privileges is not called missing. */
static void test_unprivileged(void **state)
{
	struct facts facts = good;

	facts.system.capabilities = 1ULL << CAP_NET_ADMIN;
	facts.system.lockdown = LOCKDOWN_UNKNOWN;
	facts.abilities = (struct abilities){
		.ring_buffer = -EPERM, .extack = -EPERM, .tracefs = -EPERM, .ftrace = TOGGLE_ON
	};
	facts.addresses = false;
	facts.tried = (struct tried_list){ .untried = "not root" };
	assert_finding(&facts, "privileges", CHECK_MISSING, "CAP_SYS_ADMIN");
	for (size_t i = 0; i < 5; i++)
		assert_finding(&facts,
			       (const char *const[]){ "ring-buffer", "netlink_extack", "tracefs",
						      "addresses", "kprobes-switch" }[i],
			       CHECK_UNKNOWN, "");
	assert_finding(&facts, "backends", CHECK_UNKNOWN, "not root");
	assert_finding(&facts, "kernel", CHECK_OK, "6.12");
	assert_verdict(&facts, VERDICT_UNKNOWN, NULL);
	/* But where it can be seen that nothing works, it is said. */
	facts.system.has_btf = false;
	assert_verdict(&facts, VERDICT_FAILS, NULL);
}

static void test_text(void **state)
{
	_cleanup_(free_pointer) char *plain = NULL, *coloured = NULL;
	struct facts facts = good;
	struct report report;
	size_t size;
	FILE *out;

	facts.abilities.ftrace = TOGGLE_OFF;
	strcpy(facts.system.release, "6.1\x1b[2J");
	checks_run(&facts, &report);
	out = open_memstream(&plain, &size);
	report_print(&report, false, out);
	fclose(out);
	out = open_memstream(&coloured, &size);
	report_print(&report, true, out);
	fclose(out);
	assert_null(strchr(plain, '\x1b'));
	assert_ptr_equal(strstr(plain, "Linux 6.1\\x1b[2J\n"), plain);
	assert_non_null(strstr(plain, "ok       lockdown        off\n"));
	assert_non_null(strstr(
		plain, "\nmissing  ftrace          kernel.ftrace_enabled is off\n"
		       "                         costs: probes at the entry of functions are "
		       "refused, or do not run\n"
		       "                         remedy: sysctl kernel.ftrace_enabled=1\n"));
	assert_non_null(strstr(plain, "\nXDP can be traced on this machine, by fexit, kprobe.\n"));
	assert_non_null(strstr(coloured, "\033[31mmissing \033[0m ftrace"));
	assert_non_null(strstr(coloured, "\033[32mok      \033[0m lockdown"));
}

static void test_json(void **state)
{
	_cleanup_(free_pointer) char *text = NULL;
	struct json_object *object, *array, *check;
	struct facts facts = good;
	struct report report;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	facts.unprobed = 1;
	strcpy(facts.names, "\"\n\xff");
	checks_run(&facts, &report);
	report_print_json(&report, out);
	fclose(out);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	object = json_tokener_parse(text);
	assert_non_null(object);
	assert_string_equal(json_object_get_string(json_object_object_get(object, "verdict")),
			    "works");
	assert_string_equal(
		json_object_to_json_string_ext(json_object_object_get(object, "backends"),
					       JSON_C_TO_STRING_PLAIN),
		"[\"fexit\",\"kprobe\"]");
	array = json_object_object_get(object, "checks");
	assert_int_equal(json_object_array_length(array), report.count);
	check = json_object_array_get_idx(array, 0);
	assert_string_equal(json_object_to_json_string_ext(check, JSON_C_TO_STRING_PLAIN),
			    "{\"name\":\"kernel\",\"state\":\"ok\",\"found\":\"Linux 6.12; 5.10 or "
			    "later is needed\"}");
	assert_non_null(strstr(text, "not \\\"\\\\x0a\\\\xff\",\"costs\":\""));
	json_object_put(object);
}

/* The document has each check, and each key of the JSON. */
static void test_document(void **state)
{
	static const char *const keys[] = { "verdict", "backends", "checks[].costs" };
	_cleanup_(close_file) FILE *file = fopen(document, "re");
	static char text[65536];
	char row[64];
	struct report report;

	if (!file || !fread(text, 1, sizeof(text) - 1, file))
		fail_msg("%s can not be read", document);
	checks_run(&good, &report);
	for (size_t i = 0; i < report.count + ARRAY_SIZE(keys); i++) {
		const char *name =
			i < report.count ? report.findings[i].name : keys[i - report.count];
		bool kind_of_probe = i < report.count && i >= report.count - good.tried.count;

		snprintf(row, sizeof(row), "\n| `%s` | ", name);
		if (!kind_of_probe && !strstr(text, row))
			fail_msg("%s has no row for %s", document, name);
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),     cmocka_unit_test(test_vital),
		cmocka_unit_test(test_lockdown), cmocka_unit_test(test_minor),
		cmocka_unit_test(test_backends), cmocka_unit_test(test_unprivileged),
		cmocka_unit_test(test_text),     cmocka_unit_test(test_json),
		cmocka_unit_test(test_document),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: checks_test docs/verbs.md\n");
		return 2;
	}
	document = argv[1];

	return cmocka_run_group_tests(tests, NULL, NULL);
}
