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

int object_argument(struct script *script, struct object *list, const char *kind,
		    const struct word *word, struct object **ret_object)
{
	struct object *object = object_find(list, word->text);

	if (!object)
		return script_fail(script, "no %s is open as '%s'", kind, word->text);
	*ret_object = object;
	return 0;
}

int new_name_argument(struct script *script, struct object *list, const struct word *word)
{
	if (object_find(list, word->text))
		return script_fail(script, "the name '%s' is taken: close or unload it first",
				   word->text);
	return 0;
}

int number_argument(struct script *script, const struct word *word, const char *what,
		    uint32_t *ret_number)
{
	if (number_parse_u32(word->text, ret_number))
		return script_fail(script, "'%s' is no %s", word->text, what);
	return 0;
}

static const struct named_value *named_value_find(const struct named_value *table,
						  const struct word *word)
{
	while (table->name && !word_is(word, table->name))
		table++;
	return table->name ? table : NULL;
}

int named_value_argument(struct script *script, const struct named_value *table,
			 const struct word *word, uint32_t *ret_value)
{
	const struct named_value *found = named_value_find(table, word);

	if (!found)
		return script_fail(script, "unknown type '%s'", word->text);
	*ret_value = found->value;
	return 0;
}

bool flag_argument(const struct named_value *table, const struct word *word, uint32_t *flags)
{
	const struct named_value *found = named_value_find(table, word);
	const char *number = prefix_skip(word->text, "flags=");
	uint32_t value;

	if (found)
		value = found->value;
	else if (!number || number_parse_u32(number, &value))
		return false;
	*flags |= value;
	return true;
}

void named_result_begin(const struct word *argv)
{
	result_begin(argv[0].text);
	result_text("name", argv[1].text);
	printf(" %s", argv[2].text);
}

int object_close_run(struct script *script, struct object **list, const struct word *argv)
{
	struct object *object = NULL;
	int err;

	err = object_argument(script, *list, argv[0].text, &argv[1], &object);
	if (err)
		return err;
	named_result_begin(argv);
	result_outcome(object_close(list, object));
	result_end();
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
		result_failed(errno ? -errno : -ENODEV, "lookup");
		return false;
	}
	*ret_ifindex = (int)ifindex;
	return true;
}

bool xdp_flags_argument(const struct word *word, struct xdp_flags *flags)
{
	static const struct named_value names[] = {
		{ "skb", XDP_FLAGS_SKB_MODE },
		{ "drv", XDP_FLAGS_DRV_MODE },
		{ "hw", XDP_FLAGS_HW_MODE },
		{ "noexist", XDP_FLAGS_UPDATE_IF_NOEXIST },
		{ NULL, 0 },
	};

	if (!flag_argument(names, word, &flags->value))
		return false;
	flags->given = true;
	return true;
}
