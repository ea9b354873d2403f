// SPDX-License-Identifier: GPL-2.0
/* What is in the way of a native attach, given what a device is like. */
#include "advice/obstacles.h"

#include "cmd/obstacles_print.h"

#include "helpers.h"

#include <linux/if_bonding.h>
#include <string.h>

#define NEIGHBOUR(...)                                     \
	{                                                  \
		(struct neighbour[]){ { __VA_ARGS__ } }, 1 \
	}

/* A machine, and a device, on which nothing is in the way: a row says what differs. */
static void complete(struct situation *situation)
{
	if (!situation->name[0])
		strcpy(situation->name, "eth0");
	if (!situation->mtu)
		situation->mtu = 1500;
	if (!situation->page_size)
		situation->page_size = 4096;
	if (!situation->cpus)
		situation->cpus = 2;
	if (!situation->kernel)
		situation->kernel = 6 << 8 | 12;
	if (!situation->native)
		situation->native = ANSWER_YES;
}

/* The only obstacle; NULL if there is none. */
static const struct obstacle *only(const struct situation *row, struct obstacles *obstacles)
{
	struct situation situation = *row;

	complete(&situation);
	obstacles_find(&situation, obstacles);
	assert_true(obstacles->count <= 1);
	return obstacles->count ? &obstacles->list[0] : NULL;
}

static void test_limits(void **state)
{
	static const struct {
		const char *driver, *rule;
		uint32_t mtu; /* the largest that is good */
	} rows[] = {
		{ "virtio_net", "virtio-mtu", 3506 },
		{ "vmxnet3", "vmxnet3-mtu", 3494 },
		{ "ena", "ena-mtu", 3498 },
		{ "mlx4_en", "nic-mtu", 3498 },
		{ "mlx5_core", "nic-mtu-frags", 3498 },
		{ "bnxt_en", "nic-mtu-frags", 3502 },
		{ "igb", "igb-mtu", 3046 },
		{ "i40e", "nic-mtu-frags", 3046 },
		{ "ice", "nic-mtu-frags", 3046 },
		{ "ixgbe", "nic-mtu", 3050 },
		{ "gve", "gve-mtu", 2034 },
		{ "igc", "nic-jumbo", 1500 },
		{ "st_gmac", "nic-jumbo", 1500 },
		{ "stmmac", "nic-jumbo", 1500 },
		{ "netsec", "nic-jumbo", 1500 },
		{ "nicvf", "nic-jumbo", 1500 },
		{ "rvu_nicpf", "nic-jumbo", 1500 },
		{ "rvu_nicvf", "nic-jumbo", 1500 },
	};
	struct obstacles obstacles;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct situation situation = { .mtu = rows[i].mtu, .up = true };
		const struct obstacle *obstacle;

		strcpy(situation.driver, rows[i].driver);
		assert_null(only(&situation, &obstacles));
		assert_false(obstacles.blocked);
		situation.mtu++;
		obstacle = only(&situation, &obstacles);
		assert_non_null(obstacle);
		assert_true(obstacles.blocked);
		assert_string_equal(obstacle->rule->id, rows[i].rule);
		assert_non_null(strstr(obstacle->remedy, "ip link set dev eth0 mtu "));
	}
	/* virtio_net had other limits before. */
	assert_null(only(
		&(struct situation){ .driver = "virtio_net", .mtu = 4064, .kernel = 6 << 8 | 1 },
		&obstacles));
	assert_non_null(only(
		&(struct situation){ .driver = "virtio_net", .mtu = 4065, .kernel = 6 << 8 | 1 },
		&obstacles));
	assert_null(only(
		&(struct situation){ .driver = "virtio_net", .mtu = 4080, .kernel = 5 << 8 | 10 },
		&obstacles));
	assert_non_null(only(
		&(struct situation){ .driver = "virtio_net", .mtu = 4081, .kernel = 5 << 8 | 10 },
		&obstacles));
	/* Pages of 64 KiB have room for more; not so a limit that is the same for all. */
	assert_null(
		only(&(struct situation){ .driver = "virtio_net", .mtu = 9000, .page_size = 65536 },
		     &obstacles));
	assert_non_null(
		only(&(struct situation){ .driver = "igc", .mtu = 9000, .page_size = 65536 },
		     &obstacles));
	assert_null(only(&(struct situation){ .driver = "tun", .mtu = 65535 }, &obstacles));
}

struct row {
	const char *rule; /* NULL: nothing is in the way */
	enum effect effect;
	const char *found, *remedy; /* parts of them */
	struct situation situation;
};

