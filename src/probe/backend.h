/* SPDX-License-Identifier: GPL-2.0 */
/* A way to put a BPF program on a function of the kernel. */
#ifndef XDPSNOOP_PROBE_BACKEND_H
#define XDPSNOOP_PROBE_BACKEND_H

#include "probe/targets.h"

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stddef.h>

/* Instructions that are loaded for each target, with its cookie: templates.h. */
struct template
{
	const char *kind;
	const struct bpf_insn *insns; /* borrowed */
	size_t count;
	uint32_t session_func; /* struct targets */
	bool twin;             /* struct backend */
	bool shared;           /* likewise: not by this target alone */
	int jumps;             /* of one that is shared: the map that others jump to it by */
};

struct backend {
	const char *name;
	/* Kinds of the programs for entry and return; only one: it is run at both. */
	const char *templates[2];
	/*
	 * The kernel does not run a program that is running on the same processor: it is skipped
	 * when the task that was inside has lost that processor to another one. Where the kernel
	 * preempts, and functions run side by side, each of their programs has a twin then, which
	 * does what is to be done if the program was skipped. false: the kernel never preempts this
	 * kind of probe.
	 */
	bool twins;

	/*
	 * A program is for one function, and the verifier follows each: so that functions of the
	 * same prototype can share one, where the kernel allows (struct targets).
	 */
	bool shares;

	/* What it is, and why to use it: for -v. */
	const char *about;

	/* Its probes hold the module of their function: rmmod fails as long as they are there. */
	bool pins;

	/*
	 * Loads @template for the entry of @target, or for its return. Returns a program's
	 * descriptor or a negative errno.
	 */
	int (*load)(const struct template *template, const struct target *target, bool is_return);

	/*
	 * Puts the program @prog_fd that load() has made of all this where it belongs. Returns a
	 * file descriptor that holds the probe as long as it is open, or a negative errno.
	 */
	int (*attach)(int prog_fd, const struct template *template, const struct target *target,
		      bool is_return);

	/*
	 * In place of these two, for a kind of probe that puts one program on many functions at
	 * once: the cookies come with the attachment.
	 */
	int (*load_many)(const struct template *template);
	int (*attach_many)(int prog_fd, const struct target *const list[], size_t count,
			   bool is_return);
	/* How often the kernel had no room for a return that attachment @fd wanted to see. May be
	 * NULL. */
	uint64_t (*missed_many)(int fd);

	/*
	 * In place of all these, for what is put on no function: the programs and maps of the BPF
	 * object that only it needs, names that end with NULL, and what attaches the programs:
	 * @copies of each, that take turns (src/bpf/turn.bpf.h), or 0 where the kernel runs each
	 * whatever it preempts. Returns 0 or a negative errno.
	 */
	const char *const *programs;
	const char *const *maps;
	int (*attach_all)(struct bpf_object *object, unsigned copies);

	/* Why @target is out of reach for this backend, NULL if it is not. Static text. */
	const char *(*problem)(const struct target *target);

	/*
	 * Whether the kernel does not run this kind of probe on @target, and what is not seen for
	 * that: a sentence, told once. May be NULL.
	 */
	bool (*is_blind)(const struct target *target);
	const char *limits;

	/*
	 * Why the backend can not work on this kernel at all, as far as can be told before
	 * trying; NULL if nothing speaks against it. Static text.
	 */
	const char *(*unusable)(void);

	/* What a failure of attach() means, where the errno alone would mislead; or NULL. */
	const char *(*explain)(int err);

	/*
	 * How often a probe was not run for a reason that its program's own counter
	 * (recursion_misses) does not know; of a backend that is on no function, how often at all.
	 * May be NULL.
	 */
	uint64_t (*missed)(void);

	/*
	 * The probes of @target are closed: ends what attach() has left of them beyond that.
	 * Returns what missed() would have counted for it. May be NULL.
	 */
	uint64_t (*detached)(const struct target *target);

	/* Lets go of what load() has kept for targets to come. May be NULL. */
	void (*unload)(void);

	/* Ends what attach() has left behind beyond its descriptors. May be NULL. */
	void (*cleanup)(void);
};

extern const struct backend backend_fexit;
extern const struct backend backend_session;
extern const struct backend backend_multi;
extern const struct backend backend_kprobe;
extern const struct backend backend_tracepoint;

/* Of backends whose programs are run as those of kprobes are. */
bool kprobe_is_blind(const struct target *target);
const char *kprobe_problem(const struct target *target);
#define KPROBE_LIMITS                                                                           \
	"the kernel runs no kprobe while it changes a map: programs of entries of devmaps and " \
	"cpumaps are not seen"

/* What speaks against @target whatever this kernel allows, NULL if nothing does. Static text. */
const char *backend_problem(const struct backend *backend, const struct target *target);

/* What @err of load() or attach() means: the backend's own words, or the kernel's. Static text. */
const char *backend_reason(const struct backend *backend, int err);

/* What a program has to know of the function that it is run on: WIRE_COOKIE(). */
uint64_t target_cookie(const struct target *target);

/* The same of a program that is made of @template. */
uint64_t template_cookie(const struct template *template, const struct target *target);

/*
 * A copy of a template's instructions that asks where it is run: a call of bpf_get_numa_node_id()
 * stands for one of the kernel's bpf_session_is_return(). To be freed; NULL: no memory.
 */
struct bpf_insn *template_for_session(const struct template *template);

/* Of a program that is told of it with each attachment: what takes the place of the magic one. */
#define COOKIE_ATTACHED 0

/* A program that jumps to the one at @place of @jumps. As template_load(). */
struct bpf_prog_load_opts;
int jump_load(int jumps, uint32_t place, enum bpf_prog_type type, struct bpf_prog_load_opts *opts);

/*
 * Loads @template, its instructions with @cookie in place of the magic one. @opts and @type as for
 * bpf_prog_load(). Returns a program's descriptor or a negative errno; the verifier's words go to
 * the verbose log.
 */
int template_load(const struct template *template, uint64_t cookie, enum bpf_prog_type type,
		  struct bpf_prog_load_opts *opts);

#endif
