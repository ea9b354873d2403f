// SPDX-License-Identifier: GPL-2.0
/*
 * Extensions (freplace): a program in place of a global function of another one. Both need BTF, so
 * they come from objects, which the build puts beside xdpctl.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "prog.h"
#include "result.h"
#include "script.h"
#include "verbs.h"

/* Where a program is to be put in; NULL as function: nowhere. */
struct target {
	int fd;
	const char *function;
};

static int object_open(const char *name, struct bpf_object **ret_object)
{
	char self[PATH_MAX], path[PATH_MAX + NAME_MAX];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);
	struct bpf_object *object;

	if (length < 0)
		return -errno;
	self[length] = '\0';
	*strrchr(self, '/') = '\0';
	snprintf(path, sizeof(path), "%s/prog/%s.o", self, name);
	object = bpf_object__open_file(path, NULL);
	if (!object)
		return -errno;
	*ret_object = object;
	return 0;
}

/*
 * The one program of an object: a file descriptor, or a negative errno and in *ret_via the step
 * that failed before the load, or NULL.
 */
static int object_load(const char *name, const struct target *target, const char **ret_via)
{
	struct bpf_object *object;
	struct bpf_program *prog;
	int err, fd;

	*ret_via = "object";
	err = object_open(name, &object);
	if (err)
		return err;
	prog = bpf_object__next_program(object, NULL);
	if (target->function) {
		*ret_via = "lookup";
		err = bpf_program__set_attach_target(prog, target->fd, target->function);
	}
	if (!err) {
		*ret_via = NULL;
		err = bpf_object__load(object);
	}
	/* The object owns its file descriptor. */
	fd = err ? err : fcntl(bpf_program__fd(prog), F_DUPFD_CLOEXEC, 0);
	if (fd < 0 && !err)
		fd = -errno;
	bpf_object__close(object);
	return fd;
}

static int object_load_keep(struct script *script, const char *object, const struct word *name,
			    const struct target *target)
{
	const char *via;
	int fd = object_load(object, target, &via);

	if (fd < 0 && via) {
		result_failed(fd, via);
		return 0;
	}
	return object_keep(&script->progs, name->text, fd, prog_id(fd));
}

int verb_dispatch(struct script *script, int argc, const struct word *argv)
{
	static const struct target nowhere = { 0 };
	int err;

	(void)argc;
	err = new_name_argument(script, script->progs, &argv[1]);
	if (err)
		return err;
	result_begin("dispatch");
	result_text("name", argv[1].text);
	return object_load_keep(script, "dispatch", &argv[1], &nowhere);
}

int verb_extend(struct script *script, int argc, const struct word *argv)
{
	struct target target = { .function = argv[3].text };
	int err;

	(void)argc;
	err = new_name_argument(script, script->progs, &argv[1]);
	if (!err)
		err = prog_argument(script, &argv[2], &target.fd);
	if (err)
		return err;
	result_begin("extend");
	result_text("name", argv[1].text);
	result_text("target", argv[2].text);
	result_text("func", target.function);
	return object_load_keep(script, "component", &argv[1], &target);
}

/* The BTF id of the target's function, or a negative errno. */
static int function_id(const struct target *target)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);
	struct btf *btf;
	int id;

	if (bpf_obj_get_info_by_fd(target->fd, &info, &size))
		return -errno;
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (!btf)
		return -errno;
	id = btf__find_by_name_kind(btf, target->function, BTF_KIND_FUNC);
	btf__free(btf);
	return id;
}

int verb_extlink_attach(struct script *script, int argc, const struct word *argv)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts);
	struct target target = { .function = argc > 5 ? argv[5].text : NULL };
	int err, fd, prog_fd, id = 0;

	if (argc == 5)
		return script_fail(script, "'%s' needs a function", argv[4].text);
	err = new_name_argument(script, script->links, &argv[1]);
	if (!err)
		err = prog_argument(script, &argv[3], &prog_fd);
	if (!err && target.function)
		err = prog_argument(script, &argv[4], &target.fd);
	if (err)
		return err;
	named_result_begin(argv);
	if (target.function)
		id = function_id(&target);
	if (id < 0) {
		result_failed(id, "lookup");
		return 0;
	}
	opts.target_btf_id = (uint32_t)id;
	/* Extensions have no attach type: it is the one their load left at 0. */
	fd = bpf_link_create(prog_fd, target.fd, (enum bpf_attach_type)0, &opts);
	return object_keep(&script->links, argv[1].text, fd, link_id(fd));
}

int verb_extlink_rawtp(struct script *script, int argc, const struct word *argv)
{
	int err, fd, prog_fd;

	(void)argc;
	err = new_name_argument(script, script->links, &argv[1]);
	if (!err)
		err = prog_argument(script, &argv[3], &prog_fd);
	if (err)
		return err;
	named_result_begin(argv);
	fd = bpf_raw_tracepoint_open(NULL, prog_fd);
	return object_keep(&script->links, argv[1].text, fd, link_id(fd));
}
