// SPDX-License-Identifier: GPL-2.0
/* What the process is to an observer (name, uid, netns), and how it ends. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "result.h"
#include "script.h"
#include "verbs.h"

static int errno_or(int ret)
{
	return ret < 0 ? -errno : ret;
}

int verb_comm(struct script *script, int argc, const struct word *argv)
{
	char name[16] = "";
	int err;

	(void)script;
	(void)argc;
	err = errno_or(prctl(PR_SET_NAME, argv[1].text));
	/* Read back: the kernel cuts after 15 bytes. */
	prctl(PR_GET_NAME, name);
	result_begin("comm");
	result_text("name", name);
	result_outcome(err);
	result_end();
	return 0;
}

int verb_netns(struct script *script, int argc, const struct word *argv)
{
	int fd, err;

	(void)argc;
	result_begin("netns");
	result_text("path", argv[1].text);
	fd = open(argv[1].text, O_RDONLY | O_CLOEXEC);
	err = errno_or(fd);
	if (fd >= 0) {
		err = errno_or(setns(fd, CLONE_NEWNET));
		close(fd);
		/* A socket stays in the namespace it was opened in. */
		rtnl_release(&script->rtnl);
	}
	result_outcome(err);
	result_end();
	return 0;
}

/* @keep: the effective and the saved one stay. */
static int uid_set(struct script *script, const struct word *argv, bool keep)
{
	uint32_t uid, others;
	int err;

	err = number_argument(script, &argv[1], "uid", &uid);
	if (err)
		return err;
	others = keep ? (uint32_t)-1 : uid;
	result_begin(argv[0].text);
	result_number("uid", uid);
	result_outcome(errno_or(setresuid(uid, others, others)));
	result_end();
	return 0;
}

int verb_uid(struct script *script, int argc, const struct word *argv)
{
	(void)argc;
	return uid_set(script, argv, false);
}

int verb_realuid(struct script *script, int argc, const struct word *argv)
{
	(void)argc;
	return uid_set(script, argv, true);
}

int verb_pid(struct script *script, int argc, const struct word *argv)
{
	(void)script;
	(void)argc;
	(void)argv;
	result_begin("pid");
	result_outcome(0);
	result_number("pid", getpid());
	result_end();
	return 0;
}

static int signal_parse(const char *text)
{
	const char *name;
	int number;

	if (!number_parse_int(text, &number))
		return number > 0 && number < NSIG ? number : -EINVAL;
	if (strncmp(text, "SIG", 3) == 0)
		text += 3;
	for (number = 1; number < NSIG; number++) {
		name = sigabbrev_np(number);
		if (name && strcmp(name, text) == 0)
			return number;
	}
	return -EINVAL;
}

int verb_kill(struct script *script, int argc, const struct word *argv)
{
	int number = signal_parse(argv[1].text);

	(void)argc;
	if (number < 0)
		return script_fail(script, "'%s' is no signal", argv[1].text);
	/* Before the act: most signals leave nobody to tell. */
	result_begin("kill");
	result_number("signal", number);
	result_outcome(0);
	result_end();
	raise(number);
	return 0;
}

int verb_exit(struct script *script, int argc, const struct word *argv)
{
	(void)script;
	(void)argc;
	(void)argv;
	result_begin("exit");
	result_outcome(0);
	result_end();
	_exit(0);
}

int verb_unlink(struct script *script, int argc, const struct word *argv)
{
	(void)script;
	(void)argc;
	result_begin("unlink");
	result_text("path", argv[1].text);
	result_outcome(errno_or(unlink(argv[1].text)));
	result_end();
	return 0;
}
