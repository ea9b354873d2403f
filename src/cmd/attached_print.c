// SPDX-License-Identifier: GPL-2.0
#include "cmd/attached.h"

#include "util/cleanup.h"
#include "util/escape.h"
#include "util/json.h"

#include <string.h>
#include <time.h>

#define NSEC 1000000000ULL

static const struct attached_netns *netns_of(const struct attached_list *list,
					     const struct attached_prog *prog)
{
	return &list->netns[prog->netns];
}

/* Names may hold any byte: none of them reaches a terminal as it is. */
static void put_name(FILE *out, const char *name)
{
	char text[ESCAPE_SIZE(256)];

	escape_bytes(text, name, 256);
	fputs(text, out);
}

static void put_netns(FILE *out, const struct attached_list *list, const struct attached_prog *prog)
{
	const struct attached_netns *netns = netns_of(list, prog);

	if (netns->name)
		put_name(out, netns->name);
	else if (netns->own)
		fputc('-', out);
	else if (netns->path)
		put_name(out, netns->path);
	else
		fprintf(out, "pid %d", netns->pid);
}

static void put_device(FILE *out, const struct attached_list *list,
		       const struct attached_prog *prog)
{
	put_name(out, prog->ifname);
}

static void put_driver(FILE *out, const struct attached_list *list,
		       const struct attached_prog *prog)
{
	put_name(out, prog->details.driver[0] ? prog->details.driver : "-");
}

static void put_mode(FILE *out, const struct attached_list *list, const struct attached_prog *prog)
{
	fputs(mode_name(prog->mode), out);
}

static void put_id(FILE *out, const struct attached_list *list, const struct attached_prog *prog)
{
	fprintf(out, "%u", prog->prog.id);
}

static void put_prog_name(FILE *out, const struct attached_list *list,
			  const struct attached_prog *prog)
{
	put_name(out, !prog->prog_known ? "?" : prog->prog.name[0] ? prog->prog.name : "-");
}

static void put_tag(FILE *out, const struct attached_list *list, const struct attached_prog *prog)
{
	if (!prog->prog_known)
		fputc('?', out);
	for (size_t i = 0; prog->prog_known && i < sizeof(prog->prog.tag); i++)
		fprintf(out, "%02x", prog->prog.tag[i]);
}

static void put_loaded(FILE *out, const struct attached_list *list,
		       const struct attached_prog *prog)
{
	time_t seconds = prog->prog.load_ns / NSEC;
	char text[32] = "?";
	struct tm tm;

	if (prog->prog_known) {
		localtime_r(&seconds, &tm);
		strftime(text, sizeof(text), "%Y/%m/%d %H:%M:%S", &tm);
	}
	fputs(text, out);
}

static void put_link(FILE *out, const struct attached_list *list, const struct attached_prog *prog)
{
	if (prog->link_known == LINK_HOLDS)
		fprintf(out, "%u", prog->link);
	else
		fputc(prog->link_known == LINK_NONE ? '-' : '?', out);
}

static void put_holders(FILE *out, const struct attached_list *list,
			const struct attached_prog *prog)
{
	const char *separator = "";

	for (size_t i = 0; prog->link_known == LINK_HOLDS && i < list->nholders; i++) {
		const struct attached_holder *holder = &list->holders[i];

		if (holder->link != prog->link)
			continue;
		fputs(separator, out);
		if (holder->pid) {
			put_name(out, holder->comm);
			fprintf(out, "(%d)", holder->pid);
		} else {
			put_name(out, holder->pin);
		}
		separator = ",";
	}
	if (!*separator)
		fputc(prog->link_known == LINK_NONE ? '-' : '?', out);
}

static bool is_generic_for_no_need(const struct attached_prog *prog)
{
	return prog->mode == WIRE_MODE_GENERIC && prog->native == NATIVE_YES;
}

static void put_notes(FILE *out, const struct attached_list *list, const struct attached_prog *prog)
{
	const char *separator = "components ";

	for (size_t i = 0; i < list->ncomponents; i++) {
		const struct component *component = &list->components[i].component;
		struct number slot = component_slot(component->func);

		if (list->components[i].target != prog->prog.id)
			continue;
		fputs(separator, out);
		if (slot.known)
			fprintf(out, "%u", slot.value);
		else
			put_name(out, component->func);
		fputc(':', out);
		put_name(out, component->prog.name);
		separator = ",";
	}
	if (is_generic_for_no_need(prog))
		fprintf(out, "%sgeneric though the driver supports native",
			*separator == ',' ? "; " : "");
	else if (prog->mode == WIRE_MODE_GENERIC && prog->native == NATIVE_UNKNOWN)
		fprintf(out, "%swhether the driver supports native is not known",
			*separator == ',' ? "; " : "");
}

