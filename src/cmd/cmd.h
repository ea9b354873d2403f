/* SPDX-License-Identifier: GPL-2.0 */
/* The verbs. Each parses its own arguments: argv[0] is the verb's name. Returns an exit code. */
#ifndef XDPSNOOP_CMD_CMD_H
#define XDPSNOOP_CMD_CMD_H

/* What scripts can rely on. */
enum exit_code {
	EXIT_DONE = 0,
	EXIT_FAILED = 1,     /* something went wrong while running */
	EXIT_USAGE = 2,      /* the command line is wrong */
	EXIT_IMPOSSIBLE = 3, /* not possible on this system; stderr says why, and what to do */
	/* Of exec, as of env(1): else it ends as the command did. */
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NO_COMMAND = 127,
};

struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *about;
};

extern const struct verb verbs[]; /* ends with one that has no name */

int cmd_trace(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_probes(int argc, char **argv);
int cmd_explain(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

#endif
