/* SPDX-License-Identifier: GPL-2.0 */
/* Memory that a file backs, and that is not looked at any more. */
#ifndef XDPSNOOP_UTIL_PAGES_H
#define XDPSNOOP_UTIL_PAGES_H

#include <stddef.h>

/*
 * Lets go of the whole pages within the @size bytes of constants at @at: the kernel reads them from
 * the program's file again if they are looked at.
 */
void pages_let_go(const void *at, size_t size);

#endif
