/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What `xdpsnoop doctor` makes of the facts about this machine. Pure over its input: facts come in,
 * findings and a verdict come out.
 */
#ifndef XDPSNOOP_CMD_CHECKS_H
#define XDPSNOOP_CMD_CHECKS_H

#include "cmd/tried.h"
#include "kernel/abilities.h"
#include "kernel/system.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct facts {
	struct system_state system;
	struct abilities abilities;
	struct tried_list tried;
	int discovered;  /* 0, or the negative errno of reading BTF and symbols: then, none below */
	size_t modules;  /* that are loaded */
	size_t untyped;  /* those of them whose BTF is not known */
	size_t drivers;  /* functions of drivers that install XDP */
	size_t hooks;    /* functions of the core that xdpsnoop knows of */
	size_t unprobed; /* those of them that can not be probed on this kernel */
	char names[256]; /* of the latter */
	bool addresses;  /* kallsyms shows them */
};

enum check_state {
	CHECK_OK,
	CHECK_MISSING,
	CHECK_UNKNOWN, /* it could not be seen without privileges */
};

struct finding {
	const char *name;
	enum check_state state;
	char found[512];            /* what there is, or why not */
	const char *costs, *remedy; /* static text; NULL unless something is missing */
};

#define FINDINGS_MAX 32

enum verdict {
	VERDICT_WORKS,
	VERDICT_PARTLY,  /* by tracepoints only */
	VERDICT_UNKNOWN, /* what matters can not be seen without privileges */
	VERDICT_FAILS,
};

struct report {
	const char *kernel; /* its release. Borrowed */
	struct finding findings[FINDINGS_MAX];
	size_t count;
	enum verdict verdict;
	const char *const
		*used; /* names of the backends that are chosen, in this order. Borrowed */
	size_t nused;
};

/* Looks into @facts, which the report borrows from. */
void checks_run(const struct facts *facts, struct report *ret);

/* Plain words, with colours if @colours; or one JSON object on a line (docs/verbs.md). */
void report_print(const struct report *report, bool colours, FILE *out);
void report_print_json(const struct report *report, FILE *out);

#endif
