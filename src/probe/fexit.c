// SPDX-License-Identifier: GPL-2.0
/*
 * fentry and fexit: a trampoline in front of the function, identified by its BTF id. Cheap, and
 * never runs out of anything, but needs BTF of the function's module and pins that module.
 */
#include "probe/backend.h"

#include "probe/shared.h"

#include <bpf/bpf.h>
#include <errno.h>

#define ENOTSUPP 524 /* include/linux/errno.h: the kernel's own, not for userspace */

static int fexit_load(const struct template *template, const struct target *target, bool is_return)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = is_return ? BPF_TRACE_FEXIT : BPF_TRACE_FENTRY,
		    .attach_btf_id = target->btf_id, .attach_btf_obj_fd = target->btf_fd);

	if (template->shared)
		return shared_load(template, target, is_return, &opts);
	return template_load(template, template_cookie(template, target), BPF_PROG_TYPE_TRACING,
			     &opts);
}

/* The function is part of the program. */
static int fexit_attach(int prog_fd, const struct template *template, const struct target *target,
			bool is_return)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts);
	int fd;

	opts.tracing.cookie = template_cookie(template, target);
	if (template->shared)
		fd = bpf_link_create(prog_fd, 0, is_return ? BPF_TRACE_FEXIT : BPF_TRACE_FENTRY,
				     &opts);
	else
		fd = bpf_raw_tracepoint_open(NULL, prog_fd);
	return fd < 0 ? -errno : fd;
}

static const char *fexit_problem(const struct target *target)
{
	return target->btf_id ? NULL : "the function has no BTF";
}

static const char *fexit_unusable(void)
{
	return NULL;
}

static const char *fexit_explain(int err)
{
	switch (err) {
	case -EPERM:
		return "the kernel refuses fentry and fexit programs (EPERM), though this process "
		       "has the capabilities and lockdown does not forbid it";
	case -ENOTSUPP:
		return "the kernel has no trampolines for fentry and fexit on this architecture";
	case -EBUSY:
		return "another program modifies the same function";
	default:
		return NULL;
	}
}

const struct backend backend_fexit = {
	.name = "fexit",
	.about = "trampolines, which see changes of maps as well",
	.templates = { "fentry", "fexit" },
	.twins = true,
	.shares = true,
	.pins = true,
	.load = fexit_load,
	.attach = fexit_attach,
	.problem = fexit_problem,
	.unusable = fexit_unusable,
	.explain = fexit_explain,
	.unload = shared_release,
};
