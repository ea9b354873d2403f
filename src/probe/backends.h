/* SPDX-License-Identifier: GPL-2.0 */
/* Which backends there are, whether they work here, and which of them takes a function. */
#ifndef XDPSNOOP_PROBE_BACKENDS_H
#define XDPSNOOP_PROBE_BACKENDS_H

#include "probe/backend.h"

#define BACKENDS_MAX 8

/* Every backend, best first, and NULL at the end. */
extern const struct backend *const backends[];

/* The backend of that name, NULL if there is none. */
const struct backend *backend_find(const char *name);

/*
 * Why @backend can not be used on this kernel: found out by putting a probe on one function of
 * the core. NULL: it works. Static text. @ret_fd may get a descriptor that holds the probe, which
 * does nothing; else it is -1. To close it takes long: the kernel waits for all tasks then.
 */
const char *backend_trial(const struct backend *backend, const struct targets *targets,
			  int *ret_fd);

/* Some backends that work here, in order of preference, and what they may be used for. */
struct backend_set {
	const struct backend *list[BACKENDS_MAX];
	size_t count;
	int trials[BACKENDS_MAX]; /* what backend_set_settle() closes */
	size_t ntrials;
	bool strict; /* the kernel's own functions are for the first one only */
	enum {
		PIN_IF_NEEDED, /* a module is held only if nothing else can probe its function */
		PIN_FREELY,    /* in the order of the list */
		PIN_NEVER,
	} pinning;
};

/*
 * Chooses for this kernel: the backend named @name, or the best that works, and kprobes as well for
 * functions of modules: those do not hold the module, and need no BTF of it. Says which and why.
 * Returns 0, or -EOPNOTSUPP when nothing works: every reason has been logged then. @set is to be
 * settled in both cases.
 */
int backend_set_choose(struct backend_set *set, const char *name, bool no_pin,
		       const struct targets *targets);

/* Takes away what is left of the choice. Whoever traces does so at the end, not while events wait.
 */
void backend_set_settle(struct backend_set *set);

/*
 * The backends of @set that are to be tried on @target, in this order: those that know nothing
 * against it. Returns how many; if none, @ret_problem has the reason of the first.
 */
size_t backend_set_order(const struct backend_set *set, const struct target *target,
			 const struct backend *ret[BACKENDS_MAX], const char **ret_problem);

#endif
