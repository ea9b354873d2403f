// SPDX-License-Identifier: GPL-2.0
/* verbs: the handlers of the command table, one file for each group. argv[0] is the verb itself. */
#ifndef XDPCTL_VERBS_H
#define XDPCTL_VERBS_H

struct script;
struct word;

/* prog.c */
int verb_load(struct script *script, int argc, const struct word *argv);
int verb_open(struct script *script, int argc, const struct word *argv);
int verb_pin_prog(struct script *script, int argc, const struct word *argv);
int verb_unload(struct script *script, int argc, const struct word *argv);

/* setlink.c: XDP over netlink */
int verb_set(struct script *script, int argc, const struct word *argv); /* also newlink */
int verb_cycle(struct script *script, int argc, const struct word *argv);

/* link.c: XDP over bpf_link */
int verb_link_create(struct script *script, int argc, const struct word *argv);
int verb_link_update(struct script *script, int argc, const struct word *argv);
int verb_link_detach(struct script *script, int argc, const struct word *argv);
int verb_link_close(struct script *script, int argc, const struct word *argv);
int verb_link_pin(struct script *script, int argc, const struct word *argv);
int verb_link_open(struct script *script, int argc, const struct word *argv);
int verb_linkcycle(struct script *script, int argc, const struct word *argv);
int verb_fail(struct script *script, int argc, const struct word *argv);

/* xsk.c: AF_XDP sockets */
int verb_xsk_bind(struct script *script, int argc, const struct word *argv);
int verb_xsk_close(struct script *script, int argc, const struct word *argv);

/* map.c */
int verb_map_create(struct script *script, int argc, const struct word *argv);
int verb_offmap(struct script *script, int argc, const struct word *argv);
int verb_map_close(struct script *script, int argc, const struct word *argv);
int verb_entry(struct script *script, int argc, const struct word *argv);

/* ext.c: extensions */
int verb_dispatch(struct script *script, int argc, const struct word *argv);
int verb_extend(struct script *script, int argc, const struct word *argv);
int verb_extlink_attach(struct script *script, int argc, const struct word *argv);
int verb_extlink_rawtp(struct script *script, int argc, const struct word *argv);

/* netdev.c */
int verb_add_dummy(struct script *script, int argc, const struct word *argv);
int verb_rename(struct script *script, int argc, const struct word *argv);
int verb_updown(struct script *script, int argc, const struct word *argv);
int verb_del(struct script *script, int argc, const struct word *argv);

/* process.c */
int verb_comm(struct script *script, int argc, const struct word *argv);
int verb_netns(struct script *script, int argc, const struct word *argv);
int verb_uid(struct script *script, int argc, const struct word *argv);
int verb_realuid(struct script *script, int argc, const struct word *argv);
int verb_pid(struct script *script, int argc, const struct word *argv);
int verb_kill(struct script *script, int argc, const struct word *argv);
int verb_exit(struct script *script, int argc, const struct word *argv);
int verb_unlink(struct script *script, int argc, const struct word *argv);

#endif
