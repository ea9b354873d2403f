// SPDX-License-Identifier: GPL-2.0
#include "event/outage.h"

#include "helpers.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#define SECOND 1000000000ULL
#define MSEC   1000000ULL

static struct event event_of(enum action action, uint64_t end_ns)
{
	struct event event = { .action = action,
			       .mode = "driver",
			       .pid = 50,
			       .comm = "agent",
			       .took_ns = 100 * MSEC,
			       .end_ns = end_ns,
			       .prog = { 7, "alpha" },
			       .dev = { .ifindex = 2, .netns = 3, .name = "eth0" } };

	return event;
}

/* The carrier is told @ms after the beginning of time. Returns whether that is an event. */
static bool tell(struct outages *outages, bool present, uint32_t downs, uint64_t ms,
		 struct event *ret)
{
	struct device_carrier carrier = {
		.ifindex = 2, .enabled = true, .present = present, .downs = downs
	};

	return outages_carrier(outages, &carrier, ms * MSEC, ret);
}

static void begin(struct outages *outages)
{
	struct event event;

	outages_init(outages);
	outages->netns = 3;
	assert_false(tell(outages, true, 4, 1000, &event));
}

static void assert_outage(struct event *event, uint64_t lost_ms, uint64_t back_ms)
{
	assert_int_equal(event->action, ACTION_CARRIER);
	assert_string_equal(event->cause, "correlation");
	assert_string_equal(event->outage.operation, "install");
	assert_int_equal(event->outage.lost_ns, lost_ms * MSEC);
	assert_int_equal(event->outage.back_ns, back_ms * MSEC);
	assert_int_equal(event->pid, 50);
	assert_int_equal(event->prog.id, 7);
	assert_string_equal(event->dev.name, "eth0");
	assert_string_equal(event->comm, "agent");
	event_release(event);
}

/* From 9.9 to 10 s. */
#define OPERATION event_of(ACTION_INSTALL, 10 * SECOND)

static void test_lost_and_back(void **state)
{
	struct event event = OPERATION, found;
	struct outages outages;

	begin(&outages);
	assert_false(outages_event(&outages, &event, &found));
	assert_false(tell(&outages, false, 5, 10100, &found));
	assert_false(tell(&outages, false, 5, 10200, &found));
	assert_true(tell(&outages, true, 5, 12600, &found));
	assert_outage(&found, 2500, 2700);
	/* once */
	assert_false(tell(&outages, true, 5, 12700, &found));
	assert_false(outages_event(&outages, &event, &found));
	outages_release(&outages);
}

/* The operation's record may come last. */
static void test_told_before(void **state)
{
	struct event event = OPERATION, found;
	struct outages outages;

	begin(&outages);
	assert_false(tell(&outages, false, 5, 9950, &found));
	assert_false(tell(&outages, true, 5, 9990, &found));
	assert_true(outages_event(&outages, &event, &found));
	assert_outage(&found, 40, 90);
	outages_release(&outages);
}

/* Lost and back before the kernel tells of either. */
static void test_one_notice(void **state)
{
	struct event event = OPERATION, found;
	struct outages outages;

	begin(&outages);
	assert_false(outages_event(&outages, &event, &found));
	assert_true(tell(&outages, true, 5, 11000, &found));
	assert_outage(&found, 0, 1100);
	outages_release(&outages);
}

static void test_unrelated(void **state)
{
	struct event event = OPERATION, found;
	struct device_carrier down = { .ifindex = 2, .downs = 5 };
	struct outages outages;

	begin(&outages);
	assert_false(outages_event(&outages, &event, &found));
	assert_false(tell(&outages, false, 5, 12001, &found)); /* too late */
	assert_false(tell(&outages, true, 5, 13000, &found));
	outages_release(&outages);

	begin(&outages);
	assert_false(tell(&outages, false, 5, 9899, &found)); /* too early */
	assert_false(tell(&outages, true, 5, 10100, &found));
	assert_false(outages_event(&outages, &event, &found));
	outages_release(&outages);

	begin(&outages);
	assert_false(outages_event(&outages, &event, &found));
	assert_false(tell(&outages, false, 5, 10100, &found));
	assert_false(tell(&outages, true, 5, 69901, &found)); /* too long */
	outages_release(&outages);

	begin(&outages);
	assert_false(outages_event(&outages, &event, &found));
	assert_false(outages_carrier(&outages, &down, 10100 * MSEC, &found)); /* set down */
	assert_false(tell(&outages, true, 5, 11000, &found));
	outages_release(&outages);

	begin(&outages);
	assert_false(outages_event(&outages, &event, &found));
	assert_false(tell(&outages, true, 4, 11000, &found)); /* some other change */
	outages_release(&outages);
}

