// SPDX-License-Identifier: GPL-2.0
#include "kernel/symbols.h"

#include "util/cleanup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* "ffffffffc0a1b000 t veth_xdp\t[veth]\n"; sscanf is too slow for the largest file in /proc. */
static int symbol_parse(char *line, struct symbol *ret)
{
	char *at, *end;

	ret->addr = strtoull(line, &at, 16);
	if (at == line || at[0] != ' ' || !at[1] || at[2] != ' ')
		return -EINVAL;
	ret->type = at[1];
	ret->name = at + 3;
	end = at + 3 + strcspn(at + 3, "\t\n");
	ret->module = MODULE_VMLINUX;
	if (*end == '\t') {
		*end++ = '\0';
		if (*end == '[') {
			ret->module = ++end;
			end += strcspn(end, "]\n");
		}
	}
	*end = '\0';
	return *ret->name ? 0 : -EINVAL;
}

int symbols_each(FILE *file, int (*each)(const struct symbol *symbol, void *arg), void *arg)
{
	_cleanup_(free_pointer) char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, file) >= 0) {
		struct symbol symbol;
		int ret;

		if (symbol_parse(line, &symbol))
			continue;
		ret = each(&symbol, arg);
		if (ret)
			return ret;
	}
	return ferror(file) ? -EIO : 0;
}

int symbol_name_parse(const char *text, struct symbol_name *ret)
{
	const char *plus = strchr(text, '+'), *module = strstr(text, " [");
	struct symbol_name name = { .module = MODULE_VMLINUX };

	/* Its offset into the function, and no other that begins with the same digits. */
	if (!plus || plus == text || strncmp(plus, "+0x0/", strlen("+0x0/")) != 0 ||
	    (size_t)(plus - text) >= sizeof(name.name))
		return -ENOENT;
	memcpy(name.name, text, plus - text);
	if (module && sscanf(module, " [%63[^] ]", name.module) != 1)
		return -ENOENT;
	*ret = name;
	return 0;
}

bool module_is_made_up(const char *name)
{
	return !strcmp(name, "bpf") || !strncmp(name, "__builtin__", strlen("__builtin__"));
}

int modules_add(struct modules *modules, const struct symbol *symbol)
{
	struct module *module = modules->count ? &modules->list[modules->count - 1] : NULL;

	if (!strcmp(symbol->module, MODULE_VMLINUX) || module_is_made_up(symbol->module))
		return 0;
	/* The symbols of a module stand together. */
	if (!module || strcmp(module->name, symbol->module)) {
		module = reallocarray(modules->list, modules->count + 1, sizeof(*module));
		if (!module)
			return -ENOMEM;
		modules->list = module;
		module = &modules->list[modules->count++];
		*module = (struct module){};
		snprintf(module->name, sizeof(module->name), "%s", symbol->module);
	}
	if (symbol_is_text(symbol) && symbol->addr) {
		if (!module->text_start || symbol->addr < module->text_start)
			module->text_start = symbol->addr;
		if (symbol->addr > module->text_last)
			module->text_last = symbol->addr;
	}
	return 0;
}

int modules_read(FILE *file, struct modules *ret)
{
	_cleanup_(free_pointer) char *line = NULL;
	struct modules modules = {};
	size_t size = 0;
	int err = 0;

	while (!err && getline(&line, &size, file) >= 0) {
		char name[MODULE_NAME_SIZE];
		struct symbol symbol = { .name = "", .module = name };

		if (sscanf(line, "%63s", name) == 1)
			err = modules_add(&modules, &symbol);
	}
	if (!err && ferror(file))
		err = -EIO;
	if (err)
		modules_release(&modules);
	else
		*ret = modules;
	return err;
}

static uint64_t stamp_add(uint64_t stamp, const char *text)
{
	for (; *text; text++)
		stamp = (stamp ^ (unsigned char)*text) * 0x100000001b3; /* FNV-1a */
	return stamp;
}

/* "veth 40960 0 - Live 0xffffffffc0a1b000": how often it is used does not count. */
uint64_t modules_stamp(void)
{
	_cleanup_(close_file) FILE *file = fopen("/proc/modules", "re");
	_cleanup_(free_pointer) char *line = NULL;
	uint64_t stamp = 0xcbf29ce484222325;
	char name[MODULE_NAME_SIZE], state[16];
	size_t size = 0;

	while (file && getline(&line, &size, file) >= 0) {
		if (sscanf(line, "%63s %*s %*s %*s %15s", name, state) == 2)
			stamp = stamp_add(stamp_add(stamp, name), state);
	}
	return stamp;
}

void modules_remove(struct modules *modules, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < modules->count; i++) {
		if (strcmp(modules->list[i].name, name))
			modules->list[kept++] = modules->list[i];
	}
	modules->count = kept;
}

void modules_release(struct modules *modules)
{
	free(modules->list);
	modules->list = NULL;
	modules->count = 0;
}

const struct module *modules_find(const struct modules *modules, uint64_t addr)
{
	for (size_t i = 0; i < modules->count; i++) {
		const struct module *module = &modules->list[i];

		if (module->text_start && addr >= module->text_start && addr <= module->text_last)
			return module;
	}
	return NULL;
}
