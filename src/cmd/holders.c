// SPDX-License-Identifier: GPL-2.0
#include "cmd/holders.h"

#include "kernel/links.h"
#include "kernel/processes.h"
#include "util/cleanup.h"

#include <linux/bpf.h>
#include <string.h>
#include <sys/stat.h>

static bool read_args(pid_t pid, struct wire_task *task)
{
	_cleanup_(close_file) FILE *file = NULL;
	struct stat status;
	char path[64];
	size_t length;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	file = fopen(path, "re");
	if (file && !fstat(fileno(file), &status))
		task->uid = status.st_uid;
	length = file ? fread(task->args, 1, sizeof(task->args), file) : 0;

	task->args_length = length;
	if (length)
		task->has |= WIRE_TASK_ARGS;
	if (length == sizeof(task->args) && getc(file) != EOF)
		task->has |= WIRE_TASK_ARGS_CUT;
	return file;
}

/* The process as the kernel side would tell of it, as far as that matters of one that holds a link.
 */
static struct process *read_process(pid_t pid)
{
	struct wire_task task = {
		.type = WIRE_TASK, .tid = pid, .pid = pid, .loginuid = WIRE_NO_LOGIN
	};
	struct process *process;
	char path[64], exe[4096];
	ssize_t length;

	if (!read_args(pid, &task))
		return NULL;
	process = process_new(&task);
	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	length = process ? readlink(path, exe, sizeof(exe) - 1) : -1;
	if (length > 0) {
		exe[length] = '\0';
		process->exe = strdup(exe);
	}
	return process;
}

static int add_holder(const struct held_one *one, void *arg)
{
	struct creators *creators = arg;
	char comm[PROCESS_COMM_SIZE];
	struct process *process;

	if (one->kind != WIRE_HELD_LINK || one->id > creators->newest)
		return 0;
	process = process_comm(one->pid, comm) ? read_process(one->pid) : NULL;
	if (process)
		creators_hold(creators, one->id, comm, process);
	return 0;
}

static int is_followed(const struct link_info *link, void *arg)
{
	(void)arg;
	return link->type == BPF_LINK_TYPE_XDP || link_is_freplace(link);
}

void holders_seed(struct creators *creators, const struct held_look *held)
{
	if (links_each(is_followed, NULL) > 0)
		held_each(held, add_holder, creators, NULL);
}
