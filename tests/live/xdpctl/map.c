// SPDX-License-Identifier: GPL-2.0
/* Maps whose entries hold programs, and maps in a device's hands. */
#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <bpf/bpf.h>

#include "result.h"
#include "script.h"
#include "verbs.h"

/* As many as netdevsim allows. */
#define ENTRIES_DEFAULT 2

static const struct named_value map_types[] = {
	{ "devmap", BPF_MAP_TYPE_DEVMAP }, { "devmap_hash", BPF_MAP_TYPE_DEVMAP_HASH },
	{ "cpumap", BPF_MAP_TYPE_CPUMAP }, { "array", BPF_MAP_TYPE_ARRAY },
	{ "hash", BPF_MAP_TYPE_HASH },     { NULL, 0 },
};

static const struct named_value update_flags[] = {
	{ "noexist", BPF_NOEXIST },
	{ "exist", BPF_EXIST },
	{ NULL, 0 },
};

/* What an entry is: a device, or for "qsize=N" a processor's queue; and a program perhaps. */
struct entry_request {
	struct object *map;
	uint32_t key;
	const char *qsize; /* its digits, or NULL for a device */
	uint32_t flags;
	/* Both kinds of value: a number, then the program. */
	union {
		struct bpf_devmap_val device;
		struct bpf_cpumap_val cpu;
	} value;
};

static uint32_t map_id(int fd)
{
	struct bpf_map_info info = { 0 };
	uint32_t size = sizeof(info);

	return fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

/* argv: the type, and perhaps the number of entries. device: whose map it is to be, or NULL. */
static int map_create(struct script *script, const struct word *name, const struct word *device,
		      int argc, const struct word *argv)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	uint32_t type, entries = ENTRIES_DEFAULT;
	int err, fd, ifindex = 0;

	err = new_name_argument(script, script->maps, name);
	if (!err)
		err = named_value_argument(script, map_types, &argv[0], &type);
	if (!err && argc > 1)
		err = number_argument(script, &argv[1], "number of entries", &entries);
	if (err)
		return err;
	result_begin(device ? "offmap" : "map");
	result_text("name", name->text);
	if (device)
		device_result(device);
	if (device && !device_argument(device, &ifindex))
		return 0;
	opts.map_ifindex = (uint32_t)ifindex;
	fd = bpf_map_create((enum bpf_map_type)type, name->text, sizeof(uint32_t),
			    sizeof(struct bpf_devmap_val), entries, &opts);
	return object_keep(&script->maps, name->text, fd, map_id(fd));
}

int verb_map_create(struct script *script, int argc, const struct word *argv)
{
	return map_create(script, &argv[1], NULL, argc - 2, &argv[2]);
}

int verb_offmap(struct script *script, int argc, const struct word *argv)
{
	return map_create(script, &argv[1], &argv[2], argc - 3, &argv[3]);
}

int verb_map_close(struct script *script, int argc, const struct word *argv)
{
	(void)argc;
	return object_close_run(script, &script->maps, argv);
}

static int entry_parse(struct script *script, int argc, const struct word *argv,
		       struct entry_request *request)
{
	bool qsize = strncmp(argv[3].text, "qsize=", 6) == 0;
	int err = 0, prog_fd = 0, next = 4;

	if (qsize) {
		request->qsize = argv[3].text + 6;
		if (number_parse_u32(request->qsize, &request->value.cpu.qsize))
			return script_fail(script, "'%s' is no size", request->qsize);
	}
	if (argc > next && !flag_argument(update_flags, &argv[next], &request->flags))
		err = prog_argument(script, &argv[next], &prog_fd);
	for (next++; next < argc && !err; next++)
		if (!flag_argument(update_flags, &argv[next], &request->flags))
			err = script_fail(script, "unknown option '%s'", argv[next].text);
	if (qsize)
		request->value.cpu.bpf_prog.fd = prog_fd;
	else
		request->value.device.bpf_prog.fd = prog_fd;
	return err;
}

static void entry_update(const struct word *device, struct entry_request *request)
{
	int ifindex;

	if (request->qsize) {
		result_text("qsize", request->qsize);
	} else {
		device_result(device);
		if (!device_argument(device, &ifindex))
			return;
		request->value.device.ifindex = (uint32_t)ifindex;
	}
	result_outcome(bpf_map_update_elem(request->map->fd, &request->key, &request->value,
					   request->flags));
	result_end();
}

int verb_entry(struct script *script, int argc, const struct word *argv)
{
	struct entry_request request = { 0 };
	bool remove = argc == 4 && word_is(&argv[3], "delete");
	int err;

	err = object_argument(script, script->maps, "map", &argv[1], &request.map);
	if (!err)
		err = number_argument(script, &argv[2], "key", &request.key);
	if (!err && !remove)
		err = entry_parse(script, argc, argv, &request);
	if (err)
		return err;
	result_begin("entry");
	result_text("map", argv[1].text);
	result_number("key", request.key);
	if (!remove) {
		entry_update(&argv[3], &request);
		return 0;
	}
	fputs(" delete", stdout);
	result_outcome(bpf_map_delete_elem(request.map->fd, &request.key));
	result_end();
	return 0;
}
