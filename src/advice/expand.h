/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of remedies, with what is known put in. */
#ifndef XDPSNOOP_ADVICE_EXPAND_H
#define XDPSNOOP_ADVICE_EXPAND_H

#include "event/event.h"

/*
 * Writes @template to @to, cut to REMEDY_SIZE, with its placeholders replaced by what @event has,
 * quoted as a shell wants it; by a word in capitals where it has nothing (all of them if NULL).
 * @other is the name of another device that a remedy is to be about (a peer, a slave, an upper
 * device); NULL: not known.
 */
void remedy_expand(char to[REMEDY_SIZE], const char *template, const struct event *event,
		   const char *other);

#endif
