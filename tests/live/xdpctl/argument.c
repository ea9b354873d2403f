// SPDX-License-Identifier: GPL-2.0
/* Arguments that several verbs take; declared in script.h. */
#include "script.h"

#include <errno.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>

#include <linux/if_link.h>

#include "result.h"

static const char *prefix_skip(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) == 0 ? text + length : NULL;
}

int prog_argument(struct script *script, const struct word *word, int *ret_fd)
{
	const struct object *prog = object_find(script->progs, word->text);
	const char *number = prefix_skip(word->text, "fd=");

	if (prog)
		*ret_fd = prog->fd;
	else if (!number)
		return script_fail(script, "no program is loaded as '%s'", word->text);
	else if (number_parse_int(number, ret_fd))
		return script_fail(script, "'%s' is no file descriptor", word->text);
	return 0;
}

int link_argument(struct script *script, const struct word *word, struct object **ret_link)
{
	struct object *link = object_find(script->links, word->text);

	if (!link)
		return script_fail(script, "no link is open as '%s'", word->text);
	*ret_link = link;
	return 0;
}

int new_name_argument(struct script *script, struct object *list, const struct word *word)
{
	if (object_find(list, word->text))
		return script_fail(script, "the name '%s' is taken: close or unload it first",
				   word->text);
	return 0;
}

int count_argument(struct script *script, const struct word *word, uint32_t *ret_count)
{
	if (number_parse_u32(word->text, ret_count))
		return script_fail(script, "'%s' is no count", word->text);
	return 0;
}

static bool ifindex_parse(const struct word *word, int *ret_ifindex)
{
	return word->text[0] == '#' && !word->quoted &&
	       !number_parse_int(word->text + 1, ret_ifindex);
}

void device_result(const struct word *word)
{
	int ifindex;

	/* An index stays bare, a name that looks like one is quoted: as in the script. */
	if (ifindex_parse(word, &ifindex))
		printf(" dev=%s", word->text);
	else
		result_text("dev", word->text);
}

bool device_argument(const struct word *word, int *ret_ifindex)
{
	unsigned int ifindex;

	if (ifindex_parse(word, ret_ifindex))
		return true;
	ifindex = if_nametoindex(word->text);
	if (!ifindex) {
		result_outcome(errno ? -errno : -ENODEV);
		result_text("via", "lookup");
		result_end();
		return false;
	}
	*ret_ifindex = (int)ifindex;
	return true;
}

bool xdp_flags_argument(const struct word *word, struct xdp_flags *flags)
{
	static const struct {
		const char *name;
		uint32_t value;
	} names[] = {
		{ "skb", XDP_FLAGS_SKB_MODE },
		{ "drv", XDP_FLAGS_DRV_MODE },
		{ "hw", XDP_FLAGS_HW_MODE },
		{ "noexist", XDP_FLAGS_UPDATE_IF_NOEXIST },
	};
	const char *number = prefix_skip(word->text, "flags=");
	uint32_t value = 0;
	bool found = number && !number_parse_u32(number, &value);
	size_t i;

	for (i = 0; !found && i < sizeof(names) / sizeof(names[0]); i++) {
		found = word_is(word, names[i].name);
		value = names[i].value;
	}
	if (!found)
		return false;
	flags->given = true;
	flags->value |= value;
	return true;
}
