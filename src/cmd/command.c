// SPDX-License-Identifier: GPL-2.0
#include "cmd/command.h"

#include "cmd/cmd.h"
#include "util/cleanup.h"
#include "util/clock.h"
#include "util/escape.h"
#include "util/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define NAME_SHOWN 256

void command_init(struct command *command, char **argv)
{
	*command = (struct command){ .argv = argv, .pidfd = -1 };
	sigprocmask(SIG_SETMASK, NULL, &command->mask);
	sigaction(SIGPIPE, NULL, &command->pipe);
	sigaction(SIGCHLD, NULL, &command->child);
	getrlimit(RLIMIT_MEMLOCK, &command->memlock); /* libbpf lifts it before Linux 5.11 */
}

/* In the child. What is wrong is told by @report_fd, which execve(2) closes if nothing is. */
static void become(const struct command *command, int report_fd)
{
	int err;

	setrlimit(RLIMIT_MEMLOCK, &command->memlock);
	sigaction(SIGPIPE, &command->pipe, NULL);
	sigaction(SIGCHLD, &command->child, NULL);
	sigprocmask(SIG_SETMASK, &command->mask, NULL);
	execvp(command->argv[0], command->argv);
	err = errno;
	_exit(write(report_fd, &err, sizeof(err)) == sizeof(err) ? EXIT_NO_COMMAND : EXIT_FAILED);
}

static int refuse(const struct command *command, int err)
{
	char escaped[ESCAPE_SIZE(NAME_SHOWN)];

	escape_bytes(escaped, command->argv[0], NAME_SHOWN);
	log_error("could not run %s: %s", escaped, strerrordesc_np(err));
	return err == ENOENT ? EXIT_NO_COMMAND : EXIT_NOT_EXECUTABLE;
}

static int fail(const char *what)
{
	log_error("could not %s: %s", what, strerrordesc_np(errno));
	return EXIT_FAILED;
}

int command_start(struct command *command)
{
	_cleanup_(close_fd) int report = -1;
	int ends[2], err = 0;

	if (pipe2(ends, O_CLOEXEC))
		return fail("make a pipe");
	report = ends[0];
	signal(SIGCHLD, SIG_DFL); /* ignored, the kernel would keep no exit status */
	command->start_ns = clock_ns(CLOCK_MONOTONIC);
	command->pid = fork();
	if (!command->pid)
		become(command, ends[1]);
	close(ends[1]);
	if (command->pid < 0) {
		command->pid = 0;
		return fail("make a process");
	}
	if (read(report, &err, sizeof(err)) == sizeof(err)) {
		command_wait(command);
		return refuse(command, err);
	}
	command->pidfd = syscall(SYS_pidfd_open, command->pid, 0);
	if (command->pidfd < 0) {
		err = fail("open the command's process");
		command_wait(command);
		return err;
	}
	return -1;
}

void command_signal(const struct command *command, const struct signalfd_siginfo *info)
{
	if (info->ssi_code != SI_KERNEL && !command->ended)
		kill(command->pid, info->ssi_signo);
}

void command_wait(struct command *command)
{
	if (!command->pid || command->ended)
		return;
	while (waitpid(command->pid, &command->wait_status, 0) < 0 && errno == EINTR)
		;
	command->end_ns = clock_ns(CLOCK_MONOTONIC);
	command->ended = true;
}

int command_exit_code(const struct command *command)
{
	int status = command->wait_status;

	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void command_death(const struct command *command, char ret[16])
{
	int number = WTERMSIG(command->wait_status);
	const char *name;

	*ret = '\0';
	if (!WIFSIGNALED(command->wait_status))
		return;
	name = sigabbrev_np(number);
	if (name)
		snprintf(ret, 16, "SIG%s", name);
	else
		snprintf(ret, 16, "%d", number); /* of realtime */
}

void command_release(struct command *command)
{
	close_fd(&command->pidfd);
	command->pidfd = -1;
}
