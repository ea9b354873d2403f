/* SPDX-License-Identifier: GPL-2.0 */
/* How a device's hardware is set up, as ethtool shows it. */
#ifndef XDPSNOOP_KERNEL_ETHTOOL_H
#define XDPSNOOP_KERNEL_ETHTOOL_H

#include <stdbool.h>
#include <stdint.h>

struct ethtool_state {
	bool has_channels; /* `ethtool -l`: in use, and at most */
	uint32_t rx, tx, combined;
	uint32_t max_rx, max_tx, max_combined;
	bool lro, gro_hw; /* `ethtool -k`: large-receive-offload, rx-gro-hw */
};

/*
 * Reads it of the device @name in the network namespace that @socket was made in, whatever kind
 * of socket that is. What the driver does not tell stays zero.
 */
void ethtool_read(int socket, const char *name, struct ethtool_state *ret);

#endif
