// SPDX-License-Identifier: GPL-2.0
#include "kernel/memory.h"

#include "memory.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

struct memory {
	struct memory_bpf *skel;
};

int memory_open(struct memory **ret)
{
	struct memory *memory = calloc(1, sizeof(*memory));
	libbpf_print_fn_t print;
	int err;

	if (!memory)
		return -ENOMEM;
	print = libbpf_set_print(NULL); /* the caller has the words for it */
	memory->skel = memory_bpf__open();
	err = memory->skel ? memory_bpf__load(memory->skel) : -errno;
	libbpf_set_print(print);
	if (err) {
		memory_close(&memory);
		return err;
	}
	*ret = memory;
	return 0;
}

void memory_close(struct memory **memory)
{
	if (*memory)
		memory_bpf__destroy((*memory)->skel);
	free(*memory);
	*memory = NULL;
}

int memory_read(uint64_t addr, void *data, size_t size, void *arg)
{
	struct memory *memory = arg;
	uint64_t args[] = { addr, size };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));

	if (!size || size > MEMORY_READ_MAX)
		return -EINVAL;
	if (bpf_prog_test_run_opts(bpf_program__fd(memory->skel->progs.read_memory), &opts))
		return -errno;
	if (opts.retval)
		return -EFAULT;
	memcpy(data, memory->skel->bss->window, size);
	return 0;
}
