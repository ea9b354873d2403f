// SPDX-License-Identifier: GPL-2.0
/* What comes after the last event: how a command has ended, what it did, and what is left of it. */
#include "sink/text.h"

#include "util/json.h"

/* The words of a row, and the same in JSON. */
static const struct {
	const char *sentence, *whose;
	size_t offset;
} parties[] = {
	{ "The command's", "own", offsetof(struct account, own) },
	{ "Others'", "foreign", offsetof(struct account, foreign) },
};

#define PARTIES (sizeof(parties) / sizeof(parties[0]))

static const struct tally *tallies_of(const struct summary *summary, size_t party)
{
	return (const void *)((const char *)summary->account + parties[party].offset);
}

static void text_count(FILE *out, const char *key, uint64_t count)
{
	if (count)
		fprintf(out, " %s=%llu", key, (unsigned long long)count);
}

static void text_tallies(FILE *out, const char *sentence, const struct tally *tallies)
{
	for (int action = ACTION_NONE + 1; action < ACTIONS; action++) {
		const struct tally *tally = &tallies[action];

		if (!tally->ok && !tally->failed && !tally->unknown)
			continue;
		fprintf(out, "%s operations: action=%s", sentence, action_name(action));
		text_count(out, "ok", tally->ok);
		text_count(out, "failed", tally->failed);
		text_count(out, "unknown", tally->unknown);
		fputc('\n', out);
	}
}

static void text_left(FILE *out, const struct left *left)
{
	fprintf(out, "The command has left XDP on ifindex=%u ifname=", left->ifindex);
	text_bytes(out, left->ifname, false);
	fprintf(out, " bpf_prog_id=%u bpf_prog_name=", left->prog.id);
	text_bytes(out, left->prog.name, false);
	fprintf(out, " mode=%s", left->mode);
	if (left->link_id)
		fprintf(out, " link_id=%u", left->link_id);
	fprintf(out, " netns=%u\n", left->netns);
}

void text_summary(FILE *out, const struct summary *summary)
{
	const struct account *account = summary->account;
	struct tally own = tally_sum(account->own);
	char took[DURATION_SIZE];

	duration_print(took, summary->took_ns);
	fputs("The command has ended:", out);
	if (summary->signal[0])
		fprintf(out, " signal=%s", summary->signal);
	else
		fprintf(out, " status=%d", summary->status);
	fprintf(out, " took=%s operations=%llu failed=%llu\n", took,
		(unsigned long long)(own.ok + own.failed + own.unknown),
		(unsigned long long)own.failed);
	for (size_t party = 0; party < PARTIES; party++)
		text_tallies(out, parties[party].sentence, tallies_of(summary, party));
	for (size_t i = 0; i < account->nleft; i++)
		text_left(out, &account->left[i]);
	if (!summary->nrunning)
		return;
	fprintf(out, "The command's processes that still run: count=%zu pids=", summary->nrunning);
	for (size_t i = 0; i < summary->nrunning; i++)
		fprintf(out, "%s%u", i ? "," : "", summary->running[i]);
	fputc('\n', out);
}

static void put(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, value);
}

static void json_add_tallies(struct json_object *array, const char *whose,
			     const struct tally *tallies)
{
	for (int action = ACTION_NONE + 1; action < ACTIONS; action++) {
		const struct tally *tally = &tallies[action];
		struct json_object *object;

		if (!tally->ok && !tally->failed && !tally->unknown)
			continue;
		object = json_object_new_object();
		put(object, "whose", json_object_new_string(whose));
		put(object, "action", json_object_new_string(action_name(action)));
		put(object, "ok", json_object_new_uint64(tally->ok));
		put(object, "error", json_object_new_uint64(tally->failed));
		put(object, "unknown", json_object_new_uint64(tally->unknown));
		json_object_array_add(array, object);
	}
}

static struct json_object *json_left(const struct left *left)
{
	struct json_object *object = json_object_new_object(), *dev = json_object_new_object(),
			   *prog = json_object_new_object(), *link;

	put(dev, "ifindex", json_object_new_int64(left->ifindex));
	json_add_bytes(dev, "ifname", left->ifname, sizeof(left->ifname));
	put(dev, "netns", json_object_new_int64(left->netns));
	put(object, "dev", dev);
	put(object, "mode", json_object_new_string(left->mode));
	put(prog, "id", json_object_new_int64(left->prog.id));
	json_add_bytes(prog, "name", left->prog.name, sizeof(left->prog.name));
	put(object, "prog", prog);
	if (left->link_id) {
		link = json_object_new_object();
		put(link, "id", json_object_new_int64(left->link_id));
		put(object, "link", link);
	}
	return object;
}

void json_summary(FILE *out, const struct summary *summary)
{
	const struct account *account = summary->account;
	struct json_object *line = json_object_new_object(), *object = json_object_new_object(),
			   *operations = json_object_new_array(), *left = json_object_new_array(),
			   *running = json_object_new_array();

	if (summary->signal[0])
		put(object, "signal", json_object_new_string(summary->signal));
	else
		put(object, "status", json_object_new_int(summary->status));
	put(object, "took_ns", json_object_new_uint64(summary->took_ns));
	for (size_t party = 0; party < PARTIES; party++)
		json_add_tallies(operations, parties[party].whose, tallies_of(summary, party));
	put(object, "operations", operations);
	for (size_t i = 0; i < account->nleft; i++)
		json_object_array_add(left, json_left(&account->left[i]));
	put(object, "left", left);
	for (size_t i = 0; i < summary->nrunning; i++)
		json_object_array_add(running, json_object_new_int64(summary->running[i]));
	put(object, "running", running);
	put(line, "v", json_object_new_int(SCHEMA_VERSION));
	put(line, "summary", object);
	json_print(line, out);
}
