/* SPDX-License-Identifier: GPL-2.0 */
/* The words that a field may have, where they are a fixed set. */
#ifndef XDPSNOOP_EVENT_WORDS_H
#define XDPSNOOP_EVENT_WORDS_H

#include "event/fields.h"

/* The word at @index; NULL at the end, and of fields that may have any. */
const char *field_word(const struct field *field, size_t index);

#endif
