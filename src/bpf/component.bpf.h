/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Components: programs that replace a function of an XDP program (freplace), as those that a
 * dispatcher of libxdp calls. Whether that program sits on a device is for userspace to know.
 */
#ifndef XDPSNOOP_COMPONENT_BPF_H
#define XDPSNOOP_COMPONENT_BPF_H

#include "operation.bpf.h"

static __always_inline bool prog_is_component(struct bpf_prog *prog)
{
	return BPF_CORE_READ(prog, type) == BPF_PROG_TYPE_EXT &&
	       BPF_CORE_READ(prog, aux, saved_dst_prog_type) == BPF_PROG_TYPE_XDP;
}

static __always_inline bool component_link_concerns(__u64 link)
{
	return prog_is_component(BPF_CORE_READ((struct bpf_link *)link, prog));
}

static __always_inline void component_fill(struct operation *op, struct bpf_prog *target,
					   __u32 btf_id)
{
	op->wire.kind = WIRE_COMPONENT;
	operation_other(op, &op->wire.component.target, target);
	program_type_name(op->wire.component.func, sizeof(op->wire.component.func), target, btf_id);
}

/*
 * (prog, tgt_prog_fd, btf_id, ...): without a target it is the one that the program was loaded for,
 * which holds for its first attachment only.
 */
static __always_inline void component_attach(struct operation *op, const __u64 *args)
{
	struct bpf_prog *prog = (void *)args[0];

	if ((int)args[1])
		component_fill(op, capture_prog_of_fd(args[1]), args[2]);
	else
		component_fill(op, BPF_CORE_READ(prog, aux, dst_prog),
			       BPF_CORE_READ(prog, aux, attach_btf_id));
}

/* It has returned a descriptor of the new link. */
static __always_inline void component_attached(struct operation *op, int ret)
{
	if (ret >= 0)
		op->link = (__u64)capture_object_of_fd(ret);
}

/* (link): the lower half of the trampoline's key is the function. */
static __always_inline void component_release(struct operation *op, __u64 link)
{
	struct bpf_tracing_link *tracing = (void *)link;
	__u64 key = BPF_CORE_READ(tracing, trampoline, key);

	op->wire.link_id = BPF_CORE_READ((struct bpf_link *)link, id);
	op->wire.removal = true;
	component_fill(op, BPF_CORE_READ(tracing, tgt_prog), key);
}

#endif
