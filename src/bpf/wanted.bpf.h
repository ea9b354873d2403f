/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The part of the filter that is looked at in the kernel. Only failures are dropped here: they come
 * in storms, and change nothing, while a success is what userspace knows the components of programs
 * and the makers of links from, for events to come.
 */
#ifndef XDPSNOOP_WANTED_BPF_H
#define XDPSNOOP_WANTED_BPF_H

/* Nothing of the kernel is read here: a unit test includes it, too. */
#include "../wire.h"

static __always_inline bool term_holds(const volatile struct wire_term *term,
				       const struct wire_op *wire)
{
	__u64 value[2] = {};

	switch (term->kind) {
	case WIRE_TERM_PID:
		value[0] = wire->pid;
		break;
	case WIRE_TERM_COMM:
		__builtin_memcpy(value, wire->comm, sizeof(value));
		break;
	case WIRE_TERM_IFNAME:
		__builtin_memcpy(value, wire->dev.name, sizeof(value));
		break;
	case WIRE_TERM_IFINDEX:
		value[0] = wire->dev.ifindex;
		break;
	case WIRE_TERM_NETNS:
		value[0] = wire->dev.netns;
		break;
	case WIRE_TERM_RET:
		value[0] = (__u32)wire->ret;
		break;
	case WIRE_TERM_ALTNAME:
		value[0] = wire->dev.has_altname;
		break;
	}
	return (value[0] & term->mask[0]) == term->wanted[0] &&
	       (value[1] & term->mask[1]) == term->wanted[1];
}

/* Whether the filter may let it pass: it is complete, but for what follows in its record. */
static __always_inline bool wire_is_wanted(const volatile struct wire_filter *filter,
					   const struct wire_op *wire)
{
	bool holds = true;

	if (!wire_filter_drops(filter) || wire->ret >= 0 || wire->kind != WIRE_PROG ||
	    wire->unknown)
		return true;
	if (filter->none)
		return false;
	for (__u32 i = 0; i < WIRE_TERMS && i < filter->count; i++) {
		const volatile struct wire_term *term = &filter->terms[i];

		if (term->is_next) {
			if (!holds)
				return false;
			holds = false;
		}
		if (!holds)
			holds = term_holds(term, wire);
	}
	return holds;
}

#endif
