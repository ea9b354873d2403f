/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells of a loaded BPF program. */
#ifndef XDPSNOOP_KERNEL_PROGS_H
#define XDPSNOOP_KERNEL_PROGS_H

#include "wire.h"

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

struct prog_info {
	uint32_t id;
	uint32_t type;        /* enum bpf_prog_type */
	uint32_t btf_id;      /* of its BTF object; 0: it has none */
	char name[WIRE_NAME]; /* cut by whoever loaded it; may be empty */
	uint8_t tag[BPF_TAG_SIZE];
	uint64_t load_ns; /* when it was loaded, of CLOCK_REALTIME as that is set now */
	uint32_t uid;     /* of who loaded it */
};

/*
 * Reads the program with id @id. Returns 0, -ENOENT if there is none (any more), or another
 * negative errno (-EPERM without CAP_SYS_ADMIN).
 */
int prog_read(uint32_t id, struct prog_info *ret);

/*
 * The name of the function that type @btf_type_id is in the BTF of program @prog_id, cut to
 * @size bytes with its NUL: for target_btf_id of a link. Returns 0, -ENOENT if there is no such
 * program (any more) or it has no BTF, -EINVAL if the type is no function, or another negative
 * errno. Reads all of the program's BTF each time.
 */
int prog_func_name(uint32_t prog_id, uint32_t btf_type_id, char *buffer, size_t size);

#endif
