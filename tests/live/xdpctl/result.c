// SPDX-License-Identifier: GPL-2.0
#include "result.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* The kernel's own ENOTSUPP leaks from many XDP paths to userspace; libc has no name for it. */
#define KERNEL_ENOTSUPP 524

static const char *errno_name(int err)
{
	const char *name = err == KERNEL_ENOTSUPP ? "ENOTSUPP" : strerrorname_np(err);

	return name ? name : "?";
}

static void quoted_write(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c == '\n')
			fputs("\\n", stdout);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static int is_plain(const char *text)
{
	if (!*text)
		return 0;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr("_-.,:/+@%", *text))
			return 0;
	return 1;
}

void result_begin(const char *verb)
{
	fputs(verb, stdout);
}

void result_text(const char *key, const char *value)
{
	printf(" %s=", key);
	if (is_plain(value))
		fputs(value, stdout);
	else
		quoted_write(value);
}

void result_number(const char *key, long long value)
{
	printf(" %s=%lld", key, value);
}

void result_errno(const char *key, int err)
{
	printf(" %s=%d (%s)", key, err, errno_name(-err));
}

void result_outcome(int err)
{
	if (err < 0)
		result_errno("error", err);
	else
		fputs(" ok", stdout);
}

void result_failed(int err, const char *via)
{
	result_outcome(err);
	result_text("via", via);
	result_end();
}

void result_message(const char *message)
{
	if (!*message)
		return;
	fputs(" msg=", stdout);
	quoted_write(message);
}

void result_end(void)
{
	putchar('\n');
	fflush(stdout);
}
