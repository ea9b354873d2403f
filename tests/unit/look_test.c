// SPDX-License-Identifier: GPL-2.0
/* Looks at devices of this machine's kernel, in namespaces of its own. */
#include "kernel/look.h"

#include "helpers.h"
#include "machine.h"
#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>

static void open_look(struct look **ret, int netns)
{
	struct wire_look nothing;
	int err;

	assert_int_equal(look_open(ret), 0);
	err = look_at(*ret, netns, 1, &nothing);
	if (err) {
		print_message("reason: this machine refuses to read kernel memory: %s\n",
			      strerror(-err));
		skip();
	}
}

static void test_devices(void **state)
{
	_cleanup_(close_fd) int own = -1, red = -1, prog = -1, link = -1;
	struct wire_look first, seen;
	struct look *look;

	machine_isolate();
	own = open("/proc/self/ns/net", O_RDONLY);
	open_look(&look, own);
	run("ip netns add red && ip link add v0 type veth peer name v1 netns red");
	red = open("/run/netns/red", O_RDONLY);
	prog = xdp_load("pass");
	assert_int_equal(bpf_xdp_attach(if_nametoindex("v0"), prog, XDP_FLAGS_SKB_MODE, NULL), 0);

	assert_int_equal(look_at(look, own, if_nametoindex("v0"), &first), 0);
	assert_string_equal(first.op.dev.name, "v0");
	assert_int_equal(first.op.dev.netns, netns_inum("/proc/self/ns/net"));
	assert_int_equal(first.op.state[WIRE_MODE_GENERIC].id, prog_id(prog));
	assert_int_equal(first.op.state[WIRE_MODE_DRIVER].id, 0);
	assert_int_equal(first.op.state_link[WIRE_MODE_GENERIC], 0);
	assert_true(first.address && first.op.dev.native);
	assert_int_equal(look_at(look, own, 1, &seen), 0);
	assert_string_equal(seen.op.dev.name, "lo");
	assert_false(seen.op.dev.native);

	/* another namespace is not entered for that, and is none of the last look's */
	link = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
	assert_true(link < 0);
	assert_int_equal(bpf_xdp_detach(if_nametoindex("v0"), XDP_FLAGS_SKB_MODE, NULL), 0);
	link = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
	assert_true(link >= 0);
	assert_int_equal(look_at(look, red, 2, &seen), 0);
	assert_string_equal(seen.op.dev.name, "v1");
	assert_int_equal(seen.op.dev.netns, netns_inum("/run/netns/red"));
	assert_int_equal(seen.op.state[WIRE_MODE_DRIVER].id, 0);
	assert_int_equal(look_at(look, own, if_nametoindex("v0"), &seen), 0);
	assert_int_equal(seen.address, first.address);
	assert_int_equal(seen.op.state[WIRE_MODE_GENERIC].id, 0);
	assert_int_equal(seen.op.state[WIRE_MODE_DRIVER].id, prog_id(prog));
	assert_int_equal(seen.op.state_link[WIRE_MODE_DRIVER], link_id(link));
	look_close(&look);
}

/* What is no device, and what is no namespace. */
static void test_nothing(void **state)
{
	_cleanup_(close_fd) int own = -1, file = -1, other = -1;
	struct wire_look seen;
	struct look *look;

	machine_isolate();
	own = open("/proc/self/ns/net", O_RDONLY);
	open_look(&look, own);
	assert_int_equal(look_at(look, own, 99, &seen), 0);
	assert_int_equal(seen.address, 0);
	assert_int_equal(look_at(look, own, 0, &seen), 0);
	assert_int_equal(seen.address, 0);
	file = open("/proc/self/status", O_RDONLY);
	other = open("/proc/self/ns/mnt", O_RDONLY);
	assert_int_equal(look_at(look, file, 1, &seen), -EBADF);
	assert_int_equal(look_at(look, other, 1, &seen), -EBADF);
	assert_int_equal(look_at(look, -1, 1, &seen), -EBADF);
	assert_int_equal(look_at(look, 1 << 20, 1, &seen), -EBADF);
	assert_int_equal(look_at(look, own, 1, &seen), 0);
	assert_true(seen.address);
	look_close(&look);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_devices),
		cmocka_unit_test(test_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
