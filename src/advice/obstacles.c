// SPDX-License-Identifier: GPL-2.0
#include "advice/obstacles.h"

#include "advice/advice.h"
#include "advice/expand.h"
#include "util/cleanup.h"

#include <errno.h>
#include <linux/if_bonding.h>
#include <linux/if_ether.h>
#include <stdarg.h>
#include <string.h>

const char *effect_name(enum effect effect)
{
	static const char *const names[] = {
		[EFFECT_BLOCKS] = "blocks",
		[EFFECT_MAY] = "may block",
		[EFFECT_SLOWS] = "slows",
	};

	return names[effect];
}

/* What remedies are to be about, in the form that they are filled in from. */
static struct event subject_of(const struct situation *situation)
{
	struct event event = { .dev = { .mtu = situation->mtu,
					.rx_queues = situation->rx_queues,
					.tx_queues = situation->tx_queues } };

	memcpy(event.dev.name, situation->name, sizeof(event.dev.name));
	return event;
}

/* Adds what rule @id is about, to be described by the caller; NULL where there is no room. */
static struct obstacle *add(struct obstacles *obstacles, const char *id, enum effect effect,
			    const struct event *subject, const char *other)
{
	struct obstacle *obstacle = &obstacles->list[obstacles->count];
	const struct rule *rule = rule_find(id);

	if (!rule || obstacles->count == OBSTACLES_MAX)
		return NULL;
	obstacles->count++;
	obstacles->blocked |= effect == EFFECT_BLOCKS;
	obstacles->doubtful |= effect == EFFECT_MAY;
	*obstacle = (struct obstacle){ .rule = rule, .effect = effect };
	remedy_expand(obstacle->remedy, rule->remedy, subject, other);
	return obstacle;
}

__attribute__((format(printf, 2, 3))) static void describe(struct obstacle *obstacle,
							   const char *format, ...)
{
	va_list args;

	if (!obstacle)
		return;
	va_start(args, format);
	vsnprintf(obstacle->found, sizeof(obstacle->found), format, args);
	va_end(args);
}

/* The same where only the device itself matters. */
#define FOUND(obstacles, situation, id, effect, ...)                               \
	do {                                                                       \
		struct event subject = subject_of(situation);                      \
                                                                                   \
		describe(add(obstacles, id, effect, &subject, NULL), __VA_ARGS__); \
	} while (0)

static void check_native(const struct situation *situation, struct obstacles *obstacles)
{
	if (situation->native == ANSWER_NO && !situation->is_bond)
		FOUND(obstacles, situation, "core-no-native", EFFECT_BLOCKS,
		      "driver %s has no native XDP, or not as the device is set up now",
		      situation->driver[0] ? situation->driver : "(none)");
}

/*
 * The largest MTU for a program that takes no packets of several buffers: what a page leaves (the
 * page's size less `overhead`), or the same for all. Of drivers whose limit depends on more, what
 * is the largest at best.
 */
