// SPDX-License-Identifier: GPL-2.0
/* Asks the kernel for its symbols: src/kernel/lookup.c runs it, one run for a table of names. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define ENTRIES   32
#define NAME_SIZE 192

char LICENSE[] SEC("license") = "GPL";

/* What is asked and what came of it: mapped by userspace. */
struct {
	__u64 addr;
	char name[NAME_SIZE];
	__u32 size; /* with its NUL; 0: there is no more */
	__s32 error;
} entries[ENTRIES];

__u64 where; /* to be named; 0: names are looked up */
char text[256];

/* One program for both, as it is loaded at the start. */
SEC("syscall")
int look_up(void *ctx)
{
	__u64 args[] = { where };

	if (where)
		return bpf_snprintf(text, sizeof(text), "%pS", args, sizeof(args));
	for (int i = 0; i < ENTRIES; i++) {
		__u32 size = entries[i].size;
		__u64 addr = 0;

		if (!size || size > NAME_SIZE)
			break;
		entries[i].error = bpf_kallsyms_lookup_name(entries[i].name, size, 0, &addr);
		entries[i].addr = addr;
	}
	return 0;
}
