// SPDX-License-Identifier: GPL-2.0
/* Plain folders stand for bpffs, and a file's name says which program it is a pin of. */
#include "kernel/prog_pins.h"

#include "helpers.h"

#include "util/clock.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

struct world {
	char folder[64], mountinfo[96];
	struct prog_pins pins;
	int asked; /* files so far */
};

/* "7-name" is a pin of program 7. */
static uint32_t prog_of(void *context, int fd)
{
	struct world *world = context;
	char link[64], path[PATH_MAX] = "";

	world->asked++;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	assert_true(readlink(link, path, sizeof(path) - 1) > 0);
	assert_int_equal(fcntl(fd, F_GETFL) & O_PATH, O_PATH);
	return strtoul(strrchr(path, '/') + 1, NULL, 10);
}

static const char *path_of(struct world *world, const char *name)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", world->folder, name);
	return path;
}

static void pin(struct world *world, const char *name)
{
	int fd = open(path_of(world, name), O_CREAT | O_EXCL | O_WRONLY, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void unpin(struct world *world, const char *name)
{
	assert_int_equal(remove(path_of(world, name)), 0);
}

static void folder(struct world *world, const char *name)
{
	assert_int_equal(mkdir(path_of(world, name), 0700), 0);
}

/* Says where file systems are mounted, by their folders, ended by NULL. */
static void mount_all(struct world *world, const char *const *names)
{
	FILE *file = fopen(world->mountinfo, "w");

	assert_non_null(file);
	fprintf(file, "22 1 0:20 / /proc rw,relatime shared:5 - proc proc rw\n");
	for (; *names; names++)
		fprintf(file, "36 35 0:30 / %s/%s rw shared:7 - bpf bpf rw,mode=700\n",
			world->folder, *names);
	assert_int_equal(fclose(file), 0);
}

#define MOUNT(world, ...) mount_all(world, (const char *const[]){ __VA_ARGS__, NULL })

static void update(struct world *world)
{
	world->pins.share.used_ns = 0; /* as if time had gone by */
	assert_true(prog_pins_update(&world->pins, PROG_PINS_NOW));
}

/* The only pin of program @id, NULL: there is none. */
static void assert_pin(struct world *world, uint32_t id, const char *name)
{
	const char *path;

	update(world);
	path = prog_pins_path(&world->pins, id, 0);
	if (name) {
		assert_non_null(path);
		assert_string_equal(path, path_of(world, name));
	} else {
		assert_null(path);
	}
	assert_null(prog_pins_path(&world->pins, id, 1));
}

static void test_pins(void **state)
{
	struct world *world = *state;

	pin(world, "bpf/7-seven");
	pin(world, "bpf/map");
	folder(world, "bpf/dir");
	folder(world, "bpf/dir/dir");
	pin(world, "bpf/dir/dir/8-eight");
	pin(world, "7-elsewhere");
	assert_pin(world, 7, "bpf/7-seven");
	assert_pin(world, 8, "bpf/dir/dir/8-eight");
	assert_pin(world, 9, NULL);
	assert_pin(world, 0, NULL);
}

/* What was asked after an operation has ended is as good for it as to ask again. */
static void test_since(void **state)
{
	struct world *world = *state;
	uint64_t before_ns = clock_ns(CLOCK_MONOTONIC), after_ns;

	assert_true(prog_pins_update(&world->pins, before_ns));
	after_ns = clock_ns(CLOCK_MONOTONIC);
	pin(world, "bpf/7-seven");
	assert_true(prog_pins_update(&world->pins, before_ns));
	assert_null(prog_pins_path(&world->pins, 7, 0));
	assert_true(prog_pins_update(&world->pins, after_ns));
	assert_non_null(prog_pins_path(&world->pins, 7, 0));
}

/* A link of the same number is another thing. */
static void test_links(void **state)
{
	struct world *world = *state;

	pin(world, "bpf/7-seven");
	pin(world, "bpf/2147483655-link"); /* 7 | WIRE_PIN_LINK */
	assert_pin(world, 7, "bpf/7-seven");
	assert_pin(world, 7 | WIRE_PIN_LINK, "bpf/2147483655-link");
	assert_pin(world, 8 | WIRE_PIN_LINK, NULL);
}

/* Whatever was done before an update is in it, without a wait. */
static void test_changes(void **state)
{
	struct world *world = *state;
	char from[PATH_MAX];

	assert_pin(world, 7, NULL);
	pin(world, "bpf/7-seven");
	assert_pin(world, 7, "bpf/7-seven");
	folder(world, "bpf/dir");
	assert_pin(world, 7, "bpf/7-seven");
	pin(world, "bpf/dir/8-eight");
	assert_pin(world, 8, "bpf/dir/8-eight");
	snprintf(from, sizeof(from), "%s", path_of(world, "bpf/7-seven"));
	assert_int_equal(rename(from, path_of(world, "bpf/dir/7-moved")), 0);
	assert_pin(world, 7, "bpf/dir/7-moved");
	unpin(world, "bpf/dir/7-moved");
	assert_pin(world, 7, NULL);
	unpin(world, "bpf/dir/8-eight");
	unpin(world, "bpf/dir");
	assert_pin(world, 8, NULL);
}

static void test_several(void **state)
{
	struct world *world = *state;

	pin(world, "bpf/7-a");
	pin(world, "bpf/7-b");
	pin(world, "bpf/8-c");
	update(world);
	assert_non_null(prog_pins_path(&world->pins, 7, 0));
	assert_non_null(prog_pins_path(&world->pins, 7, 1));
	assert_null(prog_pins_path(&world->pins, 7, 2));
}

static void test_mounts(void **state)
{
	struct world *world = *state;

	folder(world, "other one"); /* mountinfo writes a space as \040 */
	pin(world, "other one/9-nine");
	assert_pin(world, 9, NULL);
	MOUNT(world, "bpf", "other\\040one", "bpf", "other\\040one", "gone");
	world->pins.changed = true; /* the kernel's own file would tell */
	assert_pin(world, 9, "other one/9-nine");
}

static void test_unchanged(void **state)
{
	struct world *world = *state;
	int asked;

	pin(world, "bpf/7-seven");
	update(world);
	asked = world->asked;
	for (int i = 0; i < 100; i++)
		update(world);
	assert_int_equal(world->asked, asked);
}

/* After too many changes the old list is not passed off as new. */
static void test_rest(void **state)
{
	struct world *world = *state;

	update(world);
	world->pins.share.used_ns = UINT64_MAX / 2;
	assert_true(prog_pins_update(&world->pins, PROG_PINS_NOW));
	pin(world, "bpf/7-seven");
	assert_false(prog_pins_update(&world->pins, PROG_PINS_NOW));
	assert_false(prog_pins_update(&world->pins, PROG_PINS_NOW));
	assert_pin(world, 7, "bpf/7-seven");
}

static void test_too_many(void **state)
{
	struct world *world = *state;
	char name[64];

	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "bpf/%d", i);
		folder(world, name);
	}
	world->pins.share.used_ns = 0;
	assert_false(prog_pins_update(&world->pins, PROG_PINS_NOW));
	for (int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "bpf/%d", i);
		unpin(world, name);
	}
	update(world);
}

