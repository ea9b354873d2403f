// SPDX-License-Identifier: GPL-2.0
/* Programs that do nothing, one for each function, and some that tell each call: see floor.c. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

#define NOTHING(kind, n)                \
	SEC("?" #kind)                  \
	int floor_##kind##_##n(void *_) \
	{                               \
		return 0;               \
	}

#define EIGHT(kind, n)      \
	NOTHING(kind, n##0) \
	NOTHING(kind, n##1) \
	NOTHING(kind, n##2) \
	NOTHING(kind, n##3) \
	NOTHING(kind, n##4) NOTHING(kind, n##5) NOTHING(kind, n##6) NOTHING(kind, n##7)

#define MANY(kind)     \
	EIGHT(kind, 0) \
	EIGHT(kind, 1) \
	EIGHT(kind, 2) EIGHT(kind, 3) EIGHT(kind, 4) EIGHT(kind, 5) EIGHT(kind, 6) EIGHT(kind, 7)

MANY(fexit)
MANY(kprobe)

struct record {
	__u64 time_ns, task;
	char rest[48]; /* the least that an event could be told in */
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} ring SEC(".maps");

SEC("?fexit")
int floor_record(void *_)
{
	struct record *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record)
		return 0;
	record->time_ns = bpf_ktime_get_ns();
	record->task = bpf_get_current_pid_tgid();
	bpf_ringbuf_submit(record, 0);
	return 0;
}

/* When the calls began that tasks are in. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} calls SEC(".maps");

SEC("?fentry")
int floor_enter(void *_)
{
	__u64 now = bpf_ktime_get_ns();
	__u32 task = bpf_get_current_pid_tgid();

	bpf_map_update_elem(&calls, &task, &now, BPF_ANY);
	return 0;
}

SEC("?fexit")
int floor_leave(void *_)
{
	__u32 task = bpf_get_current_pid_tgid();
	__u64 *start = bpf_map_lookup_elem(&calls, &task);
	struct record *record;

	if (!start)
		return 0;
	record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);
	if (record) {
		record->time_ns = bpf_ktime_get_ns() - *start;
		record->task = task;
		bpf_ringbuf_submit(record, 0);
	}
	bpf_map_delete_elem(&calls, &task);
	return 0;
}