static const struct column {
	const char *title;
	void (*put)(FILE *out, const struct attached_list *list, const struct attached_prog *prog);
} columns[] = {
	{ "NETNS", put_netns },     { "DEVICE", put_device }, { "DRIVER", put_driver },
	{ "MODE", put_mode },       { "PROG", put_id },       { "NAME", put_prog_name },
	{ "TAG", put_tag },         { "LOADED", put_loaded }, { "LINK", put_link },
	{ "HELD BY", put_holders }, { "NOTES", put_notes },
};

#define COLUMNS ARRAY_SIZE(columns)

/* To be freed; NULL: out of memory. */
static char *cell_text(const struct attached_list *list, size_t row, size_t column)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	columns[column].put(out, list, &list->progs[row]);
	fclose(out);
	return text;
}

/* Returns how many blanks are due before what follows: none are left at the end of a line. */
static int print_cell(const char *text, int width, int blanks, FILE *out)
{
	if (!*text)
		return blanks + width + 2;
	fprintf(out, "%*s%s", blanks, "", text);
	return width - (int)strlen(text) + 2;
}

static void print_row(char *const *cells, const int *widths, FILE *out)
{
	int blanks = 0;

	for (size_t c = 0; c < COLUMNS; c++)
		blanks = print_cell(cells[c] ? cells[c] : "", widths[c], blanks, out);
	fputc('\n', out);
}

void attached_print(const struct attached_list *list, FILE *out)
{
	size_t count = (list->nprogs + 1) * COLUMNS;
	char **cells = calloc(count, sizeof(*cells));
	int widths[COLUMNS] = {};

	for (size_t i = 0; cells && i < count; i++) {
		size_t row = i / COLUMNS, c = i % COLUMNS;

		cells[i] = row ? cell_text(list, row - 1, c) : strdup(columns[c].title);
		if (cells[i] && (int)strlen(cells[i]) > widths[c])
			widths[c] = strlen(cells[i]);
	}
	for (size_t row = 0; cells && row <= list->nprogs; row++)
		print_row(cells + row * COLUMNS, widths, out);
	for (size_t i = 0; cells && i < count; i++)
		free(cells[i]);
	free(cells);
}

static struct json_object *dev_json(const struct attached_list *list,
				    const struct attached_prog *prog)
{
	const struct attached_netns *netns = netns_of(list, prog);
	struct json_object *object = json_object_new_object();

	json_object_object_add(object, "ifindex", json_object_new_int64(prog->ifindex));
	json_add_bytes(object, "ifname", prog->ifname, sizeof(prog->ifname));
	json_object_object_add(object, "netns", json_object_new_int64(netns->inum));
	if (netns->name)
		json_add_bytes(object, "netns_name", netns->name, JSON_BYTES_MAX);
	if (netns->pid)
		json_object_object_add(object, "netns_pid", json_object_new_int64(netns->pid));
	if (netns->path)
		json_add_bytes(object, "netns_path", netns->path, JSON_BYTES_MAX);
	if (prog->details.driver[0])
		json_add_bytes(object, "driver", prog->details.driver,
			       sizeof(prog->details.driver));
	if (prog->native != NATIVE_UNKNOWN)
		json_add_bool(object, "native", prog->native == NATIVE_YES);
	return object;
}

static struct json_object *components_json(const struct attached_list *list, uint32_t target)
{
	struct json_object *array = json_object_new_array();

	for (size_t i = 0; i < list->ncomponents; i++) {
		const struct component *component = &list->components[i].component;
		struct number slot = component_slot(component->func);
		struct json_object *object;

		if (list->components[i].target != target)
			continue;
		object = json_object_new_object();
		if (slot.known)
			json_object_object_add(object, "slot", json_object_new_int64(slot.value));
		json_add_bytes(object, "func", component->func, sizeof(component->func));
		json_object_object_add(object, "id", json_object_new_int64(component->prog.id));
		json_add_bytes(object, "name", component->prog.name, sizeof(component->prog.name));
		json_object_array_add(array, object);
	}
	return array;
}

static void add_time(struct json_object *object, const char *key, uint64_t ns)
{
	time_t seconds = ns / NSEC;
	char text[64];
	struct tm tm;
	size_t length;

	gmtime_r(&seconds, &tm);
	length = strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text + length, sizeof(text) - length, ".%09uZ", (unsigned int)(ns % NSEC));
	json_add_text(object, key, text);
}

