// SPDX-License-Identifier: GPL-2.0
#include "advice/expand.h"

#include "util/cleanup.h"
#include "util/shell.h"

#include <string.h>

/* The device that the kernel speaks of: a slave, where a bond was refused for its sake. */
static const char *device_of(const struct event *event)
{
	for (size_t i = 0; i < event->ncalls; i++) {
		if (event->calls[i].has_message && event->calls[i].ifname[0])
			return event->calls[i].ifname;
	}
	return event->dev.name;
}

static void put_device(FILE *out, const struct event *event, const char *other)
{
	const char *name = event ? device_of(event) : "";

	if (*name)
		shell_put(out, name);
	else
		fputs("DEV", out);
}

/* 0 where it is another device that the kernel speaks of. */
static uint32_t queues_of(const struct event *event)
{
	return event && !strcmp(device_of(event), event->dev.name) ? event->dev.rx_queues : 0;
}

static void put_number(FILE *out, uint32_t number, const char *unknown)
{
	if (number)
		fprintf(out, "%u", number);
	else
		fputs(unknown, out);
}

static void put_queues(FILE *out, const struct event *event, const char *other)
{
	put_number(out, queues_of(event), "N");
}

/* As many as are in use fit in, and as many again are left then. */
static void put_half(FILE *out, const struct event *event, const char *other)
{
	uint32_t queues = queues_of(event);

	put_number(out, queues > 1 ? queues / 2 : queues, "N");
}

static void put_old(FILE *out, const struct event *event, const char *other)
{
	put_number(out, event ? event->old_prog.id : 0, "ID");
}

static void put_link(FILE *out, const struct event *event, const char *other)
{
	uint32_t id = event ? event->link_id : 0;

	put_number(out, !id && event ? event->opponent.link_id : id, "LINK");
}

static void put_pid(FILE *out, const struct event *event, const char *other)
{
	put_number(out, event ? event->pid : 0, "PID");
}

/* The mode of the program that is there, in the words of ip. */
static void put_old_mode(FILE *out, const struct event *event, const char *other)
{
	static const char *const words[][2] = {
		{ "generic", "xdpgeneric" },
		{ "driver", "xdpdrv" },
		{ "offload", "xdpoffload" },
	};

	for (size_t i = 0; event && event->old_mode && i < ARRAY_SIZE(words); i++) {
		if (!strcmp(words[i][0], event->old_mode)) {
			fputs(words[i][1], out);
			return;
		}
	}
	fputs("xdp", out);
}

static void put_other(FILE *out, const char *other, const char *unknown)
{
	if (other)
		shell_put(out, other);
	else
		fputs(unknown, out);
}

static void put_peer(FILE *out, const struct event *event, const char *other)
{
	put_other(out, other, "PEER");
}

static void put_slave(FILE *out, const struct event *event, const char *other)
{
	put_other(out, other, "SLAVE");
}

static void put_upper(FILE *out, const struct event *event, const char *other)
{
	if (!other && event && event->opponent.dev[0])
		other = event->opponent.dev;
	put_other(out, other, "UPPER");
}

static const struct placeholder {
	const char *name;
	void (*put)(FILE *out, const struct event *event, const char *other);
} placeholders[] = {
	{ "{dev}", put_device },       /* the device's name */
	{ "{rx}", put_queues },        /* its receive queues */
	{ "{half}", put_half },        /* half of them */
	{ "{pid}", put_pid },          /* the process that asked */
	{ "{old}", put_old },          /* id of the program that is there */
	{ "{oldmode}", put_old_mode }, /* xdpgeneric, xdpdrv, xdpoffload */
	{ "{link}", put_link },   /* id of the link that the operation is about, or is in its way */
	{ "{peer}", put_peer },   /* another device: the other end of a pair */
	{ "{slave}", put_slave }, /* of a bond */
	{ "{upper}", put_upper }, /* what lies above */
};

/* The one that @text begins with, or NULL. */
static const struct placeholder *find_placeholder(const char *text)
{
	for (size_t i = 0; *text == '{' && i < ARRAY_SIZE(placeholders); i++) {
		if (!strncmp(text, placeholders[i].name, strlen(placeholders[i].name)))
			return &placeholders[i];
	}
	return NULL;
}

void remedy_expand(char to[REMEDY_SIZE], const char *template, const struct event *event,
		   const char *other)
{
	FILE *out = fmemopen(to, REMEDY_SIZE, "w");

	to[0] = to[REMEDY_SIZE - 1] = '\0';
	if (!out)
		return;
	while (*template) {
		size_t length = strcspn(template + 1, "{") + 1;
		const struct placeholder *placeholder = find_placeholder(template);

		if (placeholder) {
			placeholder->put(out, event, other);
			length = strlen(placeholder->name);
		} else {
			fwrite(template, 1, length, out);
		}
		template += length;
	}
	fclose(out);
	to[REMEDY_SIZE - 1] = '\0';
}
