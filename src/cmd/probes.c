// SPDX-License-Identifier: GPL-2.0
/* xdpsnoop probes: every function there is to be probed, and what would do it. */
#include "cmd/cmd.h"

#include "cmd/discover.h"
#include "cmd/flags.h"
#include "cmd/probe_list.h"
#include "kernel/module_btf.h"
#include "kernel/module_files.h"
#include "kernel/module_ops.h"
#include "kernel/system.h"
#include "probe/backends.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <errno.h>
#include <string.h>
#include <time.h>

struct probes {
	bool json, all_modules;
	const char *folder; /* of the modules that are not loaded; NULL: where the kernel's are */
	struct system_state system;
	struct discovery found;
	struct backend_set works;
	const char
		*refused; /* why the best backend does not work; NULL if there is one that does */
	struct probe_list list;
	struct ops_layout layout; /* for modules without BTF */
	time_t told;              /* when progress was last told */
};

/* Who would take @target, which may be the one that a module would have if it were loaded. */
static void row_judge(struct probe_row *row, const struct probes *probes,
		      const struct target *target)
{
	const struct backend *order[BACKENDS_MAX];
	const char *problem = NULL;

	if (probes->works.count) {
		if (backend_set_order(&probes->works, target, order, &problem))
			row->backend = order[0]->name;
		else
			row->problem = problem;
	} else if (!probes->list.tried.untried) {
		row->problem = target_problem(target);
		if (!row->problem)
			row->problem = "no backend works on this kernel";
	}
}

static int probes_add(struct probes *probes, const struct target *target, enum probe_place place)
{
	struct probe_row row = {
		.role = target->role,
		.place = place,
		.address = target->addr,
		.btf = target->btf_id,
	};

	memcpy(row.func, target->func, sizeof(row.func));
	memcpy(row.module, target->module, sizeof(row.module));
	if (place == PLACE_ON_DISK) {
		/* As if it were loaded: it has an address then. */
		struct target loaded = *target;

		loaded.copies = loaded.addr = 1;
		row_judge(&row, probes, &loaded);
	} else {
		row_judge(&row, probes, target);
	}
	return probe_list_add(&probes->list, &row);
}

static int probes_add_running(struct probes *probes)
{
	const struct discovery *found = &probes->found;
	int err = 0;

	for (size_t i = 0; !err && i < found->targets.count; i++) {
		const struct target *target = &found->targets.list[i];
		bool module = strcmp(target->module, MODULE_VMLINUX);

		err = probes_add(probes, target, module ? PLACE_LOADED : PLACE_BUILT_IN);
	}
	for (size_t i = 0; !err && i < found->modules.count; i++) {
		const char *name = found->modules.list[i].name;

		if (btfs_have(&found->btfs, name))
			probes->list.searched[PLACE_LOADED]++;
		else
			err = probe_list_add_unsearched(
				&probes->list, name, PLACE_LOADED,
				"it has no BTF: only what its net_device_ops lead to is found");
	}
	return err;
}

static bool module_is_loaded(const struct discovery *found, const char *name)
{
	for (size_t i = 0; i < found->modules.count; i++) {
		if (!strcmp(found->modules.list[i].name, name))
			return true;
	}
	return false;
}

/* A function that a module without BTF puts into its net_device_ops. */
struct slot {
	struct probes *probes;
	const char *module;
};

static int probes_add_slot(const char *func, void *arg)
{
	const struct slot *slot = arg;
	struct target target = { .role = ROLE_DRIVER, .hook = HOOK_DRIVER, .nargs = -1 };
	const struct probe_list *list = &slot->probes->list;

	snprintf(target.func, sizeof(target.func), "%s", func);
	snprintf(target.module, sizeof(target.module), "%s", slot->module);
	for (size_t i = list->nrows; i-- > 0 && !strcmp(list->rows[i].module, target.module);) {
		if (!strcmp(list->rows[i].func, target.func))
			return 0;
	}
	return probes_add(slot->probes, &target, PLACE_ON_DISK);
}

static int probes_add_types(struct probes *probes, const char *module, const struct module_btf *btf)
{
	struct btf_source source = { .btf = btf->btf, .first_id = btf->first_id };
	struct targets targets = {};
	int err;

	snprintf(source.module, sizeof(source.module), "%s", module);
	err = targets_add_module(&targets, &source);
	for (size_t i = 0; !err && i < targets.count; i++)
		err = probes_add(probes, &targets.list[i], PLACE_ON_DISK);
	probes->list.searched[PLACE_ON_DISK]++;
	targets_release(&targets);
	return err;
}

