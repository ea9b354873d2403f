/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What programs are: as the kernel side has read them, ahead of the operations that have to do with
 * them. Kept for a while, by their ids, for a program may be gone when its event is made.
 */
#ifndef XDPSNOOP_EVENT_PROGRAM_H
#define XDPSNOOP_EVENT_PROGRAM_H

#include "event/list.h"
#include "event/number.h"
#include "kernel/prog_pins.h"
#include "util/recent.h"
#include "wire.h"

#define PROGRAM_TAG_SIZE (2 * sizeof(((struct wire_program *)0)->tag) + 1)

/* Beside struct wire_prog, for the table of fields. */
struct program {
	char full_name[WIRE_FULL]; /* where the kernel's is cut; else empty */
	char tag[PROGRAM_TAG_SIZE];
	struct texts flags;
	uint64_t loaded_ns; /* CLOCK_REALTIME; 0: not known */
	struct number uid;
	struct u32s maps;
	uint32_t more_maps; /* than those in the list */
	struct texts pins;  /* borrowed, see event_add_pins() */
};

struct programs {
	struct recent table;
};

void programs_init(struct programs *programs);
/* Returns 0 or -ENOMEM. */
int programs_add(struct programs *programs, const struct wire_program *wire);
/* Fills in what is known of @prog, if anything is. */
void programs_fill(const struct programs *programs, const struct wire_prog *prog,
		   struct program *ret);
void programs_release(struct programs *programs);

#endif
