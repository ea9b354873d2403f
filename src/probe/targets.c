// SPDX-License-Identifier: GPL-2.0
#include "probe/targets.h"

#include "kernel/btf_search.h"
#include "probe/prototype.h"
#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * The core's functions. Of each, how many arguments the kernel side reads, and how many it may
 * have in the kernels that are known: later ones have got more, at the end.
 */
static const struct core_function {
	const char *name;
	enum wire_hook hook;
	int nargs, most_nargs;
	const char *with;    /* of use only where the kernel has this function, too */
	const char *without; /* of use only where the kernel lacks this function */
} core_functions[] = {
	{ "rtnetlink_rcv_msg", HOOK_REQUEST, 3, 3 },
	{ "bpf_link_release", HOOK_LINK_CLOSE, 2, 2 },
	{ "bpf_link_put", HOOK_LINK_PUT, 1, 1, .with = "bpf_destroy_inode" },
	/* Up to 5.10 a pin is dropped after an RCU grace period, by whatever task that interrupts.
	 */
	{ "simple_unlink", HOOK_PIN_UNLINK, 2, 2, .without = "bpf_destroy_inode" },
	{ "bpf_free_inode", HOOK_PIN_FREE, 1, 1, .without = "bpf_destroy_inode" },
	{ "dev_change_xdp_fd", HOOK_NETLINK, 5, 5 },
	{ "bpf_xdp_link_attach", HOOK_LINK_CREATE, 2, 2 },
	{ "bpf_xdp_link_update", HOOK_LINK_UPDATE, 3, 3 },
	{ "bpf_xdp_link_detach", HOOK_LINK_DETACH, 1, 1 },
	{ "bpf_xdp_link_release", HOOK_LINK_RELEASE, 1, 1 },
	{ "dev_xdp_attach", HOOK_ATTACH, 6, 6 },
	{ "dev_xdp_install", HOOK_INSTALL, 6, 6 },
	{ "xsk_bind", HOOK_BIND, 3, 3 },
	{ "xp_assign_dev", HOOK_POOL_SETUP, 4, 4 },
	{ "xp_clear_dev", HOOK_POOL_CLEAR, 1, 1 },
	{ "xp_release_deferred", HOOK_POOL_RELEASE, 1, 1 }, /* inlines xp_clear_dev */
	{ "xp_del_xsk", HOOK_POOL_PUT, 2, 2 },
	/* 5.19 added the cookie, 6.18 the type of attachment. */
	{ "bpf_tracing_prog_attach", HOOK_COMPONENT_ATTACH, 3, 5 },
	{ "bpf_tracing_link_release", HOOK_COMPONENT_RELEASE, 1, 1 },
	{ "dev_map_update_elem", HOOK_ENTRY_UPDATE, 4, 4 },
	{ "dev_map_hash_update_elem", HOOK_ENTRY_UPDATE, 4, 4 },
	{ "dev_map_delete_elem", HOOK_ENTRY_DELETE, 2, 2 },
	{ "dev_map_hash_delete_elem", HOOK_ENTRY_DELETE, 2, 2 },
	{ "__dev_map_entry_free", HOOK_DEVMAP_DROP, 1, 1 },
	{ "bpf_map_put", HOOK_MAP_PUT, 1, 1 },
	{ "bpf_map_put_with_uref", HOOK_MAP_PUT, 1, 1 }, /* inlines the other */
	{ "dev_map_free", HOOK_MAP_FREE, 1, 1 },
	{ "cpu_map_update_elem", HOOK_ENTRY_UPDATE, 4, 4 },
	{ "cpu_map_delete_elem", HOOK_ENTRY_DELETE, 2, 2 },
	{ "cpu_map_free", HOOK_MAP_FREE, 1, 1 },
	{ "bpf_map_offload_ndo", HOOK_OFFLOAD_MAP, 2, 2 },
	/* 6.12 added the extack. Since 7.x the short name is one that calls the long one. */
	{ "__dev_change_net_namespace", HOOK_MOVE, 4, 5, .with = "__dev_change_net_namespace" },
	{ "dev_change_net_namespace", HOOK_MOVE, 3, 3, .without = "__dev_change_net_namespace" },
};

/* Functions of vmlinux that have a driver's prototype and are none. */
static const struct {
	const char *name;
	enum target_role role;
} special_functions[] = {
	{ "generic_xdp_install", ROLE_GENERIC },
	{ "dev_xdp_propagate", ROLE_WRAPPER },   /* since 6.12 */
	{ "netif_xdp_propagate", ROLE_WRAPPER }, /* since 6.15 */
};

