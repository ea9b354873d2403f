// SPDX-License-Identifier: GPL-2.0
#include "event/enrich.h"

#include "helpers.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define NSEC 1000000000ULL

/* A machine: a driver in a module, the generic function, a wrapper, and the core. */
static struct target machine_targets[] = {
	{ .id = 0,
	  .func = "dev_xdp_install",
	  .module = "vmlinux",
	  .role = ROLE_CORE,
	  .addr = 0x100 },
	{ .id = 1, .func = "dev_xdp_propagate", .module = "vmlinux", .role = ROLE_WRAPPER },
	{ .id = 2, .func = "generic_xdp_install", .module = "vmlinux", .role = ROLE_GENERIC },
	{ .id = 3, .func = "bond_xdp", .module = "bonding", .role = ROLE_DRIVER, .addr = 0x5100 },
	{ .id = 4, .func = "veth_xdp", .module = "veth", .role = ROLE_DRIVER, .addr = 0x6100 },
	{ .id = 5,
	  .func = "tun_xdp",
	  .module = "tun",
	  .role = ROLE_DRIVER,
	  .addr = 0x7100,
	  .probed = true },
};
static struct module machine_modules[] = {
	{ .name = "bonding", .text_start = 0x5000, .text_last = 0x5fff },
	{ .name = "veth", .text_start = 0x6000, .text_last = 0x6fff },
};
static const struct targets targets = {
	.list = machine_targets,
	.count = ARRAY_SIZE(machine_targets),
};
static const struct modules modules = { machine_modules, ARRAY_SIZE(machine_modules) };

/* Functions that are in no table, as if /proc/kallsyms had been read for them. */
static struct known_function late = { .addr = 0x9100, .symbol = { "late_xdp", "late" } };
static struct known_function builtin = { .addr = 0x9200, .symbol = { "lo_xmit", "vmlinux" } };
static struct known_function missing = { .addr = 0x9300 };
static struct known_function *known[] = { &late, &builtin, &missing };

static void enrich(struct event *event)
{
	struct enricher enricher = {
		.targets = &targets,
		.modules = &modules,
		.known = known,
		.nknown = ARRAY_SIZE(known),
	};

	enrich_event(&enricher, event);
	assert_int_equal(enricher.nknown, ARRAY_SIZE(known)); /* nothing was looked up */
}

static void test_calls_are_named(void **state)
{
	struct call calls[] = { { .target = 0, .seq = 1 },
				{ .target = 4, .seq = 2 },
				{ .target = 99 } };
	struct event event = { .calls = calls, .ncalls = ARRAY_SIZE(calls) };

	enrich(&event);
	assert_string_equal(calls[0].func, "dev_xdp_install");
	assert_string_equal(calls[0].module, "vmlinux");
	assert_false(calls[0].is_driver);
	assert_string_equal(calls[1].func, "veth_xdp");
	assert_string_equal(calls[1].module, "veth");
	assert_true(calls[1].is_driver);
	assert_null(calls[2].func); /* no such target: no name is made up */
}

/* The outermost function that installs is the driver's: wrappers and lower devices are not. */
static void test_driver_is_the_outermost(void **state)
{
	struct call bond[] = { { .target = 0, .seq = 1, .took_ns = 900 },
			       { .target = 3, .seq = 2, .parent = 1, .took_ns = 700 },
			       { .target = 1, .seq = 3, .parent = 2, .took_ns = 300 },
			       { .target = 4, .seq = 4, .parent = 3, .took_ns = 200 } };
	struct event event = { .calls = bond, .ncalls = ARRAY_SIZE(bond), .driver_func = 0x6100 };

	enrich(&event);
	assert_string_equal(event.func, "bond_xdp");
	assert_null(event.driver_probe);
	assert_int_equal(event.driver_took_ns, 700);
	bond[1].target = 2;
	enrich(&event);
	assert_string_equal(event.func, "generic_xdp_install");
}

