// SPDX-License-Identifier: GPL-2.0
#include "probe/functions.h"

#include "util/cleanup.h"
#include "wire.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>

#define ARGS_MAX 5 /* MAX_BPF_FUNC_REG_ARGS of include/linux/bpf.h */

/* In the kernel as long as this process lives. */
static struct {
	struct btf *btf;
	int err;
	int of_static;
	int of_global[ARGS_MAX + 1]; /* by their arguments */
} types;

static size_t find_start(const struct function *list, size_t count, size_t at)
{
	size_t i = 0;

	while (i < count && list[i].at < at)
		i++;
	return i;
}

static size_t add_start(struct function *list, size_t count, size_t at)
{
	size_t place = find_start(list, count, at);

	if (place < count && list[place].at == at)
		return count;
	if (count == FUNCTIONS_MAX)
		return 0;
	for (size_t i = count; i > place; i--)
		list[i] = list[i - 1];
	list[place] = (struct function){ .at = at };
	return count + 1;
}

/* The second half of a constant is no instruction. */
static size_t next(const struct bpf_insn *insns, size_t at)
{
	return at + (insns[at].code == (BPF_LD | BPF_IMM | BPF_DW) ? 2 : 1);
}

static bool is_mark(const struct bpf_insn *insn)
{
	return insn->code == (BPF_ALU64 | BPF_MOV | BPF_K) &&
	       (insn->imm & ~WIRE_GLOBAL_ARGS(~0)) == WIRE_GLOBAL_MAGIC;
}

size_t functions_find(const struct bpf_insn *insns, size_t count,
		      struct function list[FUNCTIONS_MAX])
{
	size_t found = add_start(list, 0, 0);

	for (size_t i = 0; found && i < count; i = next(insns, i)) {
		if (insns[i].code == (BPF_JMP | BPF_CALL) && insns[i].src_reg == BPF_PSEUDO_CALL)
			found = add_start(list, found, i + 1 + insns[i].imm);
	}
	for (size_t i = 0; found && i < count; i = next(insns, i)) {
		struct function *own = &list[find_start(list, found, i + 1) - 1];

		if (!is_mark(&insns[i]))
			continue;
		own->global = true;
		own->args = WIRE_GLOBAL_ARGS(insns[i].imm);
	}
	return found;
}

static int add_function(struct btf *btf, int number, const char *name, int args,
			enum btf_func_linkage linkage)
{
	int proto = btf__add_func_proto(btf, number), err = 0;

	if (proto < 0)
		return proto;
	for (int i = 0; !err && i < args; i++)
		err = btf__add_func_param(btf, "arg", number);
	return err ? err : btf__add_func(btf, name, linkage, proto);
}

/* Functions of numbers: of one that is static the verifier sees for itself what it takes. */
static int add_functions(struct btf *btf)
{
	int number = btf__add_int(btf, "number", 8, BTF_INT_SIGNED);

	if (number < 0)
		return number;
	types.of_static = add_function(btf, number, "xdpsnoop", 0, BTF_FUNC_STATIC);
	if (types.of_static < 0)
		return types.of_static;
	for (int args = 0; args <= ARGS_MAX; args++) {
		types.of_global[args] =
			add_function(btf, number, "xdpsnoop_global", args, BTF_FUNC_GLOBAL);
		if (types.of_global[args] < 0)
			return types.of_global[args];
	}
	return btf__load_into_kernel(btf);
}

static int types_make(void)
{
	if (types.btf || types.err)
		return types.err;
	types.btf = btf__new_empty();
	types.err = types.btf ? add_functions(types.btf) : -errno;
	if (types.err) {
		btf__free(types.btf);
		types.btf = NULL;
	}
	return types.err;
}

int functions_tell(const struct bpf_insn *insns, size_t count,
		   struct bpf_func_info info[FUNCTIONS_MAX], struct bpf_prog_load_opts *opts)
{
	struct function list[FUNCTIONS_MAX];
	size_t found = functions_find(insns, count, list), globals = 0;
	int err;

	for (size_t i = 0; i < found; i++) {
		if (list[i].args > ARGS_MAX)
			return -EINVAL;
		globals += list[i].global;
	}
	err = globals ? types_make() : 0;
	if (!globals || err)
		return err;
	for (size_t i = 0; i < found; i++)
		info[i] = (struct bpf_func_info){
			.insn_off = list[i].at,
			.type_id = list[i].global ? types.of_global[list[i].args] : types.of_static,
		};
	opts->prog_btf_fd = btf__fd(types.btf);
	opts->func_info = info;
	opts->func_info_cnt = found;
	opts->func_info_rec_size = sizeof(*info);
	return 0;
}
