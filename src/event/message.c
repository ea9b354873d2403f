// SPDX-License-Identifier: GPL-2.0
#include "event/message.h"

#include "util/cleanup.h"

#include <string.h>

#define CUT "..."

const char *channel_name(unsigned int channel)
{
	static const char *const names[] = {
		[WIRE_CHANNEL_EXTACK] = "extack",
		[WIRE_CHANNEL_TRACEPOINT] = "tracepoint",
		[WIRE_CHANNEL_LOG] = "log",
	};

	return channel < ARRAY_SIZE(names) ? names[channel] : NULL;
}

/* The kernel side sends a little more than is shown: what fills that goes on. */
static void text_copy(char ret[static WIRE_MSG], const char *text)
{
	_Static_assert(WIRE_SHOWN + sizeof(CUT) <= WIRE_MSG, "no room to cut texts visibly");
	memcpy(ret, text, WIRE_MSG);
	if (strlen(ret) > WIRE_SHOWN)
		memcpy(ret + WIRE_SHOWN, CUT, sizeof(CUT));
}

static void add_warning(struct event *event, const char *text, unsigned int channel, uint16_t seq)
{
	struct message *warning = &event->warnings.list[event->warnings.count];

	if (!text[0])
		return;
	text_copy(warning->text, text);
	warning->source = channel_name(channel);
	warning->seq = seq;
	event->warnings.count++;
}

static void set_reason(struct event *event, const char *text, unsigned int channel, uint16_t seq)
{
	text_copy(event->reason, text);
	event->reason_source = channel_name(channel);
	event->message_seq = seq;
}

/*
 * A failure has one reason: the last error text, for that is what the caller gets, or else the last
 * line in the log. All others are warnings, and of a success all.
 */
void event_add_messages(const struct record *record, struct event *event)
{
	const struct wire_text *before = &record->said.before, *log = &record->said.log;
	const struct wire_text *msg = &record->said.msg;
	bool failed = event->error || event->unknown;

	add_warning(event, before->text, before->channel, before->seq);
	if (failed && msg->text[0]) {
		set_reason(event, msg->text, msg->channel, msg->seq);
	} else if (msg->text[0]) {
		add_warning(event, msg->text, msg->channel, msg->seq);
		event->message_seq = msg->seq;
	}
	if (failed && !msg->text[0] && log->text[0])
		set_reason(event, log->text, log->channel, log->seq);
	else
		add_warning(event, log->text, log->channel, log->seq);
}

const char *call_message(const struct event *event, const struct call *call)
{
	if (!call->has_message)
		return NULL;
	if (event->reason[0])
		return event->reason;
	for (size_t i = 0; i < event->warnings.count; i++) {
		if (event->warnings.list[i].seq == call->seq)
			return event->warnings.list[i].text;
	}
	return NULL;
}
