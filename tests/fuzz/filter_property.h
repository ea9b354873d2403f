/* SPDX-License-Identifier: GPL-2.0 */
/* What has to hold for any expression, right or wrong. */
#ifndef XDPSNOOP_TESTS_FILTER_PROPERTY_H
#define XDPSNOOP_TESTS_FILTER_PROPERTY_H

#include <stddef.h>

/* Returns NULL if it holds for the @size bytes at @data, or else says what does not. */
const char *filter_property(const char *data, size_t size);

#endif
