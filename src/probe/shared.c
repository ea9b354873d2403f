// SPDX-License-Identifier: GPL-2.0
#include "probe/shared.h"

#include "util/cleanup.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>

/* A program that others jump to: the only one in its map, which holds it. */
struct body {
	enum wire_hook hook;
	bool is_return;
	uint32_t proto;
	int jumps;
};

static struct body *bodies;
static size_t nbodies;

static const struct body *body_find(const struct target *target, bool is_return)
{
	for (size_t i = 0; i < nbodies; i++) {
		if (bodies[i].hook == target->hook && bodies[i].is_return == is_return &&
		    bodies[i].proto == target->proto)
			return &bodies[i];
	}
	return NULL;
}

static int body_load(const struct template *template, const struct target *target, int jumps,
		     struct bpf_prog_load_opts *opts)
{
	struct template shared = *template;
	uint32_t place = 0;
	int fd, err;

	shared.jumps = jumps;
	fd = template_load(&shared, target_cookie(target) | WIRE_COOKIE_SHARED,
			   BPF_PROG_TYPE_TRACING, opts);
	if (fd >= 0 && bpf_map_update_elem(jumps, &place, &fd, BPF_ANY)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static int body_add(const struct template *template, const struct target *target, bool is_return,
		    struct bpf_prog_load_opts *opts)
{
	struct body *list = reallocarray(bodies, nbodies + 1, sizeof(*list));
	_cleanup_(close_fd) int jumps = -1;
	int fd;

	if (!list)
		return -ENOMEM;
	bodies = list;
	jumps = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "xdp_jumps", 4, 4, 1, NULL);
	if (jumps < 0)
		return -errno;
	fd = body_load(template, target, jumps, opts);
	if (fd < 0)
		return fd;
	bodies[nbodies++] = (struct body){ target->hook, is_return, target->proto, jumps };
	jumps = -1;
	return fd;
}

int shared_load(const struct template *template, const struct target *target, bool is_return,
		struct bpf_prog_load_opts *opts)
{
	const struct body *body = body_find(target, is_return);

	if (!body)
		return body_add(template, target, is_return, opts);
	return jump_load(body->jumps, 0, BPF_PROG_TYPE_TRACING, opts);
}

void shared_release(void)
{
	for (size_t i = 0; i < nbodies; i++)
		close(bodies[i].jumps);
	free(bodies);
	bodies = NULL;
	nbodies = 0;
}