static const struct limit {
	const char *driver, *rule;
	uint32_t overhead, fixed;
	bool stale;        /* buffers of a device that is down are those of its last use */
	int since, before; /* versions as of struct situation's kernel; 0: any */
} limits[] = {
	/* virtnet_xdp_set; before 6.3 it took off a struct padded_vnet_hdr only */
	{ "virtio_net", "virtio-mtu", .overhead = 590, .since = 6 << 8 | 3 },
	{ "virtio_net", "virtio-mtu", .overhead = 32, .since = 5 << 8 | 18, .before = 6 << 8 | 3 },
	{ "virtio_net", "virtio-mtu", .overhead = 16, .before = 5 << 8 | 18 },
	{ "vmxnet3", "vmxnet3-mtu", .overhead = 602 },      /* VMXNET3_XDP_MAX_MTU */
	{ "ena", "ena-mtu", .overhead = 598 },              /* ENA_XDP_MAX_MTU */
	{ "mlx4_en", "nic-mtu", .overhead = 598 },          /* MLX4_EN_MAX_XDP_MTU */
	{ "mlx5_core", "nic-mtu-frags", .overhead = 598 },  /* mlx5e_xdp_max_mtu */
	{ "bnxt_en", "nic-mtu-frags", .overhead = 594 },    /* BNXT_MAX_PAGE_MODE_MTU */
	{ "igb", "igb-mtu", .fixed = 3046, .stale = true }, /* IGB_RXBUFFER_3072 - 26 */
	{ "i40e", "nic-mtu-frags", .fixed = 3046 },
	{ "ice", "nic-mtu-frags", .fixed = 3046 },
	{ "ixgbe", "nic-mtu", .fixed = 3050, .stale = true },
	{ "gve", "gve-mtu", .fixed = 2034 },
	{ "igc", "nic-jumbo", .fixed = 1500 },
	{ "st_gmac", "nic-jumbo", .fixed = 1500 },
	{ "stmmac", "nic-jumbo", .fixed = 1500 },
	{ "netsec", "nic-jumbo", .fixed = 1500 },
	{ "nicvf", "nic-jumbo", .fixed = 1500 },
	{ "rvu_nicpf", "nic-jumbo", .fixed = 1500 },
	{ "rvu_nicvf", "nic-jumbo", .fixed = 1500 },
};

static void check_limit(const struct situation *situation, const struct limit *limit,
			struct obstacles *obstacles)
{
	const char *which = situation->frags == ANSWER_YES ? " for a program without frags" : "";
	uint32_t most = limit->fixed;

	if (!most && situation->page_size > limit->overhead)
		most = situation->page_size - limit->overhead;
	if (situation->mtu > most)
		FOUND(obstacles, situation, limit->rule, EFFECT_BLOCKS,
		      "the MTU is %u; %s takes at most %u%s", situation->mtu, situation->driver,
		      most, which);
	else if (limit->stale && !situation->up && situation->mtu > ETH_DATA_LEN)
		FOUND(obstacles, situation, limit->rule, EFFECT_MAY,
		      "the MTU is %u, and the device is down: its buffers may still be those of a "
		      "smaller one",
		      situation->mtu);
}

static void check_mtu(const struct situation *situation, struct obstacles *obstacles)
{
	if (situation->native == ANSWER_NO)
		return; /* whatever it is: there is no such mode */
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		const struct limit *limit = &limits[i];

		if (!strcmp(limit->driver, situation->driver) &&
		    situation->kernel >= limit->since &&
		    (!limit->before || situation->kernel < limit->before))
			check_limit(situation, limit, obstacles);
	}
}

/* veth_xdp_set: VETH_XDP_HEADROOM, struct skb_shared_info and the header of Ethernet. */
#define VETH_OVERHEAD 590

static void check_veth(const struct situation *situation, struct obstacles *obstacles)
{
	const struct neighbour *peer = situation->peers.list;
	struct event subject = subject_of(situation);
	uint32_t most = situation->page_size - VETH_OVERHEAD;

	if (!situation->peers.count)
		return;
	if (peer->mtu > most)
		describe(add(obstacles, "veth-peer-mtu", EFFECT_BLOCKS, &subject, peer->name),
			 "the MTU of the other end, %s, is %u; veth takes at most %u%s", peer->name,
			 peer->mtu, most,
			 situation->kernel >= (5 << 8 | 18) ? " for a program without frags" : "");
	if (situation->rx_queues && situation->rx_queues < peer->tx_queues)
		describe(add(obstacles, "veth-queues", EFFECT_BLOCKS, &subject, peer->name),
			 "there are %u receive queues, and the other end, %s, has %u transmit "
			 "queues",
			 situation->rx_queues, peer->name, peer->tx_queues);
}

static bool bond_mode_does(const struct situation *situation)
{
	switch (situation->bond_mode) {
	case BOND_MODE_ROUNDROBIN:
	case BOND_MODE_ACTIVEBACKUP:
		return true;
	case BOND_MODE_8023AD:
	case BOND_MODE_XOR:
		return situation->bond_policy != BOND_XMIT_POLICY_VLAN_SRCMAC;
	default:
		return false;
	}
}

