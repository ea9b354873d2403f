// SPDX-License-Identifier: GPL-2.0
#include "probe/prober.h"

#include "probe/backend.h"
#include "util/cleanup.h"
#include "util/log.h"

#include "xdpsnoop.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

/* In order of preference. */
static const struct backend *const backends[] = { &backend_fexit, &backend_kprobe };

static int log_silent(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level, (void)format, (void)args;
	return 0;
}

static int log_libbpf(enum libbpf_print_level level, const char *format, va_list args)
{
	/* libbpf suspects the memlock limit whenever root meets EPERM: it is never that here. */
	if (level == LIBBPF_DEBUG || strstr(format, "ulimit -l"))
		return 0;
	return vfprintf(stderr, format, args);
}

/* A function that tracing templates can be loaded for: any one that vmlinux's BTF has. */
static const struct target *template_target(const struct targets *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		const struct target *target = &targets->list[i];

		if (target->btf_id && !target->btf_fd && !target_problem(target))
			return target;
	}
	return NULL;
}

static bool targets_have(const struct targets *targets, enum wire_hook hook)
{
	for (size_t i = 0; i < targets->count; i++) {
		if (targets->list[i].hook == hook)
			return true;
	}
	return false;
}

/* Loads the maps, @backend's two templates and the tracepoint's program. */
static int prober_load(struct prober *prober, const struct backend *backend)
{
	const struct target *target = template_target(prober->targets);
	struct xdpsnoop_bpf *skel = xdpsnoop_bpf__open();
	int err = 0;

	if (!skel)
		return -errno;
	if (!target) {
		xdpsnoop_bpf__destroy(skel);
		return -ENOENT;
	}
	for (size_t i = 0; !err && i < ARRAY_SIZE(backend->templates); i++) {
		struct bpf_program *program;

		program = bpf_object__find_program_by_name(skel->obj, backend->templates[i]);
		bpf_program__set_autoload(program, true);
		if (bpf_program__type(program) == BPF_PROG_TYPE_TRACING)
			err = bpf_program__set_attach_target(program, 0, target->func);
	}
	bpf_program__set_autoload(skel->progs.xdp_extack, true);
	skel->rodata->pins_in_task = targets_have(prober->targets, HOOK_LINK_PUT);
	if (!err)
		err = xdpsnoop_bpf__load(skel);
	if (err) {
		xdpsnoop_bpf__destroy(skel);
		return err;
	}
	prober->skel = skel;
	prober->backend = backend;
	return 0;
}

/* Why @backend can not be used here: its own words for @err, or the kernel's. */
static const char *backend_reason(const struct backend *backend, int err)
{
	const char *reason = backend->explain(err);

	if (reason)
		return reason;
	if (err == -EACCES) /* the verifier's word, not a matter of permissions */
		return "the kernel's verifier does not accept xdpsnoop's programs, which is a bug "
		       "of "
		       "xdpsnoop: please report it with what -v prints";
	return strerrordesc_np(-err);
}

static struct template prober_template(const struct prober *prober, bool is_return)
{
	const char *name = prober->backend->templates[is_return];
	struct bpf_program *program = bpf_object__find_program_by_name(prober->skel->obj, name);

	return (struct template){
		.name = name,
		.insns = bpf_program__insns(program),
		.count = bpf_program__insn_cnt(program),
	};
}

static const struct probe no_probe = { { -1, -1 }, { -1, -1 }, NULL };

static void attachment_close(struct attachment *attachment)
{
	close_fd(&attachment->fd);
	close_fd(&attachment->prog_fd);
	*attachment = no_probe.entry;
}

static int attachment_open(struct attachment *attachment, const struct backend *backend,
			   const struct template *template, const struct target *target,
			   bool is_return)
{
	attachment->prog_fd = backend->load(template, target, is_return);
	if (attachment->prog_fd < 0)
		return attachment->prog_fd;
	attachment->fd = backend->attach(attachment->prog_fd, target, is_return);
	return attachment->fd < 0 ? attachment->fd : 0;
}

/* Both probes or none: half a pair would leave operations open. The return first, for the same. */
static int probe_attach(const struct prober *prober, const struct template templates[2],
			const struct target *target, struct probe *probe)
{
	int err = 0;

	if (!target->entry_only)
		err = attachment_open(&probe->exit, prober->backend, &templates[1], target, true);
	if (!err)
		err = attachment_open(&probe->entry, prober->backend, &templates[0], target, false);
	if (err) {
		attachment_close(&probe->entry);
		attachment_close(&probe->exit);
	}
	return err;
}

/* What speaks against a probe on @target, or NULL when it has one now. */
static const char *prober_attach_target(struct prober *prober, const struct template templates[2],
					const struct target *target, int *ret_err)
{
	const char *problem = target_problem(target);

	if (!problem && prober->backend->is_blind && prober->backend->is_blind(target))
		return prober->backend->limits;
	if (!problem)
		problem = prober->backend->problem(target);
	if (problem)
		return problem;
	*ret_err = probe_attach(prober, templates, target, &prober->probes[target->id]);
	if (*ret_err)
		return backend_reason(prober->backend, *ret_err);
	prober->attached++;
	prober->drivers += target->role == ROLE_DRIVER || target->role == ROLE_GENERIC;
	return NULL;
}

/*
 * Attaches every target. Returns the last error if not one could be: then it is the backend
 * that does not work here, and its targets are not to be blamed one by one.
 */
static int prober_attach(struct prober *prober)
{
	struct template templates[2] = {
		prober_template(prober, false),
		prober_template(prober, true),
	};
	int err = -ENOENT;

	for (size_t i = 0; i < prober->targets->count; i++)
		prober->probes[i].problem =
			prober_attach_target(prober, templates, &prober->targets->list[i], &err);
	return prober->attached ? 0 : err;
}

