// SPDX-License-Identifier: GPL-2.0
/*
 * The least that a tracer of functions can do: it opens one BPF object, puts a program that does
 * nothing on each function, says so, and takes them off when it is told to end. What xdpsnoop needs
 * is measured against this. Usage: floor fexit|kprobe FUNCTION...
 * Or floor record FUNCTION: by fexit, one record in a ring buffer that nobody reads, each call.
 * Or floor pair FUNCTION FUNCTION, twice the same: with fentry, too, so that a record has the time
 * that the call has taken, which is kept in a map meanwhile.
 */
#include "floor.skel.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define FUNCTIONS_MAX 64 /* programs in floor.bpf.c, of each kind */

static int log_silent(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

/* The program for function number @n, which are numbered in octal. */
static struct bpf_program *program_of(struct floor_bpf *skel, const char *kind, int n)
{
	char name[32];

	if (!strcmp(kind, "record"))
		return n ? NULL : skel->progs.floor_record;
	if (!strcmp(kind, "pair"))
		return n == 0 ? skel->progs.floor_enter : n == 1 ? skel->progs.floor_leave : NULL;
	snprintf(name, sizeof(name), "floor_%s_%d%d", kind, n / 8, n % 8);
	return bpf_object__find_program_by_name(skel->obj, name);
}

static int floor_load(struct floor_bpf *skel, const char *kind, char *functions[], int count)
{
	bool pair = !strcmp(kind, "pair");

	bpf_map__set_autocreate(skel->maps.ring, pair || !strcmp(kind, "record"));
	bpf_map__set_autocreate(skel->maps.calls, pair);
	for (int i = 0; i < count; i++) {
		struct bpf_program *program = program_of(skel, kind, i);
		int err = program ? bpf_program__set_autoload(program, true) : -ENOENT;

		if (!err && strcmp(kind, "kprobe"))
			err = bpf_program__set_attach_target(program, 0, functions[i]);
		if (err)
			return err;
	}
	return floor_bpf__load(skel);
}

static int floor_attach(struct floor_bpf *skel, const char *kind, char *functions[], int count,
			struct bpf_link *links[])
{
	for (int i = 0; i < count; i++) {
		struct bpf_program *program = program_of(skel, kind, i);

		links[i] = strcmp(kind, "kprobe")
				   ? bpf_program__attach(program)
				   : bpf_program__attach_kprobe(program, false, functions[i]);
		if (!links[i]) {
			fprintf(stderr, "floor: %s: %s\n", functions[i], strerror(errno));
			return -errno;
		}
	}
	return 0;
}

int main(int argc, char *argv[])
{
	struct bpf_link *links[FUNCTIONS_MAX] = {};
	int count = argc - 2, signal, err;
	struct floor_bpf *skel;
	sigset_t ends;

	if (count < 1 || count > FUNCTIONS_MAX) {
		fprintf(stderr, "usage: floor fexit|kprobe|record|pair FUNCTION... (up to %d)\n",
			FUNCTIONS_MAX);
		return 2;
	}
	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	libbpf_set_print(log_silent);
	skel = floor_bpf__open();
	if (!skel)
		return 1;
	err = floor_load(skel, argv[1], argv + 2, count);
	if (!err)
		err = floor_attach(skel, argv[1], argv + 2, count, links);
	if (!err) {
		puts("ready");
		fflush(stdout);
		sigwait(&ends, &signal);
	} else {
		fprintf(stderr, "floor: %s\n", strerror(-err));
	}
	for (int i = 0; i < count; i++)
		bpf_link__destroy(links[i]);
	floor_bpf__destroy(skel);
	return err != 0;
}