/* bond_xdp_set. Before 5.15 there is none. */
static void check_bond(const struct situation *situation, struct obstacles *obstacles)
{
	struct event subject = subject_of(situation);

	if (!situation->is_bond)
		return;
	if (situation->kernel < (5 << 8 | 15)) {
		FOUND(obstacles, situation, "core-no-native", EFFECT_BLOCKS,
		      "bonds have no native XDP before Linux 5.15");
		return;
	}
	if (!bond_mode_does(situation))
		FOUND(obstacles, situation, "bond-mode", EFFECT_BLOCKS,
		      "the bond's mode is number %u, its xmit_hash_policy number %u",
		      situation->bond_mode, situation->bond_policy);
	for (size_t i = 0; i < situation->slaves.count; i++) {
		const struct neighbour *slave = &situation->slaves.list[i];

		if (slave->native == ANSWER_NO)
			describe(add(obstacles, "bond-slave", EFFECT_BLOCKS, &subject, slave->name),
				 "slave %s has no native XDP", slave->name);
		if (slave->has_prog)
			describe(add(obstacles, "bond-slave-prog", EFFECT_BLOCKS, &subject,
				     slave->name),
				 "slave %s has a program of its own", slave->name);
	}
}

/* Merged packets: LRO, and GRO in hardware. */
static const struct {
	const char *driver, *rule;
	bool gro_hw; /* that as well */
} mergers[] = {
	{ "mlx5_core", "mlx5-lro", true }, { "gve", "gve-lro", true },
	{ "hv_netvsc", "hyperv-lro" },     { "ixgbe", "ixgbe-silent" },
	{ "mtk_soc_eth", "mtk-lro" },
};

static void check_merging(const struct situation *situation, struct obstacles *obstacles)
{
	bool lro = situation->ethtool.lro, gro_hw = situation->ethtool.gro_hw;

	for (size_t i = 0; i < ARRAY_SIZE(mergers); i++) {
		if (strcmp(mergers[i].driver, situation->driver) ||
		    !(lro || (gro_hw && mergers[i].gro_hw)))
			continue;
		FOUND(obstacles, situation, mergers[i].rule, EFFECT_BLOCKS, "%s on",
		      lro && gro_hw && mergers[i].gro_hw ? "LRO and rx-gro-hw are"
		      : lro                              ? "LRO is"
							 : "rx-gro-hw is");
	}
}

static bool has_native_prog(const struct situation *situation)
{
	for (size_t i = 0; i < situation->noccupants; i++) {
		if (situation->occupants[i].mode == WIRE_MODE_DRIVER)
			return true;
	}
	return false;
}

/* What of the maximum is left for XDP's own queues. With a program they are in use already. */
static void check_spare_queues(const struct situation *situation, struct obstacles *obstacles)
{
	const struct ethtool_state *have = &situation->ethtool;
	struct event subject = subject_of(situation);

	if (!have->has_channels || has_native_prog(situation))
		return;
	if (!strcmp(situation->driver, "virtio_net") &&
	    have->combined + situation->cpus > have->max_combined)
		FOUND(obstacles, situation, "virtio-few-queues", EFFECT_SLOWS,
		      "%u queues are in use and XDP wants %u more, one for each CPU; the device "
		      "has "
		      "%u",
		      have->combined, situation->cpus, have->max_combined);
	subject.dev.rx_queues = have->max_combined; /* of which half is the most */
	if (!strcmp(situation->driver, "ena") && 2 * have->combined > have->max_combined)
		describe(add(obstacles, "ena-queues", EFFECT_BLOCKS, &subject, NULL),
			 "%u of %u channels are in use", have->combined, have->max_combined);
	subject.dev.rx_queues = have->max_tx;
	if (!strcmp(situation->driver, "gve") &&
	    (have->rx != have->tx || 2 * have->tx > have->max_tx))
		describe(add(obstacles, "gve-queues", EFFECT_BLOCKS, &subject, NULL),
			 "%u receive and %u transmit queues are in use, of %u", have->rx, have->tx,
			 have->max_tx);
}

