// SPDX-License-Identifier: GPL-2.0
#include "prog.h"

#include <errno.h>

#include "result.h"
#include "script.h"
#include "verbs.h"

/* uapi values that Debian 12's linux/bpf.h may lack. */
#define PROG_HAS_FRAGS (1U << 5) /* BPF_F_XDP_HAS_FRAGS, 5.18 */
#define PROG_DEV_BOUND (1U << 6) /* BPF_F_XDP_DEV_BOUND_ONLY, 6.3 */

static const struct named_value prog_types[] = {
	{ "xdp", BPF_PROG_TYPE_XDP },
	{ "socket_filter", BPF_PROG_TYPE_SOCKET_FILTER },
	{ NULL, 0 },
};

static const struct named_value attach_types[] = {
	{ "device", BPF_XDP },
	{ "devmap", BPF_XDP_DEVMAP },
	{ "cpumap", BPF_XDP_CPUMAP },
	{ NULL, 0 },
};

int prog_load(enum bpf_prog_type type, const char *name, const struct bpf_prog_load_opts *opts)
{
	static const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(type, name, "GPL", pass, sizeof(pass) / sizeof(pass[0]), opts);
}

struct load_request {
	const char *kernel_name;
	const struct word *device; /* prog_ifindex, or NULL */
	uint32_t type;
	uint32_t attach_type; /* 0 without: what programs from before attach types have */
	uint32_t flags;
};

static int load_request_parse(struct script *script, int argc, const struct word *argv,
			      struct load_request *request)
{
	int err = 0;

	for (int i = 2; i < argc && !err; i++) {
		const struct word *value = i + 1 < argc ? &argv[i + 1] : NULL;

		if (word_is(&argv[i], "frags")) {
			request->flags |= PROG_HAS_FRAGS;
			continue;
		}
		if (word_is(&argv[i], "devbound")) {
			request->flags |= PROG_DEV_BOUND;
			continue;
		}
		if (value && word_is(&argv[i], "as"))
			request->kernel_name = value->text;
		else if (value && (word_is(&argv[i], "ifindex") || word_is(&argv[i], "offload")))
			request->device = value;
		else if (value && word_is(&argv[i], "type"))
			err = named_value_argument(script, prog_types, value, &request->type);
		else if (value && word_is(&argv[i], "attach"))
			err = named_value_argument(script, attach_types, value,
						   &request->attach_type);
		else
			return script_fail(script, "'%s' is unknown or needs a value",
					   argv[i].text);
		i++;
	}
	return err;
}

uint32_t prog_id(int fd)
{
	struct bpf_prog_info info = { 0 };
	uint32_t size = sizeof(info);

	return fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

int verb_load(struct script *script, int argc, const struct word *argv)
{
	struct load_request request = { .kernel_name = argv[1].text, .type = BPF_PROG_TYPE_XDP };
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	int err, fd, ifindex = 0;

	err = new_name_argument(script, script->progs, &argv[1]);
	if (!err)
		err = load_request_parse(script, argc, argv, &request);
	if (err)
		return err;
	result_begin("load");
	result_text("name", argv[1].text);
	if (request.device && !device_argument(request.device, &ifindex))
		return 0;
	opts.expected_attach_type = (enum bpf_attach_type)request.attach_type;
	opts.prog_flags = request.flags;
	opts.prog_ifindex = (uint32_t)ifindex;
	fd = prog_load((enum bpf_prog_type)request.type, request.kernel_name, &opts);
	return object_keep(&script->progs, argv[1].text, fd, prog_id(fd));
}

int verb_open(struct script *script, int argc, const struct word *argv)
{
	int err, fd;

	(void)argc;
	err = new_name_argument(script, script->progs, &argv[1]);
	if (err)
		return err;
	result_begin("open");
	result_text("name", argv[1].text);
	result_text("path", argv[2].text);
	fd = bpf_obj_get(argv[2].text);
	return object_keep(&script->progs, argv[1].text, fd, prog_id(fd));
}

int verb_pin_prog(struct script *script, int argc, const struct word *argv)
{
	int err, fd;

	(void)argc;
	err = prog_argument(script, &argv[1], &fd);
	if (err)
		return err;
	result_begin("pin-prog");
	result_text("name", argv[1].text);
	result_text("path", argv[2].text);
	result_outcome(bpf_obj_pin(fd, argv[2].text));
	result_end();
	return 0;
}

int verb_unload(struct script *script, int argc, const struct word *argv)
{
	struct object *prog = object_find(script->progs, argv[1].text);

	(void)argc;
	if (!prog)
		return script_fail(script, "no program is loaded as '%s'", argv[1].text);
	result_begin("unload");
	result_text("name", argv[1].text);
	result_outcome(object_close(&script->progs, prog));
	result_end();
	return 0;
}