static void prober_unload(struct prober *prober)
{
	for (size_t i = 0; i < prober->targets->count; i++) {
		attachment_close(&prober->probes[i].entry);
		attachment_close(&prober->probes[i].exit);
	}
	if (prober->backend && prober->backend->cleanup)
		prober->backend->cleanup();
	prober->backend = NULL;
	bpf_link__destroy(prober->extack);
	prober->extack = NULL;
	xdpsnoop_bpf__destroy(prober->skel);
	prober->skel = NULL;
}

static int backend_try(struct prober *prober, const struct backend *backend, const char **reason)
{
	int err;

	*reason = backend->unusable();
	if (*reason)
		return -ENODEV;
	err = prober_load(prober, backend);
	if (!err)
		err = prober_attach(prober);
	if (err) {
		*reason = backend_reason(backend, err);
		prober_unload(prober);
	}
	return err;
}

/* One sentence: every backend's reason, and what to do. */
static void log_refusal(const char *const reasons[ARRAY_SIZE(backends)])
{
	char text[512] = "";
	size_t length = 0;

	for (size_t i = 0; i < ARRAY_SIZE(backends) && length < sizeof(text); i++) {
		if (reasons[i])
			length += snprintf(text + length, sizeof(text) - length, "%s%s: %s",
					   length ? "; " : "", backends[i]->name, reasons[i]);
	}
	log_error("this kernel can not be traced: %s. Trace on a kernel that allows it, as those "
		  "of Debian, Fedora and Ubuntu do",
		  text);
}

static int prober_choose(struct prober *prober, const char *name)
{
	const char *reasons[ARRAY_SIZE(backends)] = {};
	bool automatic = !strcmp(name, "auto");
	int err = -EINVAL;

	for (size_t i = 0; i < ARRAY_SIZE(backends); i++) {
		if (!automatic && strcmp(name, backends[i]->name))
			continue;
		err = backend_try(prober, backends[i], &reasons[i]);
		if (!err)
			break;
		if (automatic)
			log_info("Not using %s: %s", backends[i]->name, reasons[i]);
	}
	if (err) {
		log_refusal(reasons);
		return -EOPNOTSUPP;
	}
	log_info("Using %s", prober->backend->name);
	return 0;
}

static void prober_log(const struct prober *prober)
{
	bool limited = false;

	for (size_t i = 0; i < prober->targets->count; i++) {
		const struct target *target = &prober->targets->list[i];
		const char *problem = prober->probes[i].problem;

		if (problem && problem == prober->backend->limits)
			limited = true;
		else if (problem)
			log_warning("not probing %s [%s]: %s", target->func, target->module,
				    problem);
		else
			log_info("Attached %s to %s [%s]", prober->backend->name, target->func,
				 target->module);
	}
	if (limited)
		log_notice("With %s, %s", prober->backend->name, prober->backend->limits);
}

static void prober_attach_extack(struct prober *prober)
{
	prober->extack = bpf_program__attach(prober->skel->progs.xdp_extack);
	if (prober->extack)
		log_info("Attached to tracepoint netlink:netlink_extack");
	else
		log_info("No tracepoint netlink:netlink_extack on this kernel (5.12 and later have "
			 "it): reasons of failed link operations are not known");
}

int prober_open(struct prober *prober, const char *backend, const struct targets *targets)
{
	int err;

	*prober = (struct prober){ .targets = targets };
	prober->probes = calloc(targets->count + 1, sizeof(*prober->probes));
	if (!prober->probes)
		return -ENOMEM;
	for (size_t i = 0; i < targets->count; i++)
		prober->probes[i] = no_probe;

	libbpf_set_print(log_is_verbose() ? log_libbpf : log_silent);
	err = prober_choose(prober, backend);
	if (err)
		return err;
	libbpf_set_print(log_silent); /* what follows is optional, and told in our own words */
	prober_attach_extack(prober);
	prober_log(prober);
	return 0;
}

void prober_activate(struct prober *prober)
{
	prober->skel->bss->active = true;
}

void prober_deactivate(struct prober *prober)
{
	prober->skel->bss->active = false;
}

void prober_close(struct prober *prober)
{
	if (!prober->probes)
		return;
	prober_unload(prober);
	free(prober->probes);
	*prober = (struct prober){};
}

struct wire_stats prober_stats(const struct prober *prober)
{
	return prober->skel->bss->stats;
}

/* Runs of a program that the kernel skipped, as it was running on that CPU already (5.12). */
static uint64_t program_missed(int prog_fd)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	if (prog_fd < 0 || bpf_obj_get_info_by_fd(prog_fd, &info, &size))
		return 0;
	return info.recursion_misses;
}

uint64_t prober_missed(const struct prober *prober)
{
	uint64_t missed = prober->backend->missed ? prober->backend->missed() : 0;

	for (size_t i = 0; i < prober->targets->count; i++)
		missed += program_missed(prober->probes[i].entry.prog_fd) +
			  program_missed(prober->probes[i].exit.prog_fd);
	return missed;
}

bool prober_knows_backend(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(backends); i++) {
		if (!strcmp(name, backends[i]->name))
			return true;
	}
	return !strcmp(name, "auto");
}

int prober_events_fd(const struct prober *prober)
{
	return bpf_map__fd(prober->skel->maps.events);
}

int prober_note_map(struct prober *prober, __u32 id, __s32 count)
{
	int err = bpf_map_update_elem(bpf_map__fd(prober->skel->maps.programmed), &id, &count,
				      BPF_NOEXIST);

	return err == -EEXIST ? 0 : err;
}
