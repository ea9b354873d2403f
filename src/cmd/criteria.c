// SPDX-License-Identifier: GPL-2.0
#include "cmd/criteria.h"

#include "cmd/cmd.h"
#include "event/words.h"
#include "filter/operands.h"
#include "kernel/namespace_name.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/log.h"
#include "util/parse.h"

#include <errno.h>
#include <string.h>

#define PID_LIMIT                                                                       \
	(1 << 22) /* PID_MAX_LIMIT of include/linux/threads.h: inode numbers are larger \
		   */
#define TAG_DIGITS 16
#define SHOWN      100 /* bytes of an expression that are shown around a mistake */

/*
 * Each of these adds to @filter what asks for @value in any of the fields @paths. Returns -1, or
 * the exit code to end with. What there is no memory for is NULL in the end.
 */
struct criterion {
	int id;
	const char *name;
	int (*add)(const struct criterion *criterion, const char *value, struct filter **filter);
	const char *const *paths; /* ends with NULL */
};

static int no_memory(void)
{
	log_error("there is not enough memory for the filter");
	return EXIT_FAILED;
}

static int add_part(struct filter **filter, struct filter *part)
{
	if (!part)
		return no_memory();
	*filter = filter_join(FILTER_ANY, *filter, part);
	return *filter ? -1 : no_memory();
}

static int add_number(const struct criterion *criterion, int64_t number, struct filter **filter)
{
	int ret = -1;

	for (size_t i = 0; ret < 0 && criterion->paths[i]; i++) {
		const struct field *field = field_find(criterion->paths[i]);

		if (field_takes_numbers(field))
			ret = add_part(filter, filter_of_number(field, FILTER_EQUAL, number));
	}
	return ret;
}

static int add_text(const struct criterion *criterion, enum filter_op op, const char *text,
		    struct filter **filter)
{
	int ret = -1;

	for (size_t i = 0; ret < 0 && criterion->paths[i]; i++) {
		const struct field *field = field_find(criterion->paths[i]);

		if (field_takes_texts(field))
			ret = add_part(filter, filter_of_text(field, op, text));
	}
	return ret;
}

static bool is_plain(const char *name)
{
	return !strpbrk(name, "*?[\\");
}

/* A name, or a pattern of names. Only what is equal can be asked for in the kernel. */
static int add_glob(const struct criterion *criterion, const char *value, struct filter **filter)
{
	if (!*value) {
		log_error("--%s: the name is empty", criterion->name);
		return EXIT_USAGE;
	}
	return add_text(criterion, is_plain(value) ? FILTER_EQUAL : FILTER_GLOB, value, filter);
}

static int add_word(const struct criterion *criterion, const char *value, struct filter **filter)
{
	const struct field *field = field_find(criterion->paths[0]);
	char words[320] = "";
	const char *word;

	for (size_t i = 0; (word = field_word(field, i)); i++) {
		if (!strcmp(word, value))
			return add_text(criterion, FILTER_EQUAL, value, filter);
		snprintf(words + strlen(words), sizeof(words) - strlen(words), "%s%s",
			 i ? ", " : "", word);
	}
	log_error("--%s: there is no '%s'; one of these is expected: %s", criterion->name, value,
		  words);
	return EXIT_USAGE;
}

static int add_failed(const struct criterion *criterion, const char *value, struct filter **filter)
{
	return *filter ? -1 : add_text(criterion, FILTER_EQUAL, "error", filter);
}

static int add_pid(const struct criterion *criterion, const char *value, struct filter **filter)
{
	uint64_t pid;

	if (parse_number(value, 1, PID_LIMIT, &pid)) {
		log_error("--%s: '%s' is no process id", criterion->name, value);
		return EXIT_USAGE;
	}
	return add_number(criterion, pid, filter);
}

/* What ip takes, a name or else the id of a process; and the number that events have. */
static int add_netns(const struct criterion *criterion, const char *value, struct filter **filter)
{
	const char *reason = NULL;
	uint64_t number = 0;
	uint32_t inum;
	int err;

	err = namespace_by_name(value, &inum);
	if (err == -ENOENT && !parse_number(value, 1, UINT32_MAX, &number)) {
		err = 0;
		inum = number;
		if (number <= PID_LIMIT)
			err = namespace_by_pid(number, &inum);
	}
	if (!err)
		return add_number(criterion, inum, filter);
	if (err == -EINVAL)
		reason = "that file is none";
	else if (err != -ENOENT)
		reason = strerrordesc_np(-err);
	else if (number)
		reason = "there is neither a name nor a process of that number";
	else
		reason = "ip netns list shows the names";
	log_error("--%s: there is no network namespace '%s': %s", criterion->name, value, reason);
	return EXIT_USAGE;
}

/* Sixteen hex digits are a tag, fewer digits an id, anything else is a name. */
static int add_prog(const struct criterion *criterion, const char *value, struct filter **filter)
{
	static const char *const tags[] = { "prog.tag", "old_prog.tag", NULL };
	const struct criterion by_tag = { .paths = tags };
	char cut[WIRE_FULL];
	uint64_t id;

	if (strlen(value) == TAG_DIGITS && strspn(value, "0123456789abcdef") == TAG_DIGITS)
		return add_text(&by_tag, FILTER_EQUAL, value, filter);
	if (!parse_number(value, 1, UINT32_MAX, &id))
		return add_number(criterion, id, filter);
	/* Events have no more of a whole name. */
	if (strlen(value) >= sizeof(cut) && is_plain(value)) {
		memcpy(cut, value, sizeof(cut) - 1);
		cut[sizeof(cut) - 1] = '\0';
		value = cut;
	}
	return add_glob(criterion, value, filter);
}

