// SPDX-License-Identifier: GPL-2.0
/* xdpsnoop explain: what a message or an errno means, and what is in the way on a device. */
#include "cmd/cmd.h"

#include "cmd/advice_print.h"
#include "cmd/explain_device.h"
#include "cmd/flags.h"
#include "event/fields.h"
#include "kernel/system.h"
#include "util/cleanup.h"
#include "util/escape.h"
#include "util/log.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>

#define SHOWN 128 /* of a message that nothing is known about */

/* A message that was given without quotes is in several arguments. To be freed. */
static char *join(char **arguments)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (; out && *arguments; arguments++)
		fprintf(out, "%s%s", *arguments, arguments[1] ? " " : "");
	if (!out || fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static int unknown(const struct question *question)
{
	char escaped[ESCAPE_SIZE(SHOWN)], buffer[16];

	escape_bytes(escaped, question->asked, SHOWN);
	if (question->error)
		log_error("no rule is about %s", error_name(question->error, buffer));
	else
		log_error("there is no device, no errno and no rule for '%s'", escaped);
	return EXIT_FAILED;
}

static int explain_text(const char *text, bool json)
{
	const struct question question = { .asked = text, .error = error_parse(text) };
	const struct rule *rules[ADVICE_MAX];
	struct system_state system;
	size_t count;

	system_read(&system);
	count = question.error ? advice_for_error(question.error, rules, ARRAY_SIZE(rules))
			       : advice_for_text(text, rules, ARRAY_SIZE(rules));
	if (json)
		advice_print_json(&question, rules, count, system.release, stdout);
	else if (count)
		advice_print(&question, rules, count, stdout);
	return count ? EXIT_DONE : unknown(&question);
}

int cmd_explain(int argc, char **argv)
{
	bool json = false;
	const struct flag flags[] = {
		{ 'j', "json", NULL, "print one JSON object", &json },
	};
	const struct usage usage = {
		.name = "xdpsnoop explain",
		.arguments = "MESSAGE|ERRNO|IFACE",
		.about = "Say what a message of the kernel or an errno means where XDP is "
			 "attached, and what to do;\nor what stands in the way of native XDP on "
			 "a device.",
		.ending = "MESSAGE is what the kernel, its log or a tool has printed, ERRNO a name "
			  "or a number\n(EINVAL, 22), IFACE a device of this network namespace. "
			  "Exit status: 0 there is advice,\nor nothing is in the way; 1 there is "
			  "none, or something is; 2 wrong usage.\n",
		.flags = flags,
		.count = ARRAY_SIZE(flags),
	};
	_cleanup_(free_pointer) char *text = NULL;
	int exit_code = flags_parse(&usage, argc, argv);
	uint32_t ifindex;

	if (exit_code >= 0)
		return exit_code;
	if (!argv[1]) {
		log_error("a message, an errno or a device is missing");
		fprintf(stderr, "Try 'xdpsnoop explain --help'.\n");
		return EXIT_USAGE;
	}
	text = join(argv + 1);
	if (!text) {
		log_error("there is not enough memory");
		return EXIT_FAILED;
	}
	ifindex = if_nametoindex(text);
	exit_code = ifindex ? explain_device(ifindex, json) : explain_text(text, json);
	if (fflush(stdout)) {
		log_error("could not write: %s", strerrordesc_np(errno));
		return EXIT_FAILED;
	}
	return exit_code;
}
