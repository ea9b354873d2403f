/* SPDX-License-Identifier: GPL-2.0 */
/* xdpsnoop explain IFACE. */
#ifndef XDPSNOOP_CMD_EXPLAIN_DEVICE_H
#define XDPSNOOP_CMD_EXPLAIN_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Prints what is in the way of a native attach to device @ifindex of this process's network
 * namespace. Returns an exit code: 1 if something is; errors are logged.
 */
int explain_device(uint32_t ifindex, bool json);

#endif
