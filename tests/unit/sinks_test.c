// SPDX-License-Identifier: GPL-2.0
/* What an operation of each kind looks like, from the kernel's record to whole lines. */
#include "event/dispatch.h"

#include "helpers.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <string.h>
#include <time.h>

#define ENS33       .dev = { .ifindex = 2, .netns = 77, .name = "ens33", .native = 1 }
#define DYING       .dev = { .ifindex = 2, .netns = 77, .name = "ens33", .unregistering = 1 }
#define FRESH       .prog = { .id = 449, .name = "fresh" }
#define PORTS       .id = 9, .type = BPF_MAP_TYPE_DEVMAP_HASH, .name = "ports"
#define OLD         .old = { .id = 448, .name = "dummy" }
#define CLOSER(how) .release = WIRE_RELEASE_##how, .pid = 100, .actor_tid = 101, .comm = "agent"

#define BIND    .kind = WIRE_POOL, .origin = HOOK_BIND
#define CLEAR   .kind = WIRE_POOL, .origin = HOOK_POOL_CLEAR, .removal = 1
#define ATTACH  .kind = WIRE_COMPONENT, .origin = HOOK_COMPONENT_ATTACH
#define DETACH  .kind = WIRE_COMPONENT, .origin = HOOK_COMPONENT_RELEASE, .removal = 1
#define UPDATE  .kind = WIRE_ENTRY, .origin = HOOK_ENTRY_UPDATE
#define DELETE  .kind = WIRE_ENTRY, .origin = HOOK_ENTRY_DELETE, .removal = 1
#define DROP    .kind = WIRE_ENTRY, .origin = HOOK_DEVMAP_DROP, .removal = 1
#define MAPFREE .kind = WIRE_ENTRY, .origin = HOOK_MAP_FREE, .removal = 1
#define OFFMAP  .kind = WIRE_MAP, .origin = HOOK_OFFLOAD_MAP
#define MOVE    .kind = WIRE_MOVE, .origin = HOOK_MOVE
#define NETLINK .origin = HOOK_NETLINK, .mode = WIRE_MODE_DRIVER
#define DRIVER  .origin = HOOK_DRIVER

/* A dispatcher that sits on ens33 when an operation begins, and has a component in slot 1. */
#define DISPATCHER 453, "dispatcher"