static void assert_rows(const struct row *rows, size_t count)
{
	struct obstacles obstacles;

	for (size_t i = 0; i < count; i++) {
		const struct row *row = &rows[i];
		const struct obstacle *obstacle = only(&row->situation, &obstacles);

		if (!row->rule || !obstacle) {
			if (row->rule || obstacle)
				fail_msg("row %zu: %s", i, obstacle ? obstacle->rule->id : "none");
			continue;
		}
		assert_string_equal(obstacle->rule->id, row->rule);
		assert_int_equal(obstacle->effect, row->effect);
		assert_int_equal(obstacles.blocked, row->effect == EFFECT_BLOCKS);
		if (!strstr(obstacle->found, row->found))
			fail_msg("row %zu: '%s' is not in '%s'", i, row->found, obstacle->found);
		if (!strstr(obstacle->remedy, row->remedy))
			fail_msg("row %zu: '%s' is not in '%s'", i, row->remedy, obstacle->remedy);
	}
}

static void test_pairs_and_bonds(void **state)
{
	const struct row rows[] = {
		{ "core-no-native",
		  EFFECT_BLOCKS,
		  "driver dummy has no",
		  "dev eth0 xdpgeneric",
		  { .driver = "dummy", .native = ANSWER_NO } },
		{ "core-no-native",
		  EFFECT_BLOCKS,
		  "driver vmxnet3 has no",
		  "",
		  { .driver = "vmxnet3", .mtu = 9000, .native = ANSWER_NO } },
		{ .situation = { .driver = "veth", .peers = NEIGHBOUR("v1", 3506, 1, 1) } },
		{ "veth-peer-mtu",
		  EFFECT_BLOCKS,
		  "v1, is 3507; veth takes at most 3506 for a",
		  "ip link set dev v1 mtu 1500, for the other end of eth0",
		  { .driver = "veth", .peers = NEIGHBOUR("v1", 3507, 1, 1) } },
		{ "veth-queues",
		  EFFECT_BLOCKS,
		  "1 receive queues, and the other end, v1, has 2",
		  "ethtool -L v1 tx 1",
		  { .driver = "veth", .rx_queues = 1, .peers = NEIGHBOUR("v1", 1500, 2, 2) } },
		{ .situation = { .driver = "veth", .peers = NEIGHBOUR("v1", 1500, 2, 2) } },
		{ .situation = { .driver = "veth", .peer_hidden = true } },
		{ .situation = { .is_bond = true,
				 .bond_mode = BOND_MODE_ACTIVEBACKUP,
				 .native = ANSWER_NO } },
		{ .situation = { .is_bond = true, .bond_mode = BOND_MODE_8023AD } },
		{ "bond-mode",
		  EFFECT_BLOCKS,
		  "number 4, its xmit_hash_policy number 5",
		  "ip link set dev eth0 type bond mode active-backup",
		  { .is_bond = true,
		    .bond_mode = BOND_MODE_8023AD,
		    .bond_policy = BOND_XMIT_POLICY_VLAN_SRCMAC } },
		{ "bond-mode",
		  EFFECT_BLOCKS,
		  "number 6",
		  "",
		  { .is_bond = true, .bond_mode = BOND_MODE_ALB } },
		{ "core-no-native",
		  EFFECT_BLOCKS,
		  "before Linux 5.15",
		  "",
		  { .is_bond = true, .bond_mode = BOND_MODE_ALB, .kernel = 5 << 8 | 10 } },
		{ "bond-slave",
		  EFFECT_BLOCKS,
		  "slave s0 has no native",
		  "dev s0 nomaster",
		  { .is_bond = true, .slaves = NEIGHBOUR("s0", .native = ANSWER_NO) } },
		{ "bond-slave-prog",
		  EFFECT_BLOCKS,
		  "slave s0 has a program",
		  "dev s0 xdp off",
		  { .is_bond = true, .slaves = NEIGHBOUR("s0", .has_prog = true) } },
		{ "core-upper",
		  EFFECT_BLOCKS,
		  "b0, which lies above",
		  "ip link set dev b0 xdp off",
		  { .uppers = NEIGHBOUR("b0", .has_prog = true) } },
		{ .situation = { .uppers = NEIGHBOUR("b0") } },
		{ .situation = { .uppers = NEIGHBOUR("b0", .has_prog = true),
				 .kernel = 5 << 8 | 10 } },
	};

	assert_rows(rows, ARRAY_SIZE(rows));
}

