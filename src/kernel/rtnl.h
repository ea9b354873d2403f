/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's lock of network devices. */
#ifndef XDPSNOOP_KERNEL_RTNL_H
#define XDPSNOOP_KERNEL_RTNL_H

/*
 * Takes RTNL for a moment, and changes nothing: whoever held it has let go of it when this returns.
 * Returns 0 or a negative errno.
 */
int rtnl_pass(void);

#endif
