// SPDX-License-Identifier: GPL-2.0
/* Which rule explains what: every rule is found by an event, and none hides another. */
#include "advice/advice.h"
#include "advice/expand.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>

static const char *document; /* docs/problems.md */
static struct advisor advisor;

/* A message as the kernel could print it by a pattern. */
static void example(char to[WIRE_MSG], const char *pattern)
{
	size_t length = 0;

	for (; *pattern && length < WIRE_MSG - 1; pattern++)
		to[length++] = *pattern == '*' ? '7' : *pattern;
	to[length] = '\0';
}

static void first_driver(const struct rule *rule, struct event *event)
{
	if (rule->drivers)
		snprintf(event->driver, sizeof(event->driver), "%.*s",
			 (int)strcspn(rule->drivers, "|"), rule->drivers);
}

static const char *best(const struct event *event)
{
	struct advice found[ADVICE_MAX];
	size_t count = advisor_find(&advisor, event, found, ARRAY_SIZE(found));

	return count ? found[0].rule->id : "none";
}

static bool is_sentence(const char *text)
{
	size_t length = strlen(text);

	return length > 20 && text[length - 1] == '.' && !strchr(text, '\n');
}

static void test_rules_are_complete(void **state)
{
	const struct rule *rule, *other;
	char problem[512];

	for (size_t i = 0; (rule = rule_at(i)); i++) {
		assert_true(i < ADVICE_MAX);
		assert_int_equal(strspn(rule->id, "abcdefghijklmnopqrstuvwxyz0123456789-"),
				 strlen(rule->id));
		if (!is_sentence(rule->cause))
			fail_msg("%s: the cause is no sentence: %s", rule->id, rule->cause);
		assert_non_null(rule->remedy);
		assert_true(strlen(rule->remedy) > 10);
		assert_non_null(confidence_name(rule->confidence));
		assert_true(rule->error <= 0);
		assert_true(rule->texts[0] || rule->error || rule->when);
		if (rule_problem(rule, problem, sizeof(problem)))
			fail_msg("%s: %s", rule->id, problem);
		for (size_t k = 0; (other = rule_at(k)) != rule; k++)
			assert_string_not_equal(other->id, rule->id);
	}
}

/* With the driver that says so, or one that no rule knows. */
static void test_every_text_finds_its_rule(void **state)
{
	const struct rule *rule;

	for (size_t i = 0; (rule = rule_at(i)); i++) {
		for (size_t k = 0; k < RULE_TEXTS && rule->texts[k]; k++) {
			struct event event = { .action = ACTION_INSTALL, .error = -EINVAL };

			example(event.reason, rule->texts[k]);
			first_driver(rule, &event);
			if (strcmp(best(&event), rule->id))
				fail_msg("\"%s\" finds %s, not %s", event.reason, best(&event),
					 rule->id);
		}
	}
}

/* Failures without a reason. What is not said: native mode, by netlink, on eth0; a name - is none.
 */
