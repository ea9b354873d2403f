// SPDX-License-Identifier: GPL-2.0
#include "cmd/seed.h"

#include "kernel/devices.h"
#include "kernel/links.h"
#include "kernel/maps.h"
#include "kernel/namespaces.h"
#include "kernel/progs.h"
#include "util/log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

struct place {
	struct dispatch *dispatch;
	uint32_t netns;
};

static int add_device(const struct device_xdp *device, void *arg)
{
	const struct place *place = arg;
	int err = 0;

	for (int mode = 0; !err && mode < WIRE_MODES; mode++) {
		struct attached attached = {
			.netns = place->netns,
			.ifindex = device->ifindex,
			.mode = mode_name(mode),
			.prog = device->prog_id[mode],
		};

		memcpy(attached.name, device->name, sizeof(attached.name));
		if (attached.prog && attached.prog <= place->dispatch->newest)
			err = dispatch_attach(place->dispatch, &attached);
	}
	return err;
}

static int add_namespace(const struct netns *netns, void *arg)
{
	struct place place = { .dispatch = arg, .netns = netns->inum };
	int err = devices_each(netns->fd, add_device, &place);

	if (err)
		log_info("Could not list the devices of network namespace %u: %s", netns->inum,
			 strerrordesc_np(-err));
	/* Caught in another namespace we would look for names in the wrong place: no further. */
	return err == -ENOTRECOVERABLE ? err : 0;
}

static void seed_devices(struct dispatch *dispatch)
{
	namespaces_each(add_namespace, dispatch, NULL);
}

/* Before 5.13 the kernel does not tell the target of such a link. */
static int add_component(const struct link_info *link, void *arg)
{
	struct placed placed = { .target = link->target_obj_id, .link = link->id };
	struct prog_info prog;

	if (!link_is_freplace(link) || !link->target_obj_id || prog_read(link->prog_id, &prog))
		return 0;
	placed.component.prog.id = prog.id;
	memcpy(placed.component.prog.name, prog.name, sizeof(prog.name));
	prog_func_name(link->target_obj_id, link->target_btf_id, placed.component.func,
		       sizeof(placed.component.func));
	return dispatch_place(arg, &placed);
}

/* Ids are given in order. (After 2^31 programs they start again: then nothing is taken in.) */
static uint32_t prog_newest(void)
{
	uint32_t id = 0;

	while (!bpf_prog_get_next_id(id, &id))
		;
	return id;
}

static int add_map(__u32 id, __s32 count, void *arg)
{
	return prober_note_map(arg, id, count);
}

void seed_all(struct dispatch *dispatch, struct prober *prober)
{
	dispatch->seed = seed_devices;
	dispatch->newest = prog_newest();
	links_each(add_component, dispatch);
	maps_with_progs_each(add_map, prober);
}
