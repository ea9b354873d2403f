// SPDX-License-Identifier: GPL-2.0
#include "cmd/checks.h"

#include "util/cleanup.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdarg.h>
#include <string.h>

#define TRACEPOINT "tracepoint" /* the backend that sees only a part */

/* Notes what was found; returns @state. */
__attribute__((format(printf, 3, 4))) static enum check_state finding_set(struct finding *finding,
									  enum check_state state,
									  const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(finding->found, sizeof(finding->found), format, args);
	va_end(args);
	return state;
}

/* What fails now may work for root of the machine. */
static bool may_try(const struct facts *facts)
{
	return system_is_privileged(&facts->system) && !facts->system.in_user_namespace;
}

static enum check_state check_kernel(const struct facts *facts, struct finding *finding)
{
	const struct system_state *system = &facts->system;
	bool old = system->major < 5 || (system->major == 5 && system->minor < 10);

	if (!system->major)
		return finding_set(finding, CHECK_UNKNOWN,
				   "%s, which is no version that can be compared", system->release);
	return finding_set(finding, old ? CHECK_MISSING : CHECK_OK,
			   "Linux %d.%d; 5.10 or later is needed", system->major, system->minor);
}

static enum check_state check_privileges(const struct facts *facts, struct finding *finding)
{
	if (!system_is_privileged(&facts->system))
		return finding_set(finding, CHECK_MISSING,
				   "this process lacks CAP_SYS_ADMIN (its effective capabilities "
				   "are %#llx)",
				   (unsigned long long)facts->system.capabilities);
	return finding_set(finding, CHECK_OK, "this process has CAP_SYS_ADMIN");
}

static enum check_state check_user_namespace(const struct facts *facts, struct finding *finding)
{
	if (facts->system.in_user_namespace)
		return finding_set(finding, CHECK_MISSING,
				   "this is a user namespace: capabilities reach no further");
	return finding_set(finding, CHECK_OK, "this is the machine's own user namespace");
}

static enum check_state check_pid_namespace(const struct facts *facts, struct finding *finding)
{
	if (facts->system.hides_processes)
		return finding_set(finding, CHECK_MISSING,
				   "/proc is that of a pid namespace: it lacks the machine's other "
				   "processes");
	return finding_set(finding, CHECK_OK, "none is known to hide the machine's processes");
}

static enum check_state check_lockdown(const struct facts *facts, struct finding *finding)
{
	switch (facts->system.lockdown) {
	case LOCKDOWN_NONE:
		return finding_set(finding, CHECK_OK, "off");
	case LOCKDOWN_INTEGRITY:
		return finding_set(finding, CHECK_OK, "integrity, which does not forbid to trace");
	case LOCKDOWN_CONFIDENTIALITY:
		return finding_set(
			finding, CHECK_MISSING,
			"confidentiality: BPF programs may not read the kernel's memory");
	case LOCKDOWN_ABSENT:
		return finding_set(finding, CHECK_OK, "the kernel has none");
	case LOCKDOWN_UNKNOWN:
		break;
	}
	return finding_set(finding, CHECK_UNKNOWN, "/sys/kernel/security/lockdown can not be read");
}

static enum check_state check_btf(const struct facts *facts, struct finding *finding)
{
	if (!facts->system.has_btf)
		return finding_set(finding, CHECK_MISSING, "/sys/kernel/btf/vmlinux is not there");
	if (facts->discovered)
		return finding_set(finding, CHECK_MISSING, "it can not be read: %s",
				   strerrordesc_np(-facts->discovered));
	return finding_set(finding, CHECK_OK, "/sys/kernel/btf/vmlinux");
}

static enum check_state check_module_btf(const struct facts *facts, struct finding *finding)
{
	if (facts->discovered)
		return finding_set(finding, CHECK_UNKNOWN,
				   "nothing can be searched without BTF of vmlinux");
	if (!facts->modules)
		return finding_set(finding, CHECK_OK, "no module is loaded");
	return finding_set(finding, facts->untyped ? CHECK_MISSING : CHECK_OK,
			   "%zu of %zu modules that are loaded", facts->modules - facts->untyped,
			   facts->modules);
}

static enum check_state check_drivers(const struct facts *facts, struct finding *finding)
{
	if (facts->discovered)
		return finding_set(finding, CHECK_UNKNOWN,
				   "nothing can be searched without BTF of vmlinux");
	return finding_set(
		finding, facts->drivers ? CHECK_OK : CHECK_MISSING,
		"functions of drivers that install XDP: %zu (xdpsnoop probes lists them)",
		facts->drivers);
}

static enum check_state check_hooks(const struct facts *facts, struct finding *finding)
{
	if (facts->discovered)
		return finding_set(finding, CHECK_UNKNOWN,
				   "nothing can be searched without BTF of vmlinux");
	if (facts->unprobed)
		return finding_set(finding, CHECK_MISSING, "%zu of %zu functions; not %s",
				   facts->hooks - facts->unprobed, facts->hooks, facts->names);
	return finding_set(finding, CHECK_OK, "all %zu functions of the kernel's path to drivers",
			   facts->hooks);
}

