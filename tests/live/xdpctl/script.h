// SPDX-License-Identifier: GPL-2.0
/*
 * script: what the commands of one script share, and how they are run.
 *
 * An operation that fails is a result; only what the script's author got wrong (unknown command,
 * undefined name) is an error, and ends the script.
 */
#ifndef XDPCTL_SCRIPT_H
#define XDPCTL_SCRIPT_H

#include <stdint.h>
#include <stdio.h>

#include "rtnl.h"
#include "words.h"

/* Something open, known by a name of the script. */
struct object {
	struct object *next;
	int fd;
	char name[];
};

struct script {
	const char *source; /* for messages: "-c", "stdin", a file's name */
	unsigned int line;
	unsigned int command; /* within the line, from 1 */
	struct object *progs;
	struct object *links;
	struct object *maps;
	struct object *sockets;
	struct rtnl rtnl;
};

struct command {
	const char *name;
	const char *sub; /* the second argument, for "link L create"; or NULL */
	int min_args;    /* words after the name */
	int max_args;
	/* Prints the result and returns 0; or returns what script_fail() returned. */
	int (*run)(struct script *script, int argc, const struct word *argv);
	const char *usage;
	const char *help;
};

extern const struct command command_table[]; /* ends with a NULL name; command.c */

/*
 * Closes links, sockets and maps, then programs. Programs set over netlink stay on their devices:
 * they are not ours.
 */
void script_release(struct script *script);

/*
 * Runs to the end of input: 0, -EBADMSG after a script error (already logged), or another negative
 * errno.
 */
int script_run(struct script *script, FILE *input);

/* Logs a script error with its place on stderr and returns -EBADMSG. */
int script_fail(struct script *script, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

struct object *object_find(struct object *list, const char *name);

/*
 * Completes the line of a verb that opens something: the outcome of fd (a descriptor or a negative
 * errno), and after a success the id and the fd, which the list owns from here on. Returns 0 or
 * -ENOMEM.
 */
int object_keep(struct object **list, const char *name, int fd, uint32_t id);

/* Closes the file descriptor and forgets the name; returns close()'s negative errno or 0. */
int object_close(struct object **list, struct object *object);

/* Arguments that several verbs take. Each returns 0 or script_fail(). */
int prog_argument(struct script *script, const struct word *word, int *ret_fd); /* NAME or fd=N */
/* kind says in a message what the list holds: "link". */
int object_argument(struct script *script, struct object *list, const char *kind,
		    const struct word *word, struct object **ret_object);
/* A name not in use: to close what has it now would be an operation that nobody asked for. */
int new_name_argument(struct script *script, struct object *list, const struct word *word);
/* what: the number's meaning, for a message, e.g. "count". */
int number_argument(struct script *script, const struct word *word, const char *what,
		    uint32_t *ret_number);

struct named_value {
	const char *name; /* NULL at the end of a table */
	uint32_t value;
};

int named_value_argument(struct script *script, const struct named_value *table,
			 const struct word *word, uint32_t *ret_value);

/* A name of the table, or flags=0xNN; several are or-ed. False when the word is none of them. */
bool flag_argument(const struct named_value *table, const struct word *word, uint32_t *flags);

/* "VERB name=NAME OPERATION": how a line begins of the verbs whose second argument is a name. */
void named_result_begin(const struct word *argv);

/* All of the verb "KIND NAME close". */
int object_close_run(struct script *script, struct object **list, const struct word *argv);

/*
 * DEV or #IFINDEX. A name that the kernel does not know is a result, not a script error: the verb's
 * line so far is completed with -ENODEV and via=lookup (no request was sent), and false returned.
 */
bool device_argument(const struct word *word, int *ret_ifindex);

/* " dev=NAME" or " dev=#IFINDEX", as the script has it. */
void device_result(const struct word *word);

/* XDP_FLAGS_*; given also when the value is 0, so that a request can carry an explicit zero. */
struct xdp_flags {
	bool given;
	uint32_t value;
};

/* skb, drv, hw, noexist, flags=0xNN; several are or-ed. False when the word is none of them. */
bool xdp_flags_argument(const struct word *word, struct xdp_flags *flags);

#endif
