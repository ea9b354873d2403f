// SPDX-License-Identifier: GPL-2.0
/* xdpsnoop list: which programs are on which devices now. */
#include "cmd/cmd.h"

#include "cmd/flags.h"
#include "cmd/listing.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/log.h"

#include <errno.h>
#include <string.h>

static int list_print(struct list *list)
{
	int exit_code = EXIT_DONE;

	if (list->json)
		attached_print_json(&list->found, stdout);
	else
		attached_print(&list->found, stdout);
	if (fflush(stdout)) {
		log_error("could not write: %s", strerrordesc_np(errno));
		return EXIT_FAILED;
	}
	attached_print_notes(&list->found, stderr);
	for (size_t i = 0; list->wanted[i]; i++) {
		char name[ESCAPE_SIZE(64)];

		if (list->matched[i])
			continue;
		escape_bytes(name, list->wanted[i], 64);
		log_error("there is no device '%s'", name);
		exit_code = EXIT_FAILED;
	}
	return exit_code;
}

int cmd_list(int argc, char **argv)
{
	struct list list = {};
	const struct flag flags[] = {
		{ 'j', "json", NULL, "print one JSON object", &list.json },
	};
	const struct usage usage = {
		.name = "xdpsnoop list",
		.arguments = "[DEV]...",
		.about = "List the XDP programs that are attached now, on the devices of every "
			 "network namespace.",
		.ending = "DEV is the name of a device, or a pattern (\"eth*\"), in any network "
			  "namespace.\nExit status: 0 done, 1 failed, or there is no such DEV, 2 "
			  "wrong usage.\n",
		.flags = flags,
		.count = ARRAY_SIZE(flags),
	};
	int exit_code = flags_parse(&usage, argc, argv), err;

	if (exit_code >= 0)
		return exit_code;
	list.wanted = argv + 1; /* after it, flags_parse() leaves the arguments */
	err = list_gather(&list);
	if (err) {
		log_error("could not list what is attached: %s", strerrordesc_np(-err));
		exit_code = EXIT_FAILED;
	} else {
		exit_code = list_print(&list);
	}
	list_release(&list);
	return exit_code;
}