static const struct row {
	struct wire_op op;
	const char *text; /* behind the time */
	const char *json; /* between "v" and "calls" */
} rows[] = {
	{ { BIND, ENS33,
	    .pool = { .known = 1, .queue = 0, .asked = XDP_COPY | XDP_USE_NEED_WAKEUP } },
	  "Set up AF_XDP pool on ifindex=2 ifname=ens33 queue=0 asked=copy got=copy "
	  "flags=copy|use_need_wakeup via=bind netns=77",
	  "\"action\":\"pool-setup\",\"result\":\"ok\",\"cause\":\"bind\","
	  "\"flags\":\"copy|use_need_wakeup\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"xsk\":{\"queue\":0,\"asked\":\"copy\",\"mode\":\"copy\"}" },
	{ { BIND, ENS33, .ret = -EOPNOTSUPP,
	    .pool = { .known = 1, .queue = 3, .asked = XDP_ZEROCOPY } },
	  "Failed to set up AF_XDP pool on ifindex=2 ifname=ens33 queue=3 asked=zerocopy "
	  "error=-95 (EOPNOTSUPP) flags=zerocopy via=bind netns=77",
	  "\"action\":\"pool-setup\",\"result\":\"error\",\"errno\":-95,"
	  "\"error\":\"EOPNOTSUPP\",\"cause\":\"bind\",\"flags\":\"zerocopy\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"xsk\":{\"queue\":3,\"asked\":\"zerocopy\"}" },
	{ { CLEAR, ENS33, CLOSER(EXIT), .pool = { .known = 1, .zerocopy = 1 } },
	  "Took down AF_XDP pool on ifindex=2 ifname=ens33 queue=0 got=zerocopy "
	  "via=socket-release release=exit pid=100 comm=agent netns=77",
	  "\"action\":\"pool-teardown\",\"result\":\"ok\",\"cause\":\"socket-release\","
	  "\"release\":\"exit\",\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"xsk\":{\"queue\":0,\"mode\":\"zerocopy\"},"
	  "\"task\":{\"pid\":100,\"tid\":101,\"comm\":\"agent\"}" },
	{ { DRIVER, .kind = WIRE_POOL, ENS33, .pool = { .known = 1, .queue = 1, .zerocopy = 1 } },
	  "Set up AF_XDP pool on ifindex=2 ifname=ens33 queue=1 got=zerocopy via=direct netns=77",
	  "\"action\":\"pool-setup\",\"result\":\"ok\",\"cause\":\"direct\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"xsk\":{\"queue\":1,\"mode\":\"zerocopy\"}" },
	{ { DRIVER, .kind = WIRE_POOL, ENS33, .removal = 1, .ret = -EIO, .pool.known = 1 },
	  "Failed to take down AF_XDP pool on ifindex=2 ifname=ens33 queue=0 error=-5 (EIO) "
	  "via=direct netns=77",
	  "\"action\":\"pool-teardown\",\"result\":\"error\",\"errno\":-5,"
	  "\"error\":\"EIO\",\"cause\":\"direct\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},\"xsk\":{\"queue\":0}" },
	{ { ATTACH, FRESH, .component = { { DISPATCHER }, "prog0" }, .link_id = 7 },
	  "Attached component to XDP on ifindex=2 ifname=ens33 bpf_prog_id=449 "
	  "bpf_prog_name=fresh dispatcher_id=453 dispatcher_name=dispatcher slot=0 "
	  "replaces=prog0 mode=driver via=link-create link_id=7 netns=77",
	  "\"action\":\"component-attach\",\"result\":\"ok\",\"cause\":\"link-create\","
	  "\"mode\":\"driver\",\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"prog\":{\"id\":449,\"name\":\"fresh\"},"
	  "\"dispatcher\":{\"id\":453,\"name\":\"dispatcher\"},"
	  "\"component\":{\"slot\":0,\"func\":\"prog0\"},\"link\":{\"id\":7}" },
	{ { ATTACH, FRESH, .ret = -EBUSY, .component = { { 9, "other" }, "entry" } },
	  "Failed to attach component to XDP on bpf_prog_id=449 bpf_prog_name=fresh "
	  "dispatcher_id=9 dispatcher_name=other replaces=entry error=-16 (EBUSY) "
	  "via=link-create",
	  "\"action\":\"component-attach\",\"result\":\"error\",\"errno\":-16,"
	  "\"error\":\"EBUSY\",\"cause\":\"link-create\","
	  "\"prog\":{\"id\":449,\"name\":\"fresh\"},\"dispatcher\":{\"id\":9,\"name\":\"other\"},"
	  "\"component\":{\"func\":\"entry\"}" },
	{ { DETACH, CLOSER(CLOSE), FRESH, .component = { { DISPATCHER }, "prog1" }, .link_id = 7 },
	  "Detached component from XDP on ifindex=2 ifname=ens33 bpf_prog_id=449 "
	  "bpf_prog_name=fresh dispatcher_id=453 dispatcher_name=dispatcher slot=1 "
	  "replaces=prog1 mode=driver via=link-release release=close link_id=7 pid=100 "
	  "comm=agent netns=77",
	  "\"action\":\"component-detach\",\"result\":\"ok\",\"cause\":\"link-release\","
	  "\"release\":\"close\",\"mode\":\"driver\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"prog\":{\"id\":449,\"name\":\"fresh\"},"
	  "\"dispatcher\":{\"id\":453,\"name\":\"dispatcher\"},"
	  "\"component\":{\"slot\":1,\"func\":\"prog1\"},\"link\":{\"id\":7},"
	  "\"task\":{\"pid\":100,\"tid\":101,\"comm\":\"agent\"}" },
	{ { UPDATE, ENS33, FRESH, .map = { PORTS, .key = 0 } },
	  "Installed XDP to map entry ifindex=2 ifname=ens33 map_id=9 map_name=ports "
	  "map_type=devmap_hash map_key=0 bpf_prog_id=449 bpf_prog_name=fresh via=map-update "
	  "netns=77",
	  "\"action\":\"entry-install\",\"result\":\"ok\",\"cause\":\"map-update\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"prog\":{\"id\":449,\"name\":\"fresh\"},"
	  "\"map\":{\"id\":9,\"name\":\"ports\",\"type\":\"devmap_hash\",\"key\":0}" },
	{ { UPDATE, .ret = -EINVAL, FRESH, .map = { .id = 9, .key = UINT32_MAX } },
	  "Failed to install XDP to map entry map_id=9 map_key=4294967295 bpf_prog_id=449 "
	  "bpf_prog_name=fresh error=-22 (EINVAL) via=map-update",
	  "\"action\":\"entry-install\",\"result\":\"error\",\"errno\":-22,"
	  "\"error\":\"EINVAL\",\"cause\":\"map-update\","
	  "\"prog\":{\"id\":449,\"name\":\"fresh\"},\"map\":{\"id\":9,\"key\":4294967295}" },
	{ { UPDATE, FRESH, .map = { .id = 9, .type = BPF_MAP_TYPE_CPUMAP, .key = 1, OLD } },
	  "Replaced XDP in map entry map_id=9 map_type=cpumap map_key=1 bpf_prog_id=449 "
	  "bpf_prog_name=fresh old_prog_id=448 old_prog_name=dummy via=map-update",
	  "\"action\":\"entry-replace\",\"result\":\"ok\",\"cause\":\"map-update\","
	  "\"prog\":{\"id\":449,\"name\":\"fresh\"},\"old_prog\":{\"id\":448,\"name\":\"dummy\"},"
	  "\"map\":{\"id\":9,\"type\":\"cpumap\",\"key\":1}" },
	{ { UPDATE, .ret = -ENOMEM, FRESH, .map = { .id = 9, .key = 1, OLD } },
	  "Failed to replace XDP in map entry map_id=9 map_key=1 bpf_prog_id=449 "
	  "bpf_prog_name=fresh old_prog_id=448 old_prog_name=dummy error=-12 (ENOMEM) "
	  "via=map-update",
	  "\"action\":\"entry-replace\",\"result\":\"error\",\"errno\":-12,"
	  "\"error\":\"ENOMEM\",\"cause\":\"map-update\","
	  "\"prog\":{\"id\":449,\"name\":\"fresh\"},\"old_prog\":{\"id\":448,\"name\":\"dummy\"},"
	  "\"map\":{\"id\":9,\"key\":1}" },
	{ { DELETE, ENS33, .map = { PORTS, .key = 5, OLD } },
	  "Removed XDP from map entry ifindex=2 ifname=ens33 map_id=9 map_name=ports "
	  "map_type=devmap_hash map_key=5 bpf_prog_id=448 bpf_prog_name=dummy via=map-delete "
	  "netns=77",
	  "\"action\":\"entry-remove\",\"result\":\"ok\",\"cause\":\"map-delete\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"old_prog\":{\"id\":448,\"name\":\"dummy\"},"
	  "\"map\":{\"id\":9,\"name\":\"ports\",\"type\":\"devmap_hash\",\"key\":5}" },
	{ { DELETE, .ret = -EPERM, .map = { .id = 9, .key = 5, OLD } },
	  "Failed to remove XDP from map entry map_id=9 map_key=5 bpf_prog_id=448 "
	  "bpf_prog_name=dummy error=-1 (EPERM) via=map-delete",
	  "\"action\":\"entry-remove\",\"result\":\"error\",\"errno\":-1,\"error\":\"EPERM\","
	  "\"cause\":\"map-delete\",\"old_prog\":{\"id\":448,\"name\":\"dummy\"},"
	  "\"map\":{\"id\":9,\"key\":5}" },
	/* Nobody's task, and a map that was not seen when the entry was made. */
	{ { DROP, DYING, .map = { .key = 5, OLD } },
	  "Removed XDP from map entry ifindex=2 ifname=ens33 map_key=5 bpf_prog_id=448 "
	  "bpf_prog_name=dummy via=unregister netns=77",
	  "\"action\":\"entry-remove\",\"result\":\"ok\",\"cause\":\"unregister\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"old_prog\":{\"id\":448,\"name\":\"dummy\"},\"map\":{\"key\":5}" },
	{ { MAPFREE, CLOSER(CLOSE), .map = { PORTS, .whole = 1 } },
	  "Removed XDP from map entry map_id=9 map_name=ports map_type=devmap_hash "
	  "via=map-release release=close pid=100 comm=agent",
	  "\"action\":\"entry-remove\",\"result\":\"ok\",\"cause\":\"map-release\","
	  "\"release\":\"close\","
	  "\"map\":{\"id\":9,\"name\":\"ports\",\"type\":\"devmap_hash\"},"
	  "\"task\":{\"pid\":100,\"tid\":101,\"comm\":\"agent\"}" },
	{ { OFFMAP, ENS33, .map = { .type = BPF_MAP_TYPE_ARRAY, .name = "stats" } },
	  "Allocated map in ifindex=2 ifname=ens33 map_name=stats map_type=array "
	  "via=map-create netns=77",
	  "\"action\":\"map-alloc\",\"result\":\"ok\",\"cause\":\"map-create\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"map\":{\"name\":\"stats\",\"type\":\"array\"}" },
	{ { OFFMAP, ENS33, .ret = -ENOMEM, .map = { .type = BPF_MAP_TYPE_HASH } },
	  "Failed to allocate map in ifindex=2 ifname=ens33 map_type=hash error=-12 (ENOMEM) "
	  "via=map-create netns=77",
	  "\"action\":\"map-alloc\",\"result\":\"error\",\"errno\":-12,\"error\":\"ENOMEM\","
	  "\"cause\":\"map-create\",\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"map\":{\"type\":\"hash\"}" },
	{ { OFFMAP, ENS33, .removal = 1, .map = { .id = 9, .type = BPF_MAP_TYPE_ARRAY } },
	  "Freed map in ifindex=2 ifname=ens33 map_id=9 map_type=array via=map-release netns=77",
	  "\"action\":\"map-free\",\"result\":\"ok\",\"cause\":\"map-release\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"map\":{\"id\":9,\"type\":\"array\"}" },
	{ { OFFMAP, DYING, .removal = 1, .ret = -EIO, .map.id = 9 },
	  "Failed to free map in ifindex=2 ifname=ens33 map_id=9 error=-5 (EIO) "
	  "via=unregister netns=77",
	  "\"action\":\"map-free\",\"result\":\"error\",\"errno\":-5,\"error\":\"EIO\","
	  "\"cause\":\"unregister\",\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"map\":{\"id\":9}" },
	{ { MOVE, .dev = { .ifindex = 5, .netns = 88, .name = "eth0" },
	    .place = { .ifindex = 2, .netns = 77, .name = "ens33" },
	    .state[WIRE_MODE_DRIVER] = { DISPATCHER }, .state_link[WIRE_MODE_DRIVER] = 7 },
	  "Moved XDP with ifindex=5 ifname=eth0 old_ifindex=2 old_ifname=ens33 "
	  "bpf_prog_id=453 bpf_prog_name=dispatcher components=1:inside mode=driver "
	  "via=netns-move link_id=7 netns=88 old_netns=77",
	  "\"action\":\"move\",\"result\":\"ok\",\"cause\":\"netns-move\",\"mode\":\"driver\","
	  "\"dev\":{\"ifindex\":5,\"ifname\":\"eth0\",\"netns\":88},"
	  "\"old_dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"prog\":{\"id\":453,\"name\":\"dispatcher\",\"components\":["
	  "{\"slot\":1,\"func\":\"prog1\",\"id\":451,\"name\":\"inside\"}]},"
	  "\"link\":{\"id\":7}" },
	{ { MOVE, ENS33, .ret = -EEXIST, .place = { .ifindex = 2, .netns = 77, .name = "ens33" },
	    .state[WIRE_MODE_GENERIC] = { 448, "dummy" } },
	  "Failed to move XDP with ifindex=2 ifname=ens33 old_ifindex=2 old_ifname=ens33 "
	  "bpf_prog_id=448 bpf_prog_name=dummy error=-17 (EEXIST) mode=generic via=netns-move "
	  "netns=77 old_netns=77",
	  "\"action\":\"move\",\"result\":\"error\",\"errno\":-17,\"error\":\"EEXIST\","
	  "\"cause\":\"netns-move\",\"mode\":\"generic\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"old_dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"prog\":{\"id\":448,\"name\":\"dummy\"}" },
	/* A removal is about the program that goes, and what was in it. */
	{ { NETLINK, ENS33, .removal = 1, .flags = XDP_FLAGS_DRV_MODE,
	    .state[WIRE_MODE_DRIVER] = { DISPATCHER } },
	  "Removed XDP from ifindex=2 ifname=ens33 bpf_prog_id=453 bpf_prog_name=dispatcher "
	  "components=1:inside mode=driver flags=drv_mode via=netlink netns=77",
	  "\"action\":\"remove\",\"result\":\"ok\",\"cause\":\"netlink\",\"mode\":\"driver\","
	  "\"flags\":\"drv_mode\",\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"old_prog\":{\"id\":453,\"name\":\"dispatcher\",\"components\":["
	  "{\"slot\":1,\"func\":\"prog1\",\"id\":451,\"name\":\"inside\"}],"
	  "\"mode\":\"driver\"}" },
	{ { NETLINK, ENS33, FRESH, .state[WIRE_MODE_DRIVER] = { DISPATCHER } },
	  "Replaced XDP on ifindex=2 ifname=ens33 bpf_prog_id=449 bpf_prog_name=fresh "
	  "old_prog_id=453 old_prog_name=dispatcher old_components=1:inside mode=driver "
	  "via=netlink netns=77",
	  "\"action\":\"replace\",\"result\":\"ok\",\"cause\":\"netlink\",\"mode\":\"driver\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"prog\":{\"id\":449,\"name\":\"fresh\"},"
	  "\"old_prog\":{\"id\":453,\"name\":\"dispatcher\",\"components\":["
	  "{\"slot\":1,\"func\":\"prog1\",\"id\":451,\"name\":\"inside\"}],"
	  "\"mode\":\"driver\"}" },
	/* It has one program, not an old and a new one: so with what is in it. */
	{ { NETLINK, ENS33, .prog = { DISPATCHER }, .state[WIRE_MODE_DRIVER] = { DISPATCHER } },
	  "Kept XDP as it was on ifindex=2 ifname=ens33 bpf_prog_id=453 "
	  "bpf_prog_name=dispatcher components=1:inside mode=driver via=netlink netns=77",
	  "\"action\":\"noop\",\"result\":\"ok\",\"cause\":\"netlink\",\"mode\":\"driver\","
	  "\"dev\":{\"ifindex\":2,\"ifname\":\"ens33\",\"netns\":77},"
	  "\"prog\":{\"id\":453,\"name\":\"dispatcher\",\"components\":["
	  "{\"slot\":1,\"func\":\"prog1\",\"id\":451,\"name\":\"inside\"}]},"
	  "\"old_prog\":{\"id\":453,\"name\":\"dispatcher\",\"components\":["
	  "{\"slot\":1,\"func\":\"prog1\",\"id\":451,\"name\":\"inside\"}],"
	  "\"mode\":\"driver\"}" },
};

