/* SPDX-License-Identifier: GPL-2.0 */
/* Programs that replace functions of other programs (freplace), as their links tell it. */
#ifndef XDPSNOOP_KERNEL_COMPONENTS_H
#define XDPSNOOP_KERNEL_COMPONENTS_H

#include "wire.h"

struct component_link {
	__u32 id;     /* of the link */
	__u32 target; /* the program that is replaced in part; 0: not told, before 5.13 */
	struct wire_prog prog;
	char func[WIRE_FUNC]; /* the function there; empty: not known */
};

typedef int (*component_fn)(const struct component_link *link, void *arg);

/*
 * Calls @fn for each link of such a program. Links that vanish while we look are passed over. Stops
 * at the first call that does not return 0, and returns that; or a negative errno.
 */
int components_each(component_fn fn, void *arg);

#endif
