// SPDX-License-Identifier: GPL-2.0
#include "cmd/follow.h"

#include "kernel/uevents.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <errno.h>
#include <string.h>

void follower_open(struct follower *follower)
{
	follower->fd = uevents_open();
	if (follower->fd < 0) {
		log_warning("can not hear of modules that are loaded from here on, their functions "
			    "will not be probed: %s",
			    strerrordesc_np(-follower->fd));
		follower->fd = -1;
	}
}

void follower_close(struct follower *follower)
{
	close_fd(&follower->fd);
}

/* Names that are known by address only may have been those of the module that has gone. */
static void forget(struct follower *follower, const char *module)
{
	prober_forget_module(follower->prober, module);
	targets_forget_module(&follower->found->targets, module);
	modules_remove(&follower->found->modules, module);
	enricher_forget(follower->enricher);
}

static void note(const struct module_event *event, void *arg)
{
	struct follower *follower = arg;

	if (event->loaded) {
		follower->changed = true;
		/* It would have it by now: btf_module_notify() of kernel/bpf/btf.c came before. */
		follower->without_btf |= !btfs_have(&follower->found->btfs, event->module);
	} else {
		forget(follower, event->module);
	}
}

static int source_gone(const struct btf_source *source, void *arg)
{
	forget(arg, source->module);
	return 0;
}

static int source_come(const struct btf_source *source, void *arg)
{
	struct follower *follower = arg;

	return targets_add_module(&follower->found->targets, source);
}

/* Where a module has no BTF, vmlinux's tells what to look for in memory. */
static int follower_resolve(struct follower *follower)
{
	int err = btfs_regain(&follower->found->btfs);

	return err ? err : discovery_read_symbols(follower->found, !follower->without_btf);
}

void follower_update(struct follower *follower)
{
	int err = uevents_read(follower->fd, note, follower);

	if (err == -ENOBUFS) /* some were lost: whatever they said shows in what there is now */
		follower->changed = follower->without_btf = true;
	else if (err)
		log_warning("could not read which modules were loaded: %s", strerrordesc_np(-err));
	if (!follower->changed)
		return;
	follower->changed = false;
	err = btfs_follow(&follower->found->btfs, source_gone, source_come, follower);
	if (!err && (follower->without_btf || targets_unresolved(&follower->found->targets)))
		err = follower_resolve(follower);
	btfs_shed(&follower->found->btfs);
	follower->without_btf = false;
	if (!err)
		err = prober_update(follower->prober);
	if (!err)
		err = enricher_read_symbols(follower->enricher);
	if (err)
		log_warning("could not look for drivers in modules that were loaded: %s",
			    strerrordesc_np(-err));
}
