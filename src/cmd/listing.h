/* SPDX-License-Identifier: GPL-2.0 */
/* Finding which programs are on which devices now, and who holds them. */
#ifndef XDPSNOOP_CMD_LISTING_H
#define XDPSNOOP_CMD_LISTING_H

#include "cmd/attached.h"
#include "kernel/links.h"
#include "kernel/look.h"
#include "kernel/namespaces.h"
#include "kernel/system.h"

struct list {
	bool json;
	char **wanted; /* names of devices, NULL at the end. Borrowed from argv */
	bool *matched; /* owned; for each of them */
	struct look *look;
	const struct netns *netns; /* that is being read */
	ino_t own;                 /* this process's */
	struct link_info *links;   /* owned */
	size_t nlinks;
	struct system_state system;
	struct attached_list found;
};

/* Looks for the wanted devices, all if there is no name, in every network namespace. Zero but for
 * wanted at first. Returns 0 or a negative errno; in any case it is to be released. */
int list_gather(struct list *list);
void list_release(struct list *list);

#endif