/* Without a probe on it, only success proves that the driver's function was called. */
static void test_driver_that_is_not_probed(void **state)
{
	struct event event = { .driver_func = 0x9100 };

	enrich(&event);
	assert_string_equal(event.func, "late_xdp");
	assert_string_equal(event.driver_probe, "late"); /* its module was not there at the start */
	assert_int_equal(event.driver_took_ns, 0);
	event = (struct event){ .driver_func = 0x9100, .error = -5 };
	enrich(&event);
	assert_null(event.func);
	assert_null(event.driver_probe);
	event = (struct event){ .driver_func = 0x9300 };
	enrich(&event);
	assert_null(event.func);
	assert_string_equal(event.driver_probe, "none");
	event = (struct event){ .driver_func = 0x6100 };
	enrich(&event);
	assert_string_equal(event.func, "veth_xdp");
	assert_string_equal(event.driver_probe, "none");
	event = (struct event){ .driver_func = 0x7100 }; /* it is probed by now */
	enrich(&event);
	assert_string_equal(event.func, "tun_xdp");
	assert_string_equal(event.driver_probe, "late");
}

static void test_driver_names(void **state)
{
	static const struct {
		struct event event;
		const char *driver;
	} rows[] = {
		{ { .driver = "virtio_net", .bus_driver = true, .driver_text = 0x6100 },
		  "virtio_net" },
		{ { .driver = "bond", .driver_text = 0x5000 }, "bonding" },
		{ { .driver = "veth", .driver_text = 0x6fff }, "veth" },
		{ { .driver = "kind", .driver_text = 0x9100 }, "late" },
		{ { .driver = "kind", .driver_text = 0x9200 }, "kind" },
		{ { .driver = "kind", .driver_text = 0x9300 }, "kind" },
		{ { .driver_text = 0x9200 }, "" },
		{ { .driver = "kind" }, "kind" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct event event = rows[i].event;

		enrich(&event);
		assert_string_equal(event.driver, rows[i].driver);
	}
}

/* The kernel is asked for each address once, and answers that there is nothing, too. */
static int name_address(uint64_t addr, struct symbol_name *ret, void *arg)
{
	unsigned int *asked = arg;

	++*asked;
	if (addr != 0x9400)
		return -ENOENT;
	*ret = (struct symbol_name){ "other_xdp", "other" };
	return 0;
}

static void test_kernel_is_asked(void **state)
{
	unsigned int asked = 0;
	struct enricher enricher = {
		.targets = &targets,
		.modules = &modules,
		.symbol_at = name_address,
		.symbol_at_arg = &asked,
	};

	for (int i = 0; i < 2; i++) {
		struct event event = { .driver_func = 0x9400, .driver_text = 0x9400 };

		enrich_event(&enricher, &event);
		assert_string_equal(event.func, "other_xdp");
		assert_string_equal(event.driver, "other");
		assert_string_equal(event.driver_probe, "late");
		assert_int_equal(asked, 1);
	}
	for (int i = 0; i < 2; i++) {
		struct event event = { .driver_func = 0x9500 };

		enrich_event(&enricher, &event);
		assert_null(event.func);
		assert_string_equal(event.driver_probe, "none");
		assert_int_equal(asked, 2);
	}
	enricher_release(&enricher);
}

/* An event that ended a second ago by one clock did so by the other. */
static void test_wall_clock(void **state)
{
	struct timespec real, mono;
	struct event event = {};
	uint64_t expected;

	clock_gettime(CLOCK_MONOTONIC, &mono);
	clock_gettime(CLOCK_REALTIME, &real);
	event.end_ns = mono.tv_sec * NSEC + mono.tv_nsec - NSEC;
	expected = real.tv_sec * NSEC + real.tv_nsec - NSEC;
	enrich(&event);
	assert_in_range(event.time_ns, expected - NSEC / 2, expected + NSEC / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calls_are_named),
		cmocka_unit_test(test_driver_is_the_outermost),
		cmocka_unit_test(test_driver_that_is_not_probed),
		cmocka_unit_test(test_driver_names),
		cmocka_unit_test(test_kernel_is_asked),
		cmocka_unit_test(test_wall_clock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