static const struct failure {
	const char *rule;
	int error;
	const char *driver;
	struct event event;
} failures[] = {
	{ "core-no-native", EOPNOTSUPP, "dummy", { .cause = "link-create" } },
	{ "core-two-modes",
	  EEXIST,
	  "veth",
	  { .cause = "link-create", .old_mode = "generic", .old_prog.id = 7 } },
	{ "core-noexist",
	  EBUSY,
	  "veth",
	  { .old_mode = "driver", .old_prog.id = 7, .flags = "update_if_noexist|drv_mode" } },
	{ "core-unexpected",
	  EEXIST,
	  "veth",
	  { .old_mode = "driver", .old_prog.id = 7, .flags = "replace" } },
	{ "core-link-owned",
	  EBUSY,
	  "veth",
	  { .old_mode = "driver", .old_prog.id = 7, .flags = "drv_mode" } },
	{ "core-upper", EEXIST, "veth", { .dev.master = "bond0" } },
	{ "core-link-flags",
	  EINVAL,
	  "veth",
	  { .cause = "link-create", .flags = "update_if_noexist" } },
	{ "core-mode-flags",
	  EINVAL,
	  "veth",
	  { .cause = "link-create", .flags = "skb_mode|drv_mode" } },
	{ "core-offloaded",
	  EINVAL,
	  "nfp",
	  { .cause = "link-create", .prog_is.flags = { true, 1, { "offloaded" } } } },
	{ "core-bound-generic",
	  EINVAL,
	  "veth",
	  { .cause = "link-create",
	    .mode = "generic",
	    .prog_is.flags = { true, 1, { "dev-bound" } } } },
	{ "link-severed", ENOLINK, "", { .cause = "link-update", .action = ACTION_REPLACE } },
	{ "link-unexpected", EPERM, "veth", { .cause = "link-update", .action = ACTION_REPLACE } },
	{ "link-other-type", EINVAL, "veth", { .cause = "link-update", .action = ACTION_REPLACE } },
	{ "link-update-modes",
	  EEXIST,
	  "veth",
	  { .cause = "link-update", .action = ACTION_REPLACE } },
	{ "link-no-device", EINVAL, "", { .cause = "link-create", .dev.name = "-" } },
	{ "netlink-no-device", ENODEV, "", { .dev.name = "-" } },
	{ "netlink-not-permitted", EPERM, "veth", {} },
	{ "bad-descriptor", EBADF, "veth", {} },
	{ "not-xdp-program", EINVAL, "dummy", {} },
	{ "netlink-bad-request", EINVAL, "dummy", { .prog.id = 7 } },
	{ "generic-map-programs",
	  EINVAL,
	  "dummy",
	  { .mode = "generic", .func = "generic_xdp_install" } },
	{ "offload-unsupported",
	  EINVAL,
	  "veth",
	  { .mode = "offload", .func = "veth_xdp", .prog.id = 7 } },
	{ "no-memory", ENOMEM, "veth", { .func = "veth_xdp" } },
	{ "virtio-mtu", EINVAL, "virtio_net", { .dev.mtu = 9000, .func = "virtnet_xdp" } },
	{ "virtio-offloads", EOPNOTSUPP, "virtio_net", { .func = "virtnet_xdp" } },
	{ "virtio-few-queues", ENOMEM, "virtio_net", { .func = "virtnet_xdp" } },
	{ "veth-peer-gone", ENOTCONN, "veth", {} },
	{ "veth-peer-mtu", ERANGE, "veth", {} },
	{ "veth-queues", ENOSPC, "veth", {} },
	{ "bond-mode", EOPNOTSUPP, "bonding", { .func = "bond_xdp" } },
	{ "vmxnet3-mtu", EOPNOTSUPP, "vmxnet3", { .dev.mtu = 9000, .func = "vmxnet3_xdp" } },
	{ "hyperv-mtu", EOPNOTSUPP, "mana", { .dev.mtu = 9000, .func = "mana_bpf" } },
	{ "hyperv-busy", ENODEV, "hv_netvsc", { .func = "netvsc_bpf" } },
	{ "netkit-no-native", EOPNOTSUPP, "netkit", { .func = "netkit_xsk" } },
	{ "netdevsim-mtu", EINVAL, "nfp", { .dev.mtu = 9000, .func = "nfp_net_xdp" } },
	{ "nic-mtu-frags", EINVAL, "mlx5_core", { .dev.mtu = 9000, .func = "mlx5e_xdp" } },
	{ "nic-mtu", EINVAL, "sfc", { .dev.mtu = 9000, .func = "efx_xdp" } },
	{ "nic-mtu", EINVAL, "ixgbe", { .dev.mtu = 9000, .func = "ixgbe_xdp" } },
	{ "ice-no-queues", ENOMEM, "ice", { .cause = "link-create", .func = "ice_xdp" } },
	{ "i40e-mtu", EINVAL, "i40e", { .dev.mtu = 2000, .func = "i40e_xdp" } },
	{ "i40e-not-main", EINVAL, "i40e", { .dev.mtu = 1500, .func = "i40e_xdp" } },
	{ "igb-mtu", EINVAL, "igb", { .dev.mtu = 9000, .func = "igb_xdp" } },
	{ "ixgbe-silent", EINVAL, "ixgbe", { .dev.mtu = 1500, .func = "ixgbe_xdp" } },
	{ "ixgbe-cpus", ENOMEM, "ixgbe", { .func = "ixgbe_xdp" } },
	{ "nic-jumbo", EOPNOTSUPP, "igc", { .dev.mtu = 9000, .func = "igc_bpf" } },
	{ "mlx5-lro", EINVAL, "mlx5_core", { .dev.mtu = 1500, .func = "mlx5e_xdp" } },
	{ "bnxt-channels", EOPNOTSUPP, "bnxt_en", { .dev.mtu = 1500, .func = "bnxt_xdp" } },
	{ "bnxt-rings", ENOMEM, "bnxt_en", { .func = "bnxt_xdp" } },
	{ "ena-mtu", EINVAL, "ena", { .dev.mtu = 9001, .func = "ena_xdp" } },
	{ "ena-queues", EINVAL, "ena", { .dev.mtu = 1500, .func = "ena_xdp" } },
	{ "gve-queues", EINVAL, "gve", { .func = "gve_xdp" } },
	{ "gve-mtu", EOPNOTSUPP, "gve", { .dev.mtu = 9000, .func = "gve_xdp" } },
	{ "soc-mtu", EOPNOTSUPP, "mvpp2", { .dev.mtu = 9000, .func = "mvpp2_xdp" } },
	{ "nic-no-frags", EOPNOTSUPP, "atlantic", { .dev.mtu = 9000, .func = "aq_xdp" } },
	{ "fec-swap", EOPNOTSUPP, "fec", { .func = "fec_enet_bpf" } },
	{ "nicvf-queues", ENOMEM, "nicvf", { .cause = "link-create", .func = "nicvf_xdp" } },
	{ "ionic-split", EOPNOTSUPP, "ionic", { .dev.mtu = 1500, .func = "ionic_xdp" } },
	{ "idpf-queues", ENOSPC, "idpf", { .func = "idpf_xdp" } },
	{ "idpf-single-queue", EOPNOTSUPP, "idpf", { .func = "idpf_xdp" } },
	{ "core-link-over-prog",
	  EBUSY,
	  "veth",
	  { .cause = "link-create",
	    .old_mode = "driver",
	    .old_prog.id = 7,
	    .opponent.prog.id = 7 } },
	{ "core-link-owned",
	  EBUSY,
	  "veth",
	  { .cause = "link-create",
	    .old_mode = "driver",
	    .old_prog.id = 7,
	    .opponent = { .prog.id = 7, .link_id = 9 } } },
	{ "link-busy",
	  EBUSY,
	  "veth",
	  { .cause = "link-create", .old_mode = "driver", .old_prog.id = 7 } },
	{ "xsk-no-zerocopy",
	  EOPNOTSUPP,
	  "veth",
	  { .action = ACTION_POOL_SETUP, .xsk.asked = "zerocopy" } },
	{ "xsk-queue-taken", EBUSY, "veth", { .action = ACTION_POOL_SETUP } },
	{ "xsk-bad-queue", EINVAL, "veth", { .action = ACTION_POOL_SETUP } },
	{ "xsk-no-device", ENODEV, "", { .action = ACTION_POOL_SETUP } },
	/* Nothing is better than a guess by the number alone. */
	{ "none", EIO, "veth", {} },
	{ "none", ERANGE, "dummy", {} },
	{ "none", EBUSY, "veth", { .action = ACTION_COMPONENT_ATTACH } },
	{ "none", ENOMEM, "", { .action = ACTION_ENTRY_INSTALL } },
};

