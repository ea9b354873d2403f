// SPDX-License-Identifier: GPL-2.0
/* The part of kernel/devices.h that needs a kernel, in private namespaces. */
#include "kernel/devices.h"

#include "helpers.h"
#include "machine.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <string.h>

struct devices {
	struct device_xdp list[512];
	size_t count, stop_at;
	uint32_t inum; /* of the namespace in which the callback ran */
};

static int note(const struct device_xdp *device, void *arg)
{
	struct devices *devices = arg;

	assert_true(devices->count < ARRAY_SIZE(devices->list));
	devices->list[devices->count++] = *device;
	devices->inum = netns_inum("/proc/self/ns/net");
	return devices->count == devices->stop_at ? 42 : 0;
}

static const struct device_xdp *device_of(const struct devices *devices, const char *name)
{
	for (size_t i = 0; i < devices->count; i++) {
		if (!strcmp(devices->list[i].name, name))
			return &devices->list[i];
	}
	fail_msg("there is no device %s", name);
	return NULL;
}

/* Into a namespace "inner" of the test's own, leaving it for another one. */
static int enter_and_leave(const char *commands)
{
	char text[512];
	int fd;

	machine_isolate();
	snprintf(text, sizeof(text),
		 "ip netns add inner && nsenter --net=/run/netns/inner sh -ec '%s'", commands);
	run(text);
	fd = open("/run/netns/inner", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void attach(const char *name, int prog, uint32_t flags)
{
	assert_int_equal(bpf_xdp_attach(if_nametoindex(name), prog, flags, NULL), 0);
}

static void test_modes(void **state)
{
	static struct devices devices;
	int fd, alpha, beta, before;
	const struct device_xdp *device;

	machine_isolate();
	alpha = xdp_load("alpha");
	beta = xdp_load("beta");
	run("ip link add v0 type veth peer name v1");
	attach("v0", alpha, XDP_FLAGS_DRV_MODE);
	attach("v1", beta, XDP_FLAGS_SKB_MODE);
	fd = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	before = count_fds();
	memset(&devices, 0, sizeof(devices));
	assert_int_equal(devices_each(fd, note, &devices), 0);
	assert_int_equal(count_fds(), before);
	assert_int_equal(devices.count, 3);
	device = device_of(&devices, "v0");
	assert_int_equal(device->ifindex, if_nametoindex("v0"));
	assert_int_equal(device->prog_id[WIRE_MODE_DRIVER], prog_id(alpha));
	assert_int_equal(device->prog_id[WIRE_MODE_GENERIC], 0);
	device = device_of(&devices, "v1");
	assert_int_equal(device->prog_id[WIRE_MODE_GENERIC], prog_id(beta));
	assert_int_equal(device->prog_id[WIRE_MODE_DRIVER], 0);
	device = device_of(&devices, "lo");
	for (int mode = 0; mode < WIRE_MODES; mode++)
		assert_int_equal(device->prog_id[mode], 0);
	close(fd);
	close(alpha);
	close(beta);
}

/* The devices of another namespace are read, and this process is where it was. */
static void test_namespace(void **state)
{
	static struct devices devices;
	int fd = enter_and_leave("ip link add v0 type veth peer name v1");
	uint32_t own = netns_inum("/proc/self/ns/net");

	assert_true(own != netns_inum("/run/netns/inner"));
	memset(&devices, 0, sizeof(devices));
	assert_int_equal(devices_each(fd, note, &devices), 0);
	assert_int_equal(devices.count, 3);
	assert_int_equal(devices.inum, own);
	assert_int_equal(netns_inum("/proc/self/ns/net"), own);
	devices.count = 0;
	devices.stop_at = 2;
	assert_int_equal(devices_each(fd, note, &devices), 42);
	assert_int_equal(devices.count, 2);
	close(fd);
}

static void test_errors(void **state)
{
	static struct devices devices;
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	uint32_t own = netns_inum("/proc/self/ns/net");
	int before = count_fds();

	memset(&devices, 0, sizeof(devices));
	assert_int_equal(devices_each(-1, note, &devices), -EBADF);
	assert_true(devices_each(fd, note, &devices) < 0);
	assert_int_equal(devices.count, 0);
	assert_int_equal(netns_inum("/proc/self/ns/net"), own);
	assert_int_equal(count_fds(), before);
	close(fd);
}

/* More than fits into one datagram. */
static void test_many(void **state)
{
	static struct devices devices;
	int fd = enter_and_leave("for n in $(seq 200); do "
				 "echo link add d$n type veth peer name e$n; done | ip -batch -");

	memset(&devices, 0, sizeof(devices));
	assert_int_equal(devices_each(fd, note, &devices), 0);
	assert_int_equal(devices.count, 401);
	device_of(&devices, "d200");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_namespace),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
