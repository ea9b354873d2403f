// SPDX-License-Identifier: GPL-2.0
#include "cmd/tried.h"

#include "kernel/system.h"
#include "probe/backends.h"
#include "util/cleanup.h"

void backends_try(const struct system_state *system, const struct targets *targets,
		  struct tried_list *ret, struct backend_set *ret_set)
{
	bool one_works = false;
	char buffer[256];

	*ret = (struct tried_list){};
	*ret_set = (struct backend_set){};
	if (!system_is_privileged(system))
		ret->untried = "it takes root to try them (CAP_SYS_ADMIN)";
	else if (system_refusal(system, buffer, sizeof(buffer)))
		ret->untried = "none can work for what else is missing (see xdpsnoop doctor)";
	if (ret->untried)
		return;
	for (size_t i = 0; backends[i] && i < TRIED_MAX; i++) {
		struct tried *tried = &ret->list[ret->count++];
		int fd;

		tried->name = backends[i]->name;
		tried->about = backends[i]->about;
		tried->problem = backend_trial(backends[i], targets, &fd);
		close_fd(&fd);
		one_works |= !tried->problem;
	}
	/* Where none works, it would tell what is in the list already. */
	if (one_works)
		backend_set_choose(ret_set, "auto", false, targets);
	backend_set_settle(ret_set);
	for (size_t i = 0; i < ret_set->count; i++)
		ret->used[ret->nused++] = ret_set->list[i]->name;
}
