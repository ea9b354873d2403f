// SPDX-License-Identifier: GPL-2.0
#include "cmd/listing.h"

#include "kernel/descriptors.h"
#include "kernel/devices.h"
#include "kernel/pins.h"
#include "kernel/processes.h"
#include "util/cleanup.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

static bool list_wants(struct list *list, const char *name)
{
	bool wanted = !list->wanted[0];

	for (size_t i = 0; list->wanted[i]; i++) {
		if (fnmatch(list->wanted[i], name, 0))
			continue;
		list->matched[i] = true;
		wanted = true;
	}
	return wanted;
}

/* What the kernel's memory tells of a device: who holds what, and whether its driver does XDP. */
static void list_look(struct list *list, struct attached_prog *prog)
{
	const struct wire_op *op;
	struct wire_look look;

	if (prog->details.has_features)
		prog->native = prog->details.features & XDP_FEATURE_BASIC ? NATIVE_YES : NATIVE_NO;
	if (!list->look || look_at(list->look, list->netns->fd, prog->ifindex, &look) ||
	    !look.address)
		return;
	op = &look.op;
	if (prog->native == NATIVE_UNKNOWN)
		prog->native = op->dev.native ? NATIVE_YES : NATIVE_NO;
	if (op->state[prog->mode].id != prog->prog.id)
		return; /* it has changed meanwhile */
	prog->link = op->state_link[prog->mode];
	prog->link_known = prog->link ? LINK_HOLDS : LINK_NONE;
}

/* Reads a program, once: so that what is told of it is the same on all of its devices. */
static void list_read_prog(const struct list *list, struct attached_prog *prog)
{
	for (size_t i = list->found.nprogs; i-- > 0;) {
		if (list->found.progs[i].prog.id != prog->prog.id)
			continue;
		prog->prog = list->found.progs[i].prog;
		prog->prog_known = list->found.progs[i].prog_known;
		return;
	}
	prog->prog_known = !prog_read(prog->prog.id, &prog->prog);
}

static int list_device(const struct device_xdp *device, void *arg)
{
	static const uint32_t none[WIRE_MODES];
	struct list *list = arg;
	struct attached_prog prog = {
		.netns = list->found.nnetns - 1,
		.ifindex = device->ifindex,
	};
	int err = 0;

	list->found.devices++;
	if (!list_wants(list, device->name) || !memcmp(device->prog_id, none, sizeof(none)))
		return 0;
	memcpy(prog.ifname, device->name, sizeof(prog.ifname));
	err = device_details_read(list->netns->fd, device->ifindex, device->name, &prog.details);
	if (err == -ENOTRECOVERABLE)
		return err;
	err = 0;
	for (int mode = 0; !err && mode < WIRE_MODES; mode++) {
		if (!device->prog_id[mode])
			continue;
		prog.mode = mode;
		prog.native = NATIVE_UNKNOWN;
		prog.link_known = LINK_UNKNOWN;
		prog.prog = (struct prog_info){ .id = device->prog_id[mode] };
		list_read_prog(list, &prog);
		list_look(list, &prog);
		err = attached_add_prog(&list->found, &prog);
	}
	return err;
}

static int list_namespace(const struct netns *netns, void *arg)
{
	struct list *list = arg;
	struct attached_netns one = {
		.inum = netns->inum,
		.name = (char *)netns->name,
		.path = (char *)netns->path,
		.pid = netns->pid,
		.own = netns->inum == list->own,
	};
	int err = attached_add_netns(&list->found, &one);

	list->netns = netns;
	if (!err)
		err = devices_each(netns->fd, list_device, list);
	if (err == -ENOMEM || err == -ENOTRECOVERABLE)
		return err;
	if (err == -EAGAIN) /* its devices never stood still */
		err = 0;
	list->found.refused += err < 0;
	return 0;
}

