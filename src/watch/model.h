/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which programs are on which devices, as the operations that were seen have left them; and what
 * must have happened unseen when a device is found with something else. Pure.
 */
#ifndef XDPSNOOP_WATCH_MODEL_H
#define XDPSNOOP_WATCH_MODEL_H

#include "wire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a device has in one mode; prog.id 0: nothing. */
struct held {
	struct wire_prog prog;
	uint32_t link; /* 0: none holds it */
	uint32_t flags;
};

/* A device that has a program. */
struct watched {
	struct wire_dev dev;
	uint64_t address; /* of its structure in the kernel; 0: not known yet */
	uint64_t mac;     /* as of struct wire_look */
	struct held held[WIRE_MODES];
	uint64_t changed_ns; /* CLOCK_MONOTONIC: what is held is as of then */
	uint64_t touched;    /* the record that spoke of it last */
	uint64_t unclear_ns; /* since then it could not be told what has happened; 0: it is clear */
};

struct model {
	struct watched *list; /* owned */
	size_t count;
};

/*
 * Something that was not seen happening, as a record of its own: it has no task, and took no
 * time. Its time is when it was noticed.
 */
typedef void model_found(const struct wire_op *op, void *arg);

/* NULL: nothing is known of that device. */
struct watched *model_find(struct model *model, uint32_t netns, uint32_t ifindex);

/*
 * What @op has met, at @seen_ns, is not what is held: each program that must have gone before is
 * given to @found, and the model is put right. @is_link_there says of a link's id whether there is
 * such a link.
 */
void model_meet(struct model *model, const struct wire_op *op,
		bool (*is_link_there)(uint32_t id, void *arg), model_found *found, void *arg);

/*
 * An operation that began before the last change that is known has not met what it saw when it
 * began, but what that change has left: puts @op right. Records come in the order of ends, and the
 * kernel changes devices one after the other.
 */
void model_amend(struct model *model, struct wire_op *op);

/* Takes note of what @op has done; @record is its number. Returns 0 or -ENOMEM. */
int model_apply(struct model *model, const struct wire_op *op, uint64_t record);

/* @op has deleted its device, on purpose: what goes with it is given to @found, as its doing. */
void model_delete(struct model *model, const struct wire_op *op, model_found *found, void *arg);

/* Whether @look tells anything else than what is held. */
bool model_differs(const struct watched *watched, const struct wire_look *look);

/* Takes note of where the device is, by a look that does not differ. */
void model_locate(struct watched *watched, const struct wire_look *look);

/* Tells what has gone, or moved, by @look at @now_ns, and puts @watched right. */
void model_correct(struct watched *watched, const struct wire_look *look, uint64_t now_ns,
		   bool (*is_link_there)(uint32_t id, void *arg), model_found *found, void *arg);

/* Takes in what @look has found at @now_ns. Returns 0 or -ENOMEM. */
int model_learn(struct model *model, const struct wire_look *look, uint64_t now_ns);

/*
 * Forgets devices that have had nothing since @before_ns: until then, an operation that overlaps
 * with what has emptied them may still come.
 */
void model_trim(struct model *model, uint64_t before_ns);

/* Whether it can not be told yet what has happened to a device, by a look since @since_ns. */
bool model_is_unclear(const struct model *model, uint64_t since_ns);

void model_release(struct model *model);

#endif
