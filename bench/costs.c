// SPDX-License-Identifier: GPL-2.0
/*
 * How often each BPF program has run, and for how long, as far as kernel.bpf_stats_enabled was on:
 * ID NAME FUNCTION RUNS NANOSECONDS, a line each of those that have run. FUNCTION is "-" where the
 * kernel does not tell it of the program (kprobes).
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

/* Modules' functions have ids of their own: what is measured here are the kernel's. */
static const char *function_of(const struct bpf_prog_info *info, const struct btf *vmlinux)
{
	const struct btf_type *type =
		info->attach_btf_id ? btf__type_by_id(vmlinux, info->attach_btf_id) : NULL;
	const char *name = type ? btf__name_by_offset(vmlinux, type->name_off) : NULL;

	return name && *name ? name : "-";
}

int main(void)
{
	struct btf *vmlinux = btf__load_vmlinux_btf();
	__u32 id = 0;

	if (!vmlinux) {
		perror("costs: the kernel's BTF");
		return 1;
	}
	while (!bpf_prog_get_next_id(id, &id)) {
		struct bpf_prog_info info = {};
		__u32 size = sizeof(info);
		int fd = bpf_prog_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &size) && info.run_cnt)
			printf("%u %s %s %llu %llu\n", id, *info.name ? info.name : "-",
			       function_of(&info, vmlinux), (unsigned long long)info.run_cnt,
			       (unsigned long long)info.run_time_ns);
		close(fd);
	}
	btf__free(vmlinux);
	return 0;
}
