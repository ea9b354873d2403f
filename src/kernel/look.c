// SPDX-License-Identifier: GPL-2.0
#include "kernel/look.h"

#include "look.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#define LOOKS_MAX 8

struct look {
	struct look_bpf *skel; /* NULL: not loaded yet */
	int err;               /* why it can not be */
};

int look_open(struct look **ret)
{
	struct look *look = calloc(1, sizeof(*look));

	if (!look)
		return -ENOMEM;
	*ret = look;
	return 0;
}

void look_close(struct look **look)
{
	if (*look)
		look_bpf__destroy((*look)->skel);
	free(*look);
	*look = NULL;
}

/* Once, whether it can be or not. */
static int look_load(struct look *look)
{
	libbpf_print_fn_t print;
	struct look_bpf *skel;

	if (look->skel || look->err)
		return look->err;
	print = libbpf_set_print(NULL); /* the caller has the words for it */
	skel = look_bpf__open();
	look->err = skel ? look_bpf__load(skel) : -errno;
	libbpf_set_print(print);
	if (look->err)
		look_bpf__destroy(skel);
	else
		look->skel = skel;
	return look->err;
}

static int look_once(struct look *look, int netns, uint32_t ifindex, struct wire_look *ret)
{
	__u64 args[2] = { netns, ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));

	if (bpf_prog_test_run_opts(bpf_program__fd(look->skel->progs.look_at_device), &opts))
		return -errno;
	*ret = look->skel->bss->look;
	return ret->netns_found ? 0 : -EBADF;
}

static bool is_same(const struct wire_look *one, const struct wire_look *other)
{
	return one->address == other->address &&
	       !memcmp(one->op.state, other->op.state, sizeof(one->op.state)) &&
	       !memcmp(one->op.state_link, other->op.state_link, sizeof(one->op.state_link));
}

int look_at(struct look *look, int netns, uint32_t ifindex, struct wire_look *ret)
{
	struct wire_look first, second;
	int err = look_load(look);

	if (!err)
		err = look_once(look, netns, ifindex, &second);
	for (int looks = 0; !err && looks < LOOKS_MAX; looks++) {
		first = second;
		err = look_once(look, netns, ifindex, &second);
		if (!err && is_same(&first, &second)) {
			*ret = second;
			return 0;
		}
	}
	return err ? err : -EAGAIN;
}

int look_held(struct look *look, struct held_look *ret)
{
	int err = look_load(look);

	if (!err)
		*ret = (struct held_look){
			.prog_fd = bpf_program__fd(look->skel->progs.look_at_process),
			.answer = &look->skel->bss->held,
		};
	return err;
}
