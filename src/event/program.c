// SPDX-License-Identifier: GPL-2.0
#include "event/program.h"

#include "event/event.h"

#include "util/cleanup.h"
#include "util/clock.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The kernel side tells a program again after half a minute: so many are seldom told in that time.
 */
#define PROGRAMS_MAX 4096

struct known {
	struct recent_entry entry; /* by id */
	uint64_t boot_ns;          /* when it was loaded, CLOCK_BOOTTIME */
	struct program program;
};

static void release_entry(struct recent_entry *entry)
{
	free(entry);
}

void programs_init(struct programs *programs)
{
	recent_init(&programs->table, PROGRAMS_MAX, release_entry);
}

void programs_release(struct programs *programs)
{
	recent_release(&programs->table);
}

static struct known *programs_find(const struct programs *programs, uint32_t id)
{
	return (struct known *)recent_find(&programs->table, id, 0);
}

static void program_set(struct program *program, const struct wire_program *wire)
{
	static const struct {
		uint16_t flag;
		const char *name;
	} names[] = {
		{ WIRE_PROGRAM_FRAGS, "frags" },
		{ WIRE_PROGRAM_DEV_BOUND, "dev-bound" },
		{ WIRE_PROGRAM_OFFLOADED, "offloaded" },
	};

	memcpy(program->full_name, wire->name, sizeof(program->full_name));
	for (size_t i = 0; i < sizeof(wire->tag); i++)
		sprintf(program->tag + 2 * i, "%02x", wire->tag[i]);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (wire->flags & names[i].flag)
			texts_add(&program->flags, names[i].name);
	}
	program->uid = (struct number){ wire->flags & WIRE_PROGRAM_UID, wire->uid };
	for (size_t i = 0; i < WIRE_MAPS && i < wire->nmaps; i++)
		program->maps.list[program->maps.count++] = wire->maps[i];
	program->more_maps = wire->nmaps - program->maps.count;
}

int programs_add(struct programs *programs, const struct wire_program *wire)
{
	const struct known *before = programs_find(programs, wire->id);
	struct known *known = calloc(1, sizeof(*known));
	int err;

	if (!known)
		return -ENOMEM;
	known->entry.key = wire->id;
	known->boot_ns = wire->loaded_ns;
	program_set(&known->program, wire);
	/* One that is told again was not loaded at another time because a clock was set. */
	if (before && before->boot_ns == wire->loaded_ns)
		known->program.loaded_ns = before->program.loaded_ns;
	else
		known->program.loaded_ns = clock_real_ns(CLOCK_BOOTTIME, wire->loaded_ns);
	err = recent_add(&programs->table, &known->entry);
	if (err)
		free(known);
	return err;
}

void programs_fill(const struct programs *programs, const struct wire_prog *prog,
		   struct program *ret)
{
	const struct known *known = prog->id ? programs_find(programs, prog->id) : NULL;

	if (!known)
		return;
	*ret = known->program;
	/* A loader may have given it another name than its function has. */
	if (strncmp(ret->full_name, prog->name, strlen(prog->name)))
		ret->full_name[0] = '\0';
}

static void add_pins(const struct prog_pins *pins, uint32_t id, struct texts *ret)
{
	const char *path;

	for (size_t n = 0; (path = prog_pins_path(pins, id, n)); n++)
		texts_add(ret, path);
}

static void add_opponent_pins(const struct prog_pins *pins, struct opponent *opponent)
{
	if (opponent->link_id)
		add_pins(pins, opponent->link_id | WIRE_PIN_LINK, &opponent->pins);
	else
		add_pins(pins, opponent->prog.id, &opponent->pins);
}

void event_add_pins(struct prog_pins *pins, struct event *event)
{
	if ((!event->prog.id && !event->old_prog.id && !event->opponent.prog.id) ||
	    !prog_pins_update(pins, event->end_ns ? event->end_ns : PROG_PINS_NOW))
		return;
	add_pins(pins, event->prog.id, &event->prog_is.pins);
	add_pins(pins, event->old_prog.id, &event->old_prog_is.pins);
	add_opponent_pins(pins, &event->opponent);
}