static void fill_dispatch(struct dispatch *dispatch)
{
	const struct attached attached = {
		.netns = 77, .ifindex = 2, .name = "ens33", .mode = "driver", .prog = 453
	};
	const struct placed placed = { .target = 453,
				       .link = 4,
				       .component = { "prog1", { 451, "inside" } } };

	assert_int_equal(dispatch_attach(dispatch, &attached), 0);
	assert_int_equal(dispatch_place(dispatch, &placed), 0);
}

/* Whether the line is @before, @middle, @after, and nothing else; says so if it is not. */
static bool line_is(const struct sink *sink, const struct event *event, const char *before,
		    const char *middle, const char *after)
{
	_cleanup_(free_pointer) char *line = sink_line(sink, event), *expected = NULL;
	bool same;

	assert_true(asprintf(&expected, "%s%s%s", before, middle, after) > 0);
	same = !strcmp(line, expected);
	if (!same)
		print_error("%s\n%s%s", sink->name, line, expected);
	return same;
}

static void test_lines(void **state)
{
	unsigned int failed = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct dispatch dispatch = {};
		struct wire_op op = rows[i].op;
		struct event event;

		op.type = WIRE_OP;
		fill_dispatch(&dispatch);
		op_to_event(&op, &event);
		assert_true(dispatch_event(&dispatch, &event));
		failed += !line_is(&sink_text, &event, "1970/01/01 00:00:00 ", rows[i].text, "\n");
		failed +=
			!line_is(&sink_json, &event, "{\"v\":1,", rows[i].json, ",\"calls\":[]}\n");
		event_release(&event);
		dispatch_release(&dispatch);
	}
	assert_int_equal(failed, 0);
}

