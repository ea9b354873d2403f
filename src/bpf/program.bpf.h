/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What programs are. One that is replaced may be gone before userspace comes to ask for it, so it
 * is read here; but once for all operations that have to do with it.
 */
#ifndef XDPSNOOP_PROGRAM_BPF_H
#define XDPSNOOP_PROGRAM_BPF_H

#include "global.bpf.h"
#include "ring.bpf.h"

#define PROGRAM_AGAIN_NS 30000000000ULL /* what was told so long ago may be forgotten */

struct known_program {
	__u64 loaded_ns;
	__u64 told_ns;
};

/* By id. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, struct known_program);
} programs SEC(".maps");

/* The name of a type in the program's own BTF, cut to @size. */
ONCE void program_type_name(char *to, __u32 size, struct bpf_prog *prog, __u32 btf_id)
{
	struct btf *btf = BPF_CORE_READ(prog, aux, btf);
	struct btf_type **types, *type = NULL;
	const char *strings;

	if (!btf || btf_id >= BPF_CORE_READ(btf, nr_types))
		return;
	types = BPF_CORE_READ(btf, types);
	strings = BPF_CORE_READ(btf, strings);
	bpf_probe_read_kernel(&type, sizeof(type), types + btf_id);
	if (type)
		bpf_probe_read_kernel_str(to, size, strings + BPF_CORE_READ(type, name_off));
}

/* The kernel cuts names to 15 bytes: one of fewer is whole. */
static __always_inline void program_read_name(struct wire_program *to, struct bpf_prog *prog)
{
	struct bpf_prog_aux *aux = BPF_CORE_READ(prog, aux);
	struct bpf_func_info info = {};
	__u8 last = 0;

	to->name[0] = 0;
	bpf_core_read(&last, sizeof(last), &aux->name[WIRE_NAME - 2]);
	if (!last || !BPF_CORE_READ(aux, func_info_cnt))
		return;
	bpf_probe_read_kernel(&info, sizeof(info), BPF_CORE_READ(aux, func_info));
	program_type_name(to->name, sizeof(to->name), prog, info.type_id);
}

/*
 * Where there is no map, the address is made 0: reading that fails, and gives 0. A branch, which
 * the compiler would make of it, is another way for the verifier to look at all the rest of them.
 */
static __always_inline void program_read_maps(struct wire_program *to, struct bpf_prog_aux *aux)
{
	__u64 maps = (__u64)BPF_CORE_READ(aux, used_maps);
	__s64 count = BPF_CORE_READ(aux, used_map_cnt);

	to->nmaps = count;
	for (__s64 i = 0; i < WIRE_MAPS; i++) {
		__s64 there = i - count;
		struct bpf_map *map;
		__u64 address;

		asm volatile("%0 s>>= 63" : "+r"(there));
		address = (maps + i * sizeof(void *)) & there;
		bpf_probe_read_kernel(&map, sizeof(map), (void *)address);
		to->maps[i] = BPF_CORE_READ(map, id);
	}
}

static __always_inline __u16 program_flags(struct bpf_prog_aux *aux)
{
	__u16 flags = 0;

	if (bpf_core_field_exists(aux->xdp_has_frags) && BPF_CORE_READ(aux, xdp_has_frags))
		flags |= WIRE_PROGRAM_FRAGS;
	if (BPF_CORE_READ(aux, offload_requested))
		flags |= WIRE_PROGRAM_OFFLOADED;
	else if (bpf_core_field_exists(aux->dev_bound) && BPF_CORE_READ(aux, dev_bound))
		flags |= WIRE_PROGRAM_DEV_BOUND;
	return flags;
}

static __always_inline void program_fill(struct wire_program *to, struct bpf_prog *prog)
{
	struct bpf_prog_aux *aux = BPF_CORE_READ(prog, aux);
	struct user_struct *user = BPF_CORE_READ(aux, user);

	to->type = WIRE_PROGRAM;
	to->id = BPF_CORE_READ(aux, id);
	to->loaded_ns = BPF_CORE_READ(aux, load_time);
	bpf_core_read(to->tag, sizeof(to->tag), &prog->tag);
	to->flags = program_flags(aux);
	to->uid = 0;
	if (user) {
		to->uid = BPF_CORE_READ(user, uid.val);
		to->flags |= WIRE_PROGRAM_UID;
	}
	program_read_maps(to, aux);
	program_read_name(to, prog);
}

/*
 * Tells userspace of the program at @address, if it does not know it. If there is no room for
 * that, the next operation will. A function of its own: there are many places to call it from.
 */
GLOBAL int program_tell(__u64 address)
{
	struct bpf_prog *prog = (void *)address;
	struct bpf_prog_aux *aux = BPF_CORE_READ(prog, aux);
	struct known_program now = {}, *known;
	__u32 id = BPF_CORE_READ(aux, id);
	struct wire_program *to;

	GLOBAL_HAS(1);
	now.loaded_ns = BPF_CORE_READ(aux, load_time);
	now.told_ns = bpf_ktime_get_ns();
	known = bpf_map_lookup_elem(&programs, &id);
	if (!id || (known && known->loaded_ns == now.loaded_ns &&
		    now.told_ns - known->told_ns < PROGRAM_AGAIN_NS))
		return 0;
	to = bpf_ringbuf_reserve(&events, sizeof(*to), 0);
	if (!to)
		return 0;
	program_fill(to, prog);
	bpf_ringbuf_submit(to, 0);
	bpf_map_update_elem(&programs, &id, &now, BPF_ANY);
	return 1;
}

#endif