static enum check_state check_addresses(const struct facts *facts, struct finding *finding)
{
	if (facts->discovered)
		return finding_set(finding, CHECK_UNKNOWN, "/proc/kallsyms was not read");
	if (facts->addresses)
		return finding_set(finding, CHECK_OK, "/proc/kallsyms shows them");
	return finding_set(finding, may_try(facts) ? CHECK_MISSING : CHECK_UNKNOWN,
			   "/proc/kallsyms hides them from this process");
}

/* What was tried and failed with @err is missing, unless it was for want of privileges. */
static enum check_state check_tried(const struct facts *facts, int err, const char *what,
				    struct finding *finding)
{
	if (!err)
		return finding_set(finding, CHECK_OK, "%s", what);
	if (!may_try(facts))
		return finding_set(finding, CHECK_UNKNOWN, "it takes root to try it");
	return finding_set(finding, CHECK_MISSING, "%s", strerrordesc_np(-err));
}

static enum check_state check_ring_buffer(const struct facts *facts, struct finding *finding)
{
	return check_tried(facts, facts->abilities.ring_buffer, "one could be made", finding);
}

static enum check_state check_extack(const struct facts *facts, struct finding *finding)
{
	return check_tried(facts, facts->abilities.extack,
			   "a program could be put on the tracepoint netlink:netlink_extack",
			   finding);
}

static enum check_state check_log_lines(const struct facts *facts, struct finding *finding)
{
	const struct system_state *system = &facts->system;

	if (!system->major)
		return finding_set(finding, CHECK_UNKNOWN, "the kernel's version is not known");
	return finding_set(finding, system_tells_log_lines(system) ? CHECK_OK : CHECK_MISSING,
			   "the tracepoint printk:console fires in the task that writes a line for "
			   "the log since Linux 5.19");
}

static enum check_state check_tracefs(const struct facts *facts, struct finding *finding)
{
	return check_tried(facts, facts->abilities.tracefs,
			   facts->abilities.tracefs_mounted
				   ? "mounted"
				   : "not mounted; xdpsnoop mounts it for itself when it needs it",
			   finding);
}

static enum check_state check_toggle(enum toggle toggle, const char *what, struct finding *finding)
{
	static const struct {
		enum check_state state;
		const char *text;
	} rows[] = {
		[TOGGLE_UNKNOWN] = { CHECK_UNKNOWN, "can not be read" },
		[TOGGLE_ABSENT] = { CHECK_OK, "is not there: the kernel has no such switch" },
		[TOGGLE_OFF] = { CHECK_MISSING, "is off" },
		[TOGGLE_ON] = { CHECK_OK, "is on" },
	};

	return finding_set(finding, rows[toggle].state, "%s %s", what, rows[toggle].text);
}

static enum check_state check_ftrace(const struct facts *facts, struct finding *finding)
{
	return check_toggle(facts->abilities.ftrace, "kernel.ftrace_enabled", finding);
}

static enum check_state check_kprobes(const struct facts *facts, struct finding *finding)
{
	return check_toggle(facts->abilities.kprobes, "/sys/kernel/debug/kprobes/enabled", finding);
}

static const struct check {
	const char *name;
	enum check_state (*run)(const struct facts *facts, struct finding *finding);
	const char *costs, *remedy;
	bool vital; /* nothing can be traced without it */
} checks[] = {
	{ "kernel", check_kernel, "nothing can be traced", "boot Linux 5.10 or later", true },
	{ "privileges", check_privileges,
	  "nothing can be traced, and little of what follows can be seen",
	  "run it as root, for example with sudo", true },
	{ "user-namespace", check_user_namespace, "nothing can be traced",
	  "run it as root of the machine, outside of the container", true },
	{ "pid-namespace", check_pid_namespace,
	  "who holds a link or a program is not known, nor network namespaces that only processes "
	  "are in",
	  "share the machine's pid namespace: --pid=host of docker and podman, hostPID of "
	  "Kubernetes" },
	{ "lockdown", check_lockdown, "nothing can be traced",
	  "boot without lockdown=confidentiality, or with lockdown=integrity", true },
	{ "vmlinux-btf", check_btf, "nothing can be traced: functions and structures are not known",
	  "boot a kernel built with CONFIG_DEBUG_INFO_BTF=y, as those of distributions are", true },
	{ "module-btf", check_module_btf,
	  "functions of drivers in the others are searched for in the kernel's memory, and only "
	  "kprobe can take them",
	  "boot a kernel with CONFIG_DEBUG_INFO_BTF_MODULES=y (5.11 or later); build other modules "
	  "with BTF" },
	{ "ring-buffer", check_ring_buffer, "nothing can be traced: events have no way out",
	  "boot a kernel with BPF ring buffers (CONFIG_BPF_SYSCALL=y)", true },
	{ "addresses", check_addresses,
	  "kprobes can not be placed, and which module has a function can not be told apart",
	  "run it with CAP_SYSLOG, and set kernel.kptr_restrict to 0 or 1" },
	{ "tracefs", check_tracefs,
	  "returns of kprobes may be missed when many tasks attach at a time",
	  "mount -t tracefs tracefs /sys/kernel/tracing" },
	{ "ftrace", check_ftrace, "probes at the entry of functions are refused, or do not run",
	  "sysctl kernel.ftrace_enabled=1" },
	{ "kprobes-switch", check_kprobes, "kprobes can be placed, and never run",
	  "echo 1 >/sys/kernel/debug/kprobes/enabled" },
	{ "netlink_extack", check_extack,
	  "the kernel's reason for a failure is not known where the request carries no extack, as "
	  "for bpf_link",
	  "boot Linux 5.12 or later" },
	{ "log-lines", check_log_lines,
	  "what drivers say in the kernel's log, and nowhere else, is not in the events",
	  "boot Linux 5.19 or later" },
	{ "hooks", check_hooks, "what only they tell is not in the events",
	  "none: kernels inline functions, or are built without them (CONFIG_XDP_SOCKETS, "
	  "CONFIG_BPF_SYSCALL)" },
	{ "drivers", check_drivers, "operations are reported without the driver's part",
	  "load the driver's module" },
};

