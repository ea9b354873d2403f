/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Functions that drivers have put into the ndo_bpf slot of a struct net_device_ops: how drivers of
 * modules without BTF are found. Pure over its inputs: type information of vmlinux, symbols, and
 * the kernel's memory through a function that reads it.
 *
 * There are two sources. Objects: data symbols of modules behind which lies what can only be a
 * struct net_device_ops. That takes CONFIG_KALLSYMS_ALL, and knows a driver before it has a device.
 * Devices: what netdev_ops of each existing device points to, in all namespaces.
 */
#ifndef XDPSNOOP_KERNEL_NETDEVOPS_H
#define XDPSNOOP_KERNEL_NETDEVOPS_H

#include "kernel/memory.h"
#include "kernel/symboltable.h"

#include <bpf/btf.h>
#include <stdbool.h>

#define NETDEV_SLOTS_MAX 160 /* 5.10 has 83, 7.x fewer */

/* Where in the kernel's structures things are, in bytes. */
struct netdev_layout {
	uint32_t ops_size, ndo_bpf, ndo_start_xmit; /* of struct net_device_ops */
	uint16_t slots[NETDEV_SLOTS_MAX];           /* its members that point to functions */
	size_t nslots;
	uint32_t net_list, net_devices; /* struct net: list, dev_base_head */
	uint32_t dev_list, dev_ops;     /* struct net_device: dev_list, netdev_ops */
};

/* Reads them from vmlinux's BTF. Returns 0, or -ENOENT if something is not there. */
int netdev_layout_read(const struct btf *vmlinux, struct netdev_layout *ret);

/* What to search, and in what. All is borrowed. */
struct netdevops_search {
	const struct netdev_layout *layout;
	const struct symbol_table *symbols; /* sorted: of the modules whose drivers are wanted */
	const struct modules *modules;      /* all there are */
	uint64_t text_start, text_end;      /* of vmlinux: _stext, _etext */
	uint64_t namespaces;                /* of vmlinux: net_namespace_list; 0: not known */
	memory_read_fn read;
	void *memory;
};

struct netdev_function {
	const struct symbol_entry *func;
	const struct symbol_entry *ops; /* the object it was found in; NULL: a device's, unnamed */
	bool by_object, by_device;
	/*
	 * The object looks right, but neither its name nor the function's speaks of what it
	 * should be, and no device uses it: another table of functions (ieee80211_ops and
	 * the like) may look the same by chance.
	 */
	bool doubtful;
};

struct netdev_functions {
	struct netdev_function *list; /* owned; each function once */
	size_t count;
	size_t devices; /* how many were looked at */
};

/*
 * Finds the functions of the wanted modules. Devices that come and go meanwhile may be missed: the
 * kernel's lists are followed without their locks, and what is found is believed only if a function
 * begins just there. Returns 0, -ENOMEM, or the error of a reader that can not read at all.
 */
int netdevops_find(const struct netdevops_search *search, struct netdev_functions *ret);
void netdevops_release(struct netdev_functions *functions);

#endif
