// SPDX-License-Identifier: GPL-2.0
#include "kernel/processes.h"

#include "util/cleanup.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* PROC_PID_INIT_INO of include/linux/proc_ns.h, the same since 3.8. */
#define INITIAL "pid:[4026531836]"

bool processes_are_hidden(void)
{
	char namespace[32] = "";
	ssize_t length = readlink("/proc/1/ns/pid", namespace, sizeof(namespace) - 1);

	return length > 0 && strcmp(namespace, INITIAL) != 0;
}

int processes_each(int (*each)(int proc, pid_t pid, void *arg), void *arg)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int ret = 0;

	if (!proc)
		return -errno;
	while (!ret && (entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);

		if (pid > 0)
			ret = each(dirfd(proc), pid, arg);
	}
	closedir(proc);
	return ret;
}

bool process_comm(pid_t pid, char comm[PROCESS_COMM_SIZE])
{
	_cleanup_(close_file) FILE *file = NULL;
	char path[64];
	size_t length;

	snprintf(path, sizeof(path), "/proc/%d/comm", pid);
	file = fopen(path, "re");
	length = file ? fread(comm, 1, PROCESS_COMM_SIZE - 1, file) : 0;
	if (length && comm[length - 1] == '\n')
		length--;
	comm[length] = '\0';
	return length;
}
