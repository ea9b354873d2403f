/* SPDX-License-Identifier: GPL-2.0 */
/* Files that are compressed as those of kernel modules are: gzip, xz, zstd. */
#ifndef XDPSNOOP_UTIL_UNCOMPRESS_H
#define XDPSNOOP_UTIL_UNCOMPRESS_H

#include <stddef.h>

/* What @data is compressed with, by its first bytes: a name, NULL if with nothing that is known. */
const char *compression_name(const void *data, size_t size);

/*
 * Undoes the compression of @data. Returns 0, and *@ret to be freed, or a negative errno: -EINVAL
 * where it has none that is known, -EBADMSG where it is damaged or ends too early, -EFBIG where the
 * result would be larger than any module is.
 */
int uncompress_bytes(const void *data, size_t size, void **ret, size_t *ret_size);

#endif