static struct json_object *prog_json(const struct attached_list *list,
				     const struct attached_prog *prog)
{
	struct json_object *object = json_object_new_object(), *components;
	char tag[2 * sizeof(prog->prog.tag) + 1];

	json_object_object_add(object, "id", json_object_new_int64(prog->prog.id));
	if (!prog->prog_known)
		return object;
	if (prog->prog.name[0])
		json_add_bytes(object, "name", prog->prog.name, sizeof(prog->prog.name));
	for (size_t i = 0; i < sizeof(prog->prog.tag); i++)
		sprintf(tag + 2 * i, "%02x", prog->prog.tag[i]);
	json_add_text(object, "tag", tag);
	add_time(object, "loaded", prog->prog.load_ns);
	json_object_object_add(object, "uid", json_object_new_int64(prog->prog.uid));
	components = components_json(list, prog->prog.id);
	if (json_object_array_length(components))
		json_object_object_add(object, "components", components);
	else
		json_object_put(components);
	return object;
}

static struct json_object *link_json(const struct attached_list *list, uint32_t link)
{
	struct json_object *object = json_object_new_object(), *holder;
	struct json_object *holders = json_object_new_array(), *pins = json_object_new_array();
	char text[ESCAPE_SIZE(JSON_BYTES_MAX)];

	json_object_object_add(object, "id", json_object_new_int64(link));
	for (size_t i = 0; i < list->nholders; i++) {
		const struct attached_holder *one = &list->holders[i];

		if (one->link != link)
			continue;
		if (!one->pid) {
			escape_bytes(text, one->pin, JSON_BYTES_MAX);
			json_object_array_add(pins, json_object_new_string(text));
			continue;
		}
		holder = json_object_new_object();
		json_object_object_add(holder, "pid", json_object_new_int64(one->pid));
		json_add_bytes(holder, "comm", one->comm, sizeof(one->comm));
		json_object_array_add(holders, holder);
	}
	json_object_object_add(object, "holders", holders);
	json_object_object_add(object, "pins", pins);
	return object;
}

void attached_print_json(const struct attached_list *list, FILE *out)
{
	struct json_object *object = json_verb(list->kernel), *array = json_object_new_array();

	for (size_t i = 0; i < list->nprogs; i++) {
		const struct attached_prog *prog = &list->progs[i];
		struct json_object *one = json_object_new_object();

		json_add_text(one, "mode", mode_name(prog->mode));
		if (is_generic_for_no_need(prog))
			json_add_bool(one, "generic_though_native", true);
		json_object_object_add(one, "dev", dev_json(list, prog));
		json_object_object_add(one, "prog", prog_json(list, prog));
		if (prog->link_known == LINK_HOLDS)
			json_object_object_add(one, "link", link_json(list, prog->link));
		else if (prog->link_known == LINK_UNKNOWN)
			json_add_bool(one, "link_unknown", true);
		json_object_array_add(array, one);
	}
	json_object_object_add(object, "attached", array);
	json_object_object_add(object, "namespaces", json_object_new_int64(list->nnetns));
	json_object_object_add(object, "devices", json_object_new_int64(list->devices));
	json_object_object_add(object, "refused", json_object_new_int64(list->refused));
	json_object_object_add(object, "unreadable", json_object_new_int64(list->unreadable));
	if (list->are_hidden)
		json_add_bool(object, "hidden_processes", true);
	json_object_object_add(object, "unwalked", json_object_new_int64(list->unwalked));
	json_print(object, out);
}

void attached_print_notes(const struct attached_list *list, FILE *out)
{
	bool links = false;

	for (size_t i = 0; i < list->nprogs; i++)
		links |= list->progs[i].link_known == LINK_UNKNOWN;
	if (list->unprivileged)
		fputs("Without CAP_SYS_ADMIN names of programs, links and other network "
		      "namespaces are not seen: run it as root\n",
		      out);
	else if (links)
		fputs("Links marked ? could not be told apart: several have the same program on "
		      "devices of the same index\n",
		      out);
	if (list->refused)
		fprintf(out, "%zu network namespace%s could not be looked into\n", list->refused,
			list->refused == 1 ? "" : "s");
	if (list->unreadable)
		fprintf(out, "%zu process%s could not be looked at: what only %s is missing\n",
			list->unreadable, list->unreadable == 1 ? "" : "es",
			list->unreadable == 1 ? "it holds" : "they hold");
	if (list->are_hidden)
		fputs("Processes of other pid namespaces are not seen: what only they hold is "
		      "missing\n",
		      out);
	if (list->unwalked)
		fprintf(out,
			"%zu of the files and folders of BPF file systems could not be read: "
			"pins may be missing\n",
			list->unwalked);
}
