// SPDX-License-Identifier: GPL-2.0
#include "kernel/netdevops.h"

#include "util/cleanup.h"

#include <errno.h>
#include <string.h>

/* Of one list: a device that moves to another namespace leads into that one's, without an end. */
#define STEPS_MAX (1 << 16)

/* The offset of member @name in bytes, also inside of unnamed members. -ENOENT, or -1 in @ret. */
static int member_offset(const struct btf *btf, const struct btf_type *type, const char *name,
			 uint32_t *ret)
{
	const struct btf_member *member = btf_members(type);

	for (int i = 0; i < btf_vlen(type); i++, member++) {
		uint32_t base = btf_member_bit_offset(type, i) / 8, inner;
		const char *found = btf__name_by_offset(btf, member->name_off);
		const struct btf_type *unnamed;

		if (!strcmp(found, name)) {
			*ret = base;
			return 0;
		}
		unnamed = *found ? NULL : btf__type_by_id(btf, member->type);
		if (unnamed && btf_is_composite(unnamed) &&
		    !member_offset(btf, unnamed, name, &inner)) {
			*ret = base + inner;
			return 0;
		}
	}
	return -ENOENT;
}

static const struct btf_type *find_struct(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, name, BTF_KIND_STRUCT);

	return id < 0 ? NULL : btf__type_by_id(btf, id);
}

static bool member_is_function(const struct btf *btf, const struct btf_member *member)
{
	const struct btf_type *type = btf__type_by_id(btf, member->type);

	type = type && btf_is_ptr(type) ? btf__type_by_id(btf, type->type) : NULL;
	return type && btf_is_func_proto(type);
}

static void read_slots(const struct btf *btf, const struct btf_type *ops, struct netdev_layout *ret)
{
	const struct btf_member *member = btf_members(ops);

	for (int i = 0; i < btf_vlen(ops) && ret->nslots < NETDEV_SLOTS_MAX; i++, member++) {
		if (member_is_function(btf, member))
			ret->slots[ret->nslots++] = btf_member_bit_offset(ops, i) / 8;
	}
}

int netdev_layout_read(const struct btf *vmlinux, struct netdev_layout *ret)
{
	const struct btf_type *ops = find_struct(vmlinux, "net_device_ops");
	const struct btf_type *dev = find_struct(vmlinux, "net_device");
	const struct btf_type *net = find_struct(vmlinux, "net");
	struct netdev_layout layout = {};

	if (!ops || !dev || !net || member_offset(vmlinux, ops, "ndo_bpf", &layout.ndo_bpf) ||
	    member_offset(vmlinux, ops, "ndo_start_xmit", &layout.ndo_start_xmit) ||
	    member_offset(vmlinux, net, "list", &layout.net_list) ||
	    member_offset(vmlinux, net, "dev_base_head", &layout.net_devices) ||
	    member_offset(vmlinux, dev, "dev_list", &layout.dev_list) ||
	    member_offset(vmlinux, dev, "netdev_ops", &layout.dev_ops))
		return -ENOENT;
	layout.ops_size = ops->size;
	if (layout.ops_size > MEMORY_READ_MAX ||
	    layout.ndo_bpf + sizeof(uint64_t) > layout.ops_size ||
	    layout.ndo_start_xmit + sizeof(uint64_t) > layout.ops_size)
		return -ENOENT;
	read_slots(vmlinux, ops, &layout);
	*ret = layout;
	return 0;
}

static uint64_t word_at(const void *data, size_t offset)
{
	uint64_t word;

	memcpy(&word, (const char *)data + offset, sizeof(word));
	return word;
}

static bool is_code(const struct netdevops_search *search, uint64_t addr)
{
	return (addr >= search->text_start && addr < search->text_end) ||
	       modules_find(search->modules, addr);
}

/* Where a driver's function would be if @data were a struct net_device_ops, else NULL. */
static const struct symbol_entry *ops_function(const struct netdevops_search *search,
					       const void *data)
{
	const struct netdev_layout *layout = search->layout;
	const struct symbol_entry *func;

	func = symbol_table_function(search->symbols, word_at(data, layout->ndo_bpf));
	/* The one function that every device must have (register_netdevice does not check). */
	if (!func || !word_at(data, layout->ndo_start_xmit))
		return NULL;
	for (size_t i = 0; i < layout->nslots; i++) {
		uint64_t word = word_at(data, layout->slots[i]);

		if (word && !is_code(search, word))
			return NULL;
	}
	return func;
}

