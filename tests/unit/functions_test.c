// SPDX-License-Identifier: GPL-2.0
/* Which functions of a program are global, and what the verifier makes of it. */
#include "probe/functions.h"

#include "helpers.h"
#include "util/cleanup.h"
#include "wire.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#define INSN(c, dst, src, o, i)                                                         \
	{                                                                               \
		.code = (c), .dst_reg = (dst), .src_reg = (src), .off = (o), .imm = (i) \
	}
#define MOV(dst, i)    INSN(BPF_ALU64 | BPF_MOV | BPF_K, dst, 0, 0, i)
#define ADD(dst, src)  INSN(BPF_ALU64 | BPF_ADD | BPF_X, dst, src, 0, 0)
#define CALL(distance) INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, distance)
#define EXIT()         INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
#define MARK(args)     MOV(0, WIRE_GLOBAL_MAGIC | (args))

static void assert_function(const struct function *function, size_t at, bool global, unsigned args)
{
	assert_int_equal(function->at, at);
	assert_int_equal(function->global, global);
	assert_int_equal(function->args, args);
}

static void test_find(void **state)
{
	const struct bpf_insn insns[] = {
		CALL(5),                               /* 0 */
		CALL(2), CALL(3),   EXIT(), MOV(0, 1), /* 4: static */
		EXIT(),  MOV(6, 0),                    /* 6: with something ahead of its mark */
		MARK(3), CALL(-5),                     /* of another one, further up */
		EXIT(),
	};
	struct function list[FUNCTIONS_MAX];

	assert_int_equal(functions_find(insns, ARRAY_SIZE(insns), list), 3);
	assert_function(&list[0], 0, false, 0);
	assert_function(&list[1], 4, false, 0);
	assert_function(&list[2], 6, true, 3);
	assert_int_equal(functions_find(insns + 4, 2, list), 1);
	assert_function(&list[0], 0, false, 0);
}

/* What looks like a call, or like a mark, in the second half of a constant. */
static void test_constants(void **state)
{
	const struct bpf_insn insns[] = {
		INSN(BPF_LD | BPF_IMM | BPF_DW, 1, 0, 0, WIRE_GLOBAL_MAGIC),
		INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, WIRE_GLOBAL_MAGIC),
		INSN(BPF_ALU | BPF_MOV | BPF_K, 0, 0, 0, WIRE_GLOBAL_MAGIC),
		EXIT(),
	};
	struct function list[FUNCTIONS_MAX];

	assert_int_equal(functions_find(insns, ARRAY_SIZE(insns), list), 1);
	assert_function(&list[0], 0, false, 0);
}

static void test_too_much(void **state)
{
	struct bpf_insn insns[2 * FUNCTIONS_MAX],
		many_args[] = { CALL(1), EXIT(), MARK(6), EXIT() };
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	struct bpf_func_info info[FUNCTIONS_MAX];
	struct function list[FUNCTIONS_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(insns); i++)
		insns[i] = (struct bpf_insn)CALL(FUNCTIONS_MAX - 1);
	assert_int_equal(functions_find(insns, FUNCTIONS_MAX - 1, list), FUNCTIONS_MAX);
	assert_int_equal(list[1].at, FUNCTIONS_MAX);
	assert_int_equal(list[FUNCTIONS_MAX - 1].at, 2 * FUNCTIONS_MAX - 2);
	assert_int_equal(functions_find(insns, FUNCTIONS_MAX, list), 0);
	assert_int_equal(functions_tell(insns, FUNCTIONS_MAX, info, &opts), 0);
	assert_int_equal(functions_tell(many_args, ARRAY_SIZE(many_args), info, &opts), -EINVAL);
	assert_int_equal(opts.func_info_cnt, 0);
}

static int load(const struct bpf_insn *insns, size_t count, struct bpf_prog_load_opts *opts)
{
	int fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, "functions", "GPL", insns, count, opts);

	return fd < 0 ? -errno : fd;
}

/* What a static function returns, the verifier knows: it can be added to a pointer. */
static void test_verifier(void **state)
{
	struct bpf_insn insns[] = {
		MOV(1, 0),
		CALL(4), /* 1 */
		INSN(BPF_ALU64 | BPF_MOV | BPF_X, 1, 10, 0, 0),
		ADD(1, 0),
		INSN(BPF_ST | BPF_MEM | BPF_DW, 1, 0, -16, 0),
		EXIT(),
		MARK(1), /* 6 */
		MOV(0, 8),
		EXIT(),
	};
	struct bpf_func_info info[FUNCTIONS_MAX];
	struct bpf_prog_info about = {};
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	_cleanup_(close_fd) int fd = -1;
	uint32_t size = sizeof(about);

	fd = load(insns, ARRAY_SIZE(insns), &opts);
	if (fd < 0) {
		print_message("reason: this machine loads no programs: %s\n", strerror(-fd));
		skip();
	}
	assert_int_equal(functions_tell(insns, ARRAY_SIZE(insns), info, &opts), 0);
	assert_int_equal(opts.func_info_cnt, 2);
	assert_int_equal(load(insns, ARRAY_SIZE(insns), &opts), -EINVAL);
	/* for any number that it may return */
	insns[3] = (struct bpf_insn)MOV(0, 0);
	close(fd);
	fd = load(insns, ARRAY_SIZE(insns), &opts);
	assert_true(fd >= 0);
	assert_int_equal(bpf_obj_get_info_by_fd(fd, &about, &size), 0);
	assert_int_equal(about.nr_func_info, 2);
}

/* Nothing is told where it would make no difference. */
static void test_static(void **state)
{
	const struct bpf_insn insns[] = { CALL(1), EXIT(), MOV(0, 0), EXIT() };
	struct bpf_func_info info[FUNCTIONS_MAX];
	LIBBPF_OPTS(bpf_prog_load_opts, opts);

	assert_int_equal(functions_tell(insns, ARRAY_SIZE(insns), info, &opts), 0);
	assert_int_equal(opts.func_info_cnt, 0);
	assert_int_equal(opts.prog_btf_fd, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),     cmocka_unit_test(test_constants),
		cmocka_unit_test(test_too_much), cmocka_unit_test(test_verifier),
		cmocka_unit_test(test_static),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