const char *target_role_name(enum target_role role)
{
	static const char *const names[] = {
		[ROLE_CORE] = "core",
		[ROLE_WRAPPER] = "wrapper",
		[ROLE_GENERIC] = "generic",
		[ROLE_DRIVER] = "driver",
	};

	return names[role];
}

static const struct core_function *core_function_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(core_functions); i++) {
		if (!strcmp(core_functions[i].name, name))
			return &core_functions[i];
	}
	return NULL;
}

static enum target_role role_of(const char *module, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(special_functions); i++) {
		if (!strcmp(module, MODULE_VMLINUX) && !strcmp(special_functions[i].name, name))
			return special_functions[i].role;
	}
	return ROLE_DRIVER;
}

static struct target *targets_append(struct targets *targets, const char *module, const char *name)
{
	struct target *list;

	list = reallocarray(targets->list, targets->count + 1, sizeof(*list));
	if (!list)
		return NULL;
	targets->list = list;
	list += targets->count++;
	*list = (struct target){ .id = targets->count - 1, .nargs = -1 };
	snprintf(list->module, sizeof(list->module), "%s", module);
	snprintf(list->func, sizeof(list->func), "%s", name);
	return list;
}

static struct target *targets_lookup(struct targets *targets, const char *module, const char *name)
{
	for (size_t i = 0; i < targets->count; i++) {
		struct target *target = &targets->list[i];

		if (!strcmp(target->func, name) && !strcmp(target->module, module))
			return target;
	}
	return NULL;
}

/* Adds drivers. */
static int targets_scan(struct targets *targets, const struct btf_source *source)
{
	const struct btf *btf = source->btf;
	uint32_t count = btf__type_cnt(btf);

	for (uint32_t id = source->first_id; id < count; id++) {
		const struct btf_type *func = btf__type_by_id(btf, id), *proto;
		const char *name;
		struct target *target;

		if (!btf_is_func(func))
			continue;
		proto = btf__type_by_id(btf, func->type);
		if (!proto || !btf_is_func_proto(proto) || !proto_is_driver(btf, proto))
			continue;
		name = btf__name_by_offset(btf, func->name_off);
		/* Twice in one module: one target, which its symbols will tell is two. */
		target = targets_lookup(targets, source->module, name);
		if (!target)
			target = targets_append(targets, source->module, name);
		if (!target)
			return -ENOMEM;
		target->role = role_of(source->module, name);
		target->hook = HOOK_DRIVER;
		target->gone = false;
		target->btf_id = id;
		target->btf_fd = source->fd;
		target->nargs = btf_vlen(proto);
	}
	return 0;
}

/*
 * Return probes by way of ftrace took instances from a pool (struct rethook) until they were built
 * on the function graph tracer, which has a stack for each task.
 */
static bool returns_are_endless(const struct btf *btf, uint32_t fprobe)
{
	const struct btf_type *type = btf__type_by_id(btf, fprobe); /* void without */

	for (int i = 0; btf_is_struct(type) && i < btf_vlen(type); i++) {
		const struct btf_member *member = btf_members(type) + i;

		if (!strcmp(btf__name_by_offset(btf, member->name_off), "hlist_array"))
			return true;
	}
	return false;
}

/* Types that are searched for: the core's functions, in their order, and what tells of the kernel.
 */
enum {
	TYPE_DESTROY_INODE = ARRAY_SIZE(core_functions),
	TYPE_SESSION,
	TYPE_COOKIE,
	TYPE_FPROBE,
	TYPES,
};

static void kernel_search(const struct btf *btf, struct btf_search *types)
{
	for (size_t i = 0; i < ARRAY_SIZE(core_functions); i++)
		types[i] = (struct btf_search){ core_functions[i].name, BTF_KIND_FUNC };
	types[TYPE_DESTROY_INODE] = (struct btf_search){ "bpf_destroy_inode", BTF_KIND_FUNC };
	types[TYPE_SESSION] = (struct btf_search){ "bpf_session_is_return", BTF_KIND_FUNC };
	types[TYPE_COOKIE] = (struct btf_search){ "bpf_get_attach_cookie_tracing", BTF_KIND_FUNC };
	types[TYPE_FPROBE] = (struct btf_search){ "fprobe", BTF_KIND_STRUCT };
	btf_search(btf, types, TYPES);
}

