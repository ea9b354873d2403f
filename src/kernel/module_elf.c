// SPDX-License-Identifier: GPL-2.0
#include "kernel/module_elf.h"

#include "util/cleanup.h"
#include "util/uncompress.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

static void image_release(struct image *image)
{
	if (image->mapped)
		munmap(image->mapped, image->size);
	free(image->allocated);
	*image = (struct image){};
}

static int image_uncompress(struct image *image)
{
	size_t size;
	void *data;
	int err = uncompress_bytes(image->mapped, image->size, &data, &size);

	if (err)
		return err;
	image_release(image);
	image->allocated = data;
	image->size = size;
	return 0;
}

/* Mapped, as of hundreds of megabytes of modules only the BTF is wanted. */
static int image_open(const char *path, struct image *ret)
{
	_cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct image image = {};
	struct stat stat;
	int err = 0;

	if (fd < 0 || fstat(fd, &stat))
		return -errno;
	if (!S_ISREG(stat.st_mode) || !stat.st_size)
		return -ENOEXEC;
	image.size = stat.st_size;
	image.mapped = mmap(NULL, image.size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (image.mapped == MAP_FAILED)
		return -errno;
	if (compression_name(image.mapped, image.size))
		err = image_uncompress(&image);
	if (err)
		image_release(&image);
	else
		*ret = image;
	return err;
}

int module_elf_open_bytes(const void *bytes, size_t size, struct module_elf *ret)
{
	struct module_elf elf = {};

	elf_version(EV_CURRENT);
	elf.elf = elf_memory((char *)bytes, size);
	/* Section headers are at the end, which a file that was cut lacks. */
	if (!elf.elf || elf_kind(elf.elf) != ELF_K_ELF || elf_getshdrstrndx(elf.elf, &elf.names) ||
	    !elf_getscn(elf.elf, elf.names)) {
		elf_end(elf.elf); /* accepts NULL */
		return -ENOEXEC;
	}
	*ret = elf;
	return 0;
}

int module_elf_open(const char *path, struct module_elf *ret, const char **ret_problem)
{
	struct image image = {};
	int err = image_open(path, &image);

	if (err == -EBADMSG || err == -EFBIG) {
		*ret_problem = "its file is compressed, and damaged";
		return err;
	}
	if (err && err != -ENOEXEC) {
		*ret_problem = "its file can not be read";
		return err;
	}
	if (!err)
		err = module_elf_open_bytes(image.mapped ? image.mapped : image.allocated,
					    image.size, ret);
	if (err) {
		image_release(&image);
		*ret_problem = "its file is no ELF file, or a damaged one";
		return -ENOEXEC;
	}
	ret->image = image;
	return 0;
}

void module_elf_close(struct module_elf *elf)
{
	elf_end(elf->elf); /* accepts NULL */
	image_release(&elf->image);
	*elf = (struct module_elf){};
}

const Elf_Data *module_elf_section(const struct module_elf *elf, const char *name)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf->elf, section))) {
		GElf_Shdr header;
		const char *found;

		if (!gelf_getshdr(section, &header) || header.sh_type == SHT_NOBITS)
			continue;
		found = elf_strptr(elf->elf, elf->names, header.sh_name);
		if (found && !strcmp(found, name))
			return elf_rawdata(section, NULL);
	}
	return NULL;
}
