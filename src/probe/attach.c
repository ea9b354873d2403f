// SPDX-License-Identifier: GPL-2.0
#include "probe/attach.h"

#include "probe/missed.h"
#include "probe/templates.h"
#include "util/cleanup.h"

#include "xdpsnoop.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

static const struct probe no_probe = {
	.entry = { -1, -1 },
	.exit = { -1, -1 },
	.twins = { { -1, -1 }, { -1, -1 } },
};

/*
 * Whether several tasks may be at the entry of a function, or at its return: not where they hold
 * RTNL, nor in callbacks of RCU, which one processor runs one by one.
 */
static bool hook_is_shared(enum wire_hook hook)
{
	const uint32_t alone = 1 << HOOK_NETLINK | 1 << HOOK_ATTACH | 1 << HOOK_INSTALL |
			       1 << HOOK_DRIVER | 1 << HOOK_POOL_SETUP | 1 << HOOK_POOL_CLEAR |
			       1 << HOOK_OFFLOAD_MAP | 1 << HOOK_MOVE | 1 << HOOK_DEVMAP_DROP |
			       1 << HOOK_PIN_FREE;

	return !(alone & 1 << hook);
}

static struct template template_of(const struct prober *prober, const struct backend *backend,
				   enum wire_hook hook, bool is_return)
{
	struct template template = template_get(prober->skel->obj, backend, hook, is_return);

	template.session_func = prober->targets->session_func;
	return template;
}

/* Whether there is another function that a program of @target's hook can be for. */
static bool target_has_peers(const struct prober *prober, const struct target *target)
{
	for (size_t i = 0; i < prober->targets->count; i++) {
		const struct target *other = &prober->targets->list[i];

		if (other != target && other->hook == target->hook &&
		    other->proto == target->proto && !target_problem(other))
			return true;
	}
	return false;
}

static bool target_shares(const struct prober *prober, const struct backend *backend,
			  const struct target *target, bool twins)
{
	return backend->shares && prober->targets->trampoline_cookies && target->proto &&
	       (twins || target_has_peers(prober, target));
}

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
	attachment->fd = backend->attach(attachment->prog_fd, template, target, is_return);
	return attachment->fd < 0 ? attachment->fd : 0;
}

static void probe_close(struct probe *probe)
{
	attachment_close(&probe->entry);
	attachment_close(&probe->exit);
	attachment_close(&probe->twins[0]);
	attachment_close(&probe->twins[1]);
}

/*
 * All of its probes or none: half a pair would leave operations open. The returns first, for the
 * same. Twins before the others: the kernel runs first what was attached last.
 */
static int attach_single(const struct prober *prober, const struct backend *backend,
			 const struct target *target, struct probe *probe)
{
	bool twins = backend->twins && prober->may_preempt && hook_is_shared(target->hook);
	bool returns = !target->entry_only && backend->templates[1];
	bool shared = target_shares(prober, backend, target, twins);
	const struct {
		bool wanted;
		struct attachment *attachment;
		bool is_return, twin;
	} parts[] = {
		{ twins && returns, &probe->twins[1], true, true },
		{ returns, &probe->exit, true, false },
		{ twins, &probe->twins[0], false, true },
		{ true, &probe->entry, false, false },
	};
	int err = 0;

	for (size_t i = 0; !err && i < ARRAY_SIZE(parts); i++) {
		bool is_return = parts[i].is_return;
		struct template template;

		if (!parts[i].wanted)
			continue;
		template = template_of(prober, backend, target->hook, is_return);
		template.twin = parts[i].twin;
		template.shared = shared;
		err = attachment_open(parts[i].attachment, backend, &template, target, is_return);
	}
	if (err)
		probe_close(probe);
	return err;
}

/* The program of @backend for entries or returns, loaded once. A descriptor or negative errno. */
static int many_program(struct prober *prober, const struct backend *backend, bool is_return)
{
	struct template template;
	size_t place = 0;
	int *fd;

	while (prober->set.list[place] != backend)
		place++;
	fd = &prober->many[place][is_return];
	if (*fd <= 0) {
		template = template_of(prober, backend, HOOK_NONE, is_return);
		*fd = backend->load_many(&template);
	}
	return *fd;
}

