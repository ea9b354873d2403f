// SPDX-License-Identifier: GPL-2.0
/* xdpctl: performs XDP operations with exactly chosen arguments, for live tests of a tracer. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "script.h"

enum {
	EXIT_DONE = 0, /* the script was executed, whatever its operations returned */
	EXIT_FAILED = 1,
	EXIT_SCRIPT = 2, /* wrong usage, or an error in the script */
};

static void help_print(FILE *out)
{
	const struct command *command;

	fputs("usage: xdpctl [FILE | -c 'COMMAND; COMMAND ...']\n"
	      "Executes commands, one per line or separated by ';', from stdin, FILE or -c.\n\n",
	      out);
	for (command = command_table; command->name; command++)
		fprintf(out, "  %s%s%s\n        %s\n", command->name, *command->usage ? " " : "",
			command->usage, command->help);
	fputs("\nDEV is a name or #IFINDEX; PROG a loaded name or fd=N; MODE skb, drv or hw.\n"
	      "Words: \"...\" and '...' group; \\n \\t \\e \\xHH \\\" ... outside of '...';\n"
	      "# begins a comment.\n"
	      "Exit status: 0 script executed, also when operations failed; 2 script error.\n",
	      out);
}

/* Outcomes are in the results; libbpf would repeat them on stderr in its own words. */
static int libbpf_quiet(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

int main(int argc, char **argv)
{
	struct script script = { .source = "stdin" };
	FILE *input = stdin;
	int err;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		help_print(stdout);
		return EXIT_DONE;
	}
	if (argc == 3 && strcmp(argv[1], "-c") == 0) {
		script.source = "-c";
		input = fmemopen(argv[2], strlen(argv[2]), "r");
	} else if (argc == 2 && argv[1][0] != '-') {
		script.source = argv[1];
		input = fopen(argv[1], "re");
	} else if (argc != 1) {
		help_print(stderr);
		return EXIT_SCRIPT;
	}
	if (!input) {
		fprintf(stderr, "xdpctl: %s: %s\n", script.source, strerror(errno));
		return EXIT_SCRIPT;
	}
	libbpf_set_print(libbpf_quiet);
	err = script_run(&script, input);
	script_release(&script);
	if (input != stdin)
		fclose(input);
	if (err == -EBADMSG)
		return EXIT_SCRIPT;
	if (err || ferror(stdout)) {
		fprintf(stderr, "xdpctl: %s: %s\n", script.source,
			err ? strerror(-err) : "cannot write");
		return EXIT_FAILED;
	}
	return EXIT_DONE;
}
