// SPDX-License-Identifier: GPL-2.0
/*
 * kprobe.multi (Linux 5.18, kernel/trace/bpf_trace.c): one attachment for all functions, by way of
 * ftrace. kprobe.session (6.10) is the same with one program for entries and returns. Both hold
 * the modules of their functions (get_modules_for_addrs, since 6.0), and want all of their
 * functions to be known to ftrace, or fail as a whole.
 */
#include "probe/backend.h"

#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

/* include/uapi/linux/bpf.h; those of the machine that builds may be older. */
#define TRACE_KPROBE_MULTI     42
#define TRACE_KPROBE_SESSION   56
#define TRACE_FSESSION_MULTI   61
#define F_KPROBE_MULTI_RETURN  1
#define LINK_TYPE_KPROBE_MULTI 8

/* union bpf_attr as BPF_LINK_CREATE reads it: libbpf 1.1 knows no sessions. */
struct link_create {
	__u32 prog_fd, target_fd, attach_type, link_flags;
	__u32 flags, count;
	__u64 syms, addrs, cookies;
};

/* The same of BPF_TRACE_FSESSION_MULTI. */
struct link_create_tracing {
	__u32 prog_fd, target_fd, attach_type, link_flags;
	__u64 ids, cookies;
	__u32 count, pad;
};

/* struct bpf_link_info of such a link; missed since 6.7. */
struct multi_info {
	__u32 type, id, prog_id, pad;
	__u64 addrs;
	__u32 count, flags;
	__u64 missed;
};

static int multi_link(int prog_fd, const struct target *const list[], size_t count, __u32 type,
		      __u32 flags)
{
	_cleanup_(free_pointer) __u64 *addrs = calloc(2 * count, sizeof(*addrs));
	struct link_create attr = {
		.prog_fd = prog_fd,
		.attach_type = type,
		.flags = flags,
		.count = count,
		.addrs = (uintptr_t)addrs,
		.cookies = (uintptr_t)(addrs + count),
	};
	int fd;

	if (!addrs)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		addrs[i] = list[i]->addr;
		addrs[count + i] = target_cookie(list[i]);
	}
	fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	return fd < 0 ? -errno : fd;
}

static int multi_load(const struct template *template, const struct targets *targets)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = TRACE_KPROBE_MULTI);
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, template->name, "GPL", template->insns,
			       template->count, &opts);

	return fd < 0 ? -errno : fd;
}

static int multi_attach(int prog_fd, const struct target *const list[], size_t count,
			bool is_return)
{
	return multi_link(prog_fd, list, count, TRACE_KPROBE_MULTI,
			  is_return ? F_KPROBE_MULTI_RETURN : 0);
}

/* A call of bpf_get_numa_node_id() stands for one of bpf_session_is_return(). */
static int load_session(const struct template *template, const struct targets *targets,
			enum bpf_prog_type type, __u32 attach_type)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach_type);
	_cleanup_(free_pointer) struct bpf_insn *insns = calloc(template->count, sizeof(*insns));
	int fd;

	if (!insns)
		return -ENOMEM;
	memcpy(insns, template->insns, template->count * sizeof(*insns));
	for (size_t i = 0; i < template->count; i++) {
		if (insns[i].code != (BPF_JMP | BPF_CALL) || insns[i].src_reg ||
		    insns[i].imm != BPF_FUNC_get_numa_node_id)
			continue;
		insns[i].src_reg = BPF_PSEUDO_KFUNC_CALL;
		insns[i].imm = targets->session_func;
	}
	fd = bpf_prog_load(type, template->name, "GPL", insns, template->count, &opts);
	return fd < 0 ? -errno : fd;
}

static int session_load(const struct template *template, const struct targets *targets)
{
	return load_session(template, targets, BPF_PROG_TYPE_KPROBE, TRACE_KPROBE_SESSION);
}

static int fsession_load(const struct template *template, const struct targets *targets)
{
	return load_session(template, targets, BPF_PROG_TYPE_TRACING, TRACE_FSESSION_MULTI);
}

static int fsession_attach(int prog_fd, const struct target *const list[], size_t count,
			   bool is_return)
{
	_cleanup_(free_pointer) __u64 *cookies = calloc(count, sizeof(*cookies));
	_cleanup_(free_pointer) __u32 *ids = calloc(count, sizeof(*ids));
	struct link_create_tracing attr = {
		.prog_fd = prog_fd,
		.attach_type = TRACE_FSESSION_MULTI,
		.ids = (uintptr_t)ids,
		.cookies = (uintptr_t)cookies,
		.count = count,
	};
	int fd;

	if (!cookies || !ids)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		ids[i] = list[i]->btf_id;
		cookies[i] = target_cookie(list[i]);
	}
	fd = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	return fd < 0 ? -errno : fd;
}

static int session_attach(int prog_fd, const struct target *const list[], size_t count,
			  bool is_return)
{
	return multi_link(prog_fd, list, count, TRACE_KPROBE_SESSION, 0);
}

/* Up to 6.13 a return needs a free instance, as that of a kretprobe does. */
static uint64_t multi_missed(int fd)
{
	struct multi_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(fd, (struct bpf_link_info *)&info, &size) ||
	    info.type != LINK_TYPE_KPROBE_MULTI)
		return 0;
	return info.missed;
}

static const char *multi_unusable(void)
{
	return NULL;
}

static const char *multi_explain(int err)
{
	switch (err) {
	case -EPERM:
		return "the kernel refuses kprobes (EPERM), though this process has the "
		       "capabilities and lockdown is off";
	case -EINVAL:
	case -EOPNOTSUPP:
		return "the kernel has no kprobes on many functions at once (CONFIG_FPROBE; since "
		       "5.18, those of sessions since 6.10)";
	default:
		return NULL;
	}
}

const struct backend backend_multi = {
	.name = "kprobe.multi",
	.about = "one attachment for all entries, and one for all returns",
	.templates = { "xdp_multi", "xdp_multi_return" },
	.pins = true,
	.load_many = multi_load,
	.attach_many = multi_attach,
	.missed_many = multi_missed,
	.problem = kprobe_problem,
	.is_blind = kprobe_is_blind,
	.limits = KPROBE_LIMITS,
	.unusable = multi_unusable,
	.explain = multi_explain,
};

const struct backend backend_session = {
	.name = "kprobe.session",
	.about = "one attachment for all functions",
	.templates = { "xdp_session" },
	.pins = true,
	.load_many = session_load,
	.attach_many = session_attach,
	.missed_many = multi_missed,
	.problem = kprobe_problem,
	.is_blind = kprobe_is_blind,
	.limits = KPROBE_LIMITS,
	.unusable = multi_unusable,
	.explain = multi_explain,
};

/* The functions of one program's attachment are all of one BTF object: vmlinux's. */
static const char *fsession_problem(const struct target *target)
{
	if (target->btf_fd)
		return "its session is for functions of vmlinux only";
	return target->btf_id ? NULL : "the function has no BTF";
}

static const char *fsession_explain(int err)
{
	if (err == -EINVAL || err == -E2BIG)
		return "the kernel has no trampolines for many functions at once (since 7.2)";
	return backend_fexit.explain(err);
}

const struct backend backend_fsession = {
	.name = "fsession",
	.about = "one attachment for all functions, which sees changes of maps, too",
	.templates = { "xdp_fsession" },
	.pins = true,
	.load_many = fsession_load,
	.attach_many = fsession_attach,
	.problem = fsession_problem,
	.unusable = multi_unusable,
	.explain = fsession_explain,
};
