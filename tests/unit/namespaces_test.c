// SPDX-License-Identifier: GPL-2.0
#include "kernel/namespaces.h"

#include "helpers.h"
#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FOUND_MAX 4096

struct found {
	uint32_t inum;
	char name[64];
	char path[64];
	pid_t pid;
};

struct finding {
	struct found list[FOUND_MAX];
	size_t count;
	size_t stop_at; /* 0: never */
};

static struct finding finding;

static int note(const struct netns *netns, void *arg)
{
	struct finding *all = arg;
	struct found *found = &all->list[all->count++];
	struct stat status;

	assert_true(all->count < FOUND_MAX);
	assert_int_equal(fstat(netns->fd, &status), 0);
	assert_int_equal(status.st_ino, netns->inum);
	*found = (struct found){ .inum = netns->inum, .pid = netns->pid };
	if (netns->name)
		snprintf(found->name, sizeof(found->name), "%s", netns->name);
	if (netns->path)
		snprintf(found->path, sizeof(found->path), "%s", netns->path);
	return all->count == all->stop_at ? 42 : 0;
}

static size_t find_all(void)
{
	size_t unreadable = 999;

	memset(&finding, 0, sizeof(finding));
	assert_int_equal(namespaces_each(note, &finding, &unreadable), 0);
	return unreadable;
}

/* The entry of one namespace, of which there must not be two. */
static const struct found *found(uint32_t inum)
{
	const struct found *ret = NULL;

	for (size_t i = 0; i < finding.count; i++) {
		if (finding.list[i].inum != inum)
			continue;
		assert_null(ret);
		ret = &finding.list[i];
	}
	return ret;
}

static void test_named(void **state)
{
	uint32_t alpha, beta;
	size_t unreadable;

	machine_isolate();
	unreadable = find_all(); /* there are systems with processes that root may not look at */
	run("ip netns add alpha && ip netns add beta");
	alpha = netns_inum("/run/netns/alpha");
	beta = netns_inum("/run/netns/beta");
	assert_int_equal(find_all(), unreadable);
	assert_non_null(found(alpha));
	assert_string_equal(found(alpha)->name, "alpha");
	assert_int_equal(found(alpha)->pid, 0);
	assert_string_equal(found(beta)->name, "beta");
}

/* A process has it, and so does a name: the name tells more. */
static void test_name_comes_first(void **state)
{
	pid_t pid;
	char text[256];

	machine_isolate();
	pid = child_in_netns();
	snprintf(text, sizeof(text), "mkdir /run/netns && ln -s /proc/%d/ns/net /run/netns/linked",
		 pid);
	run(text);
	find_all();
	assert_non_null(found(netns_inum("/run/netns/linked")));
	assert_string_equal(found(netns_inum("/run/netns/linked"))->name, "linked");
	child_end(pid);
	find_all(); /* the name leads nowhere now: no error */
}

static void test_processes(void **state)
{
	size_t unreadable;
	char path[64];
	pid_t pid;

	machine_isolate();
	unreadable = find_all();
	pid = child_in_netns();
	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	assert_int_equal(find_all(), unreadable);
	assert_non_null(found(netns_inum(path)));
	assert_int_equal(found(netns_inum(path))->pid, pid);
	assert_string_equal(found(netns_inum(path))->name, "");
	assert_int_equal(found(netns_inum("/proc/self/ns/net"))->pid, getpid());
	child_end(pid);
}

static void *enter(void *arg)
{
	int *fds = arg;
	char byte;

	if (unshare(CLONE_NEWNET) || write(fds[1], "", 1) != 1 || read(fds[2], &byte, 1) < 0)
		abort();
	return NULL;
}

static void test_threads(void **state)
{
	int there[2], over[2], fds[3];
	pthread_t thread;
	char byte, path[64];
	uint32_t own;
	size_t count = 0;

	machine_isolate();
	own = netns_inum("/proc/self/ns/net");
	assert_int_equal(pipe(there) | pipe(over), 0);
	memcpy(fds, (int[]){ there[0], there[1], over[0] }, sizeof(fds));
	assert_int_equal(pthread_create(&thread, NULL, enter, fds), 0);
	assert_int_equal(read(there[0], &byte, 1), 1);
	find_all();
	for (size_t i = 0; i < finding.count; i++) {
		snprintf(path, sizeof(path), "/proc/self/task/%d/ns/net", finding.list[i].pid);
		if (finding.list[i].pid && !access(path, F_OK) && finding.list[i].inum != own) {
			assert_int_equal(netns_inum(path), finding.list[i].inum);
			count++;
		}
	}
	assert_int_equal(count, 1);
	close(over[1]);
	pthread_join(thread, NULL);
	close(over[0]);
	close(there[0]);
	close(there[1]);
}