static void check_channels(const struct situation *situation, struct obstacles *obstacles)
{
	const struct ethtool_state *have = &situation->ethtool;
	bool split = have->has_channels && !have->combined && (have->rx || have->tx);

	if (split && !strcmp(situation->driver, "bnxt_en"))
		FOUND(obstacles, situation, "bnxt-channels", EFFECT_BLOCKS,
		      "%u receive and %u transmit channels, none combined", have->rx, have->tx);
	if (split && !strcmp(situation->driver, "ionic"))
		FOUND(obstacles, situation, "ionic-split", EFFECT_BLOCKS,
		      "%u receive and %u transmit channels, none combined", have->rx, have->tx);
	if (!strcmp(situation->driver, "ixgbe") &&
	    situation->cpus > (situation->kernel >= (5 << 8 | 15) ? 128 : 64))
		FOUND(obstacles, situation, "ixgbe-cpus", EFFECT_BLOCKS,
		      "the machine can have %u CPUs", situation->cpus);
}

static void check_uppers(const struct situation *situation, struct obstacles *obstacles)
{
	struct event subject = subject_of(situation);

	for (size_t i = 0; i < situation->uppers.count; i++) {
		const struct neighbour *upper = &situation->uppers.list[i];

		if (upper->has_prog && situation->kernel >= (5 << 8 | 15))
			describe(add(obstacles, "core-upper", EFFECT_BLOCKS, &subject, upper->name),
				 "%s, which lies above, has a program", upper->name);
	}
}

/* The rule by which a program in this mode is in the way. */
static const char *occupant_rule(const struct occupant *occupant)
{
	if (occupant->mode == WIRE_MODE_GENERIC)
		return "core-two-modes";
	if (occupant->mode == WIRE_MODE_OFFLOAD)
		return NULL;
	switch (occupant->by_link) {
	case ANSWER_YES:
		return "core-link-owned";
	case ANSWER_NO:
		return "core-link-over-prog";
	default:
		return "link-busy";
	}
}

static void check_occupants(const struct situation *situation, struct obstacles *obstacles)
{
	for (size_t i = 0; i < situation->noccupants; i++) {
		const struct occupant *occupant = &situation->occupants[i];
		const char *rule = occupant_rule(occupant), *mode = mode_name(occupant->mode);
		struct event subject = subject_of(situation);
		char link[64] = "";

		if (!rule)
			continue;
		subject.old_prog = occupant->prog;
		subject.old_mode = mode;
		subject.link_id = occupant->link;
		if (occupant->by_link == ANSWER_YES)
			snprintf(link, sizeof(link), ", by link %u", occupant->link);
		else if (occupant->by_link == ANSWER_NO)
			snprintf(link, sizeof(link), ", without a link (by netlink)");
		describe(add(obstacles, rule, EFFECT_BLOCKS, &subject, NULL),
			 "program %u %.16s is there in %s mode%s%s%s", occupant->prog.id,
			 occupant->prog.name, mode, link, occupant->held_by ? ", held by " : "",
			 occupant->held_by ? occupant->held_by : "");
	}
}

void obstacles_find(const struct situation *situation, struct obstacles *ret)
{
	static void (*const checks[])(const struct situation *, struct obstacles *) = {
		check_occupants, check_uppers,       check_native,   check_bond,    check_veth,
		check_mtu,       check_spare_queues, check_channels, check_merging,
	};

	*ret = (struct obstacles){};
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		checks[i](situation, ret);
}

int neighbours_add(struct neighbours *neighbours, const struct neighbour *neighbour)
{
	struct neighbour *list =
		reallocarray(neighbours->list, neighbours->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	neighbours->list = list;
	list[neighbours->count++] = *neighbour;
	return 0;
}

void situation_release(struct situation *situation)
{
	for (size_t i = 0; i < situation->noccupants; i++)
		free(situation->occupants[i].held_by);
	free(situation->peers.list);
	free(situation->slaves.list);
	free(situation->uppers.list);
	*situation = (struct situation){};
}
