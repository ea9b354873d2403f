/* SPDX-License-Identifier: GPL-2.0 */
/* What the path of a cgroup tells of the container that it was made for. */
#ifndef XDPSNOOP_EVENT_CONTAINER_H
#define XDPSNOOP_EVENT_CONTAINER_H

#define CONTAINER_ID_SIZE 65 /* 64 hexadecimal digits */
#define POD_UID_SIZE      37 /* a UUID */

/*
 * The container's id, by the names that Docker, containerd, CRI-O and Podman give their cgroups
 * (with systemd's scopes and without), and the uid of its Kubernetes pod. Empty: it tells of none.
 */
void container_identify(const char *cgroup, char container[CONTAINER_ID_SIZE],
			char pod[POD_UID_SIZE]);

#endif
