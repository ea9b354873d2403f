// SPDX-License-Identifier: GPL-2.0
#include "cmd/obstacles_print.h"

#include "util/escape.h"
#include "util/json.h"

static void print_bytes(FILE *out, const char *bytes, size_t size)
{
	char escaped[ESCAPE_SIZE(FOUND_SIZE)];

	escape_bytes(escaped, bytes, size);
	fputs(escaped, out);
}

static void print_device(const struct situation *situation, FILE *out)
{
	print_bytes(out, situation->name, sizeof(situation->name));
	fputs(": driver ", out);
	print_bytes(out, situation->driver[0] ? situation->driver : "not known",
		    sizeof(situation->driver));
	fprintf(out, ", MTU %u", situation->mtu);
	if (situation->rx_queues)
		fprintf(out, ", %u receive and %u transmit queues", situation->rx_queues,
			situation->tx_queues);
	fprintf(out, ", native XDP: %s\n",
		situation->native == ANSWER_YES  ? "yes"
		: situation->native == ANSWER_NO ? "no"
						 : "not known");
}

void obstacles_print(const struct situation *situation, const struct obstacles *obstacles,
		     FILE *out)
{
	print_device(situation, out);
	for (size_t i = 0; i < obstacles->count; i++) {
		const struct obstacle *obstacle = &obstacles->list[i];

		fprintf(out, "%s: ", effect_name(obstacle->effect));
		print_bytes(out, obstacle->found, sizeof(obstacle->found));
		fprintf(out, " (%s)\n  cause: %s\n  try: ", obstacle->rule->id,
			obstacle->rule->cause);
		print_bytes(out, obstacle->remedy, sizeof(obstacle->remedy));
		fputc('\n', out);
	}
	if (situation->peer_hidden)
		fputs("not seen: the other end, which is in another network namespace\n", out);
	if (!obstacles->blocked && !obstacles->doubtful)
		fputs("Nothing that is known of it stands in the way of a native attach.\n", out);
}

static struct json_object *device_json(const struct situation *situation)
{
	struct json_object *object = json_object_new_object();

	json_add_bytes(object, "ifname", situation->name, sizeof(situation->name));
	if (situation->driver[0])
		json_add_bytes(object, "driver", situation->driver, sizeof(situation->driver));
	json_object_object_add(object, "mtu", json_object_new_int64(situation->mtu));
	if (situation->rx_queues) {
		json_object_object_add(object, "rx_queues",
				       json_object_new_int64(situation->rx_queues));
		json_object_object_add(object, "tx_queues",
				       json_object_new_int64(situation->tx_queues));
	}
	if (situation->native != ANSWER_UNKNOWN)
		json_add_bool(object, "native", situation->native == ANSWER_YES);
	return object;
}

static struct json_object *obstacle_json(const struct obstacle *obstacle)
{
	struct json_object *object = json_object_new_object();

	json_add_text(object, "effect", effect_name(obstacle->effect));
	json_add_text(object, "rule", obstacle->rule->id);
	json_add_bytes(object, "found", obstacle->found, sizeof(obstacle->found));
	json_add_text(object, "cause", obstacle->rule->cause);
	json_add_bytes(object, "remedy", obstacle->remedy, sizeof(obstacle->remedy));
	return object;
}

void obstacles_print_json(const struct situation *situation, const struct obstacles *obstacles,
			  const char *kernel, FILE *out)
{
	struct json_object *object = json_verb(kernel), *array = json_object_new_array();

	json_object_object_add(object, "dev", device_json(situation));
	json_add_bool(object, "blocked", obstacles->blocked);
	for (size_t i = 0; i < obstacles->count; i++)
		json_object_array_add(array, obstacle_json(&obstacles->list[i]));
	json_object_object_add(object, "obstacles", array);
	if (situation->peer_hidden)
		json_add_bool(object, "peer_hidden", true);
	json_print(object, out);
}
