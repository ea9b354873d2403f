/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which functions of this kernel are to be probed. Pure over its inputs: type information and
 * symbols come in, a table of targets comes out.
 */
#ifndef XDPSNOOP_PROBE_TARGETS_H
#define XDPSNOOP_PROBE_TARGETS_H

#include "kernel/btfs.h"
#include "kernel/symbols.h"
#include "wire.h"

enum target_role {
	ROLE_CORE,    /* the kernel's own path to a driver */
	ROLE_WRAPPER, /* has a driver's prototype, but only calls the driver of a lower device */
	ROLE_GENERIC, /* generic_xdp_install: what stands in for a driver in generic mode */
	ROLE_DRIVER,  /* a driver's ndo_bpf */
};

struct target {
	uint32_t id; /* its place in the table */
	char func[FUNCTION_NAME_SIZE];
	char module[MODULE_NAME_SIZE];
	enum target_role role;
	enum wire_hook hook;
	uint32_t btf_id;     /* 0: not known */
	int btf_fd;          /* the kernel's BTF object that has btf_id; 0: vmlinux. Borrowed */
	uint64_t addr;       /* 0: not known */
	unsigned int copies; /* how many functions of this name the module has */
	uint32_t proto;      /* of a core function: the BTF id of its prototype; 0: not known */
	int nargs;           /* by its BTF; -1: not known */
	bool entry_only;     /* nothing is learned from its return */
	bool resolved;       /* symbols have been looked through for it */
	bool gone;           /* its module was unloaded */
	bool probed;         /* it has its probes: a prober's note */
};

struct targets {
	struct target *list; /* owned; a target's place, its id, never changes */
	uint32_t *order;     /* owned: ids by name of function, then of module */
	size_t count;
	uint32_t session_func;   /* BTF id of vmlinux's bpf_session_is_return (6.10); 0: none */
	bool trampoline_cookies; /* vmlinux has bpf_get_attach_cookie_tracing() (5.19) */
	bool endless_returns; /* kprobe.multi never lacks room for a return: struct fprobe, 6.14 */
};

/* The name of a role: "driver", "generic", "wrapper", "core". */
const char *target_role_name(enum target_role role);

/*
 * Finds the core functions by name in @btfs->list[0], and in every source each function of
 * prototype int (struct net_device *, struct netdev_bpf *), typedefs and qualifiers aside.
 * Core functions that the kernel lacks are in the table with copies == 0 once symbols were
 * added. Returns 0 or -ENOMEM.
 */
int targets_find(const struct btfs *btfs, struct targets *ret);
void targets_release(struct targets *targets);

/*
 * Finds the functions that @source, a module's, adds. One that is in the table from an earlier
 * life of that module keeps its place. Returns 0 or -ENOMEM.
 */
int targets_add_module(struct targets *targets, const struct btf_source *source);

/*
 * Adds a driver's function that is known by its address only: there is no BTF of its module.
 * Returns 1, 0 if it is there already, or -ENOMEM.
 */
int targets_add_function(struct targets *targets, const char *module, const char *name,
			 uint64_t addr);

/* The module has gone: its functions can not be probed any more. */
void targets_forget_module(struct targets *targets, const char *module);

/*
 * Puts targets in the order of their names, so that symbols find theirs quickly; of their modules
 * where names are the same. To be called after an addition, by what adds. Returns 0 or -ENOMEM.
 */
int targets_sort(struct targets *targets);

/*
 * Notes the address of a target that is not resolved yet, if @symbol is its function. To be called
 * for every symbol; what has been found then is final.
 */
void targets_add_symbol(struct targets *targets, const struct symbol *symbol);
/* Begins anew: forgets what symbols have said of targets that are not resolved yet. */
void targets_unresolve(struct targets *targets);
bool targets_unresolved(const struct targets *targets);
void targets_resolved(struct targets *targets);

/*
 * Why a target can not be probed, NULL if nothing is known against it. The text is static; the
 * answer is about the function itself, not about what a backend can do.
 */
const char *target_problem(const struct target *target);

#endif