static struct event event_of(const struct failure *failure)
{
	struct event event = failure->event;

	event.error = -failure->error;
	snprintf(event.driver, sizeof(event.driver), "%s", failure->driver);
	if (!event.action)
		event.action = ACTION_INSTALL;
	if (!event.cause)
		event.cause = "netlink";
	if (!event.mode)
		event.mode = "driver";
	if (!event.dev.name[0])
		strcpy(event.dev.name, "eth0");
	else if (!strcmp(event.dev.name, "-"))
		event.dev.name[0] = '\0';
	return event;
}

static bool is_expected(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++) {
		if (!strcmp(failures[i].rule, id))
			return true;
	}
	return false;
}

static void test_silence(void **state)
{
	const struct rule *rule;

	for (size_t i = 0; i < ARRAY_SIZE(failures); i++) {
		struct event event = event_of(&failures[i]);

		if (strcmp(best(&event), failures[i].rule))
			fail_msg("failure %zu finds %s, not %s", i, best(&event), failures[i].rule);
	}
	for (size_t i = 0; (rule = rule_at(i)); i++) {
		bool guesses = rule->texts[0] ? (rule->error || rule->when) &&
							(rule->drivers || rule->when)
					      : true;

		if (is_expected(rule->id) != guesses)
			fail_msg("%s is %s by an event without a reason", rule->id,
				 guesses ? "not tried" : "found");
	}
}

