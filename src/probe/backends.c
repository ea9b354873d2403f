// SPDX-License-Identifier: GPL-2.0
#include "probe/backends.h"

#include "util/cleanup.h"
#include "util/log.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>

const struct backend *const backends[] = {
	&backend_fexit,  &backend_session,    &backend_multi,
	&backend_kprobe, &backend_tracepoint, NULL,
};

const struct backend *backend_find(const char *name)
{
	for (size_t i = 0; backends[i]; i++) {
		if (!strcmp(backends[i]->name, name))
			return backends[i];
	}
	return NULL;
}

const char *backend_problem(const struct backend *backend, const struct target *target)
{
	const char *problem = target_problem(target);

	if (!problem && backend->is_blind && backend->is_blind(target))
		return backend->limits;
	return problem ? problem : backend->problem(target);
}

const char *backend_reason(const struct backend *backend, int err)
{
	const char *reason = backend->explain ? backend->explain(err) : NULL;

	if (reason)
		return reason;
	if (err == -EACCES) /* the verifier's word, not a matter of permissions */
		return "the kernel's verifier does not accept xdpsnoop's programs, which is a bug "
		       "of xdpsnoop: please report it with what -v prints";
	return strerrordesc_np(-err);
}

/* The least that a template can be: what is overwritten in a copy of one, and a return. */
static const struct bpf_insn trial_insns[] = {
	{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_numa_node_id },
	{ .code = BPF_LD | BPF_IMM | BPF_DW, .dst_reg = 1, .imm = (__s32)WIRE_COOKIE_MAGIC },
	{ .imm = WIRE_COOKIE_MAGIC >> 32 },
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0 },
	{ .code = BPF_JMP | BPF_EXIT },
};

/* At a return, if it has programs for that: it wants all that an entry does, and start-up waits. */
static int trial_probe(const struct backend *backend, const struct targets *targets,
		       const struct target *target, int *ret_fd)
{
	bool is_return = backend->templates[1];
	const struct template template = {
		.kind = "trial",
		.insns = trial_insns,
		.count = ARRAY_SIZE(trial_insns),
		.session_func = targets->session_func,
	};
	_cleanup_(close_fd) int prog_fd = -1;
	int fd = -1;

	if (backend->attach_many) {
		prog_fd = backend->load_many(&template);
		if (prog_fd >= 0)
			fd = backend->attach_many(prog_fd, &target, 1, is_return);
	} else {
		prog_fd = backend->load(&template, target, is_return);
		if (prog_fd >= 0)
			fd = backend->attach(prog_fd, &template, target, is_return);
	}
	if (prog_fd < 0)
		return prog_fd;
	*ret_fd = fd;
	return fd < 0 ? fd : 0;
}

const char *backend_trial(const struct backend *backend, const struct targets *targets, int *ret_fd)
{
	const char *reason = backend->unusable();
	int err = -ENOENT;

	*ret_fd = -1;
	if (reason || backend->attach_all)
		return reason;
	/* the last one is the one that is called least: the probe stays there for a while */
	for (size_t i = targets->count; i-- > 0;) {
		const struct target *target = &targets->list[i];

		if (target->role != ROLE_CORE || backend_problem(backend, target))
			continue;
		err = trial_probe(backend, targets, target, ret_fd);
		break;
	}
	if (backend->cleanup) { /* of all that it has left */
		close_fd(ret_fd);
		*ret_fd = -1;
		backend->cleanup();
	}
	return err ? backend_reason(backend, err) : NULL;
}

static bool target_is_in_module(const struct target *target)
{
	return strcmp(target->module, MODULE_VMLINUX);
}

size_t backend_set_order(const struct backend_set *set, const struct target *target,
			 const struct backend *ret[BACKENDS_MAX], const char **ret_problem)
{
	bool module = target_is_in_module(target);
	size_t count = 0, candidates = !module && set->strict ? 1 : set->count;
	const char *first = NULL;

	/* Twice: without those that hold the module, and then only those, if that is the order. */
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < candidates; i++) {
			const struct backend *backend = set->list[i];
			bool pins = module && backend->pins, late = pins;
			const char *problem = backend_problem(backend, target);

			if (set->pinning == PIN_FREELY)
				late = false;
			if (late != round)
				continue;
			if (!problem && pins && set->pinning == PIN_NEVER)
				problem = "this kind of probe would hold its module (--no-pin)";
			if (!problem)
				ret[count++] = backend;
			else if (!first)
				first = problem;
		}
	}
	if (!count)
		*ret_problem = first;
	return count;
}

