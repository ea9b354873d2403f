/* SPDX-License-Identifier: GPL-2.0 */
/* The bpf_links of this machine, whatever namespace they are about. */
#ifndef XDPSNOOP_KERNEL_LINKS_H
#define XDPSNOOP_KERNEL_LINKS_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

struct link_info {
	uint32_t id;
	uint32_t type;    /* enum bpf_link_type, perhaps one that this build does not know */
	uint32_t prog_id; /* 0: of a kind of link that has no program */
	/*
	 * BPF_LINK_TYPE_XDP: its device (bpf_xdp_link_fill_link_info in net/core/dev.c, since
	 * 5.9). 0: the device has gone or the link was detached. The kernel does not tell the
	 * namespace: it is the one whose device of this number has prog_id.
	 */
	uint32_t ifindex;
	/*
	 * BPF_LINK_TYPE_TRACING: what the program is attached to
	 * (bpf_tracing_link_fill_link_info in kernel/bpf/syscall.c; attach_type since 5.8, the
	 * target since 5.13: 0 before). attach_type is 0 for a program of BPF_PROG_TYPE_EXT,
	 * for bpf_tracing_prog_attach lets no other of its links have that value. Then, and if a
	 * BPF program is traced, target_obj_id is the id of that program, and target_btf_id its
	 * function (prog_func_name() in kernel/progs.h); else they are those of kernel BTF.
	 */
	uint32_t attach_type;
	uint32_t target_obj_id;
	uint32_t target_btf_id;
};

static inline bool link_is_freplace(const struct link_info *link)
{
	return link->type == BPF_LINK_TYPE_TRACING && !link->attach_type;
}

/* Whether there is a link of this id. It is neither opened nor held for that. */
bool link_exists(uint32_t id);

/*
 * Whether anybody refers to the link of this id. Where nobody does any more, a kernel of 6.12 or
 * later ends it in a worker (bpf_link_put() of kernel/bpf/syscall.c), and it exists until then. To
 * ask is to hold it for a moment, as in links_each().
 */
bool link_is_referred_to(uint32_t id);

/* The id of the newest link, 0 if there is none or that is not allowed to be known. */
uint32_t link_newest(void);

/*
 * Calls @each for every link, until it returns a value other than 0, which is then returned.
 * Links that go meanwhile are passed over. To look at a link is to hold it for a moment: should
 * its last owner let go of it just then, it is this process that ends it.
 * Returns 0 at the end or a negative errno (-EPERM without CAP_SYS_ADMIN).
 */
int links_each(int (*each)(const struct link_info *link, void *arg), void *arg);

#endif
