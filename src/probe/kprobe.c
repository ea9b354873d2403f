// SPDX-License-Identifier: GPL-2.0
/*
 * kprobe and kretprobe: a breakpoint or an ftrace call at the function's address. Needs no BTF
 * of the module and does not pin it. Entry probes are perf events of their own; return probes
 * go through tracefs, the only way to say how many calls may be inside at a time: with too few,
 * returns are missed, and the default is as low as the number of CPUs.
 */
#include "probe/backend.h"

#include "kernel/kprobe_pmu.h"
#include "kernel/tracefs.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#define GROUP_SIZE 32

/* Tasks wait for RTNL inside of link operations: many may be there at a time. */
#define MAXACTIVE_LINK 1024
/* All else runs under RTNL, one at a time, nested at most. */
#define MAXACTIVE_CORE 128

static int tracefs = -1;

static int perf_open(struct perf_event_attr *attr)
{
	int fd;

	attr->size = sizeof(*attr);
	fd = syscall(SYS_perf_event_open, attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

/* A perf event of its own; for a return probe with the default number of instances. */
static int perf_open_pmu(uint64_t addr, bool is_return)
{
	struct perf_event_attr attr = { .config2 =
						addr }; /* kprobe_addr; config1 would be a name */
	struct kprobe_pmu pmu;
	int err = kprobe_pmu_read(&pmu);

	if (err)
		return err;
	attr.type = pmu.type;
	attr.config = is_return ? pmu.is_return : 0;
	return perf_open(&attr);
}

/* Process ids are those of a namespace, of which one tracefs may serve several. */
static void group_prefix(char ret[static GROUP_SIZE])
{
	struct stat namespace;

	if (stat("/proc/self/ns/pid", &namespace))
	namespace.st_ino = 0;
	snprintf(ret, GROUP_SIZE, "xdpsnoop_%u_", (unsigned int)namespace.st_ino);
}

static void group_name(char ret[static GROUP_SIZE])
{
	size_t length;

	group_prefix(ret);
	length = strlen(ret);
	snprintf(ret + length, GROUP_SIZE - length, "%d", getpid());
}

/* What those that were killed have left: of this namespace, as of others nobody can tell. */
static void remove_groups(void)
{
	char prefix[GROUP_SIZE];

	group_prefix(prefix);
	tracefs_remove_groups(tracefs, prefix);
}

static int perf_open_return(const struct target *target)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT };
	bool is_link = target->hook >= HOOK_LINK_CREATE && target->hook <= HOOK_LINK_RELEASE;
	char group[GROUP_SIZE], event[16];
	int id;

	if (tracefs < 0) {
		tracefs = tracefs_open();
		if (tracefs < 0) {
			log_warning("tracefs is not there (%s): return probes with the kernel's "
				    "default number of instances, returns may be missed when many "
				    "tasks attach at a time",
				    strerrordesc_np(-tracefs));
			tracefs = -ENODEV;
		} else {
			remove_groups();
		}
	}
	if (tracefs < 0)
		return perf_open_pmu(target->addr, true);
	group_name(group);
	snprintf(event, sizeof(event), "r%u", target->id);
	id = tracefs_add_kretprobe(tracefs, group, event, target->addr,
				   is_link ? MAXACTIVE_LINK : MAXACTIVE_CORE);
	if (id < 0)
		return id;
	attr.config = id;
	return perf_open(&attr);
}

static int kprobe_load(const struct template *template, const struct target *target, bool is_return)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);

	return template_load(template, target_cookie(target), BPF_PROG_TYPE_KPROBE, &opts);
}

static int kprobe_attach(int prog_fd, const struct template *template, const struct target *target,
			 bool is_return)
{
	int fd = is_return ? perf_open_return(target) : perf_open_pmu(target->addr, false);

	if (fd < 0)
		return fd;
	if (ioctl(fd, PERF_EVENT_IOC_SET_BPF, prog_fd) || ioctl(fd, PERF_EVENT_IOC_ENABLE, 0)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

/*
 * bpf(2) calls bpf_disable_instrumentation() around what it does to a map. Updates of a cpumap are
 * an exception, and entries that are freed: without the rest they would tell half a story.
 */
bool kprobe_is_blind(const struct target *target)
{
	return WIRE_BLIND & 1U << target->hook;
}

const char *kprobe_problem(const struct target *target)
{
	return target->addr ? NULL : "its address is hidden (kernel.kptr_restrict, CAP_SYSLOG)";
}

static const char *kprobe_unusable(void)
{
	if (access(KPROBE_PMU "type", R_OK))
		return "the kernel has no kprobe events (CONFIG_KPROBE_EVENTS)";
	return NULL;
}

static const char *kprobe_explain(int err)
{
	return err == -EPERM ? "the kernel refuses kprobes (EPERM), though this process has the "
			       "capabilities and lockdown does not forbid it"
			     : NULL;
}

/* Returns for which no instance was free. */
static uint64_t kprobe_missed(void)
{
	char group[GROUP_SIZE];

	if (tracefs < 0)
		return 0;
	group_name(group);
	return tracefs_count_missed(tracefs, group, NULL);
}

/* An event of a function that has gone would be in the way when its module comes again. */
static uint64_t kprobe_detached(const struct target *target)
{
	char group[GROUP_SIZE], event[16];
	uint64_t missed;

	if (tracefs < 0)
		return 0;
	group_name(group);
	snprintf(event, sizeof(event), "r%u", target->id);
	missed = tracefs_count_missed(tracefs, group, event);
	tracefs_remove_event(tracefs, group, event);
	return missed;
}

static void kprobe_cleanup(void)
{
	if (tracefs < 0)
		return;
	remove_groups();
	close(tracefs);
	tracefs = -1;
}

const struct backend backend_kprobe = {
	.name = "kprobe",
	.about = "probes of single functions, which hold no module",
	.templates = { "kprobe", "kretprobe" },
	.load = kprobe_load,
	.attach = kprobe_attach,
	.problem = kprobe_problem,
	.is_blind = kprobe_is_blind,
	.limits = KPROBE_LIMITS,
	.unusable = kprobe_unusable,
	.explain = kprobe_explain,
	.missed = kprobe_missed,
	.detached = kprobe_detached,
	.cleanup = kprobe_cleanup,
};
