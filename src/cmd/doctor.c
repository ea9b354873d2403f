// SPDX-License-Identifier: GPL-2.0
/* xdpsnoop doctor: whether this machine can be traced, and how. */
#include "cmd/cmd.h"

#include "cmd/checks.h"
#include "cmd/discover.h"
#include "cmd/flags.h"
#include "probe/backends.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

/* What there is to probe, counted. */
static void facts_count(struct facts *facts, const struct discovery *found)
{
	size_t length = 0;

	facts->modules = found->modules.count;
	for (size_t i = 0; i < found->modules.count; i++)
		facts->untyped += !btfs_have(&found->btfs, found->modules.list[i].name);
	for (size_t i = 0; i < found->targets.count; i++) {
		const struct target *target = &found->targets.list[i];

		facts->drivers += target->role == ROLE_DRIVER;
		facts->addresses |= target->addr != 0;
		if (target->role != ROLE_CORE)
			continue;
		facts->hooks++;
		if (!target_problem(target))
			continue;
		facts->unprobed++;
		if (length < sizeof(facts->names))
			length += snprintf(facts->names + length, sizeof(facts->names) - length,
					   "%s%s", length ? ", " : "", target->func);
	}
}

static void facts_gather(struct facts *facts)
{
	struct discovery found = {};
	struct backend_set works;
	const char *failed;

	libbpf_set_print(NULL); /* what is tried may fail */
	system_read(&facts->system);
	abilities_read(&facts->abilities);
	facts->discovered = discover(&found, &failed);
	if (!facts->discovered)
		facts_count(facts, &found);
	backends_try(&facts->system, &found.targets, &facts->tried, &works);
	discovery_release(&found);
}

int cmd_doctor(int argc, char **argv)
{
	bool json = false;
	const struct flag flags[] = {
		{ 'j', "json", NULL, "print one JSON object", &json },
	};
	const struct usage usage = {
		.name = "xdpsnoop doctor",
		.about = "Say whether this machine can be traced, how, and what would be missing.",
		.ending = "Nothing is changed; what is tried is taken away again. Without "
			  "privileges it says\nwhat it could not see. Exit status: 0 tracing "
			  "works, 1 failed, 2 wrong usage,\n3 tracing does not work.\n",
		.flags = flags,
		.count = ARRAY_SIZE(flags),
	};
	struct facts facts = {};
	struct report report;
	int exit_code = flags_parse(&usage, argc, argv);

	if (exit_code >= 0)
		return exit_code;
	facts_gather(&facts);
	checks_run(&facts, &report);
	if (json)
		report_print_json(&report, stdout);
	else
		report_print(&report, isatty(STDOUT_FILENO) && !getenv("NO_COLOR"), stdout);
	if (fflush(stdout)) {
		log_error("could not write: %s", strerrordesc_np(errno));
		return EXIT_FAILED;
	}
	return report.verdict <= VERDICT_PARTLY ? EXIT_DONE : EXIT_IMPOSSIBLE;
}
