/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of a filter that the kernel side can look at: a condition that every failed operation
 * on the program of a device fulfils if its event passes the filter. Where it does not hold,
 * the operation need not be sent.
 */
#ifndef XDPSNOOP_FILTER_PUSH_H
#define XDPSNOOP_FILTER_PUSH_H

#include "filter/filter.h"

/* @ret has no terms where nothing can be told in the kernel, or all is wanted (NULL). */
void filter_push(const struct filter *filter, struct wire_filter *ret);

/* Writes which failures are sent, as an expression; "false" if none is, nothing if all are. */
void filter_push_print(const struct wire_filter *pushed, FILE *out);

#endif
