// SPDX-License-Identifier: GPL-2.0
#include "cmd/cmd.h"
#include "util/cleanup.h"

#include <string.h>

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
} verbs[] = {
	{ "trace", cmd_trace },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < ARRAY_SIZE(verbs); i++) {
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);
	}
	return cmd_trace(argc, argv); /* what the tool is for needs no verb */
}
