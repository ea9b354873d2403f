// SPDX-License-Identifier: GPL-2.0
#include "kernel/lookup.h"

#include "kernel/namesakes.h"
#include "lookup.skel.h"
#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

struct lookup {
	struct lookup_bpf *skel;
	struct kprobe_pmu pmu; /* to ask for namesakes */
};

static int load(struct lookup *lookup)
{
	libbpf_print_fn_t print = libbpf_set_print(NULL); /* a kernel without it is no error */
	int err;

	lookup->skel = lookup_bpf__open();
	err = lookup->skel ? lookup_bpf__load(lookup->skel) : -errno;
	libbpf_set_print(print);
	return err;
}

int lookup_open(struct lookup **ret)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));
	int err;

	if (!lookup)
		return -ENOMEM;
	err = kprobe_pmu_read(&lookup->pmu);
	if (!err)
		err = load(lookup);
	if (!err && !namesakes_are_counted(&lookup->pmu))
		err = -EOPNOTSUPP;
	if (err) {
		lookup_close(&lookup);
		return err;
	}
	*ret = lookup;
	return 0;
}

void lookup_close(struct lookup **lookup)
{
	if (*lookup)
		lookup_bpf__destroy((*lookup)->skel);
	free(*lookup);
	*lookup = NULL;
}

/* Names @addr, or looks up the names that are in the table if it is 0. */
static int run(struct lookup *lookup, uint64_t addr)
{
	int fd = bpf_program__fd(lookup->skel->progs.look_up);
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	lookup->skel->bss->where = addr;
	return bpf_prog_test_run_opts(fd, &opts) ? -errno : 0;
}

/* Asks for the first of @list, and says how many that were, or a negative errno. */
static int ask_some(struct lookup *lookup, struct lookup_name *list, size_t count)
{
	struct lookup_bpf__bss *bss = lookup->skel->bss;
	size_t asked, i;
	int err;

	for (asked = 0; asked < count && asked < ARRAY_SIZE(bss->entries); asked++) {
		const struct lookup_name *name = &list[asked];
		bool is_module = strcmp(name->module, MODULE_VMLINUX);
		size_t size = sizeof(bss->entries->name);
		size_t length =
			snprintf(bss->entries[asked].name, size, "%s%s%s",
				 is_module ? name->module : "", is_module ? ":" : "", name->name);

		if (length >= size)
			return -ENAMETOOLONG;
		bss->entries[asked].size = length + 1;
	}
	if (asked < ARRAY_SIZE(bss->entries))
		bss->entries[asked].size = 0;
	err = run(lookup, 0);
	for (i = 0; !err && i < asked; i++) {
		if (bss->entries[i].error && bss->entries[i].error != -ENOENT)
			return bss->entries[i].error;
		list[i].addr = bss->entries[i].addr;
	}
	return err ? err : (int)asked;
}

int lookup_names(struct lookup_name *list, size_t count, void *arg)
{
	struct lookup *lookup = arg;

	for (size_t done = 0; done < count;) {
		int asked = ask_some(lookup, list + done, count - done);

		if (asked < 0)
			return asked;
		done += asked;
	}
	for (size_t i = 0; i < count; i++) {
		if (list[i].addr && !namesakes_none(&lookup->pmu, list[i].name))
			return -ENOTUNIQ;
	}
	return 0;
}

int lookup_address(uint64_t addr, struct symbol_name *ret, void *arg)
{
	struct lookup *lookup = arg;
	int err = addr ? run(lookup, addr) : -ENOENT;

	return err ? err : symbol_name_parse(lookup->skel->bss->text, ret);
}
