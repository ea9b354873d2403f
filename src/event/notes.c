// SPDX-License-Identifier: GPL-2.0
#include "event/notes.h"

#include "event/fields.h"
#include "event/occupants.h"
#include "util/cleanup.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REFUSALS_MAX 1024

/* Native mode was asked for, and refused. */
struct refusal {
	struct recent_entry entry; /* by device */
	uint64_t end_ns;
	uint32_t pid, ppid;
	char comm[WIRE_NAME];
	int error;
	char reason[WIRE_MSG];
};

/* A driver whose older versions have no native mode: there, generic is what comes by itself. */
static const struct {
	const char *driver, *since;
} natives[] = {
	{ "bonding", "5.15" }, /* bond_xdp() in drivers/net/bonding/bond_main.c */
	{ "vmxnet3", "6.6" },  /* vmxnet3_xdp() in drivers/net/vmxnet3/vmxnet3_xdp.c */
};

/* A driver that returns 0, and may have done nothing. */
static const struct idle {
	const char *driver, *func; /* as of struct event; NULL: any */
	bool no_lower;             /* only as long as it has no lower devices */
	const char *words;
} idles[] = {
	/* bond_xdp_set() in drivers/net/bonding/bond_main.c, since 5.15: each slave runs it. */
	{ "bonding", NULL, true,
	  "the bond has no slaves: the program sees no packet until one joins, and that may be "
	  "refused then" },
	/* xennet_xdp_set() in drivers/net/xen-netfront.c, since 5.9 */
	{ NULL, "xennet_xdp", false,
	  "xen-netfront says so too where it has done nothing, for a backend without "
	  "feature-xdp-headroom: see whether packets arrive at the program" },
};

static void release_entry(struct recent_entry *entry)
{
	free(entry);
}

void notes_init(struct notes *notes)
{
	recent_init(&notes->refusals, REFUSALS_MAX, release_entry);
}

static __attribute__((format(printf, 2, 3))) void note(struct event *event, const char *format, ...)
{
	char *to = event->note_bytes[event->notes.count];
	va_list args;

	if (event->notes.count == NOTES_MAX)
		return;
	va_start(args, format);
	vsnprintf(to, NOTE_SIZE, format, args);
	va_end(args);
	texts_add(&event->notes, to);
}

/* In the words of a user: "driver" is the kernel's for it. */
static const char *mode_words(const char *mode)
{
	return strcmp(mode, "driver") ? mode : "native";
}

static void note_removal(struct event *event)
{
	if (event->action != ACTION_NOOP || event->prog.id || !event->old_prog.id || !event->mode ||
	    !event->old_mode || event->mode == event->old_mode)
		return;
	note(event,
	     "removed nothing: there is none in %s mode, and %s program %u%s%s is still there",
	     mode_words(event->mode), mode_words(event->old_mode), event->old_prog.id,
	     *event->old_prog.name ? " " : "", event->old_prog.name);
}

static void remember_refusal(struct notes *notes, const struct event *event)
{
	struct refusal *refusal = calloc(1, sizeof(*refusal));

	if (!refusal)
		return;
	refusal->entry.key = place_key(event->dev.netns, event->dev.ifindex);
	refusal->end_ns = event->end_ns;
	refusal->pid = event->pid;
	refusal->ppid = event->who.ppid;
	refusal->error = event->error;
	memcpy(refusal->comm, event->comm, sizeof(refusal->comm));
	memcpy(refusal->reason, event->reason, sizeof(refusal->reason));
	if (recent_add(&notes->refusals, &refusal->entry))
		release_entry(&refusal->entry);
}

/* A script's next command counts as the same actor. */
static bool is_by_same(const struct refusal *refusal, const struct event *event)
{
	return refusal->pid == event->pid ||
	       (refusal->ppid > 1 && refusal->ppid == event->who.ppid &&
		!memcmp(refusal->comm, event->comm, sizeof(event->comm)));
}

static void note_fallback(const struct notes *notes, struct event *event)
{
	uint64_t key = place_key(event->dev.netns, event->dev.ifindex);
	const struct refusal *refusal =
		(const struct refusal *)recent_find(&notes->refusals, key, 0);
	char buffer[16];

	if (!refusal || event->end_ns - refusal->end_ns > NOTES_FALLBACK ||
	    !is_by_same(refusal, event))
		return;
	note(event, "generic mode is the second choice: native was refused just before, %s%s%s",
	     error_name(refusal->error, buffer), *refusal->reason ? ": " : "", refusal->reason);
}

static void note_native(struct event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(natives); i++) {
		if (!strcmp(natives[i].driver, event->driver))
			note(event,
			     "generic mode is what comes by itself where a driver has no native "
			     "one: %s has it since Linux %s, and not here",
			     natives[i].driver, natives[i].since);
	}
}

static bool is_of(const struct event *event, const struct idle *idle)
{
	if (idle->driver && strcmp(event->driver, idle->driver))
		return false;
	if (idle->func && (!event->func || strcmp(event->func, idle->func)))
		return false;
	return !idle->no_lower || !event->dev.lower.count;
}

static void note_idle(struct event *event)
{
	for (size_t i = 0; i < ARRAY_SIZE(idles); i++) {
		if (is_of(event, &idles[i]))
			note(event, "%s", idles[i].words);
	}
}

static bool names_mode(const struct event *event)
{
	return strstr(event->flags, "_mode");
}

static void note_install(const struct notes *notes, struct event *event)
{
	if (!strcmp(event->mode, "generic")) {
		note_fallback(notes, event);
		if (!names_mode(event))
			note_native(event);
	} else if (!strcmp(event->mode, "driver")) {
		note_idle(event);
	}
}

static bool puts_program(const struct event *event)
{
	return event->action == ACTION_INSTALL || event->action == ACTION_REPLACE;
}

void notes_event(const struct notes *notes, struct event *event)
{
	if (event->unknown || event->error || !event_is_kept(event))
		return;
	note_removal(event);
	if (puts_program(event))
		note_install(notes, event);
}

void notes_reported(struct notes *notes, const struct event *event)
{
	if (!event->unknown && event->error && event_is_kept(event) && puts_program(event) &&
	    !strcmp(event->mode, "driver") && event->dev.ifindex)
		remember_refusal(notes, event);
}

void notes_release(struct notes *notes)
{
	recent_release(&notes->refusals);
}
