/* SPDX-License-Identifier: GPL-2.0 */
/* The net devices of one network namespace, and the XDP programs that they have. */
#ifndef XDPSNOOP_KERNEL_DEVICES_H
#define XDPSNOOP_KERNEL_DEVICES_H

#include "wire.h"

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct device_xdp {
	uint32_t ifindex;             /* unique in its namespace only */
	char name[WIRE_NAME];         /* the kernel's bytes, NUL-terminated */
	uint32_t prog_id[WIRE_MODES]; /* by enum wire_mode; 0: no program. Several may be set */
	char kind[WIRE_NAME];         /* of a virtual device: "veth", "bond"; else empty */
	bool up;                      /* IFF_UP */
	uint32_t mtu;
	uint32_t master; /* index of the device that it is a port or slave of; 0: none */
	/*
	 * The device that it lies on (VLAN, macvlan), or of a veth its other end: in this
	 * namespace, or in the one that this namespace knows by that number.
	 */
	uint32_t link;
	int link_netnsid;               /* -1: this one */
	uint32_t rx_queues, tx_queues;  /* that it was made with; more than are in use */
	uint8_t bond_mode, bond_policy; /* of a bond: its mode and its xmit_hash_policy */
};

/*
 * Calls @each for every device of the namespace behind @netns, with XDP or without, until it
 * returns a value other than 0, which is then returned. The process enters the namespace for
 * the moment in which it opens a socket, and is back when @each is called; that takes
 * CAP_SYS_ADMIN.
 *
 * A list that changed while it was read is read again. If it never stands still, what the last
 * reading told is given to @each, and the end is -EAGAIN: some devices may be missing or double.
 * Returns 0 at the end, or a negative errno with no call of @each; among them -ENOTRECOVERABLE:
 * the process is caught in @netns, and had better end.
 */
int devices_each(int netns, int (*each)(const struct device_xdp *device, void *arg), void *arg);

/*
 * Reads the device @ifindex of the namespace that the one of @socket knows by number @netnsid; -1
 * is its own (IFLA_TARGET_NETNSID, since 5.0). Returns 0 or a negative errno.
 */
int device_read(struct mnl_socket *socket, int netnsid, uint32_t ifindex, struct device_xdp *ret);

/*
 * Reads an RTM_NEWLINK message, which lies completely in memory: nlmsg_len is true. The ids come
 * from IFLA_XDP_{SKB,DRV,HW}_PROG_ID, which the kernel gives for each mode in use
 * (rtnl_xdp_report_one in net/core/rtnetlink.c, since 4.19); IFLA_XDP_PROG_ID and
 * IFLA_XDP_ATTACHED only sum them up. Returns 0 or -EBADMSG.
 */
int device_parse(const struct nlmsghdr *message, struct device_xdp *ret);

/* A dump of devices while it is read. */
struct device_dump {
	struct device_xdp *list; /* owned, grows by doubling */
	size_t count;
	uint32_t seq;     /* messages with another sequence number are passed over */
	bool interrupted; /* devices changed meanwhile: NLM_F_DUMP_INTR */
};

/*
 * Adds the devices of one datagram of @length bytes. Returns 0 if there is more to come, 1 if
 * it held the end, or a negative errno: the kernel's, -EBADMSG or -ENOMEM.
 */
int device_dump_read(struct device_dump *dump, const void *data, size_t length);
void device_dump_release(struct device_dump *dump);

#endif
