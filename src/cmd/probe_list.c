// SPDX-License-Identifier: GPL-2.0
#include "cmd/probe_list.h"

#include "util/cleanup.h"
#include "util/escape.h"
#include "util/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Modules that lack the same thing are named together; of many, the first few. */
#define NAMED_MAX 8

static const char *const place_names[] = {
	[PLACE_BUILT_IN] = "built-in",
	[PLACE_LOADED] = "loaded",
	[PLACE_ON_DISK] = "on-disk",
};

int probe_list_add(struct probe_list *list, const struct probe_row *row)
{
	struct probe_row *rows = reallocarray(list->rows, list->nrows + 1, sizeof(*rows));

	if (!rows)
		return -ENOMEM;
	list->rows = rows;
	list->rows[list->nrows++] = *row;
	return 0;
}

int probe_list_add_unsearched(struct probe_list *list, const char *module, enum probe_place place,
			      const char *problem)
{
	struct unsearched *one;

	one = reallocarray(list->unsearched, list->nunsearched + 1, sizeof(*one));
	if (!one)
		return -ENOMEM;
	list->unsearched = one;
	one += list->nunsearched++;
	*one = (struct unsearched){ .place = place, .problem = problem };
	snprintf(one->module, sizeof(one->module), "%s", module);
	return 0;
}

void probe_list_release(struct probe_list *list)
{
	free(list->rows);
	free(list->unsearched);
	*list = (struct probe_list){};
}

static int row_compare(const void *a, const void *b)
{
	const struct probe_row *left = a, *right = b;
	int order = (int)right->role - (int)left->role;

	if (!order)
		order = strcmp(left->module, right->module);
	return order ? order : strcmp(left->func, right->func);
}

static int unsearched_compare(const void *a, const void *b)
{
	const struct unsearched *left = a, *right = b;
	int order = (int)left->place - (int)right->place;

	if (!order)
		order = strcmp(left->problem, right->problem);
	return order ? order : strcmp(left->module, right->module);
}

void probe_list_sort(struct probe_list *list)
{
	if (list->nrows)
		qsort(list->rows, list->nrows, sizeof(*list->rows), row_compare);
	if (list->nunsearched)
		qsort(list->unsearched, list->nunsearched, sizeof(*list->unsearched),
		      unsearched_compare);
}

static const char *yes_no(bool value)
{
	return value ? "yes" : "no";
}

/* What the last column says of who would take the function. */
static const char *row_backend(const struct probe_row *row)
{
	return row->backend ? row->backend : row->problem ? "none: " : "?";
}

/* Names come from the kernel's files: no byte of them reaches a terminal as it is. */
static int print_name(FILE *out, const char *name, int width)
{
	char text[ESCAPE_SIZE(FUNCTION_NAME_SIZE)];

	escape_bytes(text, name, FUNCTION_NAME_SIZE);
	return fprintf(out, "%-*s ", width, text);
}

static int widest(const struct probe_list *list, size_t offset, const char *title)
{
	char text[ESCAPE_SIZE(FUNCTION_NAME_SIZE)];
	size_t width = strlen(title);

	for (size_t i = 0; i < list->nrows; i++) {
		size_t length = escape_bytes(text, (const char *)&list->rows[i] + offset,
					     FUNCTION_NAME_SIZE);

		if (length > width)
			width = length;
	}
	return width;
}

void probe_list_print(const struct probe_list *list, FILE *out)
{
	int func = widest(list, offsetof(struct probe_row, func), "FUNCTION");
	int module = widest(list, offsetof(struct probe_row, module), "MODULE");

	fprintf(out, "%-*s %-*s %-8s%-9s%-8s%-4s%s\n", func, "FUNCTION", module, "MODULE", "ROLE",
		"PLACE", "ADDRESS", "BTF", "BACKEND");
	for (size_t i = 0; i < list->nrows; i++) {
		const struct probe_row *row = &list->rows[i];

		print_name(out, row->func, func);
		print_name(out, row->module, module);
		fprintf(out, "%-8s%-9s%-8s%-4s%s%s\n", target_role_name(row->role),
			place_names[row->place], yes_no(row->address), yes_no(row->btf),
			row_backend(row), row->problem ? row->problem : "");
	}
}

