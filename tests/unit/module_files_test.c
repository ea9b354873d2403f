// SPDX-License-Identifier: GPL-2.0
#include "kernel/module_btf.h"
#include "kernel/module_files.h"
#include "kernel/module_ops.h"

#include "kernel_btf.h"

#include "helpers.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <sys/stat.h>
#include <zstd.h>

static char folder[] = "/tmp/xdpsnoop_module_files_XXXXXX";
static struct kernel_btf kernel;

static const char *path_of(const char *name)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const void *data, size_t size)
{
	_cleanup_(close_file) FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
}

static void *read_file(const char *name, size_t *ret_size)
{
	_cleanup_(close_file) FILE *file = fopen(path_of(name), "r");
	void *data;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*ret_size = ftell(file);
	rewind(file);
	data = malloc(*ret_size);
	assert_int_equal(fread(data, 1, *ret_size, file), *ret_size);
	return data;
}

static void elf_add(Elf *elf, size_t name, const void *bytes, size_t size, uint32_t type)
{
	Elf_Scn *section = elf_newscn(elf);
	Elf_Data *data = elf_newdata(section);
	GElf_Shdr header;

	*data = (Elf_Data){
		.d_buf = (void *)bytes, .d_size = size, .d_align = 1, .d_version = EV_CURRENT
	};
	assert_non_null(gelf_getshdr(section, &header));
	header.sh_name = name;
	header.sh_type = type;
	gelf_update_shdr(section, &header);
}

/* A module's file with the BTF @btf, and that of @base where there is one. */
static void write_module(const char *name, const struct btf *btf, const struct btf *base)
{
	static const char names[] = "\0.shstrtab\0.BTF\0.BTF.base";
	_cleanup_(close_fd) int fd = open(path_of(name), O_RDWR | O_CREAT | O_TRUNC, 0600);
	const void *bytes;
	GElf_Ehdr header;
	uint32_t size;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_WRITE, NULL);
	assert_non_null(elf);
	assert_non_null(gelf_newehdr(elf, ELFCLASS64));
	assert_non_null(gelf_getehdr(elf, &header));
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	header.e_type = ET_REL;
	header.e_machine = EM_X86_64;
	header.e_version = EV_CURRENT;
	header.e_shstrndx = 1;
	gelf_update_ehdr(elf, &header);
	elf_add(elf, 1, names, sizeof(names), SHT_STRTAB);
	if (btf) {
		bytes = btf__raw_data(btf, &size);
		elf_add(elf, 11, bytes, size, SHT_PROGBITS);
	}
	if (base) {
		bytes = btf__raw_data(base, &size);
		elf_add(elf, 16, bytes, size, SHT_PROGBITS);
	}
	assert_true(elf_update(elf, ELF_C_WRITE) > 0);
	elf_end(elf);
}

/* Whatever a module without BTF is read for. */
static const struct ops_layout layout = { 64, 16 };

static int count_slot(const char *func, void *arg)
{
	return *func ? 0 : -EINVAL;
}

/* What module_btf_read() says of the file, and, if it is good, which functions are found in it. */
static int read_module(const char *name, struct targets *targets, const char **ret_problem)
{
	struct btf_source source = { .module = "made_up" };
	struct module_elf elf;
	struct module_btf btf;
	int err = module_elf_open(path_of(name), &elf, ret_problem);

	if (err)
		return err;
	err = module_btf_read(&elf, kernel.vmlinux, &btf, ret_problem);
	if (err == -ENODATA)
		module_ops_each(&elf, layout, count_slot, NULL);
	module_elf_close(&elf);
	if (err)
		return err;
	source.btf = btf.btf;
	source.first_id = btf.first_id;
	*targets = (struct targets){};
	err = targets_add_module(targets, &source);
	module_btf_release(&btf);
	return err;
}

static void assert_finds(const char *name, const char *func)
{
	const char *problem = "none";
	struct targets targets;
	int err = read_module(name, &targets, &problem);

	if (err)
		fail_msg("%s: %s", name, problem);
	assert_int_equal(targets.count, 1);
	assert_string_equal(targets.list[0].func, func);
	assert_true(targets.list[0].btf_id);
	assert_int_equal(targets.list[0].role, ROLE_DRIVER);
	targets_release(&targets);
}

static void assert_refused(const char *name, int err, const char *words)
{
	const char *problem = "none";
	struct targets targets;

	assert_int_equal(read_module(name, &targets, &problem), err);
	if (!strstr(problem, words))
		fail_msg("%s: '%s' is not about '%s'", name, problem, words);
}

/* A module with a driver's function, and one that is none. */
static struct btf *driver_btf(void)
{
	struct btf *btf = btf__new_empty_split(kernel.vmlinux);

