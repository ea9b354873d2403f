// SPDX-License-Identifier: GPL-2.0
#include "probe/templates.h"

#include <stdio.h>
#include <string.h>

#define SECTION "template" /* SEC("?template") */
#define FIRST   "xdp_relocated"

#define NAME_OF(hook, name, kind) [hook] = #name,

static const char *const hook_names[HOOKS] = { WIRE_HOOKS(NAME_OF) };

/* That whose templates are to be relocated: libbpf tells of a program only, when it gets there. */
static struct bpf_object *wanted_of;

static bool is_template(const struct bpf_program *program)
{
	return !strcmp(bpf_program__section_name(program), SECTION);
}

/*
 * Called for FIRST, when all that is wanted has been relocated: that is not for anything else, and
 * the only one that libbpf loads.
 */
static int templates_relocated(struct bpf_program *first, struct bpf_prog_load_opts *opts,
			       long cookie)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, wanted_of)
	{
		if (program != first && is_template(program))
			bpf_program__set_autoload(program, false);
	}
	return 0;
}

int templates_register(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = templates_relocated);
	static int handler;

	if (handler <= 0)
		handler = libbpf_register_prog_handler(SECTION, BPF_PROG_TYPE_RAW_TRACEPOINT, 0,
						       &opts);
	return handler < 0 ? handler : 0;
}

/* A program for many functions is one for all hooks. */
static struct bpf_program *template_program(const struct bpf_object *object,
					    const struct backend *backend, enum wire_hook hook,
					    bool is_return)
{
	const char *kind = backend->templates[is_return];
	char name[64];

	if (!kind)
		return NULL;
	if (backend->attach_many)
		return bpf_object__find_program_by_name(object, kind);
	snprintf(name, sizeof(name), "%s_%s", kind, hook_names[hook] ? hook_names[hook] : "");
	return bpf_object__find_program_by_name(object, name);
}

void templates_want(struct bpf_object *object, const struct backend *backend, uint32_t hooks)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, FIRST);

	wanted_of = object;
	bpf_program__set_autoload(program, true);
	for (int hook = 0; hook < HOOKS; hook++) {
		for (int side = 0; side < 2 && hooks & 1U << hook; side++) {
			program = template_program(object, backend, hook, side);
			if (program)
				bpf_program__set_autoload(program, true);
		}
	}
}

struct template template_get(const struct bpf_object *object, const struct backend *backend,
			     enum wire_hook hook, bool is_return)
{
	const struct bpf_program *program = template_program(object, backend, hook, is_return);

	return (struct template){
		.kind = backend->templates[is_return],
		.insns = bpf_program__insns(program),
		.count = bpf_program__insn_cnt(program),
	};
}