/* As tools print them. */
static void test_words_around(void **state)
{
	static const struct {
		const char *text, *rule;
	} rows[] = {
		{ "Error: veth: Peer MTU is too large to set XDP.", "veth-peer-mtu" },
		{ "libbpf: Kernel error message: veth: Peer MTU is too large to set XDP\n",
		  "veth-peer-mtu" },
		{ "[   12.345678] virtio_net virtio0 eth0: XDP requires MTU less than 3506",
		  "virtio-mtu" },
		{ "underlying driver does not support XDP in native mode", "core-no-native" },
		{ "gve: XDP is not supported when HW-GRO is on.", "gve-lro" },
		{ "gve: XDP is not supported when HW-GRO is on", NULL },
		{ "Peer MTU is too large", NULL },
		{ "", NULL },
		{ ".", NULL },
		{ ": ", NULL },
		{ "*", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct rule *found[2];
		size_t count = advice_for_text(rows[i].text, found, 2);

		assert_int_equal(count, rows[i].rule != NULL);
		if (count)
			assert_string_equal(found[0]->id, rows[i].rule);
	}
}

/* What was said is what counts, whatever the device looks like; silence makes less sure. */
static void test_confidence(void **state)
{
	static const struct {
		struct failure failure;
		const char *confidence;
	} rows[] = {
		{ { "veth-peer-mtu",
		    ERANGE,
		    "veth",
		    { .reason = "veth: Peer MTU is too large to set XDP" } },
		  "certain" },
		{ { "veth-peer-mtu", ERANGE, "veth", {} }, "possible" },
		{ { "virtio-mtu", EINVAL, "virtio_net", { .dev.mtu = 9000 } }, "likely" },
		{ { "link-severed", ENOLINK, "", { .cause = "link-update" } }, "certain" },
		{ { NULL, ERANGE, "veth", { .reason = "Something else" } }, NULL },
		{ { NULL, EIO, "veth", {} }, NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event event = event_of(&rows[i].failure);

		advisor_advise(&advisor, &event);
		if (!rows[i].confidence) {
			assert_null(event.advice.rule);
			assert_null(event.advice.cause);
			continue;
		}
		assert_string_equal(event.advice.rule, rows[i].failure.rule);
		assert_string_equal(event.advice.confidence, rows[i].confidence);
	}
}

/* Two events with one text, of other drivers: the second is not the first one's. */
static void test_text_of_two_drivers(void **state)
{
	static const char *const rows[][2] = { { "virtio_net", "virtio-mtu" },
					       { "i40e", "i40e-mtu" },
					       { "virtio_net", "virtio-mtu" } };

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event event = { .error = -EINVAL, .reason = "MTU too large to enable XDP" };

		snprintf(event.driver, sizeof(event.driver), "%s", rows[i][0]);
		advisor_advise(&advisor, &event);
		assert_string_equal(event.advice.rule, rows[i][1]);
	}
}

static void test_success(void **state)
{
	struct event event = { .action = ACTION_INSTALL, .driver = "vmxnet3", .dev.name = "eth0" };

	advisor_advise(&advisor, &event);
	assert_null(event.advice.rule);
	event.warnings =
		(struct messages){ { { "log", 1, "vmxnet3 0:7 e0: NIC Link is Up" },
				     { "extack", 1, "vmxnet3: LRO is not supported with XDP" } },
				   2 };
	advisor_advise(&advisor, &event);
	assert_string_equal(event.advice.rule, "vmxnet3-lro");
	assert_string_equal(event.advice.remedy,
			    "nothing: it is a warning. ethtool -K eth0 lro off "
			    "beforehand avoids it");
}

/* A line in the log explains, if a rule knows it; text of an earlier operation does not. */
static void test_lines_beside(void **state)
{
	static const struct {
		const char *reason, *reason_source, *warning, *source, *rule;
	} rows[] = {
		{ "mlx5_core 0000:01:00.0 eth0: can't set XDP while LRO is on, disable LRO first",
		  "log", "", "log", "mlx5-lro" },
		{ "eth0: link becomes ready", "log", "", "log", "ena-mtu" },
		{ "Something else", "extack", "", "log", "none" },
		{ "Something else", "extack", "eth0: XDP requires MTU less than 3506", "log",
		  "virtio-mtu" },
		{ "", NULL, "eth0: XDP requires MTU less than 3506", "extack", "ena-mtu" },
		{ "XDP program already attached", "extack", "eth0: XDP requires MTU less than 3506",
		  "log", "core-noexist" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct failure failure = { NULL, EINVAL, "ena", { .dev.mtu = 9001 } };
		struct event event = event_of(&failure);

		snprintf(event.reason, sizeof(event.reason), "%s", rows[i].reason);
		event.reason_source = rows[i].reason_source;
		event.warnings.count = rows[i].warning[0] != '\0';
		event.warnings.list[0].source = rows[i].source;
		snprintf(event.warnings.list[0].text, WIRE_MSG, "%s", rows[i].warning);
		assert_string_equal(best(&event), rows[i].rule);
	}
}

static void test_errors(void **state)
{
	const struct rule *found[ADVICE_MAX];

	assert_int_equal(advice_for_error(-ENOLINK, found, ADVICE_MAX), 1);
	assert_string_equal(found[0]->id, "link-severed");
	assert_true(advice_for_error(-EINVAL, found, ADVICE_MAX) > 5);
	assert_null(found[0]->texts[0]);
	assert_int_equal(advice_for_error(-EINVAL, found, 2), 2);
	assert_int_equal(advice_for_error(-EXFULL, found, ADVICE_MAX), 0);
	assert_int_equal(advice_for_error(0, found, 0), 0);
}

static void test_drivers(void **state)
{
	const struct rule rule = { .drivers = "ice|i40e" }, any = {};

	assert_true(rule_is_of_driver(&rule, "ice"));
	assert_true(rule_is_of_driver(&rule, "i40e"));
	assert_false(rule_is_of_driver(&rule, "ic"));
	assert_false(rule_is_of_driver(&rule, "ice|i40e"));
	assert_false(rule_is_of_driver(&rule, ""));
	assert_false(rule_is_of_driver(&any, "ice"));
}

static void test_remedies(void **state)
{
	static struct call calls[] = { { .ifname = "bond0" },
				       { .ifname = "s1", .has_message = true } };
	static const struct {
		const char *template, *text;
		struct event event;
	} rows[] = {
		{ "ethtool -L {dev} combined {half}",
		  "ethtool -L eth0 combined 4",
		  { .dev = { .name = "eth0", .rx_queues = 8 } } },
		{ "{half} {rx}", "1 1", { .dev.rx_queues = 1 } },
		{ "{dev} {rx} {half} {old} {oldmode} {link}", "DEV N N ID xdp LINK", {} },
		{ "{old} {oldmode} {link}",
		  "7 xdpgeneric 9",
		  { .old_prog.id = 7, .old_mode = "generic", .link_id = 9 } },
		{ "set {dev}", "set '$(reboot)'", { .dev.name = "$(reboot)" } },
		{ "set {dev}", "set 'a'\"'\"'b'", { .dev.name = "a'b" } },
		{ "{dev} {rx}",
		  "s1 N",
		  { .dev = { .name = "bond0", .rx_queues = 8 },
		    .calls = calls,
		    .ncalls = ARRAY_SIZE(calls) } },
		{ "{pid}", "12", { .pid = 12 } },
		{ "{link} {upper}", "9 b0", { .opponent = { .link_id = 9, .dev = "b0" } } },
		{ "{no} {dev {", "{no} {dev {", {} },
	};
	char text[REMEDY_SIZE], nothing[REMEDY_SIZE], longest[2 * REMEDY_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		remedy_expand(text, rows[i].template, &rows[i].event, NULL);
		assert_string_equal(text, rows[i].text);
	}
	remedy_expand(text, "{dev} {oldmode}", NULL, NULL);
	assert_string_equal(text, "DEV xdp");
	remedy_expand(text, "{peer} {slave} {upper} {pid}", NULL, NULL);
	assert_string_equal(text, "PEER SLAVE UPPER PID");
	remedy_expand(text, "{peer} {dev}", NULL, "v 1");
	assert_string_equal(text, "'v 1' DEV");
	memset(nothing, 'x', sizeof(nothing));
	remedy_expand(nothing, "", NULL, NULL);
	assert_string_equal(nothing, "");
	memset(longest, 'y', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	remedy_expand(text, longest, NULL, NULL);
	assert_int_equal(strlen(text), REMEDY_SIZE - 1);
}

/* With the longest name that needs quotes, no remedy is cut. */
static void test_no_remedy_is_cut(void **state)
{
	const struct event event = { .dev = { .name = "it's_an_eth0nic", .rx_queues = 1024 },
				     .old_prog.id = UINT32_MAX,
				     .old_mode = "offload",
				     .link_id = UINT32_MAX };
	char text[REMEDY_SIZE];
	const struct rule *rule;

	for (size_t i = 0; (rule = rule_at(i)); i++) {
		remedy_expand(text, rule->remedy, &event, NULL);
		if (strlen(text) == REMEDY_SIZE - 1)
			fail_msg("%s: the remedy is too long: %s", rule->id, text);
	}
}

/* Every rule that the document speaks of is one: `veth-peer-mtu`. */
static void test_document(void **state)
{
	_cleanup_(close_file) FILE *file = fopen(document, "r");
	size_t count = 0;
	char line[1024];

	if (!file)
		fail_msg("%s can not be read", document);
	while (fgets(line, sizeof(line), file)) {
		char *at = strstr(line, "rule `"), *end;

		if (!at)
			at = strstr(line, "rules `");
		/* Several are in a row. */
		while (at && (at = strchr(at, '`')) && (end = strchr(at + 1, '`'))) {
			*end = '\0';
			if (!rule_find(at + 1))
				fail_msg("there is no rule %s", at + 1);
			count++;
			at = !strncmp(end + 1, ", `", 3) || !strncmp(end + 1, " and `", 6) ? end + 1
											   : NULL;
		}
	}
	assert_true(count > 15);
}

static int open_advisor(void **state)
{
	return advisor_init(&advisor);
}

static int close_advisor(void **state)
{
	advisor_release(&advisor);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_are_complete),
		cmocka_unit_test(test_every_text_finds_its_rule),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_words_around),
		cmocka_unit_test(test_confidence),
		cmocka_unit_test(test_text_of_two_drivers),
		cmocka_unit_test(test_success),
		cmocka_unit_test(test_lines_beside),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_drivers),
		cmocka_unit_test(test_remedies),
		cmocka_unit_test(test_no_remedy_is_cut),
		cmocka_unit_test(test_document),
	};

	if (argc != 2) {
		fprintf(stderr, "usage: advice_test problems.md\n");
		return 2;
	}
	document = argv[1];
	return cmocka_run_group_tests(tests, open_advisor, close_advisor);
}
