// SPDX-License-Identifier: GPL-2.0
#include "kernel/module_ops.h"

#include <string.h>

struct ops_layout ops_layout_read(const struct btf *vmlinux)
{
	int id = btf__find_by_name_kind(vmlinux, "net_device_ops", BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(vmlinux, id) : NULL;

	for (int i = 0; type && i < btf_vlen(type); i++) {
		const char *name = btf__name_by_offset(vmlinux, btf_members(type)[i].name_off);

		if (name && !strcmp(name, "ndo_bpf"))
			return (struct ops_layout){ type->size,
						    btf_member_bit_offset(type, i) / 8 };
	}
	return (struct ops_layout){};
}

/* The module's symbols. */
struct table {
	Elf *elf;
	Elf_Data *data;
	size_t count, names; /* names: the section that has their names */
};

/* The next section of @type after @section; NULL at the end. */
static Elf_Scn *section_next(Elf *elf, Elf_Scn *section, uint32_t type, GElf_Shdr *ret_header)
{
	while ((section = elf_nextscn(elf, section))) {
		if (gelf_getshdr(section, ret_header) && ret_header->sh_type == type)
			return section;
	}
	return NULL;
}

static bool table_read(Elf *elf, struct table *ret)
{
	GElf_Shdr header;
	Elf_Scn *section = section_next(elf, NULL, SHT_SYMTAB, &header);

	if (!section || !header.sh_entsize)
		return false;
	*ret = (struct table){ elf, elf_getdata(section, NULL), header.sh_size / header.sh_entsize,
			       header.sh_link };
	return ret->data;
}

/* The name of the function that relocation @rela is about; NULL if it is about something else. */
static const char *function_name(const struct table *table, const GElf_Rela *rela)
{
	GElf_Sym target, symbol;

	if (!gelf_getsym(table->data, GELF_R_SYM(rela->r_info), &target))
		return NULL;
	if (GELF_ST_TYPE(target.st_info) == STT_FUNC)
		return elf_strptr(table->elf, table->names, target.st_name);
	/* A static function is named by its place in the section, or has a symbol there at least.
	 */
	for (size_t i = 0; i < table->count && GELF_ST_TYPE(target.st_info) == STT_SECTION; i++) {
		if (gelf_getsym(table->data, i, &symbol) &&
		    GELF_ST_TYPE(symbol.st_info) == STT_FUNC &&
		    symbol.st_shndx == target.st_shndx &&
		    symbol.st_value == target.st_value + rela->r_addend)
			return elf_strptr(table->elf, table->names, symbol.st_name);
	}
	return NULL;
}

/* Other structures have that size, too, in modules that have no net devices. */
static bool registers_devices(const struct table *table)
{
	GElf_Sym symbol;

	for (size_t i = 0; i < table->count; i++) {
		const char *name;

		if (!gelf_getsym(table->data, i, &symbol) || symbol.st_shndx != SHN_UNDEF)
			continue;
		name = elf_strptr(table->elf, table->names, symbol.st_name);
		if (name &&
		    (!strcmp(name, "register_netdev") || !strcmp(name, "register_netdevice")))
			return true;
	}
	return false;
}

/* The relocation at @offset of the section number @index, if there is one. */
static bool relocation_find(Elf *elf, size_t index, uint64_t offset, GElf_Rela *ret)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;

	while ((section = section_next(elf, section, SHT_RELA, &header))) {
		Elf_Data *data = header.sh_info == index ? elf_getdata(section, NULL) : NULL;
		size_t count = data && header.sh_entsize ? header.sh_size / header.sh_entsize : 0;

		for (size_t i = 0; i < count; i++) {
			if (gelf_getrela(data, i, ret) && ret->r_offset == offset)
				return true;
		}
	}
	return false;
}

int module_ops_each(const struct module_elf *elf, struct ops_layout layout,
		    int (*each)(const char *func, void *arg), void *arg)
{
	struct table table;
	int ret = 0;

	if (!layout.size || !table_read(elf->elf, &table) || !registers_devices(&table))
		return 0;
	for (size_t i = 0; !ret && i < table.count; i++) {
		const char *name;
		GElf_Rela rela;
		GElf_Sym ops;

		if (!gelf_getsym(table.data, i, &ops) || GELF_ST_TYPE(ops.st_info) != STT_OBJECT ||
		    ops.st_size != layout.size ||
		    !relocation_find(elf->elf, ops.st_shndx, ops.st_value + layout.slot, &rela))
			continue;
		name = function_name(&table, &rela);
		if (name && *name)
			ret = each(name, arg);
	}
	return ret;
}
