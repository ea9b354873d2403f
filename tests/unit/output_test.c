// SPDX-License-Identifier: GPL-2.0
#include "util/output.h"

#include "helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static char folder[] = "/tmp/xdpsnoop-output-XXXXXX";

static const char *path_of(const char *name)
{
	static char paths[4][64];
	static int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
	return path;
}

static void assert_content(const char *name, const char *expected)
{
	_cleanup_(close_file) FILE *file = fopen(path_of(name), "r");
	char text[256] = "";

	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	assert_string_equal(text, expected);
}

static void open_file(struct output *output, const char *name)
{
	unlink(path_of(name));
	assert_int_equal(output_open(output, path_of(name)), 0);
}

static void test_append(void **state)
{
	struct output output;

	open_file(&output, "log");
	fputs("one\n", output.stream);
	assert_content("log", ""); /* it waits */
	assert_int_equal(output_flush(&output), 0);
	assert_content("log", "one\n");
	assert_int_equal(output_flush(&output), 0);
	fputs("second line\n", output.stream);
	assert_int_equal(output_flush(&output), 0);
	fputs("3\n", output.stream); /* shorter than the one before */
	assert_int_equal(output_flush(&output), 0);
	assert_content("log", "one\nsecond line\n3\n");
	output_close(&output);
	assert_int_equal(output_open(&output, path_of("log")), 0);
	fputs("later\n", output.stream);
	assert_int_equal(output_flush(&output), 0);
	assert_content("log", "one\nsecond line\n3\nlater\n");
	output_close(&output);
}

/* Command lines may hold secrets: a new file is its owner's, an old one stays as it is. */
static void test_mode(void **state)
{
	struct output output;
	struct stat stat_new;
	mode_t mask = umask(0);

	open_file(&output, "private");
	assert_int_equal(stat(path_of("private"), &stat_new), 0);
	assert_int_equal(stat_new.st_mode & 07777, 0600);
	output_close(&output);
	assert_int_equal(chmod(path_of("private"), 0644), 0);
	assert_int_equal(output_open(&output, path_of("private")), 0);
	assert_int_equal(stat(path_of("private"), &stat_new), 0);
	assert_int_equal(stat_new.st_mode & 07777, 0644);
	output_close(&output);
	umask(mask);
}

/* As logrotate does it. What was not written yet belongs to the old file. */
static void test_reopen(void **state)
{
	struct output output;
	int fd;

	open_file(&output, "log");
	fd = output.fd;
	fputs("before\n", output.stream);
	assert_int_equal(rename(path_of("log"), path_of("log.1")), 0);
	assert_int_equal(output_reopen(&output), 0);
	assert_int_equal(output.fd, fd);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	fputs("after\n", output.stream);
	assert_int_equal(output_flush(&output), 0);
	assert_content("log.1", "before\n");
	assert_content("log", "after\n");
	output_close(&output);
}

static void test_reopen_that_fails(void **state)
{
	struct output output;

	assert_int_equal(mkdir(path_of("gone"), 0700), 0);
	assert_int_equal(output_open(&output, path_of("gone/log")), 0);
	assert_int_equal(rename(path_of("gone"), path_of("moved")), 0);
	fputs("before\n", output.stream);
	assert_int_equal(output_reopen(&output), -ENOENT);
	fputs("after\n", output.stream);
	assert_int_equal(output_flush(&output), 0);
	assert_content("moved/log", "before\nafter\n");
	output_close(&output);
}

static void test_open_errors(void **state)
{
	struct output output;

	assert_int_equal(output_open(&output, path_of("none/log")), -ENOENT);
	assert_int_equal(output_open(&output, folder), -EISDIR);
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	assert_int_equal(output_open(&output, path_of("fifo")), -ENXIO);
}

static void *read_all(void *arg)
{
	size_t total = 0;
	char buffer[4096];
	ssize_t got;

	while ((got = read(*(int *)arg, buffer, sizeof(buffer))) > 0)
		total += got;
	return (void *)total;
}

/* More than a pipe holds: the writer waits for the reader, and nothing is lost. */
static void test_fifo(void **state)
{
	const size_t lines = 40000;
	struct output output;
	pthread_t reader;
	void *total;
	int fd;

	unlink(path_of("fifo"));
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	fd = open(path_of("fifo"), O_RDONLY | O_NONBLOCK);
	assert_true(fd >= 0);
	assert_int_equal(output_open(&output, path_of("fifo")), 0);
	assert_int_equal(fcntl(fd, F_SETFL, 0), 0);
	assert_int_equal(pthread_create(&reader, NULL, read_all, &fd), 0);
	for (size_t i = 0; i < lines; i++) {
		fputs("0123456789\n", output.stream);
		output_relieve(&output);
	}
	assert_int_equal(output_flush(&output), 0);
	output_close(&output);
	assert_int_equal(pthread_join(reader, &total), 0);
	assert_int_equal((size_t)total, 11 * lines);
	close(fd);
}

