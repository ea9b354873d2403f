// SPDX-License-Identifier: GPL-2.0
/*
 * Our BPF objects, relocated against all of a kernel's types and against those that are taken for
 * them: of this machine's kernel, and of those that are in the folders below the first argument.
 */
#include "kernel/core_btf.h"

#include "helpers.h"
#include "look.skel.h"
#include "xdpsnoop.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <glob.h>
#include <string.h>

#define KERNEL_TYPES "/sys/kernel/btf/vmlinux"

static const char *kernels_folder;

struct object {
	const void *bytes;
	size_t size;
};

static struct object objects[2];

static int open_objects(void **state)
{
	libbpf_set_print(NULL);
	objects[0].bytes = xdpsnoop_bpf__elf_bytes(&objects[0].size);
	objects[1].bytes = look_bpf__elf_bytes(&objects[1].size);
	return 0;
}

/*
 * Relocates all programs, and loads none: the first has no type. The maps are made. To be closed;
 * NULL: BPF is not for us.
 */
static struct bpf_object *relocate(const struct object *object, const char *types)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .btf_custom_path = types);
	struct bpf_object *opened;
	struct bpf_program *program;

	opened = bpf_object__open_mem(object->bytes, object->size, &opts);
	assert_non_null(opened);
	bpf_object__for_each_program(program, opened)
	{
		bpf_program__set_autoload(program, true);
		bpf_program__set_type(program, BPF_PROG_TYPE_UNSPEC);
	}
	assert_int_equal(bpf_object__load(opened), -EINVAL);
	return opened;
}

/* Descriptors of maps are others each time. */
static bool insn_is_same(const struct bpf_insn *one, const struct bpf_insn *other)
{
	struct bpf_insn a = *one, b = *other;

	if (a.code == (BPF_LD | BPF_IMM | BPF_DW) &&
	    (a.src_reg == BPF_PSEUDO_MAP_FD || a.src_reg == BPF_PSEUDO_MAP_VALUE))
		a.imm = b.imm = 0;
	return !memcmp(&a, &b, sizeof(a));
}

/* How many instructions are others. */
static size_t differences(struct bpf_object *one, struct bpf_object *other)
{
	struct bpf_program *program;
	size_t count = 0, all = 0;

	bpf_object__for_each_program(program, one)
	{
		const struct bpf_insn *insns = bpf_program__insns(program), *others;
		const struct bpf_program *twin;

		twin = bpf_object__find_program_by_name(other, bpf_program__name(program));
		assert_non_null(twin);
		assert_int_equal(bpf_program__insn_cnt(program), bpf_program__insn_cnt(twin));
		others = bpf_program__insns(twin);
		for (size_t i = 0; i < bpf_program__insn_cnt(program); i++)
			count += !insn_is_same(&insns[i], &others[i]);
		all += bpf_program__insn_cnt(program);
	}
	assert_true(all > 0);
	return count;
}

/* @types: for libbpf; NULL: it takes the kernel's own. */
static void check_kernel(const char *types)
{
	struct btf *kernel = btf__parse(types ? types : KERNEL_TYPES, NULL), *empty;

	assert_non_null(kernel);
	empty = btf__new_empty();
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		struct bpf_object *all, *extract, *none;
		struct core_btf some, nothing;

		assert_int_equal(core_btf_open(kernel, objects[i].bytes, objects[i].size, &some),
				 0);
		assert_int_equal(core_btf_open(empty, objects[i].bytes, objects[i].size, &nothing),
				 0);
		all = relocate(&objects[i], types);
		extract = relocate(&objects[i], core_btf_path(&some));
		none = relocate(&objects[i], core_btf_path(&nothing));
		assert_int_equal(differences(all, extract), 0);
		assert_true(differences(all, none) > 50);
		bpf_object__close(all);
		bpf_object__close(extract);
		bpf_object__close(none);
		core_btf_close(&some);
		core_btf_close(&nothing);
	}
	btf__free(empty);
	btf__free(kernel);
}

static void check_privileges(void)
{
	int fd = bpf_map_create(BPF_MAP_TYPE_RINGBUF, "core_btf_test", 0, 0, 65536, NULL);

	if (fd < 0) {
		print_message("reason: this machine lets no map be made: %s\n", strerror(-fd));
		skip();
	}
	close(fd);
}

static void test_this_kernel(void **state)
{
	check_privileges();
	check_kernel(NULL);
}

static void test_other_kernels(void **state)
{
	glob_t found = {};
	char pattern[4096];

	check_privileges();
	snprintf(pattern, sizeof(pattern), "%s/*/vmlinux", kernels_folder);
	if (glob(pattern, 0, NULL, &found)) {
		print_message("reason: there are no kernels in %s\n", kernels_folder);
		skip();
	}
	for (size_t i = 0; i < found.gl_pathc; i++)
		check_kernel(found.gl_pathv[i]);
	globfree(&found);
}

