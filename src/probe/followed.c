// SPDX-License-Identifier: GPL-2.0
#include "probe/followed.h"

#include "xdpsnoop.skel.h"

#include <bpf/bpf.h>
#include <errno.h>

void followed_prepare(struct xdpsnoop_bpf *skel, bool wanted)
{
	skel->rodata->follows = wanted;
	if (!wanted)
		bpf_map__set_max_entries(skel->maps.followed, 1);
	bpf_program__set_autoload(skel->progs.xdp_fork, wanted);
	bpf_program__set_autoload(skel->progs.xdp_free, wanted);
	bpf_program__set_autoload(skel->progs.xdp_follow, wanted);
}

int followed_attach(struct prober *prober)
{
	prober->forks = bpf_program__attach(prober->skel->progs.xdp_fork);
	if (!prober->forks)
		return -errno;
	prober->frees = bpf_program__attach(prober->skel->progs.xdp_free);
	return prober->frees ? 0 : -errno;
}

void followed_detach(struct prober *prober)
{
	bpf_link__destroy(prober->forks);
	bpf_link__destroy(prober->frees);
	prober->forks = prober->frees = NULL;
}

/* A program knows this process by the id that the kernel's first pid namespace gives it. */
static int set_following(const struct prober *prober, bool begin, uint32_t *ret_own)
{
	__u64 args[1] = { begin };
	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = args, .ctx_size_in = sizeof(args));

	int err = bpf_prog_test_run_opts(bpf_program__fd(prober->skel->progs.xdp_follow), &opts);

	if (!err)
		*ret_own = opts.retval;
	return err;
}

int followed_begin(const struct prober *prober, uint32_t *ret_own)
{
	return set_following(prober, true, ret_own);
}

int followed_end(const struct prober *prober)
{
	uint32_t own;

	return set_following(prober, false, &own);
}

uint64_t followed_count(const struct prober *prober)
{
	return __atomic_load_n(&prober->skel->bss->follow_forks, __ATOMIC_ACQUIRE);
}

int followed_each(const struct prober *prober, int (*each)(uint32_t pid, void *arg), void *arg)
{
	int map = bpf_map__fd(prober->skel->maps.followed), ret = 0;
	uint32_t *last = NULL, pid, previous,
		 most = bpf_map__max_entries(prober->skel->maps.followed);

	/* One that is deleted meanwhile makes the kernel begin anew: not for ever. */
	for (uint32_t i = 0; !ret && i < most && !bpf_map_get_next_key(map, last, &pid); i++) {
		ret = each(pid, arg);
		previous = pid;
		last = &previous;
	}
	return ret;
}