/*
 * Until 6.13 the kernel has room for twice as many calls at a time as functions were named and
 * processors are there (kernel/trace/fprobe.c, fprobe_init_rethook), whoever makes them; a call
 * beyond is not seen, and counted. So each function is named as often as makes room for
 * CALLS_AT_A_TIME: ftrace takes a function that it has already for named once.
 */
#define CALLS_AT_A_TIME 128

static size_t naming_count(const struct prober *prober, const struct backend *backend,
			   bool is_return)
{
	int room = 2 * libbpf_num_possible_cpus();

	if (prober->targets->endless_returns || (backend->templates[1] && !is_return) || room <= 0)
		return 1;
	return (CALLS_AT_A_TIME + room - 1) / room;
}

static int group_open_side(struct group *group, struct prober *prober,
			   const struct target *const list[], size_t count, bool is_return)
{
	const struct backend *backend = group->backend;
	size_t times = naming_count(prober, backend, is_return);
	_cleanup_(free_pointer) const struct target **named = calloc(count * times, sizeof(*named));
	int prog_fd;

	if (!backend->templates[is_return] || !count)
		return 0;
	if (!named)
		return -ENOMEM;
	for (size_t i = 0; i < count * times; i++)
		named[i] = list[i % count];
	prog_fd = many_program(prober, backend, is_return);
	if (prog_fd < 0)
		return prog_fd;
	group->links[is_return] = backend->attach_many(prog_fd, named, count * times, is_return);
	return group->links[is_return] < 0 ? group->links[is_return] : 0;
}

/* All of @list or none, the returns first as for a single probe. */
static int attach_group(struct prober *prober, const struct backend *backend,
			const struct target *const list[], size_t count)
{
	_cleanup_(free_pointer) const struct target **returns = calloc(count, sizeof(*returns));
	struct group group = { .backend = backend, .links = { -1, -1 } };
	struct group *groups;
	size_t nreturns = 0;
	int err;

	groups = reallocarray(prober->groups, prober->ngroups + 1, sizeof(*groups));
	if (!returns || !groups)
		return -ENOMEM;
	prober->groups = groups;
	for (size_t i = 0; i < count; i++) {
		if (!list[i]->entry_only)
			returns[nreturns++] = list[i];
	}
	err = group_open_side(&group, prober, returns, nreturns, true);
	if (!err)
		err = group_open_side(&group, prober, list, count, false);
	if (err) {
		close_fd(&group.links[0]);
		close_fd(&group.links[1]);
		return err;
	}
	prober->groups[prober->ngroups++] = group;
	return 0;
}

static void probe_note(struct prober *prober, const struct target *target,
		       const struct backend *backend)
{
	prober->targets->list[target->id].probed = true;
	prober->probes[target->id].backend = backend;
}

/* By the first backend that can; what is told of a failure is what the first one has met. */
static void attach_target(struct prober *prober, const struct target *target)
{
	const struct backend *order[BACKENDS_MAX];
	struct probe *probe = &prober->probes[target->id];
	const char *problem = NULL;
	size_t count = backend_set_order(&prober->set, target, order, &problem);

	for (size_t i = 0; i < count; i++) {
		int err;

		if (order[i]->attach_many)
			err = attach_group(prober, order[i], &target, 1);
		else
			err = attach_single(prober, order[i], target, probe);
		if (!err) {
			probe_note(prober, target, order[i]);
			return;
		}
		if (!problem)
			problem = backend_reason(order[i], err);
	}
	probe->problem = problem;
}

static bool is_untried(const struct prober *prober, const struct target *target)
{
	const struct probe *probe = &prober->probes[target->id];

	return !probe->backend && !probe->problem && !target->gone;
}

