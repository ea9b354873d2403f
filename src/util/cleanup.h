/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Resources that end with their scope: `_cleanup_(free_pointer) char *line = NULL;`. The
 * functions take a pointer to the variable and accept one that holds nothing.
 */
#ifndef XDPSNOOP_UTIL_CLEANUP_H
#define XDPSNOOP_UTIL_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define _cleanup_(function) __attribute__((cleanup(function)))

static inline void free_pointer(void *pointer)
{
	free(*(void **)pointer);
}

static inline void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void close_file(FILE **file)
{
	if (*file)
		fclose(*file);
}

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
