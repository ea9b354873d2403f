// SPDX-License-Identifier: GPL-2.0
#include "kernel/module_btf.h"

#include "util/cleanup.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* How many typedefs and qualifiers may follow each other: far more than any real type has. */
#define CHAIN_MAX 32

/* btf__new_split() is declared by libbpf 1.1, and not exported: it has to be a file. */
static struct btf *btf_parse_bytes(const void *bytes, size_t size, struct btf *base)
{
	_cleanup_(close_fd) int fd = memfd_create("btf", MFD_CLOEXEC);
	char path[32];

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return btf__parse_raw_split(path, base);
}

/* libbpf up to 1.1 takes the length of the header at its word, and reads on from there. */
static struct btf *btf_parse(const Elf_Data *data, struct btf *base)
{
	uint64_t size = data->d_size;
	struct btf_header header;

	if (!data->d_buf || size < sizeof(header) || size > UINT32_MAX)
		return NULL;
	memcpy(&header, data->d_buf, sizeof(header)); /* sections need not be aligned */
	if (header.hdr_len < sizeof(header) ||
	    (uint64_t)header.hdr_len + header.type_off + header.type_len > size ||
	    (uint64_t)header.hdr_len + header.str_off + header.str_len > size)
		return NULL;
	return btf_parse_bytes(data->d_buf, size, base);
}

/*
 * A name is the start of a string. Where the base is not the one that the module was made for, the
 * offsets of names that it shares with vmlinux point anywhere.
 */
static bool name_is_good(const struct btf *btf, uint32_t offset)
{
	const char *before;

	if (!offset)
		return true;
	before = btf__str_by_offset(btf, offset - 1);
	return before && !*before && btf__str_by_offset(btf, offset);
}

/* Whoever follows typedefs and qualifiers from @id comes to an end: a type, void included. */
static bool chain_is_good(const struct btf *btf, uint32_t id)
{
	for (int i = 0; i < CHAIN_MAX; i++) {
		const struct btf_type *type = btf__type_by_id(btf, id);

		if (!type)
			return false;
		if (!btf_is_mod(type) && !btf_is_typedef(type))
			return true;
		id = type->type;
	}
	return false;
}

static bool proto_is_good(const struct btf *btf, const struct btf_type *proto)
{
	const struct btf_param *params = btf_params(proto);

	for (int i = 0; i < btf_vlen(proto); i++) {
		if (!name_is_good(btf, params[i].name_off) || !chain_is_good(btf, params[i].type))
			return false;
	}
	return chain_is_good(btf, proto->type);
}

/* The kinds that a search for prototypes comes by. Members are none of its business. */
static bool type_is_good(const struct btf *btf, const struct btf_type *type)
{
	const struct btf_type *proto;

	if (!name_is_good(btf, type->name_off))
		return false;
	if (btf_is_func(type)) {
		proto = btf__type_by_id(btf, type->type);
		return type->name_off && proto && btf_is_func_proto(proto);
	}
	if (btf_is_func_proto(type))
		return proto_is_good(btf, type);
	if (btf_is_mod(type) || btf_is_typedef(type) || btf_is_ptr(type))
		return chain_is_good(btf, type->type);
	return true;
}

static bool btf_is_good(const struct btf *btf, uint32_t first_id)
{
	uint32_t count = btf__type_cnt(btf);

	for (uint32_t id = first_id; id < count; id++) {
		if (!type_is_good(btf, btf__type_by_id(btf, id)))
			return false;
	}
	return true;
}

static int fail(int err, const char *problem, const char **ret_problem)
{
	*ret_problem = problem;
	return err;
}

int module_btf_read(const struct module_elf *elf, struct btf *vmlinux, struct module_btf *ret,
		    const char **ret_problem)
{
	const Elf_Data *data = module_elf_section(elf, ".BTF");
	const Elf_Data *base = module_elf_section(elf, ".BTF.base");
	struct module_btf btf = { .first_id = btf__type_cnt(vmlinux) };
	bool good = true;

	if (!data)
		return fail(-ENODATA, "it has no BTF", ret_problem);
	if (base) {
		btf.base = btf_parse(base, NULL);
		good = btf.base && btf_is_good(btf.base, 1);
		if (good)
			btf.first_id = btf__type_cnt(btf.base);
	}
	if (good)
		btf.btf = btf_parse(data, base ? btf.base : vmlinux);
	if (!btf.btf || !btf_is_good(btf.btf, btf.first_id)) {
		good = btf.btf;
		module_btf_release(&btf);
		return fail(-EINVAL,
			    good ? "its BTF is not for the kernel that runs (was another one "
				   "installed since it was booted?)"
				 : "its BTF is broken",
			    ret_problem);
	}
	*ret = btf;
	return 0;
}

void module_btf_release(struct module_btf *btf)
{
	btf__free(btf->btf);
	btf__free(btf->base);
	*btf = (struct module_btf){};
}
