// SPDX-License-Identifier: GPL-2.0
/* XDP over netlink: IFLA_XDP in RTM_SETLINK or RTM_NEWLINK. */
#include <errno.h>
#include <stddef.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "result.h"
#include "script.h"
#include "summary.h"
#include "verbs.h"

/* An attribute that is sent only if it was asked for, whatever its value. */
struct attribute {
	bool given;
	uint32_t value;
};

struct xdp_request {
	uint16_t type; /* RTM_SETLINK or RTM_NEWLINK */
	int ifindex;
	const char *name;    /* sent as IFLA_IFNAME, or NULL */
	struct attribute fd; /* the value is an int: -1 removes */
	struct attribute expected_fd;
	struct xdp_flags flags;
	struct attribute attached; /* these two are only ever refused by the kernel */
	struct attribute prog_id;
};

static void attribute_put(struct nlmsghdr *header, uint16_t type, const struct attribute *attribute)
{
	if (attribute->given)
		mnl_attr_put_u32(header, type, attribute->value);
}

static int xdp_request_send(struct script *script, const struct xdp_request *request,
			    struct rtnl_ack *ack)
{
	struct rtnl_message message;
	struct nlmsghdr *header;
	struct nlattr *xdp;

	header = rtnl_link_message(&message, request->type, request->ifindex);
	if (request->name)
		mnl_attr_put_strz(header, IFLA_IFNAME, request->name);
	xdp = mnl_attr_nest_start(header, IFLA_XDP);
	attribute_put(header, IFLA_XDP_FD, &request->fd);
	if (request->flags.given)
		mnl_attr_put_u32(header, IFLA_XDP_FLAGS, request->flags.value);
	attribute_put(header, IFLA_XDP_EXPECTED_FD, &request->expected_fd);
	if (request->attached.given)
		mnl_attr_put_u8(header, IFLA_XDP_ATTACHED, (uint8_t)request->attached.value);
	attribute_put(header, IFLA_XDP_PROG_ID, &request->prog_id);
	mnl_attr_nest_end(header, xdp);
	return rtnl_request(&script->rtnl, header, ack);
}

/* PROG, or the word that stands for "no program". */
static int fd_argument(struct script *script, const struct word *word, const char *none,
		       struct attribute *fd)
{
	int err, value = -1;

	if (!word_is(word, none)) {
		err = prog_argument(script, word, &value);
		if (err)
			return err;
	}
	fd->given = true;
	fd->value = (uint32_t)value;
	return 0;
}

static int attribute_argument(struct script *script, const struct word *word,
			      struct attribute *attribute)
{
	attribute->given = true;
	return number_argument(script, word, "number", &attribute->value);
}

static int set_options_parse(struct script *script, int argc, const struct word *argv,
			     struct xdp_request *request)
{
	int err = 0;

	for (int i = 3; i < argc && !err; i++) {
		const struct word *value = i + 1 < argc ? &argv[i + 1] : NULL;

		if (xdp_flags_argument(&argv[i], &request->flags))
			continue;
		if (word_is(&argv[i], "byname")) {
			request->name = argv[1].text;
			continue;
		}
		if (value && word_is(&argv[i], "replace")) {
			err = fd_argument(script, value, "none", &request->expected_fd);
			request->flags.given = true;
			request->flags.value |= XDP_FLAGS_REPLACE;
		} else if (value && word_is(&argv[i], "attached")) {
			err = attribute_argument(script, value, &request->attached);
		} else if (value && word_is(&argv[i], "prog-id")) {
			err = attribute_argument(script, value, &request->prog_id);
		} else {
			return script_fail(script, "'%s' is unknown or needs a value",
					   argv[i].text);
		}
		i++;
	}
	return err;
}

int verb_set(struct script *script, int argc, const struct word *argv)
{
	bool newlink = word_is(&argv[0], "newlink");
	struct xdp_request request = { .type = newlink ? RTM_NEWLINK : RTM_SETLINK };
	struct rtnl_ack ack;
	int err = 0;

	if (!word_is(&argv[2], "nofd"))
		err = fd_argument(script, &argv[2], "off", &request.fd);
	if (!err)
		err = set_options_parse(script, argc, argv, &request);
	if (err)
		return err;
	result_begin(argv[0].text);
	device_result(&argv[1]);
	if (!request.name && !device_argument(&argv[1], &request.ifindex))
		return 0;
	result_outcome(xdp_request_send(script, &request, &ack));
	result_message(ack.message);
	result_end();
	return 0;
}

int verb_cycle(struct script *script, int argc, const struct word *argv)
{
	struct xdp_request set = { .type = RTM_SETLINK }, off;
	struct summary summary;
	struct rtnl_ack ack;
	uint32_t count;
	int err;

	err = number_argument(script, &argv[1], "count", &count);
	if (!err)
		err = fd_argument(script, &argv[3], "off", &set.fd);
	for (int i = 4; i < argc && !err; i++)
		if (!xdp_flags_argument(&argv[i], &set.flags))
			err = script_fail(script, "unknown option '%s'", argv[i].text);
	if (err)
		return err;
	result_begin("cycle");
	device_result(&argv[2]);
	if (!device_argument(&argv[2], &set.ifindex))
		return 0;
	off = set;
	off.fd.value = (uint32_t)-1;
	summary_begin(&summary);
	while (count-- > 0) {
		err = xdp_request_send(script, &set, &ack);
		/* After a failed set, what is there is somebody else's: leave it. */
		if (!err)
			err = xdp_request_send(script, &off, &ack);
		summary_count(&summary, err);
	}
	summary_end(&summary);
	return 0;
}
