// SPDX-License-Identifier: GPL-2.0
#include "probe/prober.h"

#include "kernel/core_btf.h"
#include "probe/attach.h"
#include "probe/followed.h"
#include "probe/templates.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/pages.h"

#include "xdpsnoop.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

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

bool prober_watches(const struct prober *prober)
{
	return prober->set.count && prober->set.list[0]->attach_all;
}

/* Hooks that a template may be wanted for: drivers may come. */
static uint32_t hooks_wanted(const struct targets *targets)
{
	uint32_t hooks = 1U << HOOK_DRIVER;

	for (size_t i = 0; i < targets->count; i++) {
		if (!target_problem(&targets->list[i]))
			hooks |= 1U << targets->list[i].hook;
	}
	return hooks;
}

/* Lets the programs and maps that only some backend needs be loaded if it is @wanted. */
static void prober_want_all(struct xdpsnoop_bpf *skel, const struct backend *backend, bool wanted)
{
	for (size_t i = 0; wanted && backend->programs[i]; i++) {
		const char *name = backend->programs[i];

		bpf_program__set_autoload(bpf_object__find_program_by_name(skel->obj, name), true);
	}
	for (size_t i = 0; backend->maps[i]; i++)
		bpf_map__set_autocreate(bpf_object__find_map_by_name(skel->obj, backend->maps[i]),
					wanted);
}

/*
 * Whether the tracepoints of system calls are run where they can be preempted, and which of their
 * programs is running then is counted for each of these: else the kernel preempts none, and skips
 * all of them while a map is changed.
 */
static unsigned copies_wanted(const struct prober_options *options)
{
	static const char runner[] = "trace_call_bpf_faultable";

	if (!options->may_preempt || !options->kernel ||
	    btf__find_by_name_kind(options->kernel, runner, BTF_KIND_FUNC) < 0)
		return 0;
	return WIRE_COPIES;
}

/* Without the extract libbpf reads all of the kernel's types. */
static struct xdpsnoop_bpf *prober_open_object(const struct btf *kernel, struct core_btf *types)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts);
	size_t size;
	const void *bytes = xdpsnoop_bpf__elf_bytes(&size);
	int err = core_btf_open(kernel, bytes, size, types);

	if (err)
		log_info("The kernel's types are read once more: %s", strerrordesc_np(-err));
	opts.btf_custom_path = core_btf_path(types);
	return xdpsnoop_bpf__open_opts(&opts);
}

/* libbpf has copied what it keeps of the object. */
static void prober_let_go(void)
{
	size_t size;
	const void *bytes = xdpsnoop_bpf__elf_bytes(&size);

	pages_let_go(bytes, size);
}

/* Loads the maps and tracepoints' programs, and relocates the templates of each backend. */
static int prober_load(struct prober *prober, const struct prober_options *options)
{
	_cleanup_(core_btf_close) struct core_btf types = { .fd = -1 };
	uint32_t hooks = hooks_wanted(prober->targets);
	struct xdpsnoop_bpf *skel;
	bool all = prober_watches(prober);
	int err = templates_register();

	if (err)
		return err;
	skel = prober_open_object(options->kernel, &types);
	if (!skel)
		return -errno;
	for (size_t i = 0; !all && i < prober->set.count; i++)
		templates_want(skel->obj, prober->set.list[i], hooks);
	prober_want_all(skel, &backend_tracepoint, all);
	skel->rodata->copies = all ? copies_wanted(options) : 0;
	if (!skel->rodata->copies)
		bpf_map__set_max_entries(skel->maps.sendings, 1);
	if (!all) /* the watch has to know of each operation */
		skel->rodata->filter = options->filter;
	skel->rodata->stacks_wanted = options->stacks && !all;
	if (!skel->rodata->stacks_wanted)
		bpf_map__set_max_entries(skel->maps.stacks, 1);
	followed_prepare(skel, options->follows);
	bpf_program__set_autoload(skel->progs.xdp_look, all || options->looks);
	bpf_program__set_autoload(skel->progs.xdp_extack, true);
	bpf_program__set_autoload(skel->progs.xdp_log, options->log_lines);
	bpf_program__set_autoload(skel->progs.xdp_held, true);
	bpf_program__set_autoload(skel->progs.xdp_pin, true);
	err = xdpsnoop_bpf__load(skel);
	prober_let_go();
	if (err) {
		xdpsnoop_bpf__destroy(skel);
		return err;
	}
	prober->skel = skel;
	return 0;
}

static void prober_unload(struct prober *prober)
{
	backend_set_settle(&prober->set);
	attach_release(prober);
	for (size_t i = 0; i < prober->set.count; i++) {
		if (prober->set.list[i]->cleanup)
			prober->set.list[i]->cleanup();
	}
	followed_detach(prober);
	bpf_link__destroy(prober->extack);
	prober->extack = NULL;
	bpf_link__destroy(prober->log);
	prober->log = NULL;
	xdpsnoop_bpf__destroy(prober->skel);
	prober->skel = NULL;
}

static void prober_log_target(const struct prober *prober, const struct target *target)
{
	const struct probe *probe = &prober->probes[target->id];

	if (!probe->problem)
		log_info("Attached %s to %s [%s]", probe->backend->name, target->func,
			 target->module);
	else if (probe->problem != prober->set.list[0]->limits)
		log_warning("not probing %s [%s]: %s", target->func, target->module,
			    probe->problem);
}

/* What can not be seen at all is told once, not for each function. */
static void prober_log(const struct prober *prober)
{
	const char *limits = prober->set.list[0]->limits;
	bool limited = prober_watches(prober);

	for (size_t i = 0; i < prober->nprobes; i++) {
		prober_log_target(prober, &prober->targets->list[i]);
		limited |= limits && prober->probes[i].problem == limits;
	}
	if (limited)
		log_notice("With %s, %s", prober->set.list[0]->name, limits);
}

