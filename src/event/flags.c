// SPDX-License-Identifier: GPL-2.0
#include "event/flags.h"

#include "util/cleanup.h"

#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <stdio.h>

#ifndef XDP_USE_SG
#define XDP_USE_SG (1 << 4) /* since 6.6 */
#endif

struct flag {
	uint32_t bit;
	const char *name;
};

static const struct flag prog_flags[] = {
	{ XDP_FLAGS_UPDATE_IF_NOEXIST, "update_if_noexist" },
	{ XDP_FLAGS_SKB_MODE, "skb_mode" },
	{ XDP_FLAGS_DRV_MODE, "drv_mode" },
	{ XDP_FLAGS_HW_MODE, "hw_mode" },
	{ XDP_FLAGS_REPLACE, "replace" },
};

static const struct flag pool_flags[] = {
	{ XDP_SHARED_UMEM, "shared_umem" }, { XDP_COPY, "copy" },
	{ XDP_ZEROCOPY, "zerocopy" },       { XDP_USE_NEED_WAKEUP, "use_need_wakeup" },
	{ XDP_USE_SG, "use_sg" },
};

static void format(char buffer[FLAGS_SIZE], uint32_t flags, const struct flag *list, size_t count)
{
	const char *separator = "";
	size_t length = 0;

	buffer[0] = 0;
	for (size_t i = 0; i < count; i++) {
		if (!(flags & list[i].bit))
			continue;
		length += snprintf(buffer + length, FLAGS_SIZE - length, "%s%s", separator,
				   list[i].name);
		separator = "|";
		flags &= ~list[i].bit;
	}
	if (flags)
		snprintf(buffer + length, FLAGS_SIZE - length, "%s0x%x", separator, flags);
}

void flags_format_prog(char buffer[FLAGS_SIZE], uint32_t flags)
{
	format(buffer, flags, prog_flags, ARRAY_SIZE(prog_flags));
}

void flags_format_pool(char buffer[FLAGS_SIZE], uint32_t flags)
{
	format(buffer, flags, pool_flags, ARRAY_SIZE(pool_flags));
}
