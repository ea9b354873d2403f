// SPDX-License-Identifier: GPL-2.0
#include "event/container.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define ID_DIGITS  (CONTAINER_ID_SIZE - 1)
#define UUID_CHARS (POD_UID_SIZE - 1)

static const char digits[] = "0123456789abcdef";

/* A part of a path, without its slashes. */
struct name {
	const char *text;
	size_t length;
};

static bool ends_with(const struct name *name, const char *end)
{
	size_t length = strlen(end);

	return name->length >= length && !memcmp(name->text + name->length - length, end, length);
}

/* As in ID, docker-ID.scope, cri-containerd-ID.scope; a monitor of one (crio-conmon-ID) is outside
 * of it. */
static bool find_container(struct name name, char container[CONTAINER_ID_SIZE])
{
	const char *id;

	if (ends_with(&name, ".scope"))
		name.length -= strlen(".scope");
	if (name.length < ID_DIGITS)
		return false;
	id = name.text + name.length - ID_DIGITS;
	if (strspn(id, digits) < ID_DIGITS)
		return false;
	if (id > name.text && id[-1] != '-' && id[-1] != ':')
		return false;
	name.length -= ID_DIGITS;
	if (ends_with(&name, "conmon-"))
		return false;
	memcpy(container, id, ID_DIGITS);
	container[ID_DIGITS] = 0;
	return true;
}

/* A UUID, where systemd's names have '_' for '-'. */
static bool read_uuid(const char *text, size_t length, char pod[POD_UID_SIZE])
{
	if (length < UUID_CHARS)
		return false;
	for (size_t i = 0; i < UUID_CHARS; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? text[i] != '-' && text[i] != '_' : !strchr(digits, text[i]))
			return false;
		pod[i] = dash ? '-' : text[i];
	}
	pod[UUID_CHARS] = 0;
	return true;
}

/* As in podUUID, kubepods-burstable-podUUID.slice. */
static void find_pod(struct name name, char pod[POD_UID_SIZE])
{
	char found[POD_UID_SIZE];

	for (size_t i = 0; i + 3 < name.length; i++) {
		if (memcmp(name.text + i, "pod", 3) || (i && name.text[i - 1] != '-'))
			continue;
		if (read_uuid(name.text + i + 3, name.length - i - 3, found)) {
			memcpy(pod, found, sizeof(found));
			return;
		}
	}
}

void container_identify(const char *cgroup, char container[CONTAINER_ID_SIZE],
			char pod[POD_UID_SIZE])
{
	struct name name = { .text = cgroup };

	container[0] = pod[0] = 0;
	while (*name.text) {
		name.length = strcspn(name.text, "/");
		find_pod(name, pod);
		find_container(name, container);
		name.text += name.length;
		name.text += *name.text == '/';
	}
}
