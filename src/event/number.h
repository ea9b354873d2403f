/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XDPSNOOP_EVENT_NUMBER_H
#define XDPSNOOP_EVENT_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/* A number that may well be 0. */
struct number {
	bool known;
	uint32_t value;
};

#endif