static void test_hardware(void **state)
{
	const struct row rows[] = {
		{ .situation = { .driver = "virtio_net",
				 .ethtool = { true, .combined = 1, .max_combined = 3 } } },
		{ "virtio-few-queues",
		  EFFECT_SLOWS,
		  "2 queues are in use and XDP wants 2 more",
		  "on the host",
		  { .driver = "virtio_net",
		    .ethtool = { true, .combined = 2, .max_combined = 3 } } },
		{ .situation = { .driver = "virtio_net" } }, /* not known */
		{ .situation = { .driver = "ena",
				 .ethtool = { true, .combined = 4, .max_combined = 8 } } },
		{ "ena-queues",
		  EFFECT_BLOCKS,
		  "5 of 8 channels are in use",
		  "ethtool -L eth0 combined 4",
		  { .driver = "ena", .ethtool = { true, .combined = 5, .max_combined = 8 } } },
		{ .situation = { .driver = "gve",
				 .ethtool = { true, .rx = 4, .tx = 4, .max_tx = 8 } } },
		{ "gve-queues",
		  EFFECT_BLOCKS,
		  "4 receive and 3 transmit",
		  "rx 4 tx 4",
		  { .driver = "gve", .ethtool = { true, .rx = 4, .tx = 3, .max_tx = 8 } } },
		{ "gve-queues",
		  EFFECT_BLOCKS,
		  "5 receive and 5 transmit",
		  "rx 4 tx 4",
		  { .driver = "gve", .ethtool = { true, .rx = 5, .tx = 5, .max_tx = 8 } } },
		{ "bnxt-channels",
		  EFFECT_BLOCKS,
		  "none combined",
		  "combined 4",
		  { .driver = "bnxt_en", .rx_queues = 4, .ethtool = { true, .rx = 4, .tx = 4 } } },
		{ .situation = { .driver = "bnxt_en", .ethtool = { true, .combined = 4 } } },
		{ "ionic-split",
		  EFFECT_BLOCKS,
		  "none combined",
		  "",
		  { .driver = "ionic", .ethtool = { true, .rx = 4, .tx = 4 } } },
		{ .situation = { .driver = "ixgbe", .cpus = 128 } },
		{ "ixgbe-cpus", EFFECT_BLOCKS, "129 CPUs", "", { .driver = "ixgbe", .cpus = 129 } },
		{ "ixgbe-cpus",
		  EFFECT_BLOCKS,
		  "65 CPUs",
		  "",
		  { .driver = "ixgbe", .cpus = 65, .kernel = 5 << 8 | 14 } },
		{ "mlx5-lro",
		  EFFECT_BLOCKS,
		  "LRO and rx-gro-hw are on",
		  "ethtool -K eth0 lro off rx-gro-hw off",
		  { .driver = "mlx5_core", .ethtool = { .lro = true, .gro_hw = true } } },
		{ "gve-lro",
		  EFFECT_BLOCKS,
		  "rx-gro-hw is on",
		  "",
		  { .driver = "gve", .ethtool = { .gro_hw = true } } },
		{ "hyperv-lro",
		  EFFECT_BLOCKS,
		  "LRO is on",
		  "",
		  { .driver = "hv_netvsc", .ethtool = { .lro = true, .gro_hw = true } } },
		{ .situation = { .driver = "hv_netvsc", .ethtool = { .gro_hw = true } } },
		{ .situation = { .driver = "vmxnet3", .ethtool = { .lro = true } } },
		/* Down, and with the buffers of whenever it was up. */
		{ "igb-mtu",
		  EFFECT_MAY,
		  "the MTU is 1501, and the device is down",
		  "mtu 1500",
		  { .driver = "igb", .mtu = 1501 } },
		{ .situation = { .driver = "igb", .mtu = 1501, .up = true } },
		{ .situation = { .driver = "igb", .mtu = 1500 } },
		{ "igb-mtu",
		  EFFECT_BLOCKS,
		  "the MTU is 3047; igb takes at most 3046",
		  "mtu 1500",
		  { .driver = "igb", .mtu = 3047 } },
	};

	assert_rows(rows, ARRAY_SIZE(rows));
}

