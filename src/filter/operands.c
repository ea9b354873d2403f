// SPDX-License-Identifier: GPL-2.0
#include "filter/operands.h"

#include <fnmatch.h>
#include <string.h>

bool field_takes_numbers(const struct field *field)
{
	switch (field->type) {
	case FIELD_ERRNO:
	case FIELD_U32:
	case FIELD_U64:
	case FIELD_NUMBER:
	case FIELD_U32S:       /* any of them */
	case FIELD_COMPONENTS: /* an id of one */
		return true;
	default:
		return false;
	}
}

bool field_takes_texts(const struct field *field)
{
	switch (field->type) {
	case FIELD_ACTION:
	case FIELD_WORD:
	case FIELD_BYTES:
	case FIELD_TEXT:
	case FIELD_TEXTS: /* any of them */
	case FIELD_ERROR:
	case FIELD_COMPONENTS: /* the name of one */
	case FIELD_MESSAGES:   /* any of them */
		return true;
	default:
		return false;
	}
}

void field_range(const struct field *field, int64_t *ret_min, int64_t *ret_max)
{
	*ret_min = field->type == FIELD_ERRNO ? INT32_MIN : 0;
	*ret_max = field->type == FIELD_ERRNO ? INT32_MAX
		   : field->type == FIELD_U64 ? INT64_MAX
					      : UINT32_MAX;
}

bool text_compares(enum filter_op op, const char *text, const char *wanted)
{
	switch (op) {
	case FILTER_EQUAL:
		return !strcmp(text, wanted);
	case FILTER_UNEQUAL:
		return strcmp(text, wanted);
	case FILTER_GLOB:
		return !fnmatch(wanted, text, 0);
	case FILTER_NO_GLOB:
		return fnmatch(wanted, text, 0);
	default:
		return false;
	}
}