	assert_non_null(btf);
	btf_function(btf, "made_up_xdp", kernel.driver);
	btf_function(btf, "made_up_open",
		     btf_proto(btf, kernel.int_type, 1, (int[]){ kernel.dev }));
	return btf;
}

static int setup(void **state)
{
	struct btf *btf;

	if (!mkdtemp(folder))
		return -1;
	libbpf_set_print(NULL);
	kernel_btf_init(&kernel);
	btf = driver_btf();
	write_module("good.ko", btf, NULL);
	btf__free(btf);
	return 0;
}

static int teardown(void **state)
{
	char command[128];

	kernel_btf_release(&kernel);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static void test_plain(void **state)
{
	assert_finds("good.ko", "made_up_xdp");
}

static void test_compressed(void **state)
{
	_cleanup_(free_pointer) void *data = NULL, *packed = NULL;
	size_t size, length;

	data = read_file("good.ko", &size);
	packed = malloc(ZSTD_compressBound(size));
	length = ZSTD_compress(packed, ZSTD_compressBound(size), data, size, 1);
	write_file("good.ko.zst", packed, length);
	assert_finds("good.ko.zst", "made_up_xdp");
	write_file("cut.ko.zst", packed, length - 9);
	assert_refused("cut.ko.zst", -EBADMSG, "compressed");
}

static void test_no_btf(void **state)
{
	write_module("bare.ko", NULL, NULL);
	assert_refused("bare.ko", -ENODATA, "no BTF");
}

static void test_no_module(void **state)
{
	write_file("text.ko", "text", 4);
	write_file("empty.ko", "", 0);
	assert_int_equal(mkdir(path_of("folder.ko"), 0700), 0);
	assert_refused("text.ko", -ENOEXEC, "no ELF file");
	assert_refused("empty.ko", -ENOEXEC, "no ELF file");
	assert_refused("folder.ko", -ENOEXEC, "no ELF file");
	assert_refused("gone.ko", -ENOENT, "can not be read");
}

/* Built outside of the kernel's tree: ids are those of the extract that it brings. */
static void test_own_base(void **state)
{
	struct btf *base = btf__new_empty(), *btf;
	int number = btf__add_int(base, "int", 4, BTF_INT_SIGNED);
	int dev = btf__add_struct(base, "net_device", 64);
	int bpf = btf__add_fwd(base, "netdev_bpf", BTF_FWD_STRUCT);

	btf = btf__new_empty_split(base);
	dev = btf__add_ptr(btf, dev);
	bpf = btf__add_ptr(btf, bpf);
	btf_function(btf, "outside_xdp", btf_proto(btf, number, 2, (int[]){ dev, bpf }));
	write_module("outside.ko", btf, base);
	assert_finds("outside.ko", "outside_xdp");
	/* Without its base it means something else. */
	write_module("baseless.ko", btf, NULL);
	assert_refused("baseless.ko", -EINVAL, "BTF");
	btf__free(btf);
	btf__free(base);
}

/* The package was upgraded, and the machine not booted since. */
static void test_other_kernel(void **state)
{
	struct kernel_btf other;
	struct btf *btf;

	kernel_btf_init(&other);
	btf__add_struct(other.vmlinux, "something_more", 8);
	btf = btf__new_empty_split(other.vmlinux);
	btf_function(btf, "made_up_xdp",
		     btf_proto(btf, other.int_type, 2, (int[]){ other.dev, other.bpf }));
	write_module("other.ko", btf, NULL);
	btf__free(btf);
	kernel_btf_release(&other);
	assert_refused("other.ko", -EINVAL, "not for the kernel that runs");
}

/* Even where all types are in the same place: names that are longer move the ones behind them. */
static void test_other_names(void **state)
{
	struct btf *other = btf__new_empty(), *btf;
	int types[7];

	types[0] = btf__add_int(other, "int_as_well", 4, BTF_INT_SIGNED);
	types[1] = btf__add_int(other, "long int", 8, BTF_INT_SIGNED);
	types[2] = btf__add_struct(other, "net_device", 64);
	types[3] = btf__add_struct(other, "netdev_bpf", 32);
	types[4] = btf__add_ptr(other, types[2]);
	types[5] = btf__add_ptr(other, types[3]);
	types[6] = btf_proto(other, types[0], 2, (int[]){ types[4], types[5] });
	btf_function(other, "bpf_destroy_inode", btf_proto(other, types[0], 1, types + 4));
	assert_int_equal(types[6], kernel.driver);
	assert_int_equal(btf__type_cnt(other), btf__type_cnt(kernel.vmlinux));

	btf = btf__new_empty_split(other);
	btf_function(btf, "made_up_xdp", types[6]);
	btf_function(btf, "made_up_name_that_is_long", types[6]);
	write_module("names.ko", btf, NULL);
	btf__free(btf);
	btf__free(other);
	assert_refused("names.ko", -EINVAL, "not for the kernel that runs");
}

static void test_endless(void **state)
{
	struct btf *btf = btf__new_empty_split(kernel.vmlinux);
	int first = btf__type_cnt(btf);

	/* A typedef of a qualifier of the typedef, as the result of a function. */
	assert_int_equal(btf__add_typedef(btf, "round", first + 1), first);
	btf__add_const(btf, first);
	btf_function(btf, "made_up_xdp",
		     btf_proto(btf, first, 2, (int[]){ kernel.dev, kernel.bpf }));
	write_module("endless.ko", btf, NULL);
	btf__free(btf);
	assert_refused("endless.ko", -EINVAL, "BTF");
}

/* A header of BTF that claims to be longer than it is moves all that follows. */
static void test_header(void **state)
{
	static const uint8_t magic[] = { 0x9f, 0xeb, 1 };
	_cleanup_(free_pointer) uint8_t *data = NULL;
	struct btf_header *header;
	size_t size;

	for (uint32_t length = 0; length < 400; length += 4) {
		free(data);
		data = read_file("good.ko", &size);
		header = memmem(data, size, magic, sizeof(magic));
		if (!header)
			header = memmem(data, size, (const uint8_t[]){ 0xeb, 0x9f, 1 }, 3);
		assert_non_null(header);
		if (length == sizeof(*header))
			continue;
		memcpy((uint8_t *)header + offsetof(struct btf_header, hdr_len), &length,
		       sizeof(length));
		write_file("header.ko", data, size);
		assert_refused("header.ko", -EINVAL, "BTF");
	}
}

/* Cut anywhere and spoilt anywhere, it is refused or read, and nothing else happens. */
static void test_spoilt(void **state)
{
	_cleanup_(free_pointer) uint8_t *data = NULL;
	struct targets targets;
	const char *problem;
	uint64_t chance = 99;
	size_t size, good = 0;

	data = read_file("good.ko", &size);
	for (size_t length = 1; length < size; length++) {
		write_file("cut.ko", data, length);
		assert_true(read_module("cut.ko", &targets, &problem) < 0);
	}
	assert_refused("cut.ko", -ENOEXEC, "damaged"); /* the last section's header is cut */
	for (int i = 0; i < 6000; i++) {
		size_t at = random_next(&chance) % size;
		uint8_t before = data[at];

		data[at] = random_next(&chance);
		write_file("spoilt.ko", data, size);
		if (!read_module("spoilt.ko", &targets, &problem)) {
			targets_release(&targets);
			good++;
		}
		data[at] = before;
	}
	assert_true(good > 0 && good < 6000);
}

static void test_index(void **state)
{
	static const char index[] = "kernel/net/made-up-one.ko.xz: kernel/net/two.ko.xz\n"
				    "kernel/two.ko:\n"
				    "/elsewhere/three.ko.zst:\n"
				    "no colon.ko\n"
				    ":\n"
				    "kernel/.ko:\n"
				    "kernel/readme.txt:\n"
				    "kernel/four.kobold:\n"
				    "kernel/\x1b[31m.ko.gz:";
	static const char *const names[] = { "made_up_one", "two", "three", "\x1b[31m" };
	char long_name[512] = "\nkernel/";
	struct module_files files;

	write_file("modules.dep", index, sizeof(index) - 1);
	assert_int_equal(module_files_read(folder, &files), 0);
	assert_int_equal(files.count, ARRAY_SIZE(names));
	for (size_t i = 0; i < files.count; i++)
		assert_string_equal(files.list[i].name, names[i]);
	assert_string_equal(files.list[0].path, path_of("kernel/net/made-up-one.ko.xz"));
	assert_string_equal(files.list[2].path, "/elsewhere/three.ko.zst");
	module_files_release(&files);

	memset(long_name + 8, 'x', 100);
	strcpy(long_name + 108, ".ko:\nkernel/short.ko:\n");
	write_file("modules.dep", long_name, strlen(long_name));
	assert_int_equal(module_files_read(folder, &files), 0);
	assert_int_equal(files.count, 1);
	assert_string_equal(files.list[0].name, "short");
	module_files_release(&files);
}

static void test_no_index(void **state)
{
	struct module_files files;

	unlink(path_of("modules.dep"));
	assert_int_equal(module_files_read(folder, &files), -ENOENT);
	assert_int_equal(mkdir(path_of("modules.dep"), 0700), 0);
	assert_true(module_files_read(folder, &files) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),       cmocka_unit_test(test_compressed),
		cmocka_unit_test(test_no_btf),      cmocka_unit_test(test_no_module),
		cmocka_unit_test(test_own_base),    cmocka_unit_test(test_other_kernel),
		cmocka_unit_test(test_other_names), cmocka_unit_test(test_endless),
		cmocka_unit_test(test_header),      cmocka_unit_test(test_spoilt),
		cmocka_unit_test(test_index),       cmocka_unit_test(test_no_index),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