/* Every action but those that other tests look at, and of each that can fail its failure. */
static void test_rows_are_complete(void **state)
{
	static const enum action never_fail[] = { ACTION_COMPONENT_DETACH };
	bool done[ACTION_MOVE + 1] = {}, failed[ACTION_MOVE + 1] = {};

	for (size_t i = 0; i < ARRAY_SIZE(never_fail); i++)
		failed[never_fail[i]] = true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event event;

		event_interpret(&rows[i].op, &event);
		(event.error ? failed : done)[event.action] = true;
	}
	for (enum action action = ACTION_POOL_SETUP; action <= ACTION_MOVE; action++) {
		if (!done[action] || !failed[action])
			fail_msg("no row for %s", action_name(action));
	}
}

#define HOSTILE "\033 \"\\\xff\n=,:"

/* The names that only these kinds have: nothing of them ends a line, a value or a string. */
static void test_hostile_bytes(void **state)
{
	static struct component inside[] = {
		{ "prog0", { 1, HOSTILE } },
		{ HOSTILE, { 2, "second" } },
	};
	const struct event event = {
		.action = ACTION_ENTRY_INSTALL,
		.old_dev.name = HOSTILE,
		.map.name = HOSTILE,
		.prog.id = 3,
		.components = { inside, ARRAY_SIZE(inside) },
		.component = { .target.name = HOSTILE, .func = HOSTILE },
	};

#define TEXT "\"\\x1b \\\"\\x5c\\xff\\x0a=,:\""
#define JSON "\"\\\\x1b \\\"\\\\x5c\\\\xff\\\\x0a=,:\""
	assert_true(line_is(&sink_text, &event,
			    "1970/01/01 00:00:00 Installed XDP to map entry old_ifname=" TEXT
			    " map_name=" TEXT " bpf_prog_id=3",
			    " components=0:" TEXT "," TEXT ":second",
			    " dispatcher_name=" TEXT " replaces=" TEXT "\n"));
	assert_true(line_is(
		&sink_json, &event,
		"{\"v\":1,\"action\":\"entry-install\",\"old_dev\":{\"ifname\":" JSON "},",
		"\"prog\":{\"id\":3,\"components\":[{\"slot\":0,\"func\":\"prog0\","
		"\"id\":1,\"name\":" JSON "},{\"func\":" JSON ",\"id\":2,\"name\":\"second\"}]},",
		"\"dispatcher\":{\"name\":" JSON "},\"component\":{\"func\":" JSON
		"},\"map\":{\"name\":" JSON "},\"calls\":[]}\n"));
}

