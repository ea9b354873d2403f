/* SPDX-License-Identifier: GPL-2.0 */
/* What `xdpsnoop list` has found, and how it is printed. Pure. */
#ifndef XDPSNOOP_CMD_ATTACHED_H
#define XDPSNOOP_CMD_ATTACHED_H

#include "event/event.h"
#include "kernel/device_details.h"
#include "kernel/links.h"
#include "kernel/progs.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

/* A network namespace, as of struct netns. */
struct attached_netns {
	uint32_t inum;
	char *name, *path; /* owned; NULL as there */
	pid_t pid;
	bool own; /* this process's */
};

enum native {
	NATIVE_UNKNOWN,
	NATIVE_NO,
	NATIVE_YES,
};

enum link_known {
	LINK_UNKNOWN,
	LINK_NONE,
	LINK_HOLDS,
};

/* One program on one device in one mode. */
struct attached_prog {
	size_t netns; /* index into those of the list */
	uint32_t ifindex;
	char ifname[WIRE_NAME];
	struct device_details details;
	enum native native; /* whether the driver can do native XDP */
	enum wire_mode mode;
	struct prog_info prog; /* prog.id; the rest if it is known */
	bool prog_known;
	enum link_known link_known;
	uint32_t link;
};

/* What keeps a link alive: a process that has it open, or a pin. */
struct attached_holder {
	uint32_t link;
	pid_t pid; /* 0: a pin */
	char comm[WIRE_NAME];
	char *pin; /* owned */
};

struct attached_component {
	uint32_t target; /* the program that it is in */
	struct component component;
};

struct attached_list {
	const char *kernel; /* its release. Borrowed */
	struct attached_netns *netns;
	size_t nnetns;
	struct attached_prog *progs;
	size_t nprogs;
	struct attached_holder *holders;
	size_t nholders;
	struct attached_component *components;
	size_t ncomponents;
	size_t devices;    /* that were looked at */
	size_t refused;    /* namespaces that could not be entered */
	size_t unreadable; /* processes that could not be looked at */
	bool are_hidden;   /* processes_are_hidden() */
	size_t unwalked;   /* folders and files of bpffs, likewise */
	bool unprivileged;
};

/* These copy what they are given. Return 0 or -ENOMEM. */
int attached_add_netns(struct attached_list *list, const struct attached_netns *netns);
int attached_add_prog(struct attached_list *list, const struct attached_prog *prog);
int attached_add_holder(struct attached_list *list, const struct attached_holder *holder);
int attached_add_component(struct attached_list *list, const struct attached_component *component);

/*
 * Says which of @links holds which program, where that is not known yet: a link tells its program
 * and the index of its device, and not the namespace. It stays unknown where several could be
 * meant.
 */
void attached_match(struct attached_list *list, const struct link_info *links, size_t count);

/* Whether a program that is listed is held by link @id, or is program @id. */
bool attached_has_link(const struct attached_list *list, uint32_t id);
bool attached_has_prog(const struct attached_list *list, uint32_t id);

/* Orders by namespace (this process's, then those with names), device and mode. */
void attached_sort(struct attached_list *list);

/* A table; one JSON object on a line (docs/verbs.md); what could not be seen, a line each. */
void attached_print(const struct attached_list *list, FILE *out);
void attached_print_json(const struct attached_list *list, FILE *out);
void attached_print_notes(const struct attached_list *list, FILE *out);

void attached_release(struct attached_list *list);

#endif
