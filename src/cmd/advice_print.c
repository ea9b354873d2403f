// SPDX-License-Identifier: GPL-2.0
#include "cmd/advice_print.h"

#include "advice/expand.h"
#include "event/fields.h"
#include "util/escape.h"
#include "util/json.h"
#include "util/parse.h"

#include <string.h>

#define ERRNO_MAX 4095

int error_parse(const char *text)
{
	uint64_t number;
	char buffer[16];

	if (!parse_number(text + (*text == '-'), 1, ERRNO_MAX, &number))
		return -(int)number;
	for (int error = 1; *text == 'E' && error <= ERRNO_MAX; error++) {
		if (!strcmp(error_name(-error, buffer), text))
			return -error;
	}
	return 0;
}

/* Texts and conditions are in what the kernel says; a rule without a text is about its silence. */
static void print_rule(const struct rule *rule, FILE *out)
{
	char remedy[REMEDY_SIZE], buffer[16];

	remedy_expand(remedy, rule->remedy, NULL, NULL);
	fprintf(out, "%s\n", rule->id);
	for (size_t i = 0; i < RULE_TEXTS && rule->texts[i]; i++)
		fprintf(out, "  message: %s\n", rule->texts[i]);
	if (!rule->texts[0])
		fputs("  message: none\n", out);
	if (rule->error)
		fprintf(out, "  error: %s\n", error_name(rule->error, buffer));
	if (rule->drivers)
		fprintf(out, "  drivers: %s\n", rule->drivers);
	if (rule->kernels)
		fprintf(out, "  kernels: %s\n", rule->kernels);
	if (rule->confidence == CONFIDENCE_CERTAIN)
		fprintf(out, "  cause: %s\n", rule->cause);
	else
		fprintf(out, "  cause (%s): %s\n", confidence_name(rule->confidence), rule->cause);
	fprintf(out, "  try: %s\n", remedy);
}

void advice_print(const struct question *question, const struct rule *const *rules, size_t count,
		  FILE *out)
{
	char buffer[16];

	if (question->error)
		fprintf(out, "%s: %d, %s\n", error_name(question->error, buffer), question->error,
			strerrordesc_np(-question->error) ? strerrordesc_np(-question->error)
							  : "not meant for userspace");
	for (size_t i = 0; i < count; i++) {
		if (i || question->error)
			fputc('\n', out);
		print_rule(rules[i], out);
	}
}

static struct json_object *rule_json(const struct rule *rule)
{
	struct json_object *object = json_object_new_object(), *texts = json_object_new_array();
	char remedy[REMEDY_SIZE], buffer[16];

	remedy_expand(remedy, rule->remedy, NULL, NULL);
	json_add_text(object, "rule", rule->id);
	for (size_t i = 0; i < RULE_TEXTS && rule->texts[i]; i++)
		json_object_array_add(texts, json_object_new_string(rule->texts[i]));
	json_object_object_add(object, "messages", texts);
	if (rule->error)
		json_add_text(object, "error", error_name(rule->error, buffer));
	json_add_text(object, "drivers", rule->drivers);
	json_add_text(object, "when", rule->when);
	json_add_text(object, "kernels", rule->kernels);
	json_add_text(object, "cause", rule->cause);
	json_add_text(object, "remedy", remedy);
	json_add_text(object, "confidence", confidence_name(rule->confidence));
	return object;
}

void advice_print_json(const struct question *question, const struct rule *const *rules,
		       size_t count, const char *kernel, FILE *out)
{
	struct json_object *object = json_verb(kernel), *array = json_object_new_array();
	char buffer[16];

	if (question->error) {
		json_object_object_add(object, "errno", json_object_new_int(question->error));
		json_add_text(object, "error", error_name(question->error, buffer));
	} else {
		json_add_bytes(object, "message", question->asked, JSON_BYTES_MAX);
	}
	for (size_t i = 0; i < count; i++)
		json_object_array_add(array, rule_json(rules[i]));
	json_object_object_add(object, "advice", array);
	json_print(object, out);
}