static void prober_attach_extack(struct prober *prober)
{
	prober->extack = bpf_program__attach(prober->skel->progs.xdp_extack);
	if (prober->extack)
		log_info("Attached to tracepoint netlink:netlink_extack");
	else
		log_notice("This kernel has no tracepoint netlink:netlink_extack (5.12 and later "
			   "have it): reasons of failed link operations are not known");
}

static void prober_attach_log(struct prober *prober, bool wanted)
{
	prober->log = wanted ? bpf_program__attach(prober->skel->progs.xdp_log) : NULL;
	if (prober->log)
		log_info("Attached to tracepoint printk:console");
	else
		log_info("No lines of the kernel's log: it has no tracepoint printk:console in the "
			 "task that writes them (5.19 and later have it)");
}

int prober_open(struct prober *prober, const struct prober_options *options,
		struct targets *targets)
{
	int err;

	*prober = (struct prober){ .targets = targets, .may_preempt = options->may_preempt };
	libbpf_set_print(log_is_verbose() ? log_libbpf : log_silent);
	err = backend_set_choose(&prober->set, options->backend, options->no_pin, targets);
	if (err)
		return err;
	err = prober_load(prober, options);
	if (err) {
		log_error("could not load the BPF programs: %s",
			  backend_reason(prober->set.list[0], err));
		return err;
	}
	if (prober_watches(prober)) {
		err = prober->set.list[0]->attach_all(prober->skel->obj,
						      prober->skel->rodata->copies);
		if (err)
			log_error("could not attach to tracepoints: %s",
				  backend_reason(prober->set.list[0], err));
	} else {
		err = attach_targets(prober);
	}
	if (!err && options->follows) {
		err = followed_attach(prober);
		if (err)
			log_error("could not attach to tracepoint sched:sched_process_fork: %s",
				  strerrordesc_np(-err));
	}
	if (err)
		return err;
	libbpf_set_print(log_silent); /* what follows is optional, and told in our own words */
	prober_attach_extack(prober);
	prober_attach_log(prober, options->log_lines);
	prober_log(prober);
	return 0;
}

int prober_update(struct prober *prober)
{
	size_t before = prober->nprobes;
	_cleanup_(free_pointer) bool *tried = calloc(prober->targets->count + 1, sizeof(*tried));
	int err;

	if (prober_watches(prober))
		return 0; /* no function is probed */
	if (!tried)
		return -ENOMEM;
	for (size_t i = 0; i < before; i++)
		tried[i] = prober->probes[i].backend || prober->probes[i].problem;
	err = attach_targets(prober);
	for (size_t i = 0; !err && i < prober->nprobes; i++) {
		if (!tried[i] && !prober->targets->list[i].gone)
			prober_log_target(prober, &prober->targets->list[i]);
	}
	return err;
}

void prober_forget_module(struct prober *prober, const char *module)
{
	for (size_t i = 0; i < prober->nprobes; i++) {
		const struct target *target = &prober->targets->list[i];

		if (strcmp(target->module, module))
			continue;
		if (prober->probes[i].backend)
			log_info("Module %s is gone: no more %s", module, target->func);
		attach_forget(prober, target);
	}
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
	prober_unload(prober);
	*prober = (struct prober){};
}

struct wire_stats prober_stats(const struct prober *prober)
{
	return prober->skel->bss->stats;
}

uint64_t prober_missed(const struct prober *prober)
{
	uint64_t missed = attach_missed(prober);

	for (size_t i = 0; i < prober->set.count; i++)
		missed += prober->set.list[i]->missed ? prober->set.list[i]->missed() : 0;
	return missed;
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

static int prober_run_look(struct prober *prober, const __u64 args[4], struct wire_look *ret)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = 4 * sizeof(*args));
	int err;

	err = bpf_prog_test_run_opts(bpf_program__fd(prober->skel->progs.xdp_look), &opts);
	if (err)
		return err;
	*ret = prober->skel->bss->look;
	return ret->unfinished ? -E2BIG : 0;
}

int prober_look(struct prober *prober, __u32 netns, __u32 ifindex, __u64 address,
		struct wire_look *ret)
{
	const __u64 args[4] = { netns, ifindex, address };

	return prober_run_look(prober, args, ret);
}

int prober_look_in(struct prober *prober, int netns, __u32 ifindex, struct wire_look *ret)
{
	const __u64 args[4] = { 0, ifindex, 0, netns };
	int err = prober_run_look(prober, args, ret);

	return err ? err : ret->netns_found ? 0 : -EBADF;
}

struct held_look prober_held(const struct prober *prober)
{
	return (struct held_look){
		.prog_fd = bpf_program__fd(prober->skel->progs.xdp_held),
		.answer = &prober->skel->bss->held,
	};
}

__u32 prober_pinned(const struct prober *prober, int fd)
{
	__u64 args[1] = { fd };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));

	if (bpf_prog_test_run_opts(bpf_program__fd(prober->skel->progs.xdp_pin), &opts))
		return 0;
	return opts.retval;
}

void prober_taken(struct prober *prober, __u32 netns, __u32 ifindex)
{
	__atomic_fetch_sub(&prober->skel->bss->pending[WIRE_PENDING_OF(netns, ifindex)], 1,
			   __ATOMIC_SEQ_CST);
}

bool prober_is_pending(const struct prober *prober, __u32 netns, __u32 ifindex)
{
	return __atomic_load_n(&prober->skel->bss->pending[WIRE_PENDING_OF(netns, ifindex)],
			       __ATOMIC_SEQ_CST);
}