/* The backends have no check of their own: they were tried. */
static const struct {
	const char *name, *costs, *remedy;
} backend_words[] = {
	{ "fexit",
	  "programs of entries of devmaps and cpumaps are not seen: no other kind of probe is run "
	  "while the kernel changes a map",
	  "boot a kernel with BPF trampolines (x86_64; on arm64 since Linux 6.4) that does not "
	  "refuse them" },
	{ "kprobe.session", "nothing but time at the start",
	  "none needed; Linux 6.10 or later with CONFIG_FPROBE=y has it" },
	{ "kprobe.multi", "nothing but time at the start",
	  "none needed; Linux 5.18 or later with CONFIG_FPROBE=y has it" },
	{ "kprobe",
	  "functions whose BTF is not known are not probed, and modules whose functions are probed "
	  "can not be unloaded meanwhile",
	  "boot a kernel with CONFIG_KPROBES=y and CONFIG_KPROBE_EVENTS=y that does not refuse "
	  "them" },
	{ TRACEPOINT, "no last resort where all else is refused",
	  "boot a kernel with CONFIG_FTRACE_SYSCALLS=y" },
};

static void finding_explain(struct finding *finding, const char *costs, const char *remedy)
{
	if (finding->state != CHECK_MISSING)
		return;
	finding->costs = costs;
	finding->remedy = remedy;
}

static void report_backend(const struct tried *tried, struct finding *finding)
{
	finding->name = tried->name;
	finding->state = finding_set(finding, tried->problem ? CHECK_MISSING : CHECK_OK, "%s",
				     tried->problem ? tried->problem
				     : tried->about ? tried->about
						    : "it works");
	for (size_t i = 0; i < ARRAY_SIZE(backend_words); i++) {
		if (!strcmp(backend_words[i].name, tried->name))
			finding_explain(finding, backend_words[i].costs, backend_words[i].remedy);
	}
}

static enum verdict report_judge(const struct report *report, const struct facts *facts,
				 size_t vital_missing)
{
	/* Without privileges it is not seen whether there is more against it. */
	if (vital_missing == 1 && !system_is_privileged(&facts->system))
		return VERDICT_UNKNOWN;
	if (!report->nused)
		return VERDICT_FAILS;
	return strcmp(report->used[0], TRACEPOINT) ? VERDICT_WORKS : VERDICT_PARTLY;
}

void checks_run(const struct facts *facts, struct report *ret)
{
	const struct tried_list *tried = &facts->tried;
	size_t vital_missing = 0;

	*ret = (struct report){ .kernel = facts->system.release };
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		struct finding *finding = &ret->findings[ret->count++];

		finding->name = checks[i].name;
		finding->state = checks[i].run(facts, finding);
		finding_explain(finding, checks[i].costs, checks[i].remedy);
		vital_missing += checks[i].vital && finding->state == CHECK_MISSING;
	}
	for (size_t i = 0; i < tried->count; i++)
		report_backend(&tried->list[i], &ret->findings[ret->count++]);
	ret->used = tried->used;
	ret->nused = vital_missing ? 0 : tried->nused;
	if (tried->untried) {
		struct finding *finding = &ret->findings[ret->count++];

		finding->name = "backends";
		finding->state = finding_set(finding, CHECK_UNKNOWN, "%s", tried->untried);
	}
	ret->verdict = report_judge(ret, facts, vital_missing);
}

_Static_assert(ARRAY_SIZE(checks) + TRIED_MAX + 1 <= FINDINGS_MAX, "findings have no room");