/* What is below @path: a pattern, in which it stands for itself. To be freed. */
static char *pattern_below(const char *path)
{
	char *pattern = malloc(2 * strlen(path) + sizeof("/*")), *to = pattern;

	if (!pattern)
		return NULL;
	for (; *path; path++) {
		if (strchr("*?[\\", *path))
			*to++ = '\\';
		*to++ = *path;
	}
	strcpy(to, "/*");
	return pattern;
}

/* A cgroup, and those below it: from the root of all, or where they are mounted. */
static int add_cgroup(const struct criterion *criterion, const char *value, struct filter **filter)
{
	static const char mount[] = "/sys/fs/cgroup";
	_cleanup_(free_pointer) char *path = NULL, *pattern = NULL;
	size_t length;
	int ret;

	if (*value != '/') {
		log_error("--%s: '%s' is no path from the root of all cgroups, as /proc/PID/cgroup "
			  "has it",
			  criterion->name, value);
		return EXIT_USAGE;
	}
	if (!strncmp(value, mount, strlen(mount)) && strchr("/", value[strlen(mount)]))
		value += strlen(mount);
	length = strlen(value);
	while (length && value[length - 1] == '/')
		length--;
	if (!length)
		return add_text(criterion, FILTER_GLOB, "*", filter);
	path = strndup(value, length);
	pattern = path ? pattern_below(path) : NULL;
	if (!pattern)
		return no_memory();
	ret = add_text(criterion, FILTER_EQUAL, path, filter);
	return ret < 0 ? add_text(criterion, FILTER_GLOB, pattern, filter) : ret;
}

/*
 * Shows where the mistake is: the expression, as far as a line holds it, and a mark under the
 * column. Bytes that are not printable are escaped, and so take more room than their columns say.
 */
static void show_mistake(const char *text, const struct filter_error *error)
{
	size_t length = strlen(text), at = error->column - 1;
	size_t from = at > SHOWN / 2 ? at - SHOWN / 2 : 0;
	size_t left = length - from < SHOWN ? length - from : SHOWN;
	char shown[ESCAPE_SIZE(SHOWN)], before[ESCAPE_SIZE(SHOWN)];
	int column = 0;

	escape_bytes(shown, text + from, left);
	escape_bytes(before, text + from, at - from);
	for (const char *byte = before; *byte; byte++)
		column += (*byte & 0xc0) != 0x80; /* a character of UTF-8 is one column */
	log_notice("  %s%s%s\n  %*s^", from ? "..." : "", shown, from + left < length ? "..." : "",
		   column + (from ? 3 : 0), "");
}

static int add_expression(const struct criterion *criterion, const char *value,
			  struct filter **filter)
{
	struct filter_error error;
	struct filter *parsed;
	int err;

	err = filter_parse(value, &parsed, &error);
	if (!err)
		return add_part(filter, parsed);
	if (err != -EINVAL)
		return no_memory();
	log_error("--%s: column %zu: %s", criterion->name, error.column, error.message);
	show_mistake(value, &error);
	return EXIT_USAGE;
}

#define PATHS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static const struct criterion criteria_table[CRITERIA] = {
	{ CRITERION_INTERFACE, "interface", add_glob,
	  PATHS("dev.ifname", "dev.altname", "old_dev.ifname") },
	{ CRITERION_NETNS, "netns", add_netns, PATHS("dev.netns", "old_dev.netns") },
	{ CRITERION_PID, "pid", add_pid, PATHS("task.pid") },
	{ CRITERION_COMM, "comm", add_glob, PATHS("task.comm") },
	{ CRITERION_PROG, "prog", add_prog,
	  PATHS("prog.id", "prog.name", "prog.full_name", "prog.components", "old_prog.id",
		"old_prog.name", "old_prog.full_name", "old_prog.components", "dispatcher.id",
		"dispatcher.name") },
	{ CRITERION_MODE, "mode", add_word, PATHS("mode") },
	{ CRITERION_ACTION, "action", add_word, PATHS("action") },
	{ CRITERION_FAILED, "failed", add_failed, PATHS("result") },
	{ CRITERION_DRIVER, "driver", add_glob, PATHS("dev.driver") },
	{ CRITERION_CGROUP, "cgroup", add_cgroup, PATHS("task.cgroup") },
	{ CRITERION_FILTER, "filter", add_expression },
};

static size_t criterion_index(int id)
{
	size_t i = 0;

	while (i < CRITERIA && criteria_table[i].id != id)
		i++;
	return i;
}

bool criteria_takes(int id)
{
	return criterion_index(id) < CRITERIA;
}

int criteria_add(struct criteria *criteria, int id, const char *value)
{
	size_t i = criterion_index(id);

	return criteria_table[i].add(&criteria_table[i], value, &criteria->kinds[i]);
}

int criteria_finish(struct criteria *criteria, struct filter **ret)
{
	struct filter *all = NULL;

	for (size_t i = 0; i < CRITERIA; i++) {
		struct filter *kind = criteria->kinds[i];

		criteria->kinds[i] = NULL;
		if (!kind)
			continue;
		all = filter_join(FILTER_ALL, all, kind);
		if (!all)
			return -ENOMEM;
	}
	*ret = all;
	return 0;
}

void criteria_release(struct criteria *criteria)
{
	for (size_t i = 0; i < CRITERIA; i++)
		filter_free(criteria->kinds[i]);
	*criteria = (struct criteria){};
}
