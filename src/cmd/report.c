// SPDX-License-Identifier: GPL-2.0
#include "cmd/checks.h"

#include "util/cleanup.h"
#include "util/escape.h"
#include "util/json.h"

static const struct {
	const char *name, *colour;
} states[] = {
	[CHECK_OK] = { "ok", "\033[32m" },
	[CHECK_MISSING] = { "missing", "\033[31m" },
	[CHECK_UNKNOWN] = { "unknown", "\033[33m" },
};

static const struct {
	const char *name, *sentence;
} verdicts[] = {
	[VERDICT_WORKS] = { "works", "XDP can be traced on this machine" },
	[VERDICT_PARTLY] = { "partly", "XDP can be traced on this machine in part: what system "
				       "calls ask for, "
				       "and not what drivers do" },
	[VERDICT_UNKNOWN] = { "unknown",
			      "Whether XDP can be traced on this machine can not be seen without "
			      "privileges: run xdpsnoop doctor as root" },
	[VERDICT_FAILS] = { "fails", "XDP can not be traced on this machine as it is" },
};

static void print_field(const char *label, const char *text, FILE *out)
{
	char escaped[ESCAPE_SIZE(sizeof(((struct finding *)0)->found))];

	if (!text)
		return;
	escape_bytes(escaped, text, sizeof(((struct finding *)0)->found));
	fprintf(out, "%s%s\n", label, escaped);
}

void report_print(const struct report *report, bool colours, FILE *out)
{
	print_field("Linux ", report->kernel, out);
	for (size_t i = 0; i < report->count; i++) {
		const struct finding *finding = &report->findings[i];

		fprintf(out, "%s%-8s%s %-15s ", colours ? states[finding->state].colour : "",
			states[finding->state].name, colours ? "\033[0m" : "", finding->name);
		print_field("", finding->found, out);
		print_field("                         costs: ", finding->costs, out);
		print_field("                         remedy: ", finding->remedy, out);
	}
	fprintf(out, "%s", verdicts[report->verdict].sentence);
	for (size_t i = 0; i < report->nused; i++)
		fprintf(out, "%s%s", i ? ", " : ", by ", report->used[i]);
	fputs(".\n", out);
}

static struct json_object *finding_json(const struct finding *finding)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "name", finding->name);
	json_add_text(object, "state", states[finding->state].name);
	json_add_bytes(object, "found", finding->found, sizeof(finding->found));
	json_add_text(object, "costs", finding->costs);
	json_add_text(object, "remedy", finding->remedy);
	return object;
}

void report_print_json(const struct report *report, FILE *out)
{
	struct json_object *object = json_verb(report->kernel), *array = json_object_new_array();

	json_add_text(object, "verdict", verdicts[report->verdict].name);
	for (size_t i = 0; i < report->nused; i++)
		json_object_array_add(array, json_object_new_string(report->used[i]));
	json_object_object_add(object, "backends", array);
	array = json_object_new_array();
	for (size_t i = 0; i < report->count; i++)
		json_object_array_add(array, finding_json(&report->findings[i]));
	json_object_object_add(object, "checks", array);
	json_print(object, out);
}
