/* SPDX-License-Identifier: GPL-2.0 */
/* What this kernel lets this process do, found out by doing it. Input only: no policy. */
#ifndef XDPSNOOP_KERNEL_ABILITIES_H
#define XDPSNOOP_KERNEL_ABILITIES_H

#include <stdbool.h>

/* The state of a switch of the kernel's. */
enum toggle {
	TOGGLE_UNKNOWN, /* it can not be read */
	TOGGLE_ABSENT,  /* the kernel has none */
	TOGGLE_OFF,
	TOGGLE_ON,
};

struct abilities {
	int ring_buffer;      /* 0: one was made; or a negative errno */
	int extack;           /* 0: a program ran at netlink:netlink_extack, or a negative errno */
	int tracefs;          /* 0: it can be used, or a negative errno */
	bool tracefs_mounted; /* it is in the file tree, and not only mounted for us */
	enum toggle ftrace;   /* kernel.ftrace_enabled */
	enum toggle kprobes;  /* debugfs: kprobes/enabled. Off: probes are there, and never run */
};

/* Takes away again whatever it puts in place. */
void abilities_read(struct abilities *ret);

#endif