static void test_programs(void **state)
{
	const struct row rows[] = {
		{ "core-two-modes",
		  EFFECT_BLOCKS,
		  "program 7 old is there in generic mode",
		  "ip link set dev eth0 xdpgeneric off",
		  { .occupants = { { { 7, "old" }, WIRE_MODE_GENERIC } }, .noccupants = 1 } },
		{ "core-link-owned",
		  EFFECT_BLOCKS,
		  "program 7 old is there in driver mode, by link 9, held by agent (12)",
		  "bpftool link detach id 9",
		  { .occupants = { { { 7, "old" },
				     WIRE_MODE_DRIVER,
				     ANSWER_YES,
				     9,
				     (char *)"agent (12)" } },
		    .noccupants = 1 } },
		{ "core-link-over-prog",
		  EFFECT_BLOCKS,
		  "in driver mode, without a link",
		  "ip link set dev eth0 xdpdrv off",
		  { .occupants = { { { 7, "old" }, WIRE_MODE_DRIVER, ANSWER_NO } },
		    .noccupants = 1 } },
		{ "link-busy",
		  EFFECT_BLOCKS,
		  "in driver mode",
		  "xdpsnoop list eth0",
		  { .occupants = { { { 7, "old" }, WIRE_MODE_DRIVER } }, .noccupants = 1 } },
		{ .situation = { .occupants = { { { 7, "old" }, WIRE_MODE_OFFLOAD } },
				 .noccupants = 1 } },
		/* A native program has XDP's queues already. */
		{ "link-busy",
		  EFFECT_BLOCKS,
		  "",
		  "",
		  { .driver = "ena",
		    .ethtool = { true, .combined = 8, .max_combined = 8 },
		    .occupants = { { { 7, "old" }, WIRE_MODE_DRIVER } },
		    .noccupants = 1 } },
	};

	assert_rows(rows, ARRAY_SIZE(rows));
}

static char *printed(const struct situation *situation, const char *kernel)
{
	struct obstacles obstacles;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	obstacles_find(situation, &obstacles);
	if (kernel)
		obstacles_print_json(situation, &obstacles, kernel, out);
	else
		obstacles_print(situation, &obstacles, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void test_text(void **state)
{
	struct situation situation = { .name = "v\n0",
				       .driver = "igc",
				       .mtu = 9000,
				       .native = ANSWER_YES,
				       .rx_queues = 4,
				       .tx_queues = 2 };
	_cleanup_(free_pointer) char *bad = printed(&situation, NULL), *good = NULL;
	_cleanup_(free_pointer) char *doubtful = NULL;

	assert_string_equal(
		bad,
		"v\\x0a0: driver igc, MTU 9000, 4 receive and 2 transmit queues, native XDP: yes\n"
		"blocks: the MTU is 9000; igc takes at most 1500 (nic-jumbo)\n"
		"  cause: The MTU is above 1500, which the driver can not have together with XDP; "
		"igc and stmmac refuse a removal as well.\n"
		"  try: ip link set dev 'v\\x0a0' mtu 1500\n");
	situation = (struct situation){ .name = "v0", .driver = "igb", .mtu = 2000 };
	doubtful = printed(&situation, NULL);
	assert_string_equal(
		doubtful,
		"v0: driver igb, MTU 2000, native XDP: not known\n"
		"may block: the MTU is 2000, and the device is down: its buffers may "
		"still be those of a smaller one (igb-mtu)\n"
		"  cause: A frame of the device's MTU, with 26 bytes of headers, does not "
		"fit into a receive buffer.\n"
		"  try: ip link set dev v0 mtu 1500\n");
	situation = (struct situation){ .name = "v0", .mtu = 1500, .peer_hidden = true };
	good = printed(&situation, NULL);
	assert_string_equal(good,
			    "v0: driver not known, MTU 1500, native XDP: not known\n"
			    "not seen: the other end, which is in another network namespace\n"
			    "Nothing that is known of it stands in the way of a native attach.\n");
}

static void test_json(void **state)
{
	struct situation situation = {
		.name = "v0", .driver = "igc", .mtu = 9000, .native = ANSWER_YES
	};
	_cleanup_(free_pointer) char *bad = printed(&situation, "6.12.1"), *good = NULL;

	assert_string_equal(
		bad, "{\"v\":1,\"kernel\":\"6.12.1\",\"dev\":{\"ifname\":\"v0\",\"driver\":\"igc\","
		     "\"mtu\":9000,\"native\":true},\"blocked\":true,\"obstacles\":["
		     "{\"effect\":\"blocks\",\"rule\":\"nic-jumbo\","
		     "\"found\":\"the MTU is 9000; igc takes at most 1500\","
		     "\"cause\":\"The MTU is above 1500, which the driver can not have together "
		     "with XDP; igc and stmmac refuse a removal as well.\","
		     "\"remedy\":\"ip link set dev v0 mtu 1500\"}]}\n");
	situation = (struct situation){ .name = "v0", .mtu = 1500, .peer_hidden = true };
	good = printed(&situation, "6.12.1");
	assert_string_equal(good, "{\"v\":1,\"kernel\":\"6.12.1\",\"dev\":{\"ifname\":\"v0\","
				  "\"mtu\":1500},\"blocked\":false,\"obstacles\":[],"
				  "\"peer_hidden\":true}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),   cmocka_unit_test(test_pairs_and_bonds),
		cmocka_unit_test(test_hardware), cmocka_unit_test(test_programs),
		cmocka_unit_test(test_text),     cmocka_unit_test(test_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