static int list_link(const struct link_info *link, void *arg)
{
	struct list *list = arg;
	struct attached_component component = { .target = link->target_obj_id };
	struct link_info *links;
	struct prog_info prog;

	if (link_is_freplace(link) && attached_has_prog(&list->found, link->target_obj_id) &&
	    !prog_read(link->prog_id, &prog)) {
		component.component.prog.id = prog.id;
		memcpy(component.component.prog.name, prog.name, sizeof(prog.name));
		prog_func_name(link->target_obj_id, link->target_btf_id, component.component.func,
			       sizeof(component.component.func));
		return attached_add_component(&list->found, &component);
	}
	if (link->type != BPF_LINK_TYPE_XDP)
		return 0;
	links = reallocarray(list->links, list->nlinks + 1, sizeof(*links));
	if (!links)
		return -ENOMEM;
	list->links = links;
	links[list->nlinks++] = *link;
	return 0;
}

static int list_process(struct list *list, pid_t pid, uint32_t link)
{
	struct attached_holder holder = { .pid = pid, .link = link };

	if (!link || !attached_has_link(&list->found, link) || !process_comm(pid, holder.comm))
		return 0;
	return attached_add_holder(&list->found, &holder);
}

static int list_held(const struct held_one *one, void *arg)
{
	return one->kind == WIRE_HELD_LINK ? list_process(arg, one->pid, one->id) : 0;
}

static int list_descriptor(const struct descriptor *descriptor, void *arg)
{
	return list_process(arg, descriptor->pid, descriptor_link(descriptor));
}

static int list_pin(const struct pin *pin, void *arg)
{
	struct list *list = arg;
	struct attached_holder holder = { .link = pin->id, .pin = (char *)pin->path };

	if (pin->type != PIN_LINK || !attached_has_link(&list->found, pin->id))
		return 0;
	return attached_add_holder(&list->found, &holder);
}

static bool list_has_links(const struct list *list)
{
	for (size_t i = 0; i < list->found.nprogs; i++) {
		if (list->found.progs[i].link_known == LINK_HOLDS)
			return true;
	}
	return false;
}

/* Who holds the links that were found: where the kernel's memory can not be read, /proc tells it.
 */
static int list_holders(struct list *list)
{
	size_t processes = 0, folders = 0;
	struct held_look held;
	int err;

	if (!list_has_links(list))
		return 0;
	if (list->look && !look_held(list->look, &held))
		err = held_each(&held, list_held, list, &processes);
	else
		err = descriptors_each(list_descriptor, list, &processes);
	if (!err)
		err = pins_each(list_pin, list, &folders);
	/* The same processes have been counted before, with their namespaces. */
	if (processes > list->found.unreadable)
		list->found.unreadable = processes;
	list->found.unwalked = folders;
	return err;
}

int list_gather(struct list *list)
{
	size_t unreadable = 0, count = 0;
	struct stat status;
	int err;

	while (list->wanted[count])
		count++;
	list->matched = calloc(count + 1, sizeof(*list->matched));
	if (!list->matched)
		return -ENOMEM;
	system_read(&list->system);
	list->found.kernel = list->system.release;
	if (!stat("/proc/thread-self/ns/net", &status))
		list->own = status.st_ino;
	list->found.are_hidden = list->system.hides_processes;
	list->found.unprivileged = !system_is_privileged(&list->system);
	look_open(&list->look); /* without it, less is known */
	err = namespaces_each(list_namespace, list, &unreadable);
	list->found.unreadable = unreadable;
	if (!err) {
		err = links_each(list_link, list);
		if (!err)
			attached_match(&list->found, list->links, list->nlinks);
		else if (err != -ENOMEM)
			err = 0; /* without privileges: they stay unknown */
	}
	if (!err)
		err = list_holders(list);
	if (!err)
		attached_sort(&list->found);
	return err;
}

void list_release(struct list *list)
{
	look_close(&list->look);
	attached_release(&list->found);
	free(list->links);
	free(list->matched);
}
