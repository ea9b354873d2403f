// SPDX-License-Identifier: GPL-2.0
#include "kernel/module_ops.h"

#include "kernel_btf.h"

#include "helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#define OPS_SIZE 64
#define OPS_SLOT 16

enum {
	SECTION_NAMES = 1,
	SECTION_TEXT,
	SECTION_DATA,
	SECTION_SYMBOLS,
	SECTION_RELOCATIONS
};

/* One string table for all: sections and symbols. */
static const char names[] = "\0.names\0.text\0.data\0.symtab\0.rela.data\0one_xdp\0two_xdp\0"
			    "register_netdev\0some_ops";
enum {
	NAME_ONE = 39,
	NAME_TWO = 47,
	NAME_REGISTER = 55,
	NAME_OPS = 71
};

static const struct ops_layout layout = { OPS_SIZE, OPS_SLOT };
static char path[] = "/tmp/xdpsnoop_module_ops_XXXXXX";
static char found[64]; /* names of functions, each with a blank after it */

#define SYMBOL(name, type, section, value, size)                              \
	{                                                                     \
		name, ELF64_ST_INFO(STB_LOCAL, type), 0, section, value, size \
	}

static const Elf64_Sym good_symbols[] = {
	{},
	SYMBOL(0, STT_SECTION, SECTION_TEXT, 0, 0),
	SYMBOL(NAME_ONE, STT_FUNC, SECTION_TEXT, 16, 16),
	SYMBOL(NAME_TWO, STT_FUNC, SECTION_TEXT, 32, 16),
	SYMBOL(NAME_OPS, STT_OBJECT, SECTION_DATA, 0, OPS_SIZE),
	SYMBOL(NAME_OPS, STT_OBJECT, SECTION_DATA, 64, OPS_SIZE),
	SYMBOL(NAME_OPS, STT_OBJECT, SECTION_DATA, 128, OPS_SIZE - 8),
	SYMBOL(NAME_REGISTER, STT_NOTYPE, SHN_UNDEF, 0, 0),
};

/* One names its function by its place, as for a static one; the last is in no net_device_ops. */
static const Elf64_Rela relocations[] = {
	{ OPS_SLOT, ELF64_R_INFO(1, R_X86_64_64), 16 },
	{ 64 + OPS_SLOT, ELF64_R_INFO(3, R_X86_64_64), 0 },
	{ 64 + OPS_SLOT + 8, ELF64_R_INFO(2, R_X86_64_64), 0 },
	{ 128 + OPS_SLOT, ELF64_R_INFO(2, R_X86_64_64), 0 },
};

static void add_section(Elf *elf, const char *name, uint32_t type, const void *bytes, size_t size,
			uint32_t link, uint32_t info)
{
	static const Elf_Type kinds[] = { [SHT_SYMTAB] = ELF_T_SYM, [SHT_RELA] = ELF_T_RELA };
	Elf_Scn *section = elf_newscn(elf);
	Elf_Data *data = elf_newdata(section);
	GElf_Shdr header;

	*data = (Elf_Data){ .d_buf = (void *)bytes,
			    .d_size = size,
			    .d_align = 8,
			    .d_type = type < ARRAY_SIZE(kinds) ? kinds[type] : ELF_T_BYTE,
			    .d_version = EV_CURRENT };
	assert_non_null(gelf_getshdr(section, &header));
	header.sh_name = (const char *)memmem(names, sizeof(names), name, strlen(name)) - names;
	header.sh_type = type;
	header.sh_link = link;
	header.sh_info = info;
	header.sh_entsize = type == SHT_SYMTAB ? sizeof(Elf64_Sym)
			    : type == SHT_RELA ? sizeof(Elf64_Rela)
					       : 0;
	gelf_update_shdr(section, &header);
}

static void write_module(const Elf64_Sym *symbols, size_t count)
{
	static const char bytes[256];
	_cleanup_(close_fd) int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	GElf_Ehdr header;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	assert_non_null(gelf_newehdr(elf, ELFCLASS64));
	assert_non_null(gelf_getehdr(elf, &header));
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	header.e_type = ET_REL;
	header.e_machine = EM_X86_64;
	header.e_version = EV_CURRENT;
	header.e_shstrndx = SECTION_NAMES;
	gelf_update_ehdr(elf, &header);
	add_section(elf, ".names", SHT_STRTAB, names, sizeof(names), 0, 0);
	add_section(elf, ".text", SHT_PROGBITS, bytes, 64, 0, 0);
	add_section(elf, ".data", SHT_PROGBITS, bytes, 192, 0, 0);
	add_section(elf, ".symtab", SHT_SYMTAB, symbols, count * sizeof(*symbols), SECTION_NAMES,
		    count);
	add_section(elf, ".rela.data", SHT_RELA, relocations, sizeof(relocations), SECTION_SYMBOLS,
		    SECTION_DATA);
	assert_true(elf_update(elf, ELF_C_WRITE) > 0);
	elf_end(elf);
}