static bool kernel_has(const struct btf_search *types, const char *function)
{
	for (size_t i = 0; i <= TYPE_DESTROY_INODE; i++) {
		if (!strcmp(types[i].name, function))
			return types[i].id;
	}
	return false;
}

static int targets_add_core(struct targets *targets, const struct btf *btf,
			    const struct btf_search *types)
{
	for (size_t i = 0; i < ARRAY_SIZE(core_functions); i++) {
		const struct core_function *core = &core_functions[i];
		const struct btf_type *func = btf__type_by_id(btf, types[i].id);
		struct target *target;

		if ((core->with && !kernel_has(types, core->with)) ||
		    (core->without && kernel_has(types, core->without)))
			continue;
		target = targets_append(targets, MODULE_VMLINUX, core->name);
		if (!target)
			return -ENOMEM;
		target->role = ROLE_CORE;
		target->hook = core->hook;
		target->entry_only = WIRE_ENTRIES & 1U << core->hook;
		target->btf_id = types[i].id;
		if (!target->btf_id)
			continue;
		target->nargs = btf_vlen(btf__type_by_id(btf, func->type));
		target->proto = func->type;
	}
	return 0;
}

int targets_find(const struct btfs *btfs, struct targets *ret)
{
	const struct btf *btf = btfs->list[0].btf;
	struct btf_search types[TYPES];
	struct targets targets = {};
	int err;

	kernel_search(btf, types);
	err = targets_add_core(&targets, btf, types);
	for (size_t i = 0; !err && i < btfs->count; i++)
		err = targets_scan(&targets, &btfs->list[i]);
	if (!err)
		err = targets_sort(&targets);
	if (err) {
		targets_release(&targets);
		return err;
	}
	targets.session_func = types[TYPE_SESSION].id;
	targets.trampoline_cookies = types[TYPE_COOKIE].id;
	targets.endless_returns = returns_are_endless(btf, types[TYPE_FPROBE].id);
	*ret = targets;
	return 0;
}

void targets_release(struct targets *targets)
{
	free(targets->list);
	free(targets->order);
	*targets = (struct targets){};
}

int targets_add_module(struct targets *targets, const struct btf_source *source)
{
	int err = targets_scan(targets, source);

	return err ? err : targets_sort(targets);
}

/* One of that name whose module was unloaded, and is back; kallsyms may have told of it already. */
static struct target *targets_vacant(struct targets *targets, const char *module, const char *name)
{
	for (size_t i = 0; i < targets->count; i++) {
		struct target *target = &targets->list[i];

		if (target->gone && !strcmp(target->func, name) && !strcmp(target->module, module))
			return target;
	}
	return targets_append(targets, module, name);
}

int targets_add_function(struct targets *targets, const char *module, const char *name,
			 uint64_t addr)
{
	struct target *target;
	int err;

	for (size_t i = 0; i < targets->count; i++) {
		if (targets->list[i].addr == addr && !targets->list[i].gone)
			return 0;
	}
	target = targets_vacant(targets, module, name);
	if (!target)
		return -ENOMEM;
	target->role = ROLE_DRIVER;
	target->hook = HOOK_DRIVER;
	target->addr = addr;
	target->copies = 1; /* there may be more of this name, but not at this address */
	target->nargs = 2;
	target->resolved = true;
	target->gone = false;
	err = targets_sort(targets);
	return err ? err : 1;
}

void targets_forget_module(struct targets *targets, const char *module)
{
	for (size_t i = 0; i < targets->count; i++) {
		struct target *target = &targets->list[i];

		if (strcmp(target->module, module))
			continue;
		target->btf_id = 0;
		target->btf_fd = 0;
		target->addr = 0;
		target->copies = 0;
		target->resolved = false;
		target->gone = true;
	}
}

const char *target_problem(const struct target *target)
{
	const struct core_function *core = NULL;

	if (target->role == ROLE_CORE)
		core = core_function_find(target->func);
	if (target->gone)
		return "its module is not loaded";
	if (!target->copies)
		return "this kernel has no such function";
	if (target->copies > 1)
		return "several functions have this name: which one its BTF means is not known";
	if (core && target->nargs >= 0 &&
	    (target->nargs < core->nargs || target->nargs > core->most_nargs))
		return "its arguments are not those that xdpsnoop knows";
	return NULL;
}
