// SPDX-License-Identifier: GPL-2.0
/* Gathering what src/advice/obstacles.c looks at: input only. */
#include "cmd/explain_device.h"

#include "cmd/cmd.h"
#include "cmd/listing.h"
#include "cmd/obstacles_print.h"
#include "kernel/device_details.h"
#include "kernel/devices.h"
#include "kernel/ethtool.h"
#include "kernel/netns_socket.h"
#include "util/cleanup.h"
#include "util/log.h"
#include "util/numbers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysinfo.h>

/* What NETDEV_XDP_ACT_RX_SG is in include/uapi/linux/netdev.h. */
#define XDP_FEATURE_RX_SG (1 << 5)

struct gathering {
	int netns, socket;
	struct device_xdp *devices; /* owned: all of this network namespace */
	size_t count;
	const struct device_xdp *self; /* among them */
	struct list list;
	struct situation *situation;
};

static int add_device(const struct device_xdp *device, void *arg)
{
	struct gathering *gathering = arg;
	struct device_xdp *list =
		reallocarray(gathering->devices, gathering->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	gathering->devices = list;
	list[gathering->count++] = *device;
	return 0;
}

static const struct device_xdp *find_device(const struct gathering *gathering, uint32_t ifindex)
{
	for (size_t i = 0; i < gathering->count; i++) {
		if (gathering->devices[i].ifindex == ifindex)
			return &gathering->devices[i];
	}
	return NULL;
}

static bool has_prog(const struct device_xdp *device)
{
	static const uint32_t none[WIRE_MODES];

	return memcmp(device->prog_id, none, sizeof(none));
}

/* Whether the driver of a device in this namespace has native XDP, and takes several buffers. */
static enum answer read_native(const struct gathering *gathering, const struct device_xdp *device,
			       struct device_details *details, enum answer *frags)
{
	struct wire_look look;

	*frags = ANSWER_UNKNOWN;
	if (!device_details_read(gathering->netns, device->ifindex, device->name, details) &&
	    details->has_features) {
		*frags = details->features & XDP_FEATURE_RX_SG ? ANSWER_YES : ANSWER_NO;
		return details->features & XDP_FEATURE_BASIC ? ANSWER_YES : ANSWER_NO;
	}
	if (!gathering->list.look ||
	    look_at(gathering->list.look, gathering->netns, device->ifindex, &look) ||
	    !look.address)
		return ANSWER_UNKNOWN;
	return look.op.dev.native ? ANSWER_YES : ANSWER_NO;
}

/* Queues in use: the kernel's memory knows, and ethtool of most drivers. */
static void read_queues(const struct gathering *gathering, const struct device_xdp *device,
			uint32_t *rx, uint32_t *tx)
{
	struct ethtool_state state;
	struct wire_look look;

	if (gathering->list.look &&
	    !look_at(gathering->list.look, gathering->netns, device->ifindex, &look) &&
	    look.address) {
		*rx = look.op.dev.rx_queues;
		*tx = look.op.dev.tx_queues;
		return;
	}
	ethtool_read(gathering->socket, device->name, &state);
	*rx = state.combined + state.rx;
	*tx = state.combined + state.tx;
}

static int add_neighbour(const struct gathering *gathering, const struct device_xdp *device,
			 struct neighbours *to)
{
	struct neighbour neighbour = { .mtu = device->mtu, .has_prog = has_prog(device) };
	struct device_details details;
	enum answer frags;

	memcpy(neighbour.name, device->name, sizeof(neighbour.name));
	neighbour.native = read_native(gathering, device, &details, &frags);
	read_queues(gathering, device, &neighbour.rx_queues, &neighbour.tx_queues);
	return neighbours_add(to, &neighbour);
}

/* The other end may be in a namespace that this one knows by a number only. */
static int gather_peer(struct gathering *gathering)
{
	_cleanup_(netns_socket_close) struct mnl_socket *socket = NULL;
	const struct device_xdp *self = gathering->self, *peer;
	struct situation *situation = gathering->situation;
	struct neighbour neighbour = {};
	struct device_xdp away;

	if (!situation->is_veth || !self->link)
		return 0;
	peer = self->link_netnsid < 0 ? find_device(gathering, self->link) : NULL;
	if (peer)
		return add_neighbour(gathering, peer, &situation->peers);
	if (netns_socket(gathering->netns, NETLINK_ROUTE, &socket) ||
	    device_read(socket, self->link_netnsid, self->link, &away)) {
		situation->peer_hidden = true;
		return 0;
	}
	memcpy(neighbour.name, away.name, sizeof(neighbour.name));
	neighbour.mtu = away.mtu;
	return neighbours_add(&situation->peers, &neighbour);
}

static int gather_slaves(struct gathering *gathering)
{
	int err = 0;

	for (size_t i = 0; !err && gathering->situation->is_bond && i < gathering->count; i++) {
		if (gathering->devices[i].master == gathering->self->ifindex)
			err = add_neighbour(gathering, &gathering->devices[i],
					    &gathering->situation->slaves);
	}
	return err;
}

static bool lies_above(const struct device_xdp *upper, const struct numbers *below)
{
	return upper->link && upper->link_netnsid < 0 && strcmp(upper->kind, "veth") &&
	       numbers_have(below, upper->link);
}

/* Whatever lies above the device, or above such a one: until nothing is added any more. */
static int gather_uppers(struct gathering *gathering)
{
	_cleanup_(numbers_release) struct numbers known = {};
	bool added = true;
	int ret = numbers_add(&known, gathering->self->ifindex);

	while (added && ret >= 0) {
		added = false;
		for (size_t i = 0; ret >= 0 && i < gathering->count; i++) {
			const struct device_xdp *upper = &gathering->devices[i];
			bool is_master = false;

			if (numbers_have(&known, upper->ifindex))
				continue;
			for (size_t k = 0; k < gathering->count; k++)
				is_master |= gathering->devices[k].master == upper->ifindex &&
					     numbers_have(&known, gathering->devices[k].ifindex);
			if (!is_master && !lies_above(upper, &known))
				continue;
			ret = numbers_add(&known, upper->ifindex);
			if (ret >= 0)
				ret = add_neighbour(gathering, upper,
						    &gathering->situation->uppers);
			added = true;
		}
	}
	return ret < 0 ? ret : 0;
}

/* "agent (12), /sys/fs/bpf/agent"; NULL if nothing is known. */
static char *describe_holders(const struct attached_list *found, uint32_t link)
{
	char *text = NULL;
	size_t size, count = 0;
	FILE *out = open_memstream(&text, &size);

	for (size_t i = 0; out && link && i < found->nholders; i++) {
		const struct attached_holder *holder = &found->holders[i];

		if (holder->link != link)
			continue;
		fputs(count++ ? ", " : "", out);
		if (holder->pin)
			fputs(holder->pin, out);
		else
			fprintf(out, "%.16s (%d)", holder->comm, holder->pid);
	}
	if (out)
		fclose(out);
	if (!count) {
		free(text);
		return NULL;
	}
	return text;
}

static void gather_occupants(struct gathering *gathering)
{
	const struct attached_list *found = &gathering->list.found;
	struct situation *situation = gathering->situation;

	for (size_t i = 0; i < found->nprogs && situation->noccupants < WIRE_MODES; i++) {
		const struct attached_prog *prog = &found->progs[i];
		struct occupant *occupant = &situation->occupants[situation->noccupants];

		if (!found->netns[prog->netns].own || prog->ifindex != gathering->self->ifindex)
			continue;
		*occupant = (struct occupant){
			.prog.id = prog->prog.id,
			.mode = prog->mode,
			.by_link = prog->link_known == LINK_HOLDS  ? ANSWER_YES
				   : prog->link_known == LINK_NONE ? ANSWER_NO
								   : ANSWER_UNKNOWN,
			.link = prog->link,
			.held_by = describe_holders(found, prog->link),
		};
		memcpy(occupant->prog.name, prog->prog.name, sizeof(occupant->prog.name));
		situation->noccupants++;
	}
}

/* A name as a pattern that only it fits. */
static void pattern_of(char *to, const char *name)
{
	for (; *name; name++) {
		if (strchr("*?[\\", *name))
			*to++ = '\\';
		*to++ = *name;
	}
	*to = '\0';
}

static int gather_list(struct gathering *gathering)
{
	char pattern[2 * WIRE_NAME];
	char *wanted[] = { pattern, NULL };
	int err;

	pattern_of(pattern, gathering->self->name);
	gathering->list.wanted = wanted;
	err = list_gather(&gathering->list);
	gathering->list.wanted = NULL;
	return err;
}

static void gather_self(struct gathering *gathering)
{
	const struct system_state *system = &gathering->list.system;
	struct situation *situation = gathering->situation;
	const struct device_xdp *self = gathering->self;
	struct device_details details = {};

	memcpy(situation->name, self->name, sizeof(situation->name));
	situation->mtu = self->mtu;
	situation->up = self->up;
	situation->is_veth = !strcmp(self->kind, "veth");
	situation->is_bond = !strcmp(self->kind, "bond");
	situation->bond_mode = self->bond_mode;
	situation->bond_policy = self->bond_policy;
	situation->page_size = getpagesize();
	situation->cpus = get_nprocs_conf();
	situation->kernel = system->major << 8 | system->minor;
	situation->native = read_native(gathering, self, &details, &situation->frags);
	snprintf(situation->driver, sizeof(situation->driver), "%s",
		 details.driver[0] ? details.driver : self->kind);
	read_queues(gathering, self, &situation->rx_queues, &situation->tx_queues);
	ethtool_read(gathering->socket, self->name, &situation->ethtool);
}

static int gather(struct gathering *gathering, uint32_t ifindex)
{
	int err;

	gathering->netns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	gathering->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (gathering->netns < 0 || gathering->socket < 0)
		return -errno;
	err = devices_each(gathering->netns, add_device, gathering);
	if (err && err != -EAGAIN)
		return err;
	gathering->self = find_device(gathering, ifindex);
	if (!gathering->self)
		return -ENODEV;
	err = gather_list(gathering);
	if (err)
		return err;
	gather_self(gathering);
	gather_occupants(gathering);
	err = gather_peer(gathering);
	if (!err)
		err = gather_slaves(gathering);
	return err ? err : gather_uppers(gathering);
}

int explain_device(uint32_t ifindex, bool json)
{
	_cleanup_(situation_release) struct situation situation = {};
	struct gathering gathering = { .netns = -1, .socket = -1, .situation = &situation };
	struct obstacles obstacles = {};
	int err = gather(&gathering, ifindex);

	if (err) {
		log_error("could not look at the device: %s", strerrordesc_np(-err));
	} else {
		obstacles_find(&situation, &obstacles);
		if (json)
			obstacles_print_json(&situation, &obstacles, gathering.list.system.release,
					     stdout);
		else
			obstacles_print(&situation, &obstacles, stdout);
		if (gathering.list.found.unprivileged)
			log_warning("without privileges, less is known of it: run it as root");
	}
	close_fd(&gathering.netns);
	close_fd(&gathering.socket);
	free(gathering.devices);
	list_release(&gathering.list);
	return err || obstacles.blocked ? EXIT_FAILED : EXIT_DONE;
}