/* The longest names find room, and end where their own room ends. */
static void test_longest_names(void **state)
{
	static struct component inside[1];
	struct event event = { .action = ACTION_INSTALL, .components = { inside, 1 } };
	_cleanup_(free_pointer) char *text = NULL, *json = NULL;

	memset(inside[0].func, 0xff, WIRE_FUNC - 1);
	memset(inside[0].prog.name, 0xff, WIRE_NAME - 1);
	memset(event.map.name, 0xff, WIRE_NAME - 1);
	memset(event.component.func, 0xff, WIRE_FUNC - 1);
	memset(event.flags, 'f', FLAGS_SIZE - 1);
	text = sink_line(&sink_text, &event);
	json = sink_line(&sink_json, &event);
	assert_int_equal(strlen(text),
			 strlen("1970/01/01 00:00:00 Installed XDP to map_name= components=: "
				"replaces= flags=\n") +
				 2 * 4 * (WIRE_NAME - 1 + WIRE_FUNC - 1) + FLAGS_SIZE - 1);
	assert_true(is_printable_utf8(text, strlen(text) - 1));
	assert_true(is_printable_utf8(json, strlen(json) - 1));
}

static int set_utc(void **state)
{
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_rows_are_complete),
		cmocka_unit_test(test_hostile_bytes),
		cmocka_unit_test(test_longest_names),
	};

	return cmocka_run_group_tests(tests, set_utc, NULL);
}
