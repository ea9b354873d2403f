// SPDX-License-Identifier: GPL-2.0
#include "event/container.h"

#include "helpers.h"

#include <string.h>

#define ID  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID2 "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define POD "12345678-9abc-def0-1234-56789abcdef0"

static const struct {
	const char *cgroup, *container, *pod;
} rows[] = {
	{ "/", "", "" },
	{ "", "", "" },
	{ "/system.slice/ssh.service", "", "" },
	{ "/user.slice/user-0.slice/session-1.scope", "", "" },
	/* Docker, with systemd and without; Podman, rootful and not */
	{ "/system.slice/docker-" ID ".scope", ID, "" },
	{ "/docker/" ID, ID, "" },
	{ "/machine.slice/libpod-" ID ".scope", ID, "" },
	{ "/machine.slice/libpod-" ID ".scope/container", ID, "" },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope", ID, "" },
	/* Kubernetes: containerd and CRI-O with systemd, containerd without */
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod"
	  "12345678_9abc_def0_1234_56789abcdef0.slice/cri-containerd-" ID ".scope",
	  ID, POD },
	{ "/kubepods.slice/kubepods-pod12345678_9abc_def0_1234_56789abcdef0.slice/crio-" ID
	  ".scope",
	  ID, POD },
	{ "/kubepods/besteffort/pod" POD "/" ID, ID, POD },
	{ "/kubepods/besteffort/pod" POD, "", POD },
	{ "/system.slice/containerd.service/kubepods-burstable-pod" POD ".slice:cri-containerd:" ID,
	  ID, POD },
	/* a container in a container: the inner one */
	{ "/docker/" ID "/docker/" ID2, ID2, "" },
	/* what watches a container is outside of it */
	{ "/machine.slice/libpod-conmon-" ID ".scope", "", "" },
	{ "/kubepods.slice/crio-conmon-" ID ".scope", "", "" },
	/* nearly */
	{ "/docker/" ID "0", "", "" },
	{ "/docker/x" ID, "", "" },
	{ "/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", "", "" },
	{ "/docker/0123456789abcdef", "", "" },
	{ "/docker-" ID ".service", "", "" },
	{ "/podcast", "", "" },
	{ "/xpod" POD, "", "" },
	{ "/pod12345678-9abc-def0-1234-56789abcdef", "", "" },
	{ "/pod12345678+9abc-def0-1234-56789abcdef0", "", "" },
};

static void test_rows(void **state)
{
	char container[CONTAINER_ID_SIZE], pod[POD_UID_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_(free_pointer) char *path =
			exact_copy(rows[i].cgroup, strlen(rows[i].cgroup) + 1);

		memset(container, 'x', sizeof(container));
		memset(pod, 'x', sizeof(pod));
		container_identify(path, container, pod);
		assert_string_equal(container, rows[i].container);
		assert_string_equal(pod, rows[i].pod);
	}
}

/* A path may be cut anywhere. */
static void test_cut(void **state)
{
	char container[CONTAINER_ID_SIZE], pod[POD_UID_SIZE];

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (size_t length = strlen(rows[i].cgroup); length--;) {
			_cleanup_(free_pointer) char *path = strndup(rows[i].cgroup, length);

			assert_non_null(path);
			container_identify(path, container, pod);
			assert_true(strlen(container) == 0 || strlen(container) == 64);
			assert_true(strlen(pod) == 0 || strlen(pod) == 36);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
