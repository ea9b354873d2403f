// SPDX-License-Identifier: GPL-2.0
#include "machine.h"

#include "helpers.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <dirent.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define XDP_PASS_INSNS                                                                  \
	{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = XDP_PASS }, \
	{                                                                               \
		.code = BPF_JMP | BPF_EXIT                                              \
	}

/* The reason is read by `run`, as cmocka's output has no place for one. */
static void skip_for(const char *what)
{
	print_message("reason: this machine refuses %s: %s\n", what, strerror(errno));
	skip();
}

void machine_isolate(void)
{
	if (unshare(CLONE_NEWNS | CLONE_NEWNET))
		skip_for("a namespace of its own");
	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("tmpfs", "/run", "tmpfs", 0, NULL))
		skip_for("a mount of its own");
}

void run(const char *command)
{
	int status = system(command);

	if (status)
		fail_msg("\"%s\" ended with status %d", command, status);
}

int xdp_load(const char *name)
{
	const struct bpf_insn insns[] = { XDP_PASS_INSNS };
	int fd;

	fd = bpf_prog_load(BPF_PROG_TYPE_XDP, name, "GPL", insns, ARRAY_SIZE(insns), NULL);
	if (fd < 0)
		skip_for("an XDP program");
	return fd;
}

/* Type information with `int main_name(struct xdp_md *ctx)`, and prog0() if it is not that. */
static struct btf *dispatcher_btf(const char *main_name, uint32_t *main_func, uint32_t *func,
				  uint32_t *struct_type)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	int context, proto;

	*struct_type = btf__add_struct(btf, "xdp_md", 4);
	btf__add_field(btf, "data", number, 0, 0);
	context = btf__add_ptr(btf, *struct_type);
	proto = btf__add_func_proto(btf, number);
	btf__add_func_param(btf, "ctx", context);
	*main_func = btf__add_func(btf, main_name, BTF_FUNC_GLOBAL, proto);
	*func = btf__add_func(btf, "prog0", BTF_FUNC_GLOBAL, proto);
	assert_true((int)*func > 0);
	return btf;
}

static int load_btf(const struct btf *btf)
{
	uint32_t size;
	const void *data = btf__raw_data(btf, &size);
	int fd = bpf_btf_load(data, size, NULL);

	if (fd < 0)
		skip_for("BTF");
	return fd;
}

void dispatcher_load(struct dispatcher *ret)
{
	const struct bpf_insn insns[] = {
		{ .code = BPF_JMP | BPF_CALL, .src_reg = BPF_PSEUDO_CALL, .imm = 1 },
		{ .code = BPF_JMP | BPF_EXIT },
		XDP_PASS_INSNS,
	};
	struct bpf_func_info funcs[2] = { { .insn_off = 0 }, { .insn_off = 2 } };
	struct btf *btf = dispatcher_btf("dispatcher", &funcs[0].type_id, &funcs[1].type_id,
					 &ret->struct_type);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .func_info = funcs, .func_info_cnt = 2,
		    .func_info_rec_size = sizeof(funcs[0]), .prog_btf_fd = load_btf(btf));
	int err;

	ret->func = funcs[1].type_id;
	ret->fd = bpf_prog_load(BPF_PROG_TYPE_XDP, "dispatcher", "GPL", insns, ARRAY_SIZE(insns),
				&opts);
	err = errno;
	close(opts.prog_btf_fd);
	btf__free(btf);
	errno = err;
	if (ret->fd < 0)
		skip_for("an XDP program with BTF");
}

int replacement_load(const struct dispatcher *dispatcher)
{
	const struct bpf_insn insns[] = { XDP_PASS_INSNS };
	struct bpf_func_info func = {};
	uint32_t unused, unused_too;
	int fd, err;
	struct btf *btf = dispatcher_btf("replacement", &func.type_id, &unused, &unused_too);
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .func_info = &func, .func_info_cnt = 1,
		    .func_info_rec_size = sizeof(func), .prog_btf_fd = load_btf(btf),
		    .attach_prog_fd = dispatcher->fd, .attach_btf_id = dispatcher->func);

	fd = bpf_prog_load(BPF_PROG_TYPE_EXT, "replacement", "GPL", insns, ARRAY_SIZE(insns),
			   &opts);
	err = errno;
	close(opts.prog_btf_fd);
	btf__free(btf);
	errno = err;
	if (fd < 0)
		skip_for("a program that replaces a function (freplace)");
	return fd;
}

uint32_t prog_id(int fd)
{
	struct bpf_prog_info info = {};
	uint32_t size = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	return info.id;
}

uint32_t link_id(int fd)
{
	struct bpf_link_info info = {};
	uint32_t size = sizeof(info);

	assert_int_equal(bpf_obj_get_info_by_fd(fd, &info, &size), 0);
	return info.id;
}

uint32_t netns_inum(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_ino;
}

int count_fds(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

pid_t child_in_netns(void)
{
	int ready[2];
	pid_t pid;
	char byte;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* should the test fail */
		if (unshare(CLONE_NEWNET) || write(ready[1], "", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

void child_end(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

int as_nobody(int (*check)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid)
		_exit(setgid(65534) || setuid(65534) ? 255 : check());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