static void test_reader_that_has_gone(void **state)
{
	struct output output;
	int fd;

	unlink(path_of("fifo"));
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	fd = open(path_of("fifo"), O_RDONLY | O_NONBLOCK);
	assert_int_equal(output_open(&output, path_of("fifo")), 0);
	close(fd);
	signal(SIGPIPE, SIG_IGN);
	fputs("line\n", output.stream);
	assert_int_equal(output_flush(&output), -EPIPE);
	assert_int_equal(output_flush(&output), -EPIPE); /* and so it stays */
	output_close(&output);
}

/* A pipe that is full is waited for, but not longer than anybody wants. */
static void test_reader_that_does_not_read(void **state)
{
	char many[1 << 17];
	struct output output;
	int fd, stop[2];

	unlink(path_of("fifo"));
	assert_int_equal(mkfifo(path_of("fifo"), 0600), 0);
	fd = open(path_of("fifo"), O_RDONLY | O_NONBLOCK);
	assert_int_equal(pipe(stop), 0);
	assert_int_equal(output_open(&output, path_of("fifo")), 0);
	output.stops[1] = stop[0];
	assert_int_equal(write(stop[1], "", 1), 1);
	memset(many, 'x', sizeof(many));
	fputs("line\n", output.stream); /* there is room: nothing is given up */
	assert_int_equal(output_flush(&output), 0);
	fwrite(many, 1, sizeof(many), output.stream);
	assert_int_equal(output_flush(&output), -ECANCELED);
	output_close(&output);
	close(stop[0]);
	close(stop[1]);
	close(fd);
}

/* A full disk, as a limit of the size: what is there are whole lines. */
static void test_no_part_of_a_line(void **state)
{
	struct rlimit limit, small = { 10, RLIM_INFINITY };
	struct output output;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small.rlim_max = limit.rlim_max;
	open_file(&output, "full");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	fputs("1234\n6789\nabcdef\n", output.stream);
	assert_int_equal(output_flush(&output), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_content("full", "1234\n6789\n");
	fputs("more\n", output.stream);
	assert_int_equal(output_flush(&output), -EFBIG);
	assert_content("full", "1234\n6789\n"); /* there would be a gap */
	for (size_t i = 0; i < 1000; i++) {     /* nor is it kept */
		fputs("many more\n", output.stream);
		assert_int_equal(output_flush(&output), -EFBIG);
	}
	assert_true(output.size < 100);
	output_close(&output);

	small.rlim_cur = 8;
	open_file(&output, "full");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	fputs("1234\n6789\n", output.stream);
	assert_int_equal(output_flush(&output), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	assert_content("full", "1234\n");
	output_close(&output);
}

static void test_relieve(void **state)
{
	struct output output;
	struct stat stat_now;

	open_file(&output, "much");
	for (int i = 0; i < 20000; i++) {
		fputs("0123456789\n", output.stream);
		output_relieve(&output);
	}
	assert_int_equal(fstat(output.fd, &stat_now), 0);
	assert_true(stat_now.st_size > 100000);
	assert_int_equal(stat_now.st_size % 11, 0);
	assert_int_equal(output_flush(&output), 0);
	assert_int_equal(fstat(output.fd, &stat_now), 0);
	assert_int_equal(stat_now.st_size, 220000);
	output_close(&output);
}

static void test_stdout(void **state)
{
	struct output output;

	assert_int_equal(output_open(&output, NULL), 0);
	assert_int_equal(output.fd, STDOUT_FILENO);
	assert_int_equal(output_reopen(&output), 0);
	output_close(&output);
	assert_true(fcntl(STDOUT_FILENO, F_GETFD) >= 0);
	output_close(&output);
}

static int make_folder(void **state)
{
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_append),
		cmocka_unit_test(test_mode),
		cmocka_unit_test(test_reopen),
		cmocka_unit_test(test_reopen_that_fails),
		cmocka_unit_test(test_open_errors),
		cmocka_unit_test(test_fifo),
		cmocka_unit_test(test_reader_that_has_gone),
		cmocka_unit_test(test_reader_that_does_not_read),
		cmocka_unit_test(test_no_part_of_a_line),
		cmocka_unit_test(test_relieve),
		cmocka_unit_test(test_stdout),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