/* Every known driver passes: virtnet_xdp in virtnet_netdev, netvsc_bpf in device_ops, ... */
static bool names_speak_of_it(const char *func, const char *ops)
{
	return strstr(func, "xdp") || strstr(func, "bpf") || strstr(ops, "netdev") ||
	       strstr(ops, "net_device") || strstr(ops, "ndo");
}

static int functions_add(struct netdev_functions *functions, const struct netdev_function *function)
{
	struct netdev_function *list;

	for (size_t i = 0; i < functions->count; i++) {
		struct netdev_function *known = &functions->list[i];

		if (known->func != function->func)
			continue;
		known->by_object |= function->by_object;
		known->by_device |= function->by_device;
		known->doubtful &= function->doubtful;
		if (!known->ops)
			known->ops = function->ops;
		return 0;
	}
	list = reallocarray(functions->list, functions->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	functions->list = list;
	list[functions->count++] = *function;
	return 0;
}

/* What lies behind one data symbol. */
static int search_object(const struct netdevops_search *search, const struct symbol_entry *entry,
			 struct netdev_functions *functions)
{
	uint64_t data[MEMORY_READ_MAX / sizeof(uint64_t)];
	struct netdev_function found = { .ops = entry, .by_object = true };
	uint64_t room = symbol_table_room(search->symbols, entry);
	int err;

	if (symbol_type_is_text(entry->type) || entry->addr % sizeof(uint64_t) ||
	    (room && room < search->layout->ops_size))
		return 0;
	err = search->read(entry->addr, data, search->layout->ops_size, search->memory);
	if (err) /* whatever its symbol says, it is not there: no concern of ours */
		return err == -EFAULT ? 0 : err;
	found.func = ops_function(search, data);
	if (!found.func)
		return 0;
	found.doubtful = !names_speak_of_it(symbol_table_name(search->symbols, found.func),
					    symbol_table_name(search->symbols, entry));
	return functions_add(functions, &found);
}

static int read_pointer(const struct netdevops_search *search, uint64_t addr, uint64_t *ret)
{
	return search->read(addr, ret, sizeof(*ret), search->memory);
}

/*
 * Calls @each for the nodes of the kernel's list whose head is at @head. A node that goes meanwhile
 * ends it early.
 */
static int list_each(const struct netdevops_search *search, uint64_t head,
		     int (*each)(const struct netdevops_search *search, uint64_t node,
				 struct netdev_functions *functions),
		     struct netdev_functions *functions)
{
	uint64_t node = head;
	int err;

	for (int i = 0; i < STEPS_MAX; i++) {
		err = read_pointer(search, node, &node);
		if (err || node == head)
			return err == -EFAULT ? 0 : err;
		err = each(search, node, functions);
		if (err)
			return err;
	}
	return 0;
}

static int search_device(const struct netdevops_search *search, uint64_t node,
			 struct netdev_functions *functions)
{
	const struct netdev_layout *layout = search->layout;
	struct netdev_function found = { .by_device = true };
	uint64_t ops, func;
	int err;

	err = read_pointer(search, node - layout->dev_list + layout->dev_ops, &ops);
	if (!err)
		err = read_pointer(search, ops + layout->ndo_bpf, &func);
	if (err)
		return err == -EFAULT ? 0 : err;
	functions->devices++;
	found.func = symbol_table_function(search->symbols, func);
	return found.func ? functions_add(functions, &found) : 0;
}

static int search_namespace(const struct netdevops_search *search, uint64_t node,
			    struct netdev_functions *functions)
{
	const struct netdev_layout *layout = search->layout;

	return list_each(search, node - layout->net_list + layout->net_devices, search_device,
			 functions);
}

int netdevops_find(const struct netdevops_search *search, struct netdev_functions *ret)
{
	_cleanup_(netdevops_release) struct netdev_functions functions = {};
	const struct symbol_table *symbols = search->symbols;
	int err = 0;

	for (size_t i = 0; !err && i < symbols->count; i++)
		err = search_object(search, &symbols->list[i], &functions);
	if (!err && search->namespaces)
		err = list_each(search, search->namespaces, search_namespace, &functions);
	if (err)
		return err;
	*ret = functions;
	functions = (struct netdev_functions){};
	return 0;
}

void netdevops_release(struct netdev_functions *functions)
{
	free(functions->list);
	*functions = (struct netdev_functions){};
}