static int note(const char *func, void *arg)
{
	size_t length = strlen(found);

	snprintf(found + length, sizeof(found) - length, "%s ", func);
	return 0;
}

/* The functions in the file that was written; "" if there are none, or it can not be read. */
static const char *functions(struct ops_layout where)
{
	const char *problem;
	struct module_elf elf;

	found[0] = '\0';
	if (module_elf_open(path, &elf, &problem))
		return "";
	assert_int_equal(module_ops_each(&elf, where, note, NULL), 0);
	module_elf_close(&elf);
	return found;
}

static void test_names(void **state)
{
	assert_string_equal(names + NAME_ONE, "one_xdp");
	assert_string_equal(names + NAME_TWO, "two_xdp");
	assert_string_equal(names + NAME_REGISTER, "register_netdev");
	assert_string_equal(names + NAME_OPS, "some_ops");
}

static void test_slots(void **state)
{
	write_module(good_symbols, ARRAY_SIZE(good_symbols));
	assert_string_equal(functions(layout), "one_xdp two_xdp ");
	assert_string_equal(functions((struct ops_layout){ OPS_SIZE, OPS_SLOT + 8 }), "one_xdp ");
	assert_string_equal(functions((struct ops_layout){ OPS_SIZE, OPS_SLOT - 8 }), "");
	assert_string_equal(functions((struct ops_layout){ OPS_SIZE - 8, OPS_SLOT }), "one_xdp ");
	assert_string_equal(functions((struct ops_layout){}), "");
}

/* A structure of the same size in a module that has nothing to do with net devices. */
static void test_no_devices(void **state)
{
	write_module(good_symbols, ARRAY_SIZE(good_symbols) - 1);
	assert_string_equal(functions(layout), "");
}

static int fail_at_once(const char *func, void *arg)
{
	++*(int *)arg;
	return -ENOMEM;
}

static void test_end(void **state)
{
	const char *problem;
	struct module_elf elf;
	int calls = 0;

	write_module(good_symbols, ARRAY_SIZE(good_symbols));
	assert_int_equal(module_elf_open(path, &elf, &problem), 0);
	assert_int_equal(module_ops_each(&elf, layout, fail_at_once, &calls), -ENOMEM);
	assert_int_equal(calls, 1);
	module_elf_close(&elf);
}

static void test_spoilt(void **state)
{
	uint64_t chance = 7;
	uint8_t data[4096];
	size_t size;
	FILE *file;

	write_module(good_symbols, ARRAY_SIZE(good_symbols));
	file = fopen(path, "r+");
	size = fread(data, 1, sizeof(data), file);
	assert_in_range(size, 500, sizeof(data) - 1);
	for (int i = 0; i < 4000; i++) {
		size_t at = random_next(&chance) % size;
		uint8_t byte = random_next(&chance);

		fseek(file, at, SEEK_SET);
		fwrite(&byte, 1, 1, file);
		fflush(file);
		functions(layout);
		fseek(file, at, SEEK_SET);
		fwrite(&data[at], 1, 1, file);
	}
	fclose(file);
	assert_string_equal(functions(layout), "one_xdp two_xdp ");
}

static void test_layout(void **state)
{
	struct kernel_btf kernel;
	struct ops_layout read;

	kernel_btf_init(&kernel);
	read = ops_layout_read(kernel.vmlinux);
	assert_int_equal(read.size, 0);
	btf__add_struct(kernel.vmlinux, "net_device_ops", 24);
	btf__add_field(kernel.vmlinux, "ndo_open", kernel.dev, 0, 0);
	btf__add_field(kernel.vmlinux, "ndo_bpf", kernel.dev, 128, 0);
	read = ops_layout_read(kernel.vmlinux);
	assert_int_equal(read.size, 24);
	assert_int_equal(read.slot, 16);
	kernel_btf_release(&kernel);
}

static int setup(void **state)
{
	int fd = mkstemp(path);

	close_fd(&fd);
	return fd < 0 ? -1 : 0;
}

static int teardown(void **state)
{
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),      cmocka_unit_test(test_slots),
		cmocka_unit_test(test_no_devices), cmocka_unit_test(test_end),
		cmocka_unit_test(test_spoilt),     cmocka_unit_test(test_layout),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