/* One sentence: every backend's reason, and what to do. */
static void log_refusal(const struct backend *const candidates[BACKENDS_MAX],
			const char *const reasons[BACKENDS_MAX])
{
	char text[1024] = "";
	size_t length = 0;

	for (size_t i = 0; candidates[i] && length < sizeof(text); i++) {
		if (reasons[i])
			length += snprintf(text + length, sizeof(text) - length, "%s%s: %s",
					   length ? "; " : "", candidates[i]->name, reasons[i]);
	}
	log_error("this kernel can not be traced: %s. Trace on a kernel that allows it, as those "
		  "of Debian, Fedora and Ubuntu do",
		  text);
}

/*
 * The order in which backends are tried. Trampolines see everything, but a preemptible kernel skips
 * one whose program was interrupted on the same CPU; kprobes by way of ftrace start several times
 * as fast and run with preemption off. Without sessions, that is before 6.10, the kernel does not
 * tell how many of them it has missed.
 */
static void candidates_get(const struct backend *ret[BACKENDS_MAX], const struct targets *targets)
{
	size_t count = 0;

	if (targets->session_func)
		ret[count++] = &backend_session;
	for (size_t i = 0; backends[i]; i++) {
		if (!count || backends[i] != ret[0])
			ret[count++] = backends[i];
	}
}

/* What @backend would be good for in @set, NULL if for nothing. */
static const char *backend_use(const struct backend_set *set, const struct backend *backend)
{
	const struct backend *first = set->list[0];

	if (!set->count)
		return "";
	if (backend == &backend_kprobe)
		return " for functions of modules";
	if (backend == &backend_fexit && first->limits && !set->strict)
		return " for changes of maps";
	return NULL;
}

/*
 * Drivers' modules may come later or never, and a trial of a kprobe takes long (the kernel waits
 * for RCU as it goes): it is tried with the first of them. What takes it then is the next in the
 * order.
 */
static const char *backend_reason_against(const struct backend_set *set,
					  const struct backend *backend,
					  const struct targets *targets, int *ret_fd)
{
	*ret_fd = -1;
	if (set->count && backend == &backend_kprobe)
		return backend->unusable();
	return backend_trial(backend, targets, ret_fd);
}

int backend_set_choose(struct backend_set *set, const char *name, bool no_pin,
		       const struct targets *targets)
{
	const struct backend *asked = backend_find(name), *candidates[BACKENDS_MAX] = {};
	const char *reasons[BACKENDS_MAX] = {};
	size_t asked_at = 0;

	*set = (struct backend_set){ .strict = asked };
	set->pinning = no_pin ? PIN_NEVER : asked ? PIN_FREELY : PIN_IF_NEEDED;
	candidates_get(candidates, targets);
	for (size_t i = 0; candidates[i]; i++) {
		const struct backend *backend = candidates[i];
		const char *use = backend_use(set, backend);
		int fd;

		if (!use || (!set->count && asked && backend != asked))
			continue;
		if (backend == asked)
			asked_at = i;
		reasons[i] = backend_reason_against(set, backend, targets, &fd);
		if (fd >= 0)
			set->trials[set->ntrials++] = fd;
		if (reasons[i]) {
			log_info("Not using %s%s: %s", backend->name, use, reasons[i]);
			continue;
		}
		set->list[set->count++] = backend;
		log_info("Using %s%s: %s", backend->name, use, backend->about);
	}
	if (set->count)
		return 0;
	if (asked)
		log_error("this kernel can not be traced by %s: %s. Without --backend, xdpsnoop "
			  "takes what works here, if anything does",
			  name, reasons[asked_at]);
	else
		log_refusal(candidates, reasons);
	return -EOPNOTSUPP;
}

void backend_set_settle(struct backend_set *set)
{
	while (set->ntrials)
		close(set->trials[--set->ntrials]);
}