/* No name, no task: a descriptor that is left of either, or a mount elsewhere. */
static void test_held_otherwise(void **state)
{
	uint32_t named, unnamed, mounted;
	char text[64];
	pid_t pid;

	machine_isolate();
	run("ip netns add named && ip netns add unnamed && ip netns add mounted && touch /run/x && "
	    "mount --bind /run/netns/mounted /run/x");
	named = netns_inum("/run/netns/named");
	unnamed = netns_inum("/run/netns/unnamed");
	mounted = netns_inum("/run/netns/mounted");
	assert_int_equal(open("/run/netns/named", O_RDONLY), 3);
	run("nsenter --net=/run/netns/unnamed sh -c 'exec 4</proc/self/ns/net; exec nsenter "
	    "--net=/run/netns/named sleep 60' & until [ -e /proc/$!/fd/4 ] && [ $(readlink "
	    "/proc/$!/ns/net) = \"net:[$(stat -Lc %i /run/netns/named)]\" ]; do :; done; "
	    "echo $! >/run/pid");
	run("ip netns del named && ip netns del unnamed && ip netns del mounted");
	close(3);
	find_all();
	assert_non_null(found(named)); /* by the process in it */
	assert_string_equal(found(named)->path, "");
	assert_non_null(found(unnamed));
	pid = found(unnamed)->pid;
	assert_true(pid > 0);
	snprintf(text, sizeof(text), "/proc/%d/fd/4", pid);
	assert_string_equal(found(unnamed)->path, text);
	assert_non_null(found(mounted));
	assert_string_equal(found(mounted)->path, "/run/x");
	assert_int_equal(found(mounted)->pid, 0);
	run("kill $(cat /run/pid) && umount /run/x");
	find_all();
	assert_null(found(mounted));
}

/* What may lie in the folder and is no network namespace: it is passed over, and nothing hangs. */
static void test_other_files(void **state)
{
	size_t unreadable;

	machine_isolate();
	unreadable = find_all();
	run("ip netns add good && cd /run/netns && touch stale && mkfifo pipe && mkdir folder && "
	    "ln -s /nowhere dangling && ln -s loop loop && touch uts && "
	    "mount --bind /proc/self/ns/uts uts");
	assert_true(find_all() > unreadable); /* ELOOP */
	assert_non_null(found(netns_inum("/run/netns/good")));
	assert_null(found(netns_inum("/run/netns/stale")));
	assert_null(found(netns_inum("/run/netns/uts")));
	assert_null(found(netns_inum("/run/netns/pipe")));
}

static void test_stop_value_is_returned(void **state)
{
	size_t unreadable = 999;

	machine_isolate();
	run("ip netns add one && ip netns add two");
	for (size_t stop_at = 1; stop_at <= 3; stop_at++) {
		memset(&finding, 0, sizeof(finding));
		finding.stop_at = stop_at;
		assert_int_equal(namespaces_each(note, &finding, &unreadable), 42);
		assert_int_equal(finding.count, stop_at);
		assert_int_equal(unreadable, 999);
	}
	assert_int_equal(namespaces_each(note, &(struct finding){}, NULL), 0);
}

static int most_fds;

static int watch_fds(const struct netns *netns, void *arg)
{
	int count = count_fds();

	if (count > most_fds)
		most_fds = count;
	return 0;
}

static void test_one_open_at_a_time(void **state)
{
	int before;

	machine_isolate();
	run("for n in $(seq 20); do ip netns add n$n; done");
	before = count_fds();
	most_fds = 0;
	assert_int_equal(namespaces_each(watch_fds, NULL, NULL), 0);
	assert_in_range(most_fds, before + 1, before + 4);
	assert_int_equal(count_fds(), before);
}

static int check_as_nobody(void)
{
	uint32_t own = netns_inum("/proc/self/ns/net");

	if (!find_all())
		return 1;
	return found(own) ? 0 : 2;
}

/* Other people's processes are counted, and are no reason to end. */
static void test_without_privileges(void **state)
{
	pid_t pid;

	machine_isolate();
	pid = child_in_netns();
	assert_int_equal(as_nobody(check_as_nobody), 0);
	child_end(pid);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_named),
		cmocka_unit_test(test_name_comes_first),
		cmocka_unit_test(test_processes),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_held_otherwise),
		cmocka_unit_test(test_other_files),
		cmocka_unit_test(test_stop_value_is_returned),
		cmocka_unit_test(test_one_open_at_a_time),
		cmocka_unit_test(test_without_privileges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
