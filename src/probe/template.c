// SPDX-License-Identifier: GPL-2.0
#include "probe/backend.h"

#include "probe/functions.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOG_SIZE  (1 << 20)
#define LOG_SHOWN 800

/*
 * A 64-bit constant is two instructions with half of it each. Of @magic there is exactly one: it
 * becomes @value, of @kind (0, a number; or BPF_PSEUDO_MAP_FD).
 */
static int constant_write(struct bpf_insn *insns, size_t count, uint64_t magic, uint64_t value,
			  __u8 kind)
{
	int found = 0;

	for (size_t i = 0; i + 1 < count; i++) {
		if (insns[i].code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		if (!insns[i].src_reg && (uint32_t)insns[i].imm == (uint32_t)magic &&
		    (uint32_t)insns[i + 1].imm == magic >> 32) {
			insns[i].src_reg = kind;
			insns[i].imm = (uint32_t)value;
			insns[i + 1].imm = value >> 32;
			found++;
		}
		i++;
	}
	return found == 1 ? 0 : -EINVAL;
}

static int constants_write(struct bpf_insn *insns, const struct template *template, uint64_t cookie)
{
	int err = 0;

	if (cookie & WIRE_COOKIE_SHARED)
		err = constant_write(insns, template->count, WIRE_JUMPS_MAGIC, template->jumps,
				     BPF_PSEUDO_MAP_FD);
	if (!err && cookie != COOKIE_ATTACHED)
		err = constant_write(insns, template->count, WIRE_COOKIE_MAGIC, cookie, 0);
	return err;
}

/* The last lines of the verifier's log: there it says what it objects to. */
static const char *log_end(const char *log)
{
	size_t length = strlen(log);
	const char *from = length > LOG_SHOWN ? log + length - LOG_SHOWN : log;
	const char *line = from > log ? strchr(from, '\n') : NULL;

	return line ? line + 1 : from;
}

/* Only read when somebody wants to know: asking for the log makes loading slower. */
static void log_verifier(const struct template *template, const char *name, enum bpf_prog_type type,
			 const struct bpf_insn *insns, struct bpf_prog_load_opts *opts)
{
	_cleanup_(free_pointer) char *log = NULL;
	int fd;

	if (!log_is_verbose())
		return;
	log = calloc(1, LOG_SIZE);
	if (!log)
		return;
	opts->log_buf = log;
	opts->log_size = LOG_SIZE;
	opts->log_level = 1;
	fd = bpf_prog_load(type, name, "GPL", insns, template->count, opts);
	if (fd >= 0)
		close(fd);
	else if (*log)
		log_info("The verifier on %s ends with:\n%s", name, log_end(log));
	opts->log_buf = NULL;
	opts->log_size = 0;
	opts->log_level = 0;
}

uint64_t target_cookie(const struct target *target)
{
	return WIRE_COOKIE(target->hook, target->nargs < 0 ? 0 : target->nargs, target->id);
}

uint64_t template_cookie(const struct template *template, const struct target *target)
{
	return target_cookie(target) | (template->twin ? WIRE_COOKIE_TWIN : 0);
}

int jump_load(int jumps, uint32_t place, enum bpf_prog_type type, struct bpf_prog_load_opts *opts)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM,
		  .dst_reg = BPF_REG_2,
		  .src_reg = BPF_PSEUDO_MAP_FD,
		  .imm = jumps },
		{},
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_3, .imm = place },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_tail_call },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(type, "xdp_jump", "GPL", insns, ARRAY_SIZE(insns), opts);

	return fd < 0 ? -errno : fd;
}

struct bpf_insn *template_for_session(const struct template *template)
{
	struct bpf_insn *insns = calloc(template->count, sizeof(*insns));

	for (size_t i = 0; insns && i < template->count; i++) {
		insns[i] = template->insns[i];
		if (insns[i].code != (BPF_JMP | BPF_CALL) || insns[i].src_reg ||
		    insns[i].imm != BPF_FUNC_get_numa_node_id)
			continue;
		insns[i].src_reg = BPF_PSEUDO_KFUNC_CALL;
		insns[i].imm = template->session_func;
	}
	return insns;
}

int template_load(const struct template *template, uint64_t cookie, enum bpf_prog_type type,
		  struct bpf_prog_load_opts *opts)
{
	_cleanup_(free_pointer) struct bpf_insn *insns = NULL;
	struct bpf_func_info functions[FUNCTIONS_MAX];
	char name[BPF_OBJ_NAME_LEN];
	int err, fd;

	snprintf(name, sizeof(name), "xdp_%s", template->kind);
	insns = calloc(template->count, sizeof(*insns));
	if (!insns)
		return -ENOMEM;
	memcpy(insns, template->insns, template->count * sizeof(*insns));
	err = constants_write(insns, template, cookie);
	if (err)
		return err;
	functions_tell(insns, template->count, functions, opts); /* without, it takes longer */
	fd = bpf_prog_load(type, name, "GPL", insns, template->count, opts);
	if (fd < 0) {
		err = -errno;
		log_verifier(template, name, type, insns, opts);
		return err;
	}
	return fd;
}
