// SPDX-License-Identifier: GPL-2.0
#include "probe/prototype.h"

#include <stdint.h>
#include <string.h>

/* The type behind typedefs and qualifiers. */
static const struct btf_type *type_behind(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	while (type && (btf_is_mod(type) || btf_is_typedef(type)))
		type = btf__type_by_id(btf, type->type);
	return type;
}

static bool type_is_pointer_to(const struct btf *btf, uint32_t id, const char *name)
{
	const struct btf_type *type = type_behind(btf, id);

	if (!type || !btf_is_ptr(type))
		return false;
	type = type_behind(btf, type->type);
	/* A module may know the structure by a forward declaration only; kflag marks a union's. */
	return type && (btf_is_struct(type) || (btf_is_fwd(type) && !btf_kflag(type))) &&
	       !strcmp(btf__name_by_offset(btf, type->name_off), name);
}

bool proto_is_driver(const struct btf *btf, const struct btf_type *proto)
{
	const struct btf_param *params = btf_params(proto);
	const struct btf_type *result;

	if (btf_vlen(proto) != 2)
		return false;
	result = type_behind(btf, proto->type);
	return result && btf_is_int(result) && result->size == sizeof(int) &&
	       btf_int_encoding(result) & BTF_INT_SIGNED &&
	       type_is_pointer_to(btf, params[0].type, "net_device") &&
	       type_is_pointer_to(btf, params[1].type, "netdev_bpf");
}