static int probes_add_file(struct probes *probes, const struct module_file *file)
{
	struct slot slot = { probes, file->name };
	const char *problem = NULL;
	struct module_elf elf;
	struct module_btf btf;
	int err;

	err = module_elf_open(file->path, &elf, &problem);
	if (err)
		return probe_list_add_unsearched(&probes->list, file->name, PLACE_ON_DISK, problem);
	err = module_btf_read(&elf, probes->found.btfs.list[0].btf, &btf, &problem);
	if (!err) {
		err = probes_add_types(probes, file->name, &btf);
		module_btf_release(&btf);
	} else {
		if (err == -ENODATA)
			problem = "it has no BTF; functions in its net_device_ops are listed";
		err = probe_list_add_unsearched(&probes->list, file->name, PLACE_ON_DISK, problem);
		if (!err)
			err = module_ops_each(&elf, probes->layout, probes_add_slot, &slot);
	}
	module_elf_close(&elf);
	return err;
}

/* On a terminal, once a second at most: it takes seconds to uncompress thousands of modules. */
static void probes_tell(struct probes *probes, size_t done, size_t count)
{
	time_t now = time(NULL);

	if (!isatty(STDERR_FILENO))
		return;
	if (done == count)
		fprintf(stderr, "\r\033[K");
	else if (now != probes->told)
		fprintf(stderr, "\rReading modules: %zu of %zu", done, count);
	probes->told = now;
}

static int probes_add_files(struct probes *probes)
{
	const char *folder = probes->folder;
	struct module_files files;
	char usual[128];
	int err;

	snprintf(usual, sizeof(usual), "/lib/modules/%s", probes->system.release);
	if (!folder)
		folder = usual;
	err = module_files_read(folder, &files);
	if (err) {
		log_error("could not read %s/modules.dep: %s; the modules of this kernel are not "
			  "installed there, or depmod was not run (--all-modules=FOLDER looks "
			  "elsewhere)",
			  folder, strerrordesc_np(-err));
		return err;
	}
	probes->layout = ops_layout_read(probes->found.btfs.list[0].btf);
	probes->told = time(NULL);
	for (size_t i = 0; !err && i < files.count; i++) {
		probes_tell(probes, i, files.count);
		if (!module_is_loaded(&probes->found, files.list[i].name))
			err = probes_add_file(probes, &files.list[i]);
	}
	probes_tell(probes, files.count, files.count);
	module_files_release(&files);
	return err;
}

/* What could be found out is printed even where the rest could not. */
static int probes_run(struct probes *probes)
{
	const char *failed;
	int err, exit_code = EXIT_DONE;

	libbpf_set_print(NULL); /* what goes wrong is told in our own words */
	err = discover(&probes->found, &failed);
	if (err) {
		log_error("could not %s: %s; xdpsnoop doctor says what to do", failed,
			  strerrordesc_np(-err));
		return EXIT_IMPOSSIBLE;
	}
	backends_try(&probes->system, &probes->found.targets, &probes->list.tried, &probes->works);
	err = probes_add_running(probes);
	if (!err && probes->all_modules && probes_add_files(probes))
		exit_code = EXIT_IMPOSSIBLE;
	if (err)
		return EXIT_FAILED;
	probe_list_sort(&probes->list);
	if (probes->json)
		probe_list_print_json(&probes->list, stdout);
	else
		probe_list_print(&probes->list, stdout);
	if (fflush(stdout)) {
		log_error("could not write: %s", strerrordesc_np(errno));
		return EXIT_FAILED;
	}
	if (!probes->json)
		probe_list_print_notes(&probes->list, stderr);
	return exit_code;
}

int cmd_probes(int argc, char **argv)
{
	struct probes probes = {};
	const struct flag flags[] = {
		{ 'j', "json", NULL, "print one JSON object", &probes.json },
		{ 'a', "all-modules", "FOLDER", "also read the modules that are not loaded",
		  &probes.all_modules, &probes.folder },
	};
	const struct usage usage = {
		.name = "xdpsnoop probes",
		.about = "List every function of the kernel that installs XDP, and how it would "
			 "be probed.",
		.ending = "FOLDER is where modules.dep is (/lib/modules/RELEASE if it is left "
			  "out).\nExit status: 0 done, 1 failed, 2 wrong usage, 3 not possible on "
			  "this system.\n",
		.flags = flags,
		.count = ARRAY_SIZE(flags),
	};
	int exit_code = flags_parse(&usage, argc, argv);

	if (exit_code >= 0)
		return exit_code;
	system_read(&probes.system);
	probes.list.kernel = probes.system.release;
	exit_code = probes_run(&probes);
	probe_list_release(&probes.list);
	discovery_release(&probes.found);
	return exit_code;
}
