// SPDX-License-Identifier: GPL-2.0
#include "cmd/cmd.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const struct verb verbs[] = {
	{ "trace", cmd_trace, "trace; what is done without a command" },
	{ "exec", cmd_exec, "trace what a command does, and all that descends from it" },
	{ "list", cmd_list, "list the programs that are attached now" },
	{ "probes", cmd_probes,
	  "list every function that installs XDP, and how it would be probed" },
	{ "explain", cmd_explain,
	  "say what a message or an errno means, or what is in the way on a device" },
	{ "doctor", cmd_doctor, "say whether this machine can be traced, and how" },
	{},
};

/*
 * Descriptors 0 to 2 that are closed are taken by the next file that is opened, and events would
 * be written into it. Opened for reading only, stdout fails as it should.
 */
static void fill_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDONLY);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int main(int argc, char **argv)
{
	fill_standard_descriptors();
	for (size_t i = 0; argc > 1 && verbs[i].name; i++) {
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);
	}
	return cmd_trace(argc, argv); /* what the tool is for needs no verb */
}
