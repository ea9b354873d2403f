// SPDX-License-Identifier: GPL-2.0
/* What stands below the line of an event: advice, its tree of calls, and its stack. */
#include "sink/text.h"

#include "event/calls.h"
#include "event/message.h"
#include "event/stack.h"
#include "util/escape.h"

#include <string.h>

#define INDENT       2
#define NUMBER_SIZE  12
#define UNKNOWN_FUNC "?"

/* As wide as the widest of all calls. */
struct widths {
	const struct event *event;
	int name, ret, took;
};

struct tree {
	FILE *out;
	const struct style *style;
	struct widths widths;
};

/* The characters of printable UTF-8. */
static int count_characters(const char *text)
{
	int count = 0;

	for (; *text; text++)
		count += (*text & 0xc0) != 0x80;
	return count;
}

/* A call of another device than the event's; of a call that is about none, too little is known. */
static bool is_elsewhere(const struct event *event, const struct call *call)
{
	return call->ifindex && (call->ifindex != event->dev.ifindex ||
				 strncmp(call->ifname, event->dev.name, WIRE_NAME) != 0);
}

/* "veth_xdp [veth] s0", as printed by print_name(). */
static int name_width(const struct event *event, const struct call *call)
{
	char ifname[ESCAPE_SIZE(WIRE_NAME)];
	int width = strlen(call->func ? call->func : UNKNOWN_FUNC);

	if (call->module && strcmp(call->module, "vmlinux") != 0)
		width += strlen(" []") + strlen(call->module);
	if (is_elsewhere(event, call)) {
		escape_bytes(ifname, call->ifname, WIRE_NAME);
		width += 1 + count_characters(ifname);
	}
	return width;
}

static void print_name(FILE *out, const struct event *event, const struct call *call)
{
	char ifname[ESCAPE_SIZE(WIRE_NAME)];

	fputs(call->func ? call->func : UNKNOWN_FUNC, out);
	if (call->module && strcmp(call->module, "vmlinux") != 0)
		fprintf(out, " [%s]", call->module);
	if (is_elsewhere(event, call)) {
		escape_bytes(ifname, call->ifname, WIRE_NAME);
		fprintf(out, " %s", ifname);
	}
}

static void widen(int *width, int wanted)
{
	if (wanted > *width)
		*width = wanted;
}

static void measure(const struct call *call, unsigned int depth, void *arg)
{
	struct widths *widths = arg;
	char took[DURATION_SIZE], ret[NUMBER_SIZE];

	duration_print(took, call->took_ns);
	widen(&widths->name, INDENT * depth + name_width(widths->event, call));
	widen(&widths->ret, snprintf(ret, sizeof(ret), "%d", call->ret));
	widen(&widths->took, strlen(took));
}

static void print_call(const struct call *call, unsigned int depth, void *arg)
{
	const struct tree *tree = arg;
	const struct event *event = tree->widths.event;
	int width = INDENT * depth + name_width(event, call);
	const char *message = call_message(event, call);
	char took[DURATION_SIZE];

	duration_print(took, call->took_ns);
	fprintf(tree->out, "%*s", (int)(INDENT * (depth + 1)), "");
	print_name(tree->out, event, call);
	fprintf(tree->out, "%*s", tree->widths.name - width + 2, "");
	if (call->ret < 0)
		text_colour(tree->out, tree->style, COLOUR_ERROR);
	fprintf(tree->out, "%*d", tree->widths.ret, call->ret);
	if (call->ret < 0)
		text_colour(tree->out, tree->style, COLOUR_NONE);
	fprintf(tree->out, "  %*s", tree->widths.took, took);
	if (message) {
		fputs("  ", tree->out);
		text_colour(tree->out, tree->style, COLOUR_REASON);
		text_bytes(tree->out, message, true);
		text_colour(tree->out, tree->style, COLOUR_NONE);
	}
	fputc('\n', tree->out);
}

void text_calls(FILE *out, const struct style *style, const struct event *event)
{
	struct tree tree = { out, style, { .event = event } };

	calls_each(event, measure, &tree.widths);
	calls_each(event, print_call, &tree);
}

static void print_advice(FILE *out, const char *label, const char *text)
{
	char escaped[ESCAPE_SIZE(REMEDY_SIZE)];

	escape_bytes(escaped, text, REMEDY_SIZE);
	fprintf(out, "  %s: %s\n", label, escaped);
}

void text_advice(FILE *out, const struct style *style, const struct event *event)
{
	char label[32];

	if (!event->advice.cause || style->no_advice)
		return;
	if (strcmp(event->advice.confidence, "certain"))
		snprintf(label, sizeof(label), "cause (%s)", event->advice.confidence);
	else
		snprintf(label, sizeof(label), "cause");
	print_advice(out, label, event->advice.cause);
	print_advice(out, "try", event->advice.remedy);
}

void text_stack(FILE *out, const struct event *event)
{
	for (size_t i = 0; i < event->stack.count; i++) {
		char text[FRAME_SIZE];

		frame_print(text, &event->stack.list[i]);
		fprintf(out, "    %s\n", text);
	}
}