static void test_never_opened(void **state)
{
	struct prog_pins pins = {};

	assert_false(prog_pins_update(&pins, PROG_PINS_NOW));
	assert_null(prog_pins_path(&pins, 7, 0));
	prog_pins_close(&pins);
	pins.mountinfo = "/nonexistent";
	assert_true(prog_pins_open(&pins) < 0);
	assert_false(prog_pins_update(&pins, PROG_PINS_NOW));
	prog_pins_close(&pins);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	return remove(path);
}

static int setup(void **state)
{
	static struct world world;

	world = (struct world){ .folder = "/tmp/prog_pins_test.XXXXXX" };
	assert_non_null(mkdtemp(world.folder));
	snprintf(world.mountinfo, sizeof(world.mountinfo), "%s/mountinfo", world.folder);
	folder(&world, "bpf");
	MOUNT(&world, "bpf");
	world.pins = (struct prog_pins){
		.mountinfo = world.mountinfo, .type = "bpf", .prog_of = prog_of, .context = &world
	};
	*state = &world;
	return prog_pins_open(&world.pins);
}

static int teardown(void **state)
{
	struct world *world = *state;

	prog_pins_close(&world->pins);
	return nftw(world->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_pins),         TEST(test_changes),   TEST(test_several),
		TEST(test_mounts),       TEST(test_links),     TEST(test_since),
		TEST(test_changes),      TEST(test_several),   TEST(test_mounts),
		TEST(test_rest),         TEST(test_unchanged), TEST(test_too_many),
		TEST(test_never_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
