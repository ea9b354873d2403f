/* SPDX-License-Identifier: GPL-2.0 */
/* Flags of requests by their names in the kernel's headers, in lower case, joined by "|". */
#ifndef XDPSNOOP_EVENT_FLAGS_H
#define XDPSNOOP_EVENT_FLAGS_H

#include "event/event.h"

/* XDP_FLAGS_* of linux/if_link.h; bits without a name as one number. */
void flags_format_prog(char buffer[FLAGS_SIZE], uint32_t flags);

/* sxdp_flags of linux/if_xdp.h. */
void flags_format_pool(char buffer[FLAGS_SIZE], uint32_t flags);

#endif
