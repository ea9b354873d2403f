// SPDX-License-Identifier: GPL-2.0
/* The language: one row for each command. */
#include <stddef.h>

#include "script.h"
#include "verbs.h"

const struct command command_table[] = {
	{ "load", NULL, 1, 10, verb_load,
	  "NAME [as KERNELNAME] [type xdp|socket_filter] [attach device|devmap|cpumap] [frags] "
	  "[devbound] [ifindex|offload DEV]",
	  "load a program that returns XDP_PASS; for DEV, which without devbound is offloading" },
	{ "open", NULL, 2, 2, verb_open, "NAME PATH", "open a pinned program" },
	{ "pin-prog", NULL, 2, 2, verb_pin_prog, "PROG PATH", "pin a program" },
	{ "unload", NULL, 1, 1, verb_unload, "NAME", "close a program" },
	{ "set", NULL, 2, 20, verb_set,
	  "DEV PROG|off|nofd [MODE] [noexist] [flags=0xNN] [replace PROG|none] [byname] "
	  "[attached N] [prog-id N]",
	  "RTM_SETLINK with IFLA_XDP" },
	{ "newlink", NULL, 2, 20, verb_set, "DEV PROG|off|nofd ...", "the same with RTM_NEWLINK" },
	{ "cycle", NULL, 3, 8, verb_cycle, "N DEV PROG [MODE] [flags=0xNN]",
	  "N times set and, where that succeeded, remove" },
	{ "link", "create", 4, 9, verb_link_create, "L create DEV PROG [MODE] [flags=0xNN]",
	  "BPF_LINK_CREATE" },
	{ "link", "update", 3, 5, verb_link_update, "L update PROG [expect PROG]",
	  "BPF_LINK_UPDATE" },
	{ "link", "detach", 2, 2, verb_link_detach, "L detach", "BPF_LINK_DETACH" },
	{ "link", "close", 2, 2, verb_link_close, "L close", "close the file descriptor" },
	{ "link", "pin", 3, 3, verb_link_pin, "L pin PATH", "pin a link" },
	{ "link", "open", 3, 3, verb_link_open, "L open PATH", "open a pinned link" },
	{ "linkcycle", NULL, 3, 8, verb_linkcycle, "N DEV PROG [MODE] [flags=0xNN]",
	  "N times link create and close" },
	{ "fail", NULL, 1, 2, verb_fail, "N [PROG]",
	  "N link creates on a device that does not exist" },
	{ "xsk", "bind", 4, 10, verb_xsk_bind,
	  "S bind DEV QUEUE [copy|zerocopy] [wakeup] [flags=0xNN] [bare | shared S [fill]]",
	  "bind a new AF_XDP socket; bare: without UMEM and rings; shared: with the UMEM of "
	  "another, and fill for a queue other than that one's" },
	{ "xsk", "close", 2, 2, verb_xsk_close, "S close", "close the socket" },
	{ "map", "close", 2, 2, verb_map_close, "M close", "close the file descriptor" },
	{ "map", NULL, 2, 3, verb_map_create, "M devmap|devmap_hash|cpumap|array|hash [ENTRIES]",
	  "create a map of 4 byte keys, 8 byte values and 2 entries if not told" },
	{ "offmap", NULL, 3, 4, verb_offmap, "M DEV array|hash [ENTRIES]",
	  "create a map offloaded to a device" },
	{ "entry", NULL, 3, 7, verb_entry,
	  "M KEY delete|DEV|qsize=N [PROG] [noexist] [exist] [flags=0xNN]",
	  "delete an entry, or set one of a devmap, or with qsize of a cpumap" },
	{ "unlink", NULL, 1, 1, verb_unlink, "PATH", "unlink a file" },
	{ "add-dummy", NULL, 1, 2, verb_add_dummy, "NAME [KIND]",
	  "create a device, of the kind dummy if not told" },
	{ "rename", NULL, 2, 2, verb_rename, "DEV NEWNAME", "rename a device" },
	{ "up", NULL, 1, 1, verb_updown, "DEV", "set a device up" },
	{ "down", NULL, 1, 1, verb_updown, "DEV", "set a device down" },
	{ "del", NULL, 1, 1, verb_del, "DEV", "delete a device" },
	{ "comm", NULL, 1, 1, verb_comm, "NAME", "set the name of this process" },
	{ "netns", NULL, 1, 1, verb_netns, "PATH", "enter a network namespace" },
	{ "uid", NULL, 1, 1, verb_uid, "N", "setresuid: drops privileges" },
	{ "pid", NULL, 0, 0, verb_pid, "", "print the process id" },
	{ "kill", NULL, 1, 1, verb_kill, "SIGNAL", "raise a signal against this process" },
	{ "exit", NULL, 0, 0, verb_exit, "",
	  "end at once: the kernel closes what is open (at the end of input, xdpctl does)" },
	{ NULL, NULL, 0, 0, NULL, NULL, NULL },
};
