// SPDX-License-Identifier: GPL-2.0
#include "kernel/btf_search.h"

#include <string.h>

#define FILTER_BITS 4096

/* What of a name tells most others at a glance: how it begins. */
static uint32_t beginning(const char *name)
{
	uint32_t hash = (unsigned char)name[0];

	for (int i = 1; i < 4 && name[i]; i++)
		hash = hash * 31 + (unsigned char)name[i];
	return hash % FILTER_BITS;
}

static void compare(struct btf_search *list, size_t count, const char *name, uint32_t kind,
		    uint32_t id)
{
	for (size_t i = 0; i < count; i++) {
		if (list[i].kind == kind && !strcmp(list[i].name, name))
			list[i].id = id;
	}
}

void btf_search(const struct btf *btf, struct btf_search *list, size_t count)
{
	uint64_t filter[FILTER_BITS / 64] = {};
	uint32_t types = btf__type_cnt(btf), kinds = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t hash = beginning(list[i].name);

		list[i].id = 0;
		kinds |= 1U << list[i].kind;
		filter[hash / 64] |= 1ULL << hash % 64;
	}
	for (uint32_t id = 1; id < types; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const char *name;
		uint32_t hash;

		if (!(kinds & 1U << btf_kind(type)))
			continue;
		name = btf__name_by_offset(btf, type->name_off);
		hash = beginning(name);
		if (filter[hash / 64] & 1ULL << hash % 64)
			compare(list, count, name, btf_kind(type), id);
	}
}
