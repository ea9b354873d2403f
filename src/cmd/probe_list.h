/* SPDX-License-Identifier: GPL-2.0 */
/* What `xdpsnoop probes` prints: functions, and modules whose functions are not known. */
#ifndef XDPSNOOP_CMD_PROBE_LIST_H
#define XDPSNOOP_CMD_PROBE_LIST_H

#include "cmd/tried.h"
#include "kernel/symbols.h"
#include "probe/targets.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum probe_place {
	PLACE_BUILT_IN, /* in vmlinux */
	PLACE_LOADED,   /* in a module that is loaded */
	PLACE_ON_DISK,  /* in a module that is not */
};

struct probe_row {
	char func[FUNCTION_NAME_SIZE];
	char module[MODULE_NAME_SIZE];
	enum target_role role;
	enum probe_place place;
	bool address, btf;   /* whether they are known */
	const char *backend; /* that would take it; NULL: none. Static text, as all that follows */
	const char *problem; /* why none; NULL with a backend, or where none was tried */
};

/* A module whose functions are not known. */
struct unsearched {
	char module[MODULE_NAME_SIZE];
	enum probe_place place;
	const char *problem;
};

struct probe_list {
	const char *kernel; /* its release. Borrowed */
	struct probe_row *rows;
	size_t nrows;
	struct unsearched *unsearched;
	size_t nunsearched;
	size_t searched[PLACE_ON_DISK + 1]; /* how many modules were, by place; vmlinux is one */
	struct tried_list tried;
};

/* Both return 0 or -ENOMEM. */
int probe_list_add(struct probe_list *list, const struct probe_row *row);
int probe_list_add_unsearched(struct probe_list *list, const char *module, enum probe_place place,
			      const char *problem);
void probe_list_release(struct probe_list *list);

/* Drivers first, those of one role by module and name. */
void probe_list_sort(struct probe_list *list);

/* A table, or one JSON object on a line (docs/verbs.md). */
void probe_list_print(const struct probe_list *list, FILE *out);
void probe_list_print_json(const struct probe_list *list, FILE *out);

/* Sentences about what is not in the table, one a line. */
void probe_list_print_notes(const struct probe_list *list, FILE *out);

#endif
