/* SPDX-License-Identifier: GPL-2.0 */
/* What is asked about single devices, those that have XDP. */
#ifndef XDPSNOOP_KERNEL_DEVICE_DETAILS_H
#define XDPSNOOP_KERNEL_DEVICE_DETAILS_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device_details {
	char driver[32]; /* as `ethtool -i` names it; empty: it has none */
	/*
	 * NETDEV_A_DEV_XDP_FEATURES of the generic netlink family "netdev", since 6.3. Drivers say
	 * there what they can do, which may change with the device's configuration.
	 */
	bool has_features;
	uint64_t features; /* enum netdev_xdp_act of include/uapi/linux/netdev.h */
};

#define XDP_FEATURE_BASIC 1 /* NETDEV_XDP_ACT_BASIC: native XDP */

/*
 * Asks about the device of that index and name in the namespace behind @netns, which is entered for
 * a moment. What can not be had stays empty. Returns 0, or the error of netns_socket().
 */
int device_details_read(int netns, uint32_t ifindex, const char *name, struct device_details *ret);

/*
 * Looks for attribute @wanted, of @size bytes, in the message of generic netlink @message, which
 * lies completely in memory; copies it to @ret. Returns whether it is there.
 */
bool generic_attribute(const struct nlmsghdr *message, uint16_t wanted, void *ret, size_t size);

#endif
