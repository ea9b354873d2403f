// SPDX-License-Identifier: GPL-2.0
#include "event/select.h"

#include <errno.h>
#include <string.h>

#define PATH_SIZE 64 /* more than any path has */

static void add(struct selection *selection, const struct field *field)
{
	for (size_t i = 0; i < selection->count; i++) {
		if (selection->list[i] == field)
			return;
	}
	selection->list[selection->count++] = field;
}

/* "dev.ifname", "dev.*", "*" */
static bool matches(const char *path, const char *name, size_t length)
{
	if (name[length - 1] != '*')
		return strlen(path) == length && !memcmp(path, name, length);
	if (length > 1 && name[length - 2] != '.')
		return false;
	return !strncmp(path, name, length - 1);
}

static bool add_all(struct selection *selection, const char *name, size_t length)
{
	bool found = false;

	for (size_t i = 0; length && i < fields_count; i++) {
		if (!matches(fields[i].path, name, length))
			continue;
		add(selection, &fields[i]);
		found = true;
	}
	return found;
}

int fields_select(const char *text, struct selection *ret, const char **ret_bad, size_t *ret_length)
{
	struct selection selection = {};

	for (;;) {
		size_t length = strcspn(text, ",");

		if (!add_all(&selection, text, length)) {
			*ret_bad = text;
			*ret_length = length;
			return -EINVAL;
		}
		text += length;
		if (!*text++)
			break;
	}
	*ret = selection;
	return 0;
}

/* How many letters have to be changed, added or taken out to make one of the other. */
static size_t distance(const char *a, const char *b)
{
	size_t row[PATH_SIZE + 1], length = strlen(b);

	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 1; *a; i++, a++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t k = 1; k <= length; k++) {
			size_t best = corner + (*a != b[k - 1]);

			corner = row[k];
			if (row[k] + 1 < best)
				best = row[k] + 1;
			if (row[k - 1] + 1 < best)
				best = row[k - 1] + 1;
			row[k] = best;
		}
	}
	return row[length];
}

/* The whole of @path behind a dot. */
static bool is_end_of(const char *word, const char *path)
{
	size_t word_length = strlen(word), length = strlen(path);

	return word_length < length && path[length - word_length - 1] == '.' &&
	       !strcmp(path + length - word_length, word);
}

const struct field *field_nearest(const char *word)
{
	const struct field *nearest = NULL, *whole = NULL;
	size_t least = strlen(word) / 3 + 1;

	if (strlen(word) > PATH_SIZE)
		return NULL;
	for (size_t i = 0; i < fields_count; i++) {
		const char *path = fields[i].path;
		size_t changes;

		if (is_end_of(word, path) && (!whole || strlen(path) < strlen(whole->path)))
			whole = &fields[i];
		if (strlen(path) > PATH_SIZE)
			continue;
		changes = distance(word, path);
		if (changes < least || (changes == least && !nearest)) {
			least = changes;
			nearest = &fields[i];
		}
	}
	return whole ? whole : nearest;
}

void fields_print(FILE *out)
{
	fprintf(out, "%-24s %-8s %s\n", "FIELD", "TYPE", "MEANING");
	for (size_t i = 0; i < fields_count; i++)
		fprintf(out, "%-24s %-8s %s\n", fields[i].path, field_json_type(fields[i].type),
			fields[i].about);
}
