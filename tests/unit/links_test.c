// SPDX-License-Identifier: GPL-2.0
#include "kernel/links.h"

#include "helpers.h"
#include "kernel/progs.h"
#include "kernel/system.h"
#include "machine.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>

struct wanted {
	uint32_t id;
	struct link_info link;
	int times;
};

static int find_link(const struct link_info *link, void *arg)
{
	struct wanted *wanted = arg;

	if (link->id == wanted->id) {
		wanted->link = *link;
		wanted->times++;
	}
	return 0;
}

static struct link_info read_link(int fd)
{
	struct wanted wanted = { .id = link_id(fd) };

	assert_int_equal(links_each(find_link, &wanted), 0);
	assert_int_equal(wanted.times, 1);
	return wanted.link;
}

static bool kernel_is_before(int major, int minor)
{
	struct system_state state;

	system_read(&state);
	return state.major < major || (state.major == major && state.minor < minor);
}

static void make_veth(void)
{
	machine_isolate();
	run("ip link add v0 type veth peer name v1");
}

static void test_xdp_link(void **state)
{
	struct link_info link;
	int prog, fd;

	make_veth();
	prog = xdp_load("pass");
	fd = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
	assert_true(fd >= 0);
	link = read_link(fd);
	assert_int_equal(link.type, BPF_LINK_TYPE_XDP);
	assert_int_equal(link.prog_id, prog_id(prog));
	assert_int_equal(link.ifindex, if_nametoindex("v0"));
	assert_false(link_is_freplace(&link));
	run("ip link del v0");
	link = read_link(fd);
	assert_int_equal(link.type, BPF_LINK_TYPE_XDP);
	assert_int_equal(link.ifindex, 0);
	assert_int_equal(link.prog_id, prog_id(prog));
	assert_true(link_exists(link.id));
	close(fd);
	assert_false(link_exists(link.id));
	assert_false(link_exists(0));
	close(prog);
}

static void test_freplace_link(void **state)
{
	struct dispatcher dispatcher;
	struct link_info link;
	int fd, replacement;
	char name[32];

	dispatcher_load(&dispatcher);
	replacement = replacement_load(&dispatcher);
	fd = bpf_link_create(replacement, 0, 0, NULL);
	assert_true(fd >= 0);
	link = read_link(fd);
	assert_true(link_is_freplace(&link));
	assert_int_equal(link.prog_id, prog_id(replacement));
	assert_int_equal(link.ifindex, 0);
	close(fd);
	close(replacement);
	if (kernel_is_before(5, 13)) {
		assert_int_equal(link.target_obj_id, 0);
		assert_int_equal(link.target_btf_id, 0);
		close(dispatcher.fd);
		print_message("reason: this kernel does not tell the target\n");
		skip();
	}
	assert_int_equal(link.target_obj_id, prog_id(dispatcher.fd));
	assert_int_equal(link.target_btf_id, dispatcher.func);
	assert_int_equal(prog_func_name(link.target_obj_id, link.target_btf_id, name, sizeof(name)),
			 0);
	assert_string_equal(name, "prog0");
	close(dispatcher.fd);
}

static int stop(const struct link_info *link, void *arg)
{
	++*(int *)arg;
	return -77;
}

static void test_stop_value_is_returned(void **state)
{
	int prog, fds[2], times = 0;

	make_veth();
	prog = xdp_load("pass");
	fds[0] = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
	fds[1] = bpf_link_create(prog, if_nametoindex("v1"), BPF_XDP, NULL);
	assert_true(fds[0] >= 0 && fds[1] >= 0);
	assert_int_equal(links_each(stop, &times), -77);
	assert_int_equal(times, 1);
	close(fds[0]);
	close(fds[1]);
	close(prog);
}

/* Links that go after their neighbours were looked at, and no descriptor stays behind. */
static int end_link(const struct link_info *link, void *arg)
{
	int *fds = arg;

	for (int i = 0; i < 2; i++) {
		if (fds[i] >= 0 && link->id == link_id(fds[i])) {
			close(fds[!i]);
			fds[!i] = -1;
		}
	}
	return 0;
}

static void test_links_vanish(void **state)
{
	int prog, fds[2], before;

	make_veth();
	prog = xdp_load("pass");
	before = count_fds();
	fds[0] = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
	fds[1] = bpf_link_create(prog, if_nametoindex("v1"), BPF_XDP, NULL);
	assert_true(fds[0] >= 0 && fds[1] >= 0);
	assert_int_equal(links_each(end_link, fds), 0);
	assert_true((fds[0] < 0) != (fds[1] < 0));
	close(fds[0] < 0 ? fds[1] : fds[0]);
	assert_int_equal(count_fds(), before);
	close(prog);
}

static void test_prog(void **state)
{
	static const uint8_t no_tag[BPF_TAG_SIZE];
	int fd = xdp_load("fifteen_letters");
	struct prog_info prog, same = { .id = 5 };
	uint32_t id = prog_id(fd);
	int before = count_fds();

	assert_int_equal(prog_read(id, &prog), 0);
	assert_int_equal(count_fds(), before);
	assert_int_equal(prog.id, id);
	assert_int_equal(prog.type, BPF_PROG_TYPE_XDP);
	assert_int_equal(prog.btf_id, 0);
	assert_string_equal(prog.name, "fifteen_letters");
	assert_memory_not_equal(prog.tag, no_tag, sizeof(no_tag));
	close(fd);
	/* A program's end may wait for an RCU grace period: id 0 never was one. */
	assert_int_equal(prog_read(0, &same), -ENOENT);
	assert_int_equal(prog_read(UINT32_MAX, &same), -ENOENT);
	assert_int_equal(same.id, 5);
}

static void test_prog_func_name(void **state)
{
	struct dispatcher dispatcher;
	char name[16] = "untouched";
	struct prog_info prog;
	uint32_t id;
	int plain;

	dispatcher_load(&dispatcher);
	id = prog_id(dispatcher.fd);
	assert_int_equal(prog_read(id, &prog), 0);
	assert_true(prog.btf_id > 0);
	assert_int_equal(prog_func_name(id, dispatcher.struct_type, name, sizeof(name)), -EINVAL);
	assert_int_equal(prog_func_name(id, 0, name, sizeof(name)), -EINVAL);
	assert_int_equal(prog_func_name(id, 9999, name, sizeof(name)), -EINVAL);
	assert_int_equal(prog_func_name(UINT32_MAX, 1, name, sizeof(name)), -ENOENT);
	plain = xdp_load("plain");
	assert_int_equal(prog_func_name(prog_id(plain), 1, name, sizeof(name)), -ENOENT);
	assert_string_equal(name, "untouched");
	assert_int_equal(prog_func_name(id, dispatcher.func, name, 4), 0);
	assert_string_equal(name, "pro");
	close(plain);
	close(dispatcher.fd);
}

static int check_as_nobody(void)
{
	struct prog_info prog;
	int times = 0;

	return links_each(stop, &times) != -EPERM || times || prog_read(1, &prog) != -EPERM;
}

static void test_without_privileges(void **state)
{
	machine_isolate();
	assert_int_equal(as_nobody(check_as_nobody), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_xdp_link),
		cmocka_unit_test(test_freplace_link),
		cmocka_unit_test(test_stop_value_is_returned),
		cmocka_unit_test(test_links_vanish),
		cmocka_unit_test(test_prog),
		cmocka_unit_test(test_prog_func_name),
		cmocka_unit_test(test_without_privileges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
