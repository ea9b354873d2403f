/* SPDX-License-Identifier: GPL-2.0 */
/* What would stand in the way of attaching a program to a device in native mode now. Pure. */
#ifndef XDPSNOOP_ADVICE_OBSTACLES_H
#define XDPSNOOP_ADVICE_OBSTACLES_H

#include "advice/rules.h"
#include "event/event.h"
#include "kernel/ethtool.h"

#include <stdbool.h>
#include <stdint.h>

#define OBSTACLES_MAX 32
#define FOUND_SIZE    256

enum answer {
	ANSWER_UNKNOWN,
	ANSWER_NO,
	ANSWER_YES,
};

/* Another device that matters: the other end of a pair, a slave, what lies above. */
struct neighbour {
	char name[WIRE_NAME];
	uint32_t mtu;
	uint32_t rx_queues, tx_queues; /* in use; 0: not known */
	enum answer native;
	bool has_prog;
};

struct neighbours {
	struct neighbour *list; /* owned */
	size_t count;
};

/* A program that is there. */
struct occupant {
	struct wire_prog prog;
	enum wire_mode mode;
	enum answer by_link; /* a bpf_link holds it */
	uint32_t link;
	char *held_by; /* owned; processes and pins of the link, as text; NULL: not known */
};

struct situation {
	char name[WIRE_NAME], driver[64];
	uint32_t mtu;
	uint32_t rx_queues, tx_queues; /* in use; 0: not known */
	enum answer native;            /* whether its driver has native XDP as it is set up */
	enum answer frags;             /* and takes programs that want several buffers */
	bool up; /* the device is up, and its buffers are what its MTU wants */
	bool is_veth, is_bond;
	uint8_t bond_mode, bond_policy;
	uint32_t page_size;
	uint32_t cpus; /* that the machine can have */
	int kernel;    /* its version as 6 << 8 | 12 */
	struct ethtool_state ethtool;
	struct neighbours peers;  /* the other end: one at most */
	bool peer_hidden;         /* there is one, in a namespace that could not be looked into */
	struct neighbours slaves; /* of a bond */
	struct neighbours uppers; /* whatever lies above, directly or not */
	struct occupant occupants[WIRE_MODES];
	size_t noccupants;
};

enum effect {
	EFFECT_BLOCKS, /* an attempt fails */
	EFFECT_MAY,    /* it may fail: what decides is not seen */
	EFFECT_SLOWS,  /* it succeeds, and is worse than it could be */
};

struct obstacle {
	const struct rule *rule;
	enum effect effect;
	char found[FOUND_SIZE]; /* what it is like here; any bytes */
	char remedy[REMEDY_SIZE];
};

struct obstacles {
	struct obstacle list[OBSTACLES_MAX];
	size_t count;
	bool blocked;  /* one of them blocks */
	bool doubtful; /* one may */
};

/* "blocks", "may block", "slows" */
const char *effect_name(enum effect effect);

void obstacles_find(const struct situation *situation, struct obstacles *ret);

/* Adds a copy. Returns 0 or -ENOMEM. */
int neighbours_add(struct neighbours *neighbours, const struct neighbour *neighbour);
void situation_release(struct situation *situation);

#endif
