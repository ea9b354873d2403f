// SPDX-License-Identifier: GPL-2.0
#include "kernel/rtnl.h"

#include "util/cleanup.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/*
 * dev_ethtool() takes it in every version, whatever is asked of whom (and lists of devices may do
 * without one day).
 */
int rtnl_pass(void)
{
	_cleanup_(close_fd) int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };
	struct ifreq request = { .ifr_name = "lo", .ifr_data = (void *)&info };

	if (fd < 0)
		return -errno;
	/* A loopback device tells nothing of its driver before 6.6 or so. */
	if (ioctl(fd, SIOCETHTOOL, &request) && errno != EOPNOTSUPP && errno != ENODEV)
		return -errno;
	return 0;
}
