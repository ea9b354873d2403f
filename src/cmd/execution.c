// SPDX-License-Identifier: GPL-2.0
#include "cmd/execution.h"

#include "cmd/cmd.h"
#include "kernel/links.h"
#include "kernel/namespaces.h"
#include "probe/followed.h"
#include "util/cleanup.h"
#include "util/log.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>

#define LATER_NS 5000000000ULL /* what the kernel does in workers is done by then */

void execution_init(struct execution *execution, char **argv)
{
	*execution = (struct execution){ .waited_fd = -1 };
	command_init(&execution->command, argv);
}

int execution_start(struct execution *execution)
{
	uint32_t own = 0;
	int err = followed_begin(execution->prober, &own), exit_code;

	if (err) {
		log_error("could not follow the command: %s", strerrordesc_np(-err));
		return EXIT_FAILED;
	}
	execution->is_alone = own != (uint32_t)getpid();
	if (execution->is_alone && execution->waits_all)
		log_warning("--wait: in a pid namespace of its own, xdpsnoop waits for the command "
			    "only");
	exit_code = command_start(&execution->command);
	followed_end(execution->prober);
	if (exit_code >= 0)
		return exit_code;
	log_info("Started %s as process %d", execution->command.argv[0], execution->command.pid);
	err = loop_wait_for(execution->loop, execution->source, execution->command.pidfd);
	if (!err)
		return -1;
	log_error("could not wait for the command: %s", strerrordesc_np(-err));
	command_wait(&execution->command);
	return EXIT_FAILED;
}

bool execution_event(struct execution *execution, const struct wire_op *op, struct event *event)
{
	return account_event(&execution->account, event, op->followed);
}

/* A descriptor of a process that has not ended, -1: it has. */
static int open_living(uint32_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);
	struct pollfd ended = { .fd = fd, .events = POLLIN };

	if (fd < 0)
		return -1;
	if (!poll(&ended, 1, 0))
		return fd;
	close(fd);
	return -1;
}

/* Returns 1 when there is one to wait for. */
static int wait_for_one(uint32_t pid, void *arg)
{
	struct execution *execution = arg;

	execution->waited_fd = open_living(pid);
	return execution->waited_fd >= 0;
}

/*
 * The next process to wait for; one after the other, until there is none. As long as processes are
 * added there are some: those that fork and end may all get out of the way of a look at them.
 */
static int wait_for_next(struct execution *execution)
{
	uint64_t before;

	close_fd(&execution->waited_fd); /* which takes it out of the loop */
	execution->waited_fd = -1;
	do {
		before = followed_count(execution->prober);
		followed_each(execution->prober, wait_for_one, execution);
	} while (execution->waited_fd < 0 && followed_count(execution->prober) != before);
	if (execution->waited_fd < 0)
		return 0;
	return loop_wait_for(execution->loop, execution->source, execution->waited_fd);
}

/* Nothing is waited for any more but what the kernel does a little later. */
static int execution_end(struct execution *execution)
{
	execution->ended = true;
	loop_consume(execution->loop);
	return loop_end_after(execution->loop, LATER_NS);
}

int execution_ready(struct execution *execution)
{
	int err = 0;

	execution->loop->sources[execution->source].fd = -1; /* it is closed below */
	if (!execution->command.ended) {
		command_wait(&execution->command);
		command_release(&execution->command);
	}
	if (execution->waits_all && !execution->is_alone)
		err = wait_for_next(execution);
	if (err || execution->waited_fd >= 0)
		return err;
	return execution_end(execution);
}

void execution_signal(struct execution *execution, const struct signalfd_siginfo *info)
{
	command_signal(&execution->command, info);
	if (!execution->command.ended || execution->waited_fd < 0)
		return;
	execution->loop->sources[execution->source].fd = -1; /* it is closed here */
	close_fd(&execution->waited_fd);
	execution->waited_fd = -1;
	execution_end(execution);
}

/* Whether it is where it was told to be. What can not be looked at is taken to be. */
static bool is_there(const struct execution *execution, const struct left *left)
{
	struct wire_look look;
	int mode = 0;

	if (prober_look(execution->prober, left->netns, left->ifindex, 0, &look))
		return true;
	while (mode < WIRE_MODES - 1 && mode_name(mode) != left->mode)
		mode++;
	return look.address && !look.op.dev.netns_dying && look.op.state[mode].id == left->prog.id;
}

static int is_netns(const struct netns *netns, void *arg)
{
	return netns->inum == *(const uint32_t *)arg;
}

/*
 * Whether somebody has its link, or its namespace. What nobody has ends soon, but not at once: a
 * link in a worker; and a socket of netlink holds its namespace for an RCU grace period after its
 * close (deferred_put_nlk_sk() of net/netlink/af_netlink.c, in 5.10 as in 7.x).
 */
static bool is_held(const struct left *left)
{
	uint32_t inum = left->netns;

	if (left->link_id && !link_is_referred_to(left->link_id))
		return false;
	return namespaces_each(is_netns, &inum, NULL) != 0;
}

/* Returns 1 if there is one. */
static int is_living(uint32_t pid, void *arg)
{
	_cleanup_(close_fd) int fd = open_living(pid);

	(void)arg;
	return fd >= 0;
}

/* Whether a worker is about to take a pool down, as nobody is there any more who could have it. */
static bool is_pool_due(const struct execution *execution)
{
	return execution->account.npools &&
	       (execution->is_alone || !followed_each(execution->prober, is_living, NULL));
}

bool execution_is_over(struct execution *execution)
{
	const struct account *account = &execution->account;

	if (!execution->ended || is_pool_due(execution))
		return false;
	for (size_t i = 0; i < account->nleft; i++) {
		const struct left *left = &account->left[i];

		if (!is_there(execution, left) || !is_held(left))
			return false;
	}
	return true;
}

static int add_running(uint32_t pid, void *arg)
{
	struct execution *execution = arg;
	_cleanup_(close_fd) int fd = open_living(pid);
	uint32_t *list;

	if (fd < 0)
		return 0;
	/* The walk begins again where it was as one of them went. */
	for (size_t i = 0; i < execution->nrunning; i++) {
		if (execution->running[i] == pid)
			return 0;
	}
	list = reallocarray(execution->running, execution->nrunning + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	execution->running = list;
	list[execution->nrunning++] = pid;
	return 0;
}

/* It has gone, and that was not told in time. */
static void forget_gone(struct execution *execution)
{
	struct account *account = &execution->account;

	for (size_t i = account->nleft; i-- > 0;) {
		if (!is_there(execution, &account->left[i]))
			account->left[i] = account->left[--account->nleft];
	}
}

void execution_finish(struct execution *execution, struct summary *ret)
{
	const struct command *command = &execution->command;

	command_wait(&execution->command);
	forget_gone(execution);
	if (!execution->is_alone)
		followed_each(execution->prober, add_running, execution);
	*ret = (struct summary){
		.account = &execution->account,
		.status = command_exit_code(command),
		.took_ns = command->end_ns - command->start_ns,
		.running = execution->running,
		.nrunning = execution->nrunning,
	};
	command_death(command, ret->signal);
}

void execution_release(struct execution *execution)
{
	close_fd(&execution->waited_fd);
	command_release(&execution->command);
	account_release(&execution->account);
	free(execution->running);
	execution->running = NULL;
}