/* Nothing that has stopped a device, or one that is not followed. */
static void test_no_operation(void **state)
{
	struct event event, found;
	struct outages outages;

	begin(&outages);
	event = OPERATION;
	event.error = -EBUSY;
	assert_false(outages_event(&outages, &event, &found));
	event = event_of(ACTION_NOOP, 10 * SECOND);
	assert_false(outages_event(&outages, &event, &found));
	event = OPERATION;
	event.dev.netns = 4;
	assert_false(outages_event(&outages, &event, &found));
	assert_false(tell(&outages, false, 5, 10100, &found));
	assert_false(tell(&outages, true, 5, 11000, &found));
	outages_release(&outages);
}

/* Of a device that is new, or comes again, the first notice is no loss. */
static void test_new_device(void **state)
{
	struct device_carrier gone = { .ifindex = 2, .downs = 4, .gone = true };
	struct event event = OPERATION, found;
	struct outages outages;

	begin(&outages);
	assert_false(outages_carrier(&outages, &gone, 9000 * MSEC, &found));
	assert_false(tell(&outages, true, 1, 9500, &found));
	assert_false(outages_event(&outages, &event, &found));
	assert_false(tell(&outages, true, 1, 10500, &found));
	outages_release(&outages);
}

struct notice {
	struct nlmsghdr header;
	struct ifinfomsg link;
	struct nlattr attr;
	uint32_t value;
};

static void test_parse(void **state)
{
	struct notice message = {
		.header = { .nlmsg_len = sizeof(message), .nlmsg_type = RTM_NEWLINK },
		.link = { .ifi_index = 7, .ifi_flags = IFF_UP | 0x10000 },
		.attr = { .nla_len = NLA_HDRLEN + 4, .nla_type = IFLA_CARRIER_DOWN_COUNT },
		.value = 9,
	};
	struct device_carrier carrier;

	assert_int_equal(device_carrier_parse(&message.header, &carrier), 0);
	assert_int_equal(carrier.ifindex, 7);
	assert_int_equal(carrier.downs, 9);
	assert_true(carrier.enabled && carrier.present && !carrier.gone);
	message.link.ifi_flags = IFF_UP;
	message.attr.nla_type = IFLA_CARRIER_UP_COUNT;
	assert_int_equal(device_carrier_parse(&message.header, &carrier), 0);
	assert_true(carrier.enabled && !carrier.present);
	assert_int_equal(carrier.downs, 0);
	message.header.nlmsg_type = RTM_DELLINK;
	assert_int_equal(device_carrier_parse(&message.header, &carrier), 0);
	assert_true(carrier.gone);
	message.link.ifi_family = AF_BRIDGE;
	assert_int_equal(device_carrier_parse(&message.header, &carrier), -EBADMSG);
	message.link.ifi_family = AF_UNSPEC;
	message.link.ifi_index = 0;
	assert_int_equal(device_carrier_parse(&message.header, &carrier), -EBADMSG);
	message.link.ifi_index = 7;
	message.header.nlmsg_type = RTM_NEWADDR;
	assert_int_equal(device_carrier_parse(&message.header, &carrier), -EBADMSG);
	message.header.nlmsg_type = RTM_NEWLINK;
	message.header.nlmsg_len = NLMSG_HDRLEN + sizeof(message.link) - 1;
	assert_int_equal(device_carrier_parse(&message.header, &carrier), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lost_and_back), cmocka_unit_test(test_told_before),
		cmocka_unit_test(test_one_notice),    cmocka_unit_test(test_unrelated),
		cmocka_unit_test(test_no_operation),  cmocka_unit_test(test_new_device),
		cmocka_unit_test(test_parse),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
