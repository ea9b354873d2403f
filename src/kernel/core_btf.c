// SPDX-License-Identifier: GPL-2.0
#include "kernel/core_btf.h"

#include "kernel/module_elf.h"
#include "util/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define FILTER_BITS 8192 /* for some 200 names */
#define WANTED      1

/* A name of the object's types, up to the ___. */
struct name {
	const char *text; /* borrowed */
	size_t length;
};

struct extract {
	const struct btf *kernel;
	struct name *names; /* owned; sorted */
	size_t count;
	uint64_t filter[FILTER_BITS / 64]; /* most other names are not in it */
	uint32_t *ids; /* owned; by the kernel's: the id in types, or WANTED, or 0: not wanted */
	struct btf *types; /* owned; what comes out */
};

static void free_btf(struct btf **btf)
{
	btf__free(*btf);
}

/* As libbpf does (bpf_core_essential_name_len()): the last ___ between two other characters. */
static struct name essential_name(const char *text)
{
	struct name name = { text, strlen(text) };

	for (size_t i = name.length < 5 ? 0 : name.length - 4; i-- > 0;) {
		const char *at = text + i;

		if (*at != '_' && !strncmp(at + 1, "___", 3) && at[4] != '_') {
			name.length = i + 1;
			break;
		}
	}
	return name;
}

static int compare_names(const void *one, const void *other)
{
	const struct name *a = one, *b = other;

	if (a->length != b->length)
		return a->length < b->length ? -1 : 1;
	return memcmp(a->text, b->text, a->length);
}

/* Its place in the filter. */
static uint32_t name_hash(const struct name *name)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < name->length; i++)
		hash = (hash ^ (unsigned char)name->text[i]) * 16777619U;
	return (hash ^ hash >> 16) % FILTER_BITS;
}

/* Kinds that something can be relocated by, or that are part of such. */
static bool is_of_use(const struct btf_type *type)
{
	return btf_is_composite(type) || btf_is_any_enum(type) || btf_is_typedef(type) ||
	       btf_is_int(type) || btf_is_float(type);
}

static int extract_name(struct extract *extract, const struct btf *object)
{
	uint32_t count = btf__type_cnt(object);

	extract->names = calloc(count, sizeof(*extract->names));
	if (!extract->names)
		return -ENOMEM;
	for (uint32_t id = 1; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(object, id);
		struct name name = essential_name(btf__name_by_offset(object, type->name_off));
		uint32_t hash = name_hash(&name);

		if (!is_of_use(type) || !name.length)
			continue;
		extract->names[extract->count++] = name;
		extract->filter[hash / 64] |= 1ULL << hash % 64;
	}
	qsort(extract->names, extract->count, sizeof(*extract->names), compare_names);
	return 0;
}

static bool extract_has_name(const struct extract *extract, const struct btf_type *type)
{
	struct name name = essential_name(btf__name_by_offset(extract->kernel, type->name_off));
	uint32_t hash = name_hash(&name);

	return extract->filter[hash / 64] & 1ULL << hash % 64 &&
	       bsearch(&name, extract->names, extract->count, sizeof(name), compare_names);
}

/* And what it holds by value, which has an end. */
static void extract_want(struct extract *extract, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(extract->kernel, id);

	if (!id || extract->ids[id])
		return;
	if (is_of_use(type) || btf_is_ptr(type) || btf_is_array(type) || btf_is_mod(type))
		extract->ids[id] = WANTED;
	if (btf_is_composite(type)) {
		for (int i = 0; i < btf_vlen(type); i++)
			extract_want(extract, btf_members(type)[i].type);
	} else if (btf_is_array(type)) {
		extract_want(extract, btf_array(type)->type);
		extract_want(extract, btf_array(type)->index_type);
	} else if (btf_is_typedef(type) || btf_is_mod(type)) {
		extract_want(extract, type->type);
	}
}

