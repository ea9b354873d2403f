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
#include <sys/syscall.h>

/* include/uapi/linux/bpf.h; those of the machine that builds may be older. */
#define TRACE_KPROBE_MULTI     42
#define TRACE_KPROBE_SESSION   56
#define F_KPROBE_MULTI_RETURN  1
#define LINK_TYPE_KPROBE_MULTI 8

/* union bpf_attr as BPF_LINK_CREATE reads it: libbpf 1.1 knows no sessions. */
struct link_create {
	__u32 prog_fd, target_fd, attach_type, link_flags;
	__u32 flags, count;
	__u64 syms, addrs, cookies;
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

static int multi_load(const struct template *template)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = TRACE_KPROBE_MULTI);

	return template_load(template, COOKIE_ATTACHED, BPF_PROG_TYPE_KPROBE, &opts);
}

static int multi_attach(int prog_fd, const struct target *const list[], size_t count,
			bool is_return)
{
	return multi_link(prog_fd, list, count, TRACE_KPROBE_MULTI,
			  is_return ? F_KPROBE_MULTI_RETURN : 0);
}

static int session_load(const struct template *template)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = TRACE_KPROBE_SESSION);
	_cleanup_(free_pointer) struct bpf_insn *insns = template_for_session(template);
	struct template session = *template;

	if (!insns)
		return -ENOMEM;
	session.insns = insns;
	return template_load(&session, COOKIE_ATTACHED, BPF_PROG_TYPE_KPROBE, &opts);
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
		       "capabilities and lockdown does not forbid it";
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
	.about = "kprobes by way of ftrace, one attachment for functions, one for returns",
	.templates = { "multi", "multi_return" },
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
	.about = "kprobes by way of ftrace, one attachment for functions and returns",
	.templates = { "session" },
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
