// SPDX-License-Identifier: GPL-2.0
/* XDP over bpf_link. */
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "prog.h"
#include "result.h"
#include "script.h"
#include "summary.h"
#include "verbs.h"

#define IFINDEX_ABSENT 0x7fffffff

static int link_create(int prog_fd, int ifindex, uint32_t flags)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .flags = flags);

	return bpf_link_create(prog_fd, ifindex, BPF_XDP, &opts);
}

uint32_t link_id(int fd)
{
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof(info);

	return fd < 0 || bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

static int flags_parse(struct script *script, int argc, const struct word *argv, int first,
		       struct xdp_flags *flags)
{
	for (int i = first; i < argc; i++)
		if (!xdp_flags_argument(&argv[i], flags))
			return script_fail(script, "unknown option '%s'", argv[i].text);
	return 0;
}

int verb_link_create(struct script *script, int argc, const struct word *argv)
{
	struct xdp_flags flags = { 0 };
	int err, fd, prog_fd, ifindex;

	err = new_name_argument(script, script->links, &argv[1]);
	if (!err)
		err = prog_argument(script, &argv[4], &prog_fd);
	if (!err)
		err = flags_parse(script, argc, argv, 5, &flags);
	if (err)
		return err;
	named_result_begin(argv);
	if (!device_argument(&argv[3], &ifindex))
		return 0;
	fd = link_create(prog_fd, ifindex, flags.value);
	return object_keep(&script->links, argv[1].text, fd, link_id(fd));
}

int verb_link_update(struct script *script, int argc, const struct word *argv)
{
	LIBBPF_OPTS(bpf_link_update_opts, opts);
	struct object *link;
	int err, prog_fd, old_fd;

	err = object_argument(script, script->links, "link", &argv[1], &link);
	if (!err)
		err = prog_argument(script, &argv[3], &prog_fd);
	if (!err && argc > 4) {
		if (argc != 6 || !word_is(&argv[4], "expect"))
			return script_fail(script, "'%s': only 'expect PROG' may follow",
					   argv[4].text);
		err = prog_argument(script, &argv[5], &old_fd);
		if (!err) {
			opts.flags = BPF_F_REPLACE;
			opts.old_prog_fd = (uint32_t)old_fd;
		}
	}
	if (err)
		return err;
	named_result_begin(argv);
	result_outcome(bpf_link_update(link->fd, prog_fd, &opts));
	result_end();
	return 0;
}

/* A verb that does one thing to an open link. */
static int link_run(struct script *script, const struct word *argv,
		    int (*operation)(int fd, const struct word *argv))
{
	struct object *link;
	int err;

	err = object_argument(script, script->links, "link", &argv[1], &link);
	if (err)
		return err;
	named_result_begin(argv);
	result_outcome(operation(link->fd, argv));
	result_end();
	return 0;
}

static int detach(int fd, const struct word *argv)
{
	(void)argv;
	return bpf_link_detach(fd);
}

static int pin(int fd, const struct word *argv)
{
	result_text("path", argv[3].text);
	return bpf_obj_pin(fd, argv[3].text);
}

int verb_link_detach(struct script *script, int argc, const struct word *argv)
{
	(void)argc;
	return link_run(script, argv, detach);
}

int verb_link_pin(struct script *script, int argc, const struct word *argv)
{
	(void)argc;
	return link_run(script, argv, pin);
}

int verb_link_close(struct script *script, int argc, const struct word *argv)
{
	(void)argc;
	return object_close_run(script, &script->links, argv);
}

int verb_link_open(struct script *script, int argc, const struct word *argv)
{
	int err, fd;

	(void)argc;
	err = new_name_argument(script, script->links, &argv[1]);
	if (err)
		return err;
	named_result_begin(argv);
	result_text("path", argv[3].text);
	fd = bpf_obj_get(argv[3].text);
	return object_keep(&script->links, argv[1].text, fd, link_id(fd));
}

static void links_create(uint32_t count, int prog_fd, int ifindex, uint32_t flags)
{
	struct summary summary;
	int fd;

	summary_begin(&summary);
	while (count-- > 0) {
		fd = link_create(prog_fd, ifindex, flags);
		if (fd >= 0)
			close(fd);
		summary_count(&summary, fd);
	}
	summary_end(&summary);
}

int verb_linkcycle(struct script *script, int argc, const struct word *argv)
{
	struct xdp_flags flags = { 0 };
	int err, prog_fd, ifindex;
	uint32_t count;

	err = number_argument(script, &argv[1], "count", &count);
	if (!err)
		err = prog_argument(script, &argv[3], &prog_fd);
	if (!err)
		err = flags_parse(script, argc, argv, 4, &flags);
	if (err)
		return err;
	result_begin("linkcycle");
	device_result(&argv[2]);
	if (device_argument(&argv[2], &ifindex))
		links_create(count, prog_fd, ifindex, flags.value);
	return 0;
}

int verb_fail(struct script *script, int argc, const struct word *argv)
{
	int err, prog_fd, own_fd = -1;
	uint32_t count;

	err = number_argument(script, &argv[1], "count", &count);
	if (!err && argc > 2)
		err = prog_argument(script, &argv[2], &prog_fd);
	if (err)
		return err;
	result_begin("fail");
	if (argc == 2) {
		/*
		 * The kernel looks for the program first: without one the attempt would not reach
		 * XDP code.
		 */
		prog_fd = own_fd = prog_load(BPF_PROG_TYPE_XDP, "fail", NULL);
		if (own_fd < 0) {
			result_failed(own_fd, "load");
			return 0;
		}
	}
	links_create(count, prog_fd, IFINDEX_ABSENT, 0);
	if (own_fd >= 0)
		close(own_fd);
	return 0;
}
