// SPDX-License-Identifier: GPL-2.0
#include "cmd/holders.h"

#include "kernel/descriptors.h"
#include "kernel/links.h"
#include "util/cleanup.h"

#include <linux/bpf.h>
#include <string.h>
#include <sys/stat.h>

#define DESCRIPTOR "anon_inode:bpf_link"
#define NO_LOGIN   0xffffffffU

static FILE *open_file(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return fopen(path, "re");
}

static bool read_args(pid_t pid, struct wire_task *task)
{
	_cleanup_(close_file) FILE *file = open_file(pid, "cmdline");
	size_t length = file ? fread(task->args, 1, sizeof(task->args), file) : 0;

	task->args_length = length;
	if (length)
		task->has |= WIRE_TASK_ARGS;
	if (length == sizeof(task->args) && getc(file) != EOF)
		task->has |= WIRE_TASK_ARGS_CUT;
	return file;
}

/* The process as the kernel side would tell of it, as far as that matters of one that holds a link.
 */
static struct process *read_process(pid_t pid, char comm[WIRE_NAME])
{
	_cleanup_(close_file) FILE *file = open_file(pid, "comm");
	_cleanup_(free_pointer) char *line = NULL;
	struct wire_task task = { .type = WIRE_TASK, .tid = pid, .pid = pid, .loginuid = NO_LOGIN };
	struct process *process;
	struct stat status;
	char path[64], exe[4096];
	size_t size = 0;
	ssize_t length;

	/* A name may have a newline in it, beside the one at its end. */
	length = file ? getdelim(&line, &size, '\0', file) : -1;
	if (length <= 0 || fstat(fileno(file), &status) || !read_args(pid, &task))
		return NULL;
	snprintf(comm, WIRE_NAME, "%.*s", (int)length - 1, line);
	task.uid = status.st_uid;
	process = process_new(&task);
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	length = process ? readlink(path, exe, sizeof(exe) - 1) : -1;
	if (length > 0) {
		exe[length] = '\0';
		process->exe = strdup(exe);
	}
	return process;
}

static int add_holder(const struct descriptor *descriptor, void *arg)
{
	struct creators *creators = arg;
	char comm[WIRE_NAME];
	struct process *process;
	uint32_t link;

	if (strcmp(descriptor->target, DESCRIPTOR))
		return 0;
	link = descriptor_number(descriptor, "link_id");
	if (!link || link > creators->newest)
		return 0;
	process = read_process(descriptor->pid, comm);
	if (process)
		creators_hold(creators, link, comm, process);
	return 0;
}

static int is_followed(const struct link_info *link, void *arg)
{
	(void)arg;
	return link->type == BPF_LINK_TYPE_XDP || link_is_freplace(link);
}

void holders_seed(struct creators *creators)
{
	if (links_each(is_followed, NULL) > 0)
		descriptors_each(add_holder, creators, NULL);
}
