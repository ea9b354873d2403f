// SPDX-License-Identifier: GPL-2.0
/* Where references come from: descriptors of processes, mounts, pins; and sets of numbers. */
#include "kernel/descriptors.h"
#include "kernel/device_details.h"
#include "kernel/look.h"
#include "kernel/mounts.h"
#include "kernel/pins.h"
#include "util/numbers.h"

#include "helpers.h"
#include "machine.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

static void test_numbers(void **state)
{
	struct numbers numbers = {};

	assert_false(numbers_have(&numbers, 0));
	for (uintptr_t i = 0; i < 1000; i++)
		assert_int_equal(numbers_add(&numbers, i * 7919 % 1000), 1);
	assert_int_equal(numbers_add(&numbers, 0), 0);
	assert_int_equal(numbers_add(&numbers, 999), 0);
	assert_int_equal(numbers_add(&numbers, UINTPTR_MAX), 1);
	assert_true(numbers_have(&numbers, UINTPTR_MAX));
	assert_false(numbers_have(&numbers, 1000));
	numbers_release(&numbers);
	assert_false(numbers_have(&numbers, 0));
}

static void test_mount_lines(void **state)
{
	static const struct {
		const char *line, *type, *path, *root;
		int major, minor;
	} lines[] = {
		{ "36 35 0:31 / /sys/fs/bpf rw,nosuid shared:9 - bpf bpf rw,mode=700\n", "bpf",
		  "/sys/fs/bpf", "/", 0, 31 },
		{ "36 35 8:1 /a/b /x\\040y\\134z rw - bpf none rw\n", "bpf", "/x y\\z", "/a/b", 8,
		  1 },
		{ "1 2 0:4 net:[4026532178] /run/netns/foo rw shared:1 master:2 propagate_from:3 - "
		  "nsfs nsfs rw\n",
		  "nsfs", "/run/netns/foo", "net:[4026532178]", 0, 4 },
		{ "36 35 0:31 / /sys/fs/bpf rw shared:9 - bpf2 bpf rw\n", "bpf", NULL },
		{ "36 35 0:31 / /sys/fs/bpf rw shared:9 bpf bpf rw\n", "bpf", NULL },
		{ "36 35 031 / /sys/fs/bpf rw - bpf bpf rw\n", "bpf", NULL },
		{ "36 35 0:31 /\n", "bpf", NULL },
		{ "-", "bpf", NULL },
		{ "", "bpf", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		_cleanup_(free_pointer) char *line = strdup(lines[i].line);
		char path[PATH_MAX], wanted[64];
		struct mount mount;

		assert_int_equal(mount_parse(line, lines[i].type, "/proc/7/root", path, &mount),
				 lines[i].path != NULL);
		if (!lines[i].path)
			continue;
		snprintf(wanted, sizeof(wanted), "/proc/7/root%s", lines[i].path);
		assert_string_equal(mount.path, wanted);
		assert_string_equal(mount.root, lines[i].root);
		assert_int_equal(mount.dev, makedev(lines[i].major, lines[i].minor));
		assert_true(mount.elsewhere);
	}
}

/* Which of a process's are looked for, and how often they were found. */
struct found {
	pid_t pid;
	uint32_t link, prog;
	struct held_one link_at, prog_at;
	int links, progs;
};

static int note_held(const struct held_one *one, void *arg)
{
	struct found *found = arg;

	assert_int_not_equal(one->pid, getpid());
	if (one->pid != found->pid)
		return 0;
	if (one->kind == WIRE_HELD_LINK && one->id == found->link) {
		found->link_at = *one;
		found->links++;
	} else if (one->kind == WIRE_HELD_PROG && one->id == found->prog) {
		found->prog_at = *one;
		found->progs++;
	}
	return 0;
}

static int stop_at_once(const struct held_one *one, void *arg)
{
	return 42;
}

static void open_look(struct look **ret, struct held_look *ret_held)
{
	int err = look_open(ret);

	if (!err)
		err = look_held(*ret, ret_held);
	if (err) {
		print_message("reason: this machine refuses to read kernel memory: %s\n",
			      strerror(-err));
		skip();
	}
}

static void assert_held(const struct held_look *held, pid_t pid, int prog, int link)
{
	struct found found = { pid, link_id(link), prog_id(prog) };

	assert_int_equal(held_of(held, pid, note_held, &found), 0);
	assert_int_equal(found.links, 1);
	assert_int_equal(found.link_at.fd, link);
	assert_int_equal(found.progs, 1);
	assert_int_equal(found.prog_at.fd, prog);
}

static void test_held(void **state)
{
	struct found found = {};
	struct held_look held;
	struct look *look;
	int prog, link, far;
	size_t unread = 9;

	machine_isolate();
	open_look(&look, &held);
	run("ip link add v0 type veth peer name v1");
	prog = xdp_load("pass");
	link = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
	assert_true(link >= 0);
	/* what has its own of these is no program or link */
	assert_true(eventfd(0, 0) >= 0 && epoll_create1(0) >= 0 &&
		    memfd_create("bpf-prog", 0) >= 0);

	found = (struct found){ child_in_netns(), link_id(link), prog_id(prog) };
	assert_held(&held, found.pid, prog, link);
	assert_int_equal(held_each(&held, note_held, &found, &unread), 0);
	assert_int_equal(found.links, 1);
	assert_int_equal(found.progs, 1);
	assert_int_equal(unread, 0);
	assert_int_equal(held_each(&held, stop_at_once, NULL, NULL), 42);
	/* the time is over */
	held.end_ns = 1;
	assert_int_equal(held_each(&held, note_held, &found, NULL), -ETIME);
	held.end_ns = 0;
	child_end(found.pid);
	assert_int_equal(held_of(&held, found.pid, note_held, &found), 0);
	assert_int_equal(held_each(&held, note_held, &found, NULL), 0);
	assert_int_equal(found.links, 1);

	/* in a later part of the table, at its edge */
	for (far = 127; far < 256; far += 128) {
		assert_int_equal(dup2(link, far), far);
		close(link);
		found.pid = child_in_netns();
		assert_held(&held, found.pid, prog, far);
		child_end(found.pid);
		link = far;
	}
	/* not this process itself */
	assert_int_equal(held_of(&held, getpid(), note_held, &found), 0);
	close(link);
	close(prog);
	look_close(&look);
}

/* Makes links, closes each after a while, and sees whether it is gone then. */
static int make_links(int prog)
{
	for (int i = 0; i < 200; i++) {
		int link = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
		uint32_t id = link < 0 ? 0 : link_id(link);

		for (int wait = 0; wait < 2000; wait++)
			getppid();
		if (link < 0 || close(link) || bpf_link_get_fd_by_id(id) >= 0)
			return 1;
	}
	return 0;
}

/* Whoever closes a link that is looked for all the time is the one who releases it. */
static void test_held_is_not_kept(void **state)
{
	struct found found = {};
	struct held_look held;
	struct look *look;
	int prog, status;
	pid_t ended = 0;

	machine_isolate();
	open_look(&look, &held);
	run("ip link add v0 type veth peer name v1");
	prog = xdp_load("pass");
	found.pid = fork();
	assert_true(found.pid >= 0);
	if (!found.pid)
		_exit(make_links(prog));
	while (!ended) {
		assert_int_equal(held_of(&held, found.pid, note_held, &found), 0);
		ended = waitpid(found.pid, &status, WNOHANG);
	}
	assert_int_equal(ended, found.pid);
	assert_int_equal(status, 0);
	close(prog);
	look_close(&look);
}

static int find_descriptor(const struct descriptor *descriptor, void *arg)
{
	struct found *found = arg;

	assert_int_not_equal(descriptor->pid, getpid());
	if (descriptor->pid != found->pid || descriptor->fd != found->link_at.fd)
		return 0;
	found->links++;
	assert_string_equal(descriptor->target, "anon_inode:bpf_link");
	assert_int_equal(descriptor_link(descriptor), found->link_at.id);
	assert_int_equal(descriptor_number(descriptor, "link_i"), 0);
	assert_int_equal(descriptor_number(descriptor, "nothing"), 0);
	return 42;
}

static void test_descriptors(void **state)
{
	struct found found = {};
	int prog, link;

	machine_isolate();
	run("ip link add v0 type veth peer name v1");
	prog = xdp_load("pass");
	link = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
	assert_true(link >= 0);
	found.link_at = (struct held_one){ .fd = link, .id = link_id(link) };
	found.pid = child_in_netns();
	assert_int_equal(descriptors_each(find_descriptor, &found, NULL), 42);
	assert_int_equal(found.links, 1);
	child_end(found.pid);
	assert_int_equal(descriptors_each(find_descriptor, &found, NULL), 0);
	assert_int_equal(found.links, 1);
	assert_int_equal(descriptor_number(&(struct descriptor){ found.pid, link }, "link_id"), 0);
	close(link);
	close(prog);
}

struct pinned {
	char list[8][128];
	int count;
};

static int note_pin(const struct pin *pin, void *arg)
{
	struct pinned *pinned = arg;

	/* Pins of others on this machine are in file systems of theirs. */
	if (strstr(pin->path, "/run/bpf") && pinned->count < 8)
		snprintf(pinned->list[pinned->count++], sizeof(pinned->list[0]), "%d %u %s",
			 pin->type, pin->id, pin->path);
	return 0;
}

static bool has_pin(const struct pinned *pinned, int type, uint32_t id, const char *path)
{
	char wanted[128];
	int times = 0;

	snprintf(wanted, sizeof(wanted), "%d %u %s", type, id, path);
	for (int i = 0; i < pinned->count; i++)
		times += !strcmp(pinned->list[i], wanted);
	assert_in_range(times, 0, 1);
	return times;
}

static void test_pins(void **state)
{
	struct pinned pinned = {}, none = {};
	uint32_t id, link_number;
	int prog, link, before;

	machine_isolate();
	run("mkdir /run/bpf /run/again && mount -t bpf bpf /run/bpf && mkdir '/run/bpf/a b' && "
	    "mount --bind /run/bpf /run/again");
	run("ip link add v0 type veth peer name v1");
	prog = xdp_load("pass");
	id = prog_id(prog);
	link = bpf_link_create(prog, if_nametoindex("v0"), BPF_XDP, NULL);
	assert_true(link >= 0);
	link_number = link_id(link);
	assert_int_equal(bpf_obj_pin(prog, "/run/bpf/prog"), 0);
	assert_int_equal(bpf_obj_pin(link, "/run/bpf/a b/link"), 0);
	run("ln -s prog /run/bpf/other");
	before = count_fds();
	assert_int_equal(pins_each(note_pin, &pinned, NULL), 0);
	assert_int_equal(count_fds(), before);
	assert_int_equal(pinned.count, 2);
	assert_true(has_pin(&pinned, PIN_PROG, id, "/run/bpf/prog"));
	assert_true(has_pin(&pinned, PIN_LINK, link_number, "/run/bpf/a b/link"));
	/* What lies over it hides it. */
	run("umount /run/again && mount -t tmpfs over /run/bpf && touch /run/bpf/prog");
	assert_int_equal(pins_each(note_pin, &none, NULL), 0);
	assert_int_equal(none.count, 0);
	run("umount /run/bpf && umount /run/bpf");
	close(link);
	close(prog);
}

/* A file system that only another process has mounted. */
static void test_pins_elsewhere(void **state)
{
	struct pinned pinned = {};
	char path[64], wanted[64];
	int ready[2], prog;
	pid_t pid;
	char byte;

	machine_isolate();
	prog = xdp_load("pass");
	run("mkdir /run/bpf");
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (!pid) {
		if (unshare(CLONE_NEWNS) || mount("bpf", "/run/bpf", "bpf", 0, NULL) ||
		    bpf_obj_pin(prog, "/run/bpf/prog") || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(pins_each(note_pin, &pinned, NULL), 0);
	assert_int_equal(pinned.count, 1);
	snprintf(wanted, sizeof(wanted), "0 %u ", prog_id(prog));
	snprintf(path, sizeof(path), "/proc/%d/root/run/bpf/prog", pid);
	strcat(wanted, path);
	assert_string_equal(pinned.list[0], wanted);
	child_end(pid);
	close(ready[0]);
	close(prog);
}

static void test_details(void **state)
{
	_cleanup_(close_fd) int own = open("/proc/self/ns/net", O_RDONLY);
	struct device_details details;
	int netns;

	machine_isolate();
	run("ip netns add red && ip -n red link add v0 type veth peer name v1");
	netns = open("/run/netns/red", O_RDONLY);
	assert_int_equal(device_details_read(netns, 3, "v0", &details), 0);
	assert_string_equal(details.driver, "veth");
	if (details.has_features) /* Linux 6.3 */
		assert_true(details.features & XDP_FEATURE_BASIC);
	assert_int_equal(device_details_read(netns, 1, "lo", &details), 0);
	assert_string_equal(details.driver, "");
	assert_int_equal(details.features, 0);
	assert_int_equal(device_details_read(netns, 99, "none", &details), 0);
	assert_string_equal(details.driver, "");
	assert_false(details.has_features);
	assert_int_equal(device_details_read(STDIN_FILENO, 1, "lo", &details), -EINVAL);
	close(netns);
}

static void test_generic_attribute(void **state)
{
	struct {
		struct nlmsghdr header;
		char rest[4 + 8 + 12];
	} message = { .header.nlmsg_len = 16 + 4 + 8 + 12 };
	struct nlattr short_one = { 6, 3 }, wanted = { 12, 3 };
	uint64_t value = 0x123456789abcdef0, got = 7;
	_cleanup_(free_pointer) void *copy = NULL;

	memcpy(message.rest + 4, &short_one, 4);
	memcpy(message.rest + 12, &wanted, 4);
	memcpy(message.rest + 16, &value, 8);
	copy = exact_copy(&message, message.header.nlmsg_len);
	assert_true(generic_attribute(copy, 3, &got, sizeof(got)));
	assert_true(got == value);
	assert_false(generic_attribute(copy, 4, &got, sizeof(got)));
	for (uint32_t length = 16; length < message.header.nlmsg_len; length++) {
		_cleanup_(free_pointer) struct nlmsghdr *cut = exact_copy(&message, length);

		cut->nlmsg_len = length;
		assert_false(generic_attribute(cut, 3, &got, sizeof(got)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_mount_lines),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_held_is_not_kept),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_pins),
		cmocka_unit_test(test_pins_elsewhere),
		cmocka_unit_test(test_details),
		cmocka_unit_test(test_generic_attribute),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