/*
 * The untried targets for which @backend is the first choice, all at once. If the kernel does not
 * take all of them, it does not say which: they are left to be attached one by one.
 */
static int attach_many(struct prober *prober, const struct backend *backend)
{
	size_t total = prober->targets->count, count = 0;
	_cleanup_(free_pointer) const struct target **list = calloc(total + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < total; i++) {
		const struct target *target = &prober->targets->list[i];
		const struct backend *order[BACKENDS_MAX];
		const char *problem;

		if (is_untried(prober, target) &&
		    backend_set_order(&prober->set, target, order, &problem) && order[0] == backend)
			list[count++] = target;
	}
	if (count && !attach_group(prober, backend, list, count)) {
		for (size_t i = 0; i < count; i++)
			probe_note(prober, list[i], backend);
	}
	return 0;
}

int attach_targets(struct prober *prober)
{
	size_t first = prober->nprobes, total = prober->targets->count;
	struct probe *probes;
	int err;

	probes = reallocarray(prober->probes, total + 1, sizeof(*probes));
	if (!probes)
		return -ENOMEM;
	prober->probes = probes;
	for (size_t i = first; i < total; i++)
		probes[i] = no_probe;
	prober->nprobes = total;
	for (size_t i = 0; i < prober->set.count; i++) {
		if (!prober->set.list[i]->attach_many)
			continue;
		err = attach_many(prober, prober->set.list[i]);
		if (err)
			return err;
	}
	for (size_t i = 0; i < total; i++) {
		if (is_untried(prober, &prober->targets->list[i]))
			attach_target(prober, &prober->targets->list[i]);
	}
	return 0;
}

static uint64_t attachment_missed(const struct attachment *attachment,
				  const struct attachment *twin)
{
	const int progs[] = { attachment->prog_fd, twin->prog_fd };

	return copies_missed(progs, ARRAY_SIZE(progs));
}

static uint64_t probe_missed(const struct probe *probe)
{
	return attachment_missed(&probe->entry, &probe->twins[0]) +
	       attachment_missed(&probe->exit, &probe->twins[1]);
}

void attach_forget(struct prober *prober, const struct target *target)
{
	struct probe *probe = &prober->probes[target->id];

	prober->missed += probe_missed(probe);
	probe_close(probe);
	if (probe->backend && probe->backend->detached)
		prober->missed += probe->backend->detached(target);
	*probe = no_probe;
	prober->targets->list[target->id].probed = false;
}

void attach_release(struct prober *prober)
{
	for (size_t i = 0; i < prober->ngroups; i++) {
		close_fd(&prober->groups[i].links[0]);
		close_fd(&prober->groups[i].links[1]);
	}
	for (size_t i = 0; i < prober->nprobes; i++)
		probe_close(&prober->probes[i]);
	for (size_t i = 0; i < prober->set.count; i++) {
		if (prober->set.list[i]->unload)
			prober->set.list[i]->unload();
	}
	for (size_t i = 0; i < BACKENDS_MAX; i++) {
		for (int side = 0; side < 2; side++) {
			if (prober->many[i][side] > 0)
				close(prober->many[i][side]);
		}
	}
	free(prober->groups);
	free(prober->probes);
	prober->groups = NULL;
	prober->probes = NULL;
	prober->ngroups = prober->nprobes = 0;
}

uint64_t attach_missed(const struct prober *prober)
{
	uint64_t missed = prober->missed;

	for (size_t i = 0; i < prober->nprobes; i++)
		missed += probe_missed(&prober->probes[i]);
	for (size_t i = 0; i < BACKENDS_MAX; i++)
		missed += program_missed(prober->many[i][0]) + program_missed(prober->many[i][1]);
	for (size_t i = 0; i < prober->ngroups; i++) {
		const struct group *group = &prober->groups[i];

		for (int side = 0; side < 2; side++) {
			if (group->links[side] >= 0 && group->backend->missed_many)
				missed += group->backend->missed_many(group->links[side]);
		}
	}
	return missed;
}
