// SPDX-License-Identifier: GPL-2.0
/* Net devices with any bytes in their names, which iproute2 refuses or mangles. */
#include <errno.h>
#include <net/if.h>
#include <stddef.h>

#include <linux/rtnetlink.h>

#include "result.h"
#include "script.h"
#include "verbs.h"

static int request_result(struct script *script, struct nlmsghdr *header)
{
	struct rtnl_ack ack;
	int err = rtnl_request(&script->rtnl, header, &ack);

	result_outcome(err);
	result_message(ack.message);
	return err;
}

int verb_add_dummy(struct script *script, int argc, const struct word *argv)
{
	struct rtnl_message message;
	struct nlmsghdr *header;
	struct nlattr *info;
	unsigned int ifindex = 0;

	header = rtnl_link_message(&message, RTM_NEWLINK, 0);
	header->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	mnl_attr_put_strz(header, IFLA_IFNAME, argv[1].text);
	info = mnl_attr_nest_start(header, IFLA_LINKINFO);
	mnl_attr_put_strz(header, IFLA_INFO_KIND, argc > 2 ? argv[2].text : "dummy");
	mnl_attr_nest_end(header, info);

	result_begin("add-dummy");
	result_text("dev", argv[1].text);
	/* Stays 0 for a pattern ("d%d"): the kernel made the real name of it. */
	if (!request_result(script, header))
		ifindex = if_nametoindex(argv[1].text);
	if (ifindex)
		result_number("ifindex", ifindex);
	result_end();
	return 0;
}

int verb_rename(struct script *script, int argc, const struct word *argv)
{
	struct rtnl_message message;
	struct nlmsghdr *header;
	int ifindex;

	(void)argc;
	result_begin("rename");
	device_result(&argv[1]);
	result_text("to", argv[2].text);
	if (!device_argument(&argv[1], &ifindex))
		return 0;
	header = rtnl_link_message(&message, RTM_NEWLINK, ifindex);
	mnl_attr_put_strz(header, IFLA_IFNAME, argv[2].text);
	request_result(script, header);
	result_number("ifindex", ifindex);
	result_end();
	return 0;
}

int verb_updown(struct script *script, int argc, const struct word *argv)
{
	struct rtnl_message message;
	struct nlmsghdr *header;
	struct ifinfomsg *info;
	int ifindex;

	(void)argc;
	result_begin(argv[0].text);
	device_result(&argv[1]);
	if (!device_argument(&argv[1], &ifindex))
		return 0;
	header = rtnl_link_message(&message, RTM_NEWLINK, ifindex);
	info = mnl_nlmsg_get_payload(header);
	info->ifi_change = IFF_UP;
	info->ifi_flags = word_is(&argv[0], "up") ? IFF_UP : 0;
	request_result(script, header);
	result_end();
	return 0;
}

int verb_del(struct script *script, int argc, const struct word *argv)
{
	struct rtnl_message message;
	int ifindex;

	(void)argc;
	result_begin("del");
	device_result(&argv[1]);
	if (!device_argument(&argv[1], &ifindex))
		return 0;
	request_result(script, rtnl_link_message(&message, RTM_DELLINK, ifindex));
	result_end();
	return 0;
}