/* The types of @kernel that the first object needs. */
static struct btf *extract_of(const struct btf *kernel)
{
	struct core_btf types;
	struct btf *btf;

	assert_int_equal(core_btf_open(kernel, objects[0].bytes, objects[0].size, &types), 0);
	btf = btf__parse(core_btf_path(&types), NULL);
	assert_non_null(btf);
	core_btf_close(&types);
	assert_null(core_btf_path(&types));
	return btf;
}

static const struct btf_type *type_of(const struct btf *btf, const char *name, uint32_t kind)
{
	int id = btf__find_by_name_kind(btf, name, kind);

	return id < 0 ? NULL : btf__type_by_id(btf, id);
}

static const struct btf_type *member_type(const struct btf *btf, const struct btf_type *type, int i)
{
	assert_true(i < btf_vlen(type));
	return btf__type_by_id(btf, btf_members(type)[i].type);
}

/* What is behind a pointer, and what has no name of ours, is not taken; what is held by value is.
 */
static void test_made_up(void **state)
{
	struct btf *kernel = btf__new_empty(), *btf;
	const struct btf_type *type;
	int number, other, held, typedefs;

	number = btf__add_int(kernel, "int", 4, BTF_INT_SIGNED);
	other = btf__add_struct(kernel, "unrelated", 4);
	assert_int_equal(btf__add_field(kernel, "number", number, 0, 0), 0);
	held = btf__add_struct(kernel, "held", 12);
	assert_int_equal(btf__add_field(kernel, "bits", number, 3, 5), 0);
	assert_int_equal(btf__add_field(kernel, "text", number + 9, 32, 0), 0);
	typedefs = btf__add_typedef(kernel, "held_t", btf__add_const(kernel, held));
	assert_int_equal(typedefs, 5);
	btf__add_struct(kernel, "net_device___old", 16);
	assert_int_equal(btf__add_field(kernel, "other", 7, 0, 0), 0);
	assert_int_equal(btf__add_field(kernel, "held", typedefs, 64, 0), 0);
	assert_int_equal(btf__add_ptr(kernel, other), 7);
	assert_int_equal(btf__add_ptr(kernel, held), 8);
	assert_int_equal(btf__add_struct(kernel, "net_device_not", 8), 9);
	assert_int_equal(btf__add_array(kernel, number, 8, 2), number + 9);
	btf = extract_of(kernel);

	/* int, held, const, held_t, net_device___old, a pointer, an array */
	assert_int_equal(btf__type_cnt(btf), 1 + 7);
	assert_null(type_of(btf, "unrelated", BTF_KIND_STRUCT));
	type = type_of(btf, "net_device___old", BTF_KIND_STRUCT);
	assert_int_equal(type->size, 16);
	assert_int_equal(btf_member_bit_offset(type, 1), 64);
	assert_true(btf_is_ptr(member_type(btf, type, 0)));
	assert_int_equal(member_type(btf, type, 0)->type, 0);
	assert_ptr_equal(member_type(btf, type, 1), type_of(btf, "held_t", BTF_KIND_TYPEDEF));
	type = btf__type_by_id(btf, member_type(btf, type, 1)->type);
	assert_true(btf_is_const(type));
	type = btf__type_by_id(btf, type->type);
	assert_ptr_equal(type, type_of(btf, "held", BTF_KIND_STRUCT));
	assert_int_equal(btf_member_bit_offset(type, 0), 3);
	assert_int_equal(btf_member_bitfield_size(type, 0), 5);
	assert_int_equal(btf_array(member_type(btf, type, 1))->nelems, 2);
	assert_true(btf_is_ptr(btf__type_by_id(btf, btf_array(member_type(btf, type, 1))->type)));
	btf__free(btf);
	btf__free(kernel);
}

static void test_refused(void **state)
{
	struct btf *kernel = btf__new_empty();
	struct core_btf types;

	assert_int_equal(core_btf_open(kernel, "no object", 9, &types), -ENOEXEC);
	assert_null(core_btf_path(&types));
	core_btf_close(&types);
	assert_int_equal(core_btf_open(kernel, objects[0].bytes, objects[0].size / 2, &types),
			 -ENOEXEC);
	btf__free(kernel);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_this_kernel),
		cmocka_unit_test(test_other_kernels),
		cmocka_unit_test(test_made_up),
		cmocka_unit_test(test_refused),
	};

	kernels_folder = argc > 1 ? argv[1] : ".";
	return cmocka_run_group_tests(tests, open_objects, NULL);
}