/* The copy of a type gets the ids of the other copies; what is not copied becomes void. */
static void extract_relate(const struct extract *extract, struct btf_type *type)
{
	if (btf_is_composite(type)) {
		for (int i = 0; i < btf_vlen(type); i++)
			btf_members(type)[i].type = extract->ids[btf_members(type)[i].type];
	} else if (btf_is_array(type)) {
		btf_array(type)->type = extract->ids[btf_array(type)->type];
		btf_array(type)->index_type = extract->ids[btf_array(type)->index_type];
	} else if (btf_is_typedef(type) || btf_is_mod(type)) {
		type->type = extract->ids[type->type];
	} else if (btf_is_ptr(type)) {
		type->type = 0;
	}
}

/* In the kernel's order: where there are several of a name, it may tell. */
static int extract_copy(struct extract *extract)
{
	uint32_t count = btf__type_cnt(extract->kernel);
	int pointer = 0;

	for (uint32_t id = 1; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(extract->kernel, id);
		int copy;

		if (!extract->ids[id])
			continue;
		copy = btf_is_ptr(type) ? pointer : 0;
		if (!copy)
			copy = btf__add_type(extract->types, extract->kernel, type);
		if (copy < 0)
			return copy;
		if (btf_is_ptr(type))
			pointer = copy; /* they are all the same */
		extract->ids[id] = copy;
	}
	count = btf__type_cnt(extract->types);
	for (uint32_t id = 1; id < count; id++)
		extract_relate(extract, (struct btf_type *)btf__type_by_id(extract->types, id));
	return 0;
}

static int extract_make(struct extract *extract, const struct btf *object)
{
	uint32_t count = btf__type_cnt(extract->kernel);
	int err = extract_name(extract, object);

	if (err)
		return err;
	extract->ids = calloc(count, sizeof(*extract->ids));
	extract->types = btf__new_empty();
	if (!extract->ids || !extract->types)
		return -ENOMEM;
	for (uint32_t id = 1; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(extract->kernel, id);

		if (is_of_use(type) && extract_has_name(extract, type))
			extract_want(extract, id);
	}
	return extract_copy(extract);
}

static void extract_release(struct extract *extract)
{
	free(extract->names);
	free(extract->ids);
	btf__free(extract->types);
}

/* The object's own types. */
static int object_btf(const void *bytes, size_t size, struct btf **ret)
{
	_cleanup_(module_elf_close) struct module_elf elf = {};
	const Elf_Data *data;
	int err = module_elf_open_bytes(bytes, size, &elf);

	if (err)
		return err;
	data = module_elf_section(&elf, ".BTF");
	*ret = data ? btf__new(data->d_buf, data->d_size) : NULL;
	return *ret ? 0 : data ? -errno : -ENODATA;
}

static int core_btf_write(const struct btf *types, struct core_btf *ret)
{
	_cleanup_(close_fd) int fd = memfd_create("core-btf", MFD_CLOEXEC);
	uint32_t size;
	const void *bytes = btf__raw_data(types, &size);

	if (!bytes)
		return -ENOMEM;
	if (fd < 0 || write(fd, bytes, size) < 0)
		return -errno;
	if (lseek(fd, 0, SEEK_END) != (off_t)size)
		return -EIO;
	ret->fd = fd;
	snprintf(ret->path, sizeof(ret->path), "/proc/self/fd/%d", fd);
	fd = -1;
	return 0;
}

int core_btf_open(const struct btf *kernel, const void *bytes, size_t size, struct core_btf *ret)
{
	_cleanup_(extract_release) struct extract extract = { .kernel = kernel };
	_cleanup_(free_btf) struct btf *object = NULL;
	int err;

	ret->fd = -1;
	err = object_btf(bytes, size, &object);
	if (!err)
		err = extract_make(&extract, object);
	return err ? err : core_btf_write(extract.types, ret);
}

const char *core_btf_path(const struct core_btf *types)
{
	return types->fd < 0 ? NULL : types->path;
}

void core_btf_close(struct core_btf *types)
{
	close_fd(&types->fd);
	types->fd = -1;
}
