/* SPDX-License-Identifier: GPL-2.0 */
/* What `xdpsnoop explain IFACE` prints. Pure. */
#ifndef XDPSNOOP_CMD_OBSTACLES_PRINT_H
#define XDPSNOOP_CMD_OBSTACLES_PRINT_H

#include "advice/obstacles.h"

#include <stdio.h>

/* The device in a line, then what is in its way; one JSON object on a line (docs/verbs.md). */
void obstacles_print(const struct situation *situation, const struct obstacles *obstacles,
		     FILE *out);
void obstacles_print_json(const struct situation *situation, const struct obstacles *obstacles,
			  const char *kernel, FILE *out);

#endif