/* The modules from @first on that lack the same thing in the same place; returns how many. */
static size_t print_unsearched(const struct probe_list *list, size_t first, FILE *out)
{
	const struct unsearched *one = &list->unsearched[first];
	size_t count = 0;

	while (first + count < list->nunsearched && one[count].place == one->place &&
	       one[count].problem == one->problem)
		count++;
	fprintf(out, "%zu %s %s not searched: %s (", count, place_names[one->place],
		count == 1 ? "module was" : "modules were", one->problem);
	for (size_t i = 0; i < count && i < NAMED_MAX; i++) {
		char text[ESCAPE_SIZE(MODULE_NAME_SIZE)];

		escape_bytes(text, one[i].module, MODULE_NAME_SIZE);
		fprintf(out, "%s%s", i ? ", " : "", text);
	}
	fprintf(out, "%s)\n", count > NAMED_MAX ? ", ..." : "");
	return count;
}

void probe_list_print_notes(const struct probe_list *list, FILE *out)
{
	size_t loaded = list->searched[PLACE_LOADED], on_disk = list->searched[PLACE_ON_DISK];

	fprintf(out, "Searched: vmlinux, %zu loaded module%s", loaded, loaded == 1 ? "" : "s");
	if (on_disk)
		fprintf(out, ", %zu on disk that %s not loaded", on_disk,
			on_disk == 1 ? "is" : "are");
	fputc('\n', out);
	for (size_t i = 0; i < list->nunsearched;)
		i += print_unsearched(list, i, out);
	for (size_t i = 0; i < list->tried.count; i++) {
		if (list->tried.list[i].problem)
			fprintf(out, "%s does not work here: %s\n", list->tried.list[i].name,
				list->tried.list[i].problem);
	}
	if (list->tried.untried)
		fprintf(out, "Which backend would take a function is not known: %s\n",
			list->tried.untried);
}

static struct json_object *row_json(const struct probe_row *row)
{
	struct json_object *object = json_object_new_object();

	json_add_bytes(object, "func", row->func, sizeof(row->func));
	json_add_bytes(object, "module", row->module, sizeof(row->module));
	json_add_text(object, "role", target_role_name(row->role));
	json_add_text(object, "place", place_names[row->place]);
	json_add_bool(object, "address", row->address);
	json_add_bool(object, "btf", row->btf);
	json_add_text(object, "backend", row->backend);
	json_add_text(object, "problem", row->problem);
	return object;
}

static struct json_object *tried_json(const struct tried *tried)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "name", tried->name);
	json_add_bool(object, "works", !tried->problem);
	json_add_text(object, "problem", tried->problem);
	return object;
}

static struct json_object *unsearched_json(const struct unsearched *one)
{
	struct json_object *object = json_object_new_object();

	json_add_bytes(object, "module", one->module, sizeof(one->module));
	json_add_text(object, "place", place_names[one->place]);
	json_add_text(object, "problem", one->problem);
	return object;
}

void probe_list_print_json(const struct probe_list *list, FILE *out)
{
	struct json_object *object = json_verb(list->kernel), *array = json_object_new_array();

	for (size_t i = 0; i < list->nrows; i++)
		json_object_array_add(array, row_json(&list->rows[i]));
	json_object_object_add(object, "functions", array);
	array = json_object_new_array();
	for (size_t i = 0; i < list->nunsearched; i++)
		json_object_array_add(array, unsearched_json(&list->unsearched[i]));
	json_object_object_add(object, "unsearched", array);
	array = json_object_new_array();
	for (size_t i = 0; i < list->tried.count; i++)
		json_object_array_add(array, tried_json(&list->tried.list[i]));
	json_object_object_add(object, "backends", array);
	json_add_text(object, "untried", list->tried.untried);
	json_print(object, out);
}
