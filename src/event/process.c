// SPDX-License-Identifier: GPL-2.0
#include "event/process.h"

#include "util/cleanup.h"
#include "util/shell.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel side tells a thread again after half a minute: so many are seldom told in that time.
 */
#define PROCESSES_MAX 16384

/*
 * Without the NULs that fill the rest where a process has written a title of its own over its
 * arguments: more than an empty argument or two have.
 */
static size_t args_length(const struct wire_task *task)
{
	size_t length = task->args_length, end = length;

	while (end && !task->args[end - 1])
		end--;
	if (task->has & WIRE_TASK_ARGS_CUT || length - end <= 3)
		return length;
	return end + 1;
}

static char *join_args(const struct wire_task *task)
{
	_cleanup_(free_pointer) char *bytes = NULL;
	size_t length = args_length(task), size;
	char *text = NULL;
	FILE *out;

	bytes = calloc(1, length + 1);
	out = bytes ? open_memstream(&text, &size) : NULL;
	if (!out)
		return NULL;
	memcpy(bytes, task->args, length);
	for (size_t at = 0; at < length; at += strlen(bytes + at) + 1) {
		if (at)
			fputc(' ', out);
		shell_put(out, bytes + at);
	}
	if (task->has & WIRE_TASK_ARGS_CUT)
		fputs("...", out);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Names from the last to the first, each with its NUL, as a path. */
static char *join_path(const char *names, size_t length, bool whole, const char *end)
{
	size_t size = length + sizeof("...") + strlen(end) + 1;
	char *path = malloc(size), *at = path;

	if (!path)
		return NULL;
	if (!whole)
		at = stpcpy(at, "...");
	else if (!length)
		at = stpcpy(at, "/");
	while (length) {
		size_t begin = length - 1; /* of the last name, from its NUL */

		while (begin && names[begin - 1])
			begin--;
		*at++ = '/';
		at = stpcpy(at, names + begin);
		length = begin;
	}
	strcpy(at, end);
	return path;
}

static bool process_fill(struct process *process, const struct wire_task *task)
{
	if (task->has & WIRE_TASK_ARGS)
		process->cmdline = join_args(task);
	if (task->exe_length)
		process->exe = join_path(task->exe, task->exe_length, task->has & WIRE_TASK_EXE,
					 task->has & WIRE_TASK_DELETED ? " (deleted)" : "");
	if (task->cgroup_length || task->has & WIRE_TASK_CGROUP)
		process->cgroup = join_path(task->cgroup, task->cgroup_length,
					    task->has & WIRE_TASK_CGROUP, "");
	if (process->cgroup)
		container_identify(process->cgroup, process->container, process->pod);
	return (process->cmdline || !(task->has & WIRE_TASK_ARGS)) &&
	       (process->exe || !task->exe_length);
}

struct process *process_new(const struct wire_task *task)
{
	struct process *process = malloc(sizeof(*process));

	if (!process)
		return NULL;
	*process = (struct process){
		.entry = { .key = task->tid, .subkey = task->stamp },
		.references = 1,
		.pid = task->pid,
		.ppid = task->ppid,
		.netns = task->netns,
		.uid = { true, task->uid },
		.loginuid = { task->loginuid != WIRE_NO_LOGIN, task->loginuid },
	};
	memcpy(process->parent_comm, task->parent_comm, sizeof(process->parent_comm));
	if (!process_fill(process, task)) {
		process_put(process);
		return NULL;
	}
	return process;
}

struct process *process_get(struct process *process)
{
	process->references++;
	return process;
}

void process_put(struct process *process)
{
	if (!process || --process->references)
		return;
	free(process->exe);
	free(process->cmdline);
	free(process->cgroup);
	free(process);
}

static void release_entry(struct recent_entry *entry)
{
	process_put((struct process *)entry);
}

void processes_init(struct processes *processes)
{
	recent_init(&processes->table, PROCESSES_MAX, release_entry);
}

int processes_add(struct processes *processes, const struct wire_task *task)
{
	struct process *process = process_new(task);
	int err = process ? recent_add(&processes->table, &process->entry) : -ENOMEM;

	if (err)
		process_put(process);
	return err;
}

struct process *processes_get(const struct processes *processes, uint32_t tid, uint64_t stamp)
{
	struct recent_entry *entry = recent_find(&processes->table, tid, stamp);

	return entry ? process_get((struct process *)entry) : NULL;
}

void processes_release(struct processes *processes)
{
	recent_release(&processes->table);
}
