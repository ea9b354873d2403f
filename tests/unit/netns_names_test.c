// SPDX-License-Identifier: GPL-2.0
/* Plain files stand for namespaces: they have a number as these do. */
#include "kernel/netns_names.h"

#include "helpers.h"

#include "util/clock.h"

#include <fcntl.h>
#include <ftw.h>
#include <sched.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

struct world {
	char folder[64], run[96], proc[96];
	struct netns_names names;
};

static uint32_t number_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_ino;
}

static const char *path_in(const char *folder, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

/* A namespace with a name. Returns its number. */
static uint32_t add_name(struct world *world, const char *name)
{
	int fd = open(path_in(world->run, name), O_CREAT | O_EXCL | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
	return number_of(path_in(world->run, name));
}

static void remove_name(struct world *world, const char *name)
{
	assert_int_equal(unlink(path_in(world->run, name)), 0);
}

/* A process, in the namespace of @other, or in a new one (NULL). Returns the namespace's number. */
static uint32_t add_process(struct world *world, const char *pid, const char *other)
{
	char path[PATH_MAX], link_path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", world->proc, pid);
	assert_int_equal(mkdir(path, 0700), 0);
	strcat(path, "/ns");
	assert_int_equal(mkdir(path, 0700), 0);
	strcat(path, "/net");
	if (other) {
		snprintf(link_path, sizeof(link_path), "%s/%s/ns/net", world->proc, other);
		assert_int_equal(link(link_path, path), 0);
		return number_of(path);
	}
	fd = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
	return number_of(path);
}

static void end_process(struct world *world, const char *pid)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/ns/net", world->proc, pid);
	assert_int_equal(unlink(path), 0);
}

static void assert_called(struct world *world, uint32_t inum, bool dying, const char *name,
			  uint32_t pid)
{
	char found[NETNS_NAME_SIZE];
	uint32_t found_pid = 99;

	world->names.share.used_ns = 0; /* as if much time had gone by */
	netns_names_find(&world->names, inum, dying, NETNS_NAMES_NOW, found, &found_pid);
	assert_string_equal(found, name);
	assert_int_equal(found_pid, pid);
}

static void test_name(void **state)
{
	struct world *world = *state;
	uint32_t blue = add_name(world, "blue"), red = add_name(world, "re d\n"), green;

	assert_called(world, blue, false, "blue", 0);
	assert_called(world, red, false, "re d\n", 0);
	assert_called(world, 0, false, "", 0);
	/* One that has come since. */
	green = add_name(world, "green");
	assert_called(world, green, false, "green", 0);
	assert_called(world, blue, false, "blue", 0);
}

/* A name that has gone is not told, but for a namespace that ends just then. */
static void test_gone(void **state)
{
	struct world *world = *state;
	uint32_t blue = add_name(world, "blue"), red = add_name(world, "red");

	assert_called(world, blue, false, "blue", 0);
	remove_name(world, "blue");
	assert_called(world, red, false, "red", 0);
	assert_called(world, blue, true, "blue", 0);
	assert_called(world, blue, false, "", 0);
	/* It was alive without that name since: if it ends now, that says nothing. */
	assert_called(world, blue, true, "", 0);
}

static void test_unknown_dying(void **state)
{
	struct world *world = *state;

	assert_called(world, add_name(world, "late"), true, "", 0);
}

/* The name leads to another namespace now, and the folder does not tell of a mount. */
static void test_other_behind_name(void **state)
{
	struct world *world = *state;
	uint32_t blue = add_name(world, "blue");
	char other[PATH_MAX];
	struct timespec times[2];
	struct stat status;

	assert_called(world, blue, false, "blue", 0);
	assert_int_equal(stat(world->run, &status), 0);
	add_name(world, "other");
	snprintf(other, sizeof(other), "%s/other", world->run);
	assert_int_equal(rename(other, path_in(world->run, "blue")), 0);
	times[0] = status.st_atim;
	times[1] = status.st_mtim;
	assert_int_equal(utimensat(AT_FDCWD, world->run, times, 0), 0);
	world->names.read_ns += 1000000000; /* not so soon after the change */
	assert_called(world, blue, false, "", 0);
}

/* What `ip netns add` does: a file, and any time later the mount that makes it a name. */
static void test_mounted_later(void **state)
{
	struct world *world = *state;
	char name[PATH_MAX];
	uint32_t inum;

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		skip();
	netns_names_release(&world->names);
	netns_names_init(&world->names, world->run, world->proc);
	inum = add_process(world, "7", NULL);
	add_name(world, "late");
	assert_called(world, inum, false, "", 7);
	world->names.read_ns += 1000000000; /* not so soon after the change */
	snprintf(name, sizeof(name), "%s/late", world->run);
	assert_int_equal(mount(path_in(world->proc, "7/ns/net"), name, NULL, MS_BIND, NULL), 0);
	assert_called(world, inum, false, "late", 0);
	assert_int_equal(umount(name), 0);
	assert_called(world, inum, false, "", 7);
}

static void test_process(void **state)
{
	struct world *world = *state;
	uint32_t first = add_process(world, "7", NULL), second = add_process(world, "30", NULL);

	add_process(world, "31", "30");
	assert_int_equal(mkdir(path_in(world->proc, "sys"), 0700), 0);
	assert_called(world, second, false, "", 30);
	assert_called(world, first, false, "", 7);
	end_process(world, "30");
	assert_called(world, second, false, "", 31);
	end_process(world, "31");
	assert_called(world, second, false, "", 0);
	assert_called(world, first, false, "", 7);
	assert_called(world, add_process(world, "40", NULL), false, "", 40);
}

/* A look that was cut short goes on where it was, but not past what has come meanwhile. */
static void test_cut_short(void **state)
{
	struct world *world = *state;
	uint32_t first = add_process(world, "7", NULL), second;

	world->names.pass = opendir(world->proc);
	world->names.pass_ns = 1;
	while (readdir(world->names.pass))
		;
	assert_called(world, first, false, "", 7);
	world->names.pass = opendir(world->proc);
	assert_non_null(readdir(world->names.pass)); /* which is all that there is, in one piece */
	second = add_process(world, "8", NULL);
	assert_called(world, second, false, "", 8);
	assert_null(world->names.pass);
}

static void test_name_is_better(void **state)
{
	struct world *world = *state;
	uint32_t inum = add_process(world, "7", NULL);
	char path[PATH_MAX];

	assert_called(world, inum, false, "", 7);
	snprintf(path, sizeof(path), "%s/7/ns/net", world->proc);
	assert_int_equal(link(path, path_in(world->run, "blue")), 0);
	assert_called(world, inum, false, "blue", 0);
}

#define MSEC 1000000ULL

static uint32_t pid_after(struct world *world, uint32_t inum, uint64_t used_ns)
{
	char found[NETNS_NAME_SIZE];
	uint32_t pid;

	world->names.share.used_ns = used_ns;
	netns_names_find(&world->names, inum, false, NETNS_NAMES_NOW, found, &pid);
	return pid;
}

/* However many there are, and how often it is asked: but for a few times it does not look. */
static void test_rest(void **state)
{
	struct world *world = *state;
	uint32_t inum = add_process(world, "7", NULL);

	assert_int_equal(pid_after(world, inum, 0), 7);
	assert_true(world->names.share.used_ns > 0);
	inum = add_process(world, "8", NULL);
	for (int i = 0; i < 10; i++)
		assert_int_equal(pid_after(world, inum, 60000 * MSEC), 0);
	assert_int_equal(pid_after(world, inum, 250 * MSEC), 8);
	inum = add_process(world, "9", NULL);
	assert_int_equal(pid_after(world, inum, 60000 * MSEC), 0);
	world->names.share.counted_ns -= 20 * 60000 * MSEC;
	assert_int_equal(pid_after(world, inum, 60000 * MSEC), 9);
}

/* What was looked at after an operation has ended is as good for it as another look. */
static void test_since(void **state)
{
	struct world *world = *state;
	uint32_t blue = add_name(world, "blue"), red = add_name(world, "red"), pid;
	uint64_t before_ns = clock_ns(CLOCK_MONOTONIC), after_ns;
	char found[NETNS_NAME_SIZE];

	netns_names_find(&world->names, blue, false, before_ns, found, &pid);
	assert_string_equal(found, "blue");
	after_ns = clock_ns(CLOCK_MONOTONIC);
	remove_name(world, "blue");
	netns_names_find(&world->names, blue, false, before_ns, found, &pid);
	assert_string_equal(found, "blue");
	netns_names_find(&world->names, blue, true, before_ns, found, &pid);
	assert_string_equal(found, "blue");
	netns_names_find(&world->names, blue, false, after_ns, found, &pid);
	assert_string_equal(found, "");
	netns_names_find(&world->names, red, false, before_ns, found, &pid);
	assert_string_equal(found, "red");
}

static void test_no_folders(void **state)
{
	struct world *world = *state;

	netns_names_release(&world->names);
	netns_names_init(&world->names, "/nonexistent/run", "/nonexistent/proc");
	assert_called(world, 12345, false, "", 0);
	assert_called(world, 12345, true, "", 0);
}

static void test_this_process(void **state)
{
	struct world *world = *state;
	char found[NETNS_NAME_SIZE], path[64];
	uint32_t inum = number_of("/proc/self/ns/net"), pid;

	netns_names_release(&world->names);
	netns_names_init(&world->names, "/run/netns", "/proc");
	for (int i = 0; i < 1000; i++) {
		world->names.share.used_ns = 0;
		netns_names_find(&world->names, inum, false, NETNS_NAMES_NOW, found, &pid);
		if (*found || pid)
			break;
	}
	snprintf(path, sizeof(path), *found ? "/run/netns/%s" : "/proc/%s/ns/net", found);
	if (!*found)
		snprintf(path, sizeof(path), "/proc/%u/ns/net", pid);
	assert_int_equal(number_of(path), inum);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

static int setup(void **state)
{
	static struct world world;

	world = (struct world){ .folder = "/tmp/netns_names_test.XXXXXX" };
	assert_non_null(mkdtemp(world.folder));
	snprintf(world.run, sizeof(world.run), "%s/run", world.folder);
	snprintf(world.proc, sizeof(world.proc), "%s/proc", world.folder);
	assert_int_equal(mkdir(world.run, 0700), 0);
	assert_int_equal(mkdir(world.proc, 0700), 0);
	netns_names_init(&world.names, world.run, world.proc);
	*state = &world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	netns_names_release(&world->names);
	return nftw(world->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_name),      TEST(test_gone),           TEST(test_unknown_dying),
		TEST(test_process),   TEST(test_name_is_better), TEST(test_other_behind_name),
		TEST(test_cut_short), TEST(test_rest),           TEST(test_no_folders),
		TEST(test_since),     TEST(test_this_process),   TEST(test_mounted_later),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
