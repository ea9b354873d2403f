// SPDX-License-Identifier: GPL-2.0
#include "script.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "result.h"

#define WORDS_MAX 24

int script_fail(struct script *script, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "xdpctl: %s: line %u, command %u: ", script->source, script->line,
		script->command);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return -EBADMSG;
}

struct object *object_find(struct object *list, const char *name)
{
	for (; list; list = list->next)
		if (strcmp(list->name, name) == 0)
			return list;
	return NULL;
}

int object_keep(struct object **list, const char *name, int fd, uint32_t id)
{
	size_t size = strlen(name) + 1;
	struct object *object;

	result_outcome(fd);
	if (fd >= 0) {
		object = malloc(sizeof(*object) + size);
		if (!object) {
			close(fd);
			return -ENOMEM;
		}
		object->fd = fd;
		memcpy(object->name, name, size);
		object->next = NULL;
		/* Appended: script_release() closes in the order of creation. */
		while (*list)
			list = &(*list)->next;
		*list = object;
		result_number("id", id);
		result_number("fd", fd);
	}
	result_end();
	return 0;
}

int object_close(struct object **list, struct object *object)
{
	int err;

	while (*list != object)
		list = &(*list)->next;
	*list = object->next;
	err = close(object->fd) < 0 ? -errno : 0;
	free(object);
	return err;
}

void script_release(struct script *script)
{
	struct object **lists[] = { &script->links, &script->sockets, &script->maps,
				    &script->progs };

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		while (*lists[i])
			object_close(lists[i], *lists[i]);
	rtnl_release(&script->rtnl);
}

static const struct command *command_find(const struct word *words, int count, bool *ret_known)
{
	const struct command *command;

	*ret_known = false;
	for (command = command_table; command->name; command++) {
		if (!word_is(&words[0], command->name))
			continue;
		*ret_known = true;
		if (!command->sub || (count > 2 && word_is(&words[2], command->sub)))
			return command;
	}
	return NULL;
}

static int command_run(struct script *script, const struct word *words, int count)
{
	const struct command *command;
	bool known;

	command = command_find(words, count, &known);
	if (!command && known)
		return script_fail(script, "'%s' needs a name and an operation; see --help",
				   words[0].text);
	if (!command)
		return script_fail(script, "unknown command '%s'; see --help", words[0].text);
	if (count - 1 < command->min_args || count - 1 > command->max_args)
		return script_fail(script, "wrong number of arguments; usage: %s %s", command->name,
				   command->usage);
	return command->run(script, count, words);
}

static int line_run(struct script *script, char *line)
{
	struct word words[WORDS_MAX];
	const char *why;
	int count, err;

	for (script->command = 1;; script->command++) {
		count = words_next(&line, words, WORDS_MAX, &why);
		if (count == -ENODATA)
			return 0;
		if (count < 0)
			return script_fail(script, "%s", why);
		if (count == 0)
			continue;
		err = command_run(script, words, count);
		if (err)
			return err;
	}
}

int script_run(struct script *script, FILE *input)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;
	int err = 0;

	/*
	 * getline() returns with the first whole line that a pipe holds, so a shell can feed
	 * command by command.
	 */
	for (script->line = 1; !err; script->line++) {
		errno = 0;
		length = getline(&line, &size, input);
		if (length < 0) {
			err = ferror(input) ? -errno : 0;
			break;
		}
		script->command = 1;
		if (strlen(line) != (size_t)length)
			err = script_fail(script, "NUL byte");
		else
			err = line_run(script, line);
	}
	free(line);
	return err;
}
