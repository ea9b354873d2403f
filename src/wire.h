/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the kernel side (src/bpf) sends to userspace through the ring buffer.
 * The only header that both sides include. Host byte order: it never leaves the machine.
 */
#ifndef XDPSNOOP_WIRE_H
#define XDPSNOOP_WIRE_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#define WIRE_NAME    16  /* IFNAMSIZ, BPF_OBJ_NAME_LEN and TASK_COMM_LEN are all 16 */
#define WIRE_DRIVER  32  /* a bus driver's name, cut beyond that */
#define WIRE_FUNC    32  /* a function of a program, cut beyond that */
#define WIRE_BUS     64  /* a device's address on its bus, cut beyond that */
#define WIRE_ALTNAME 128 /* ALTIFNAMSIZ */
#define WIRE_ALIAS   256 /* IFALIASZ, with a NUL */
#define WIRE_LOWER   8   /* lower devices that are named */
#define WIRE_TEXTS   (WIRE_BUS + WIRE_ALTNAME + WIRE_ALIAS + (1 + WIRE_LOWER) * WIRE_NAME)
#define WIRE_FULL    64  /* a program's name in its BTF, cut beyond that */
#define WIRE_MAPS    16  /* maps of a program that are named */
#define WIRE_SHOWN   256 /* of an error text; the kernel's longest is about 120 bytes */
#define WIRE_MSG     264 /* and a little more, so that one that is longer can be told */
#define WIRE_CALLS   8   /* calls that travel in one record; an operation with more sends several */
#define WIRE_DEPTH \
	32 /* nested calls of one operation; a bond on a bond needs 3 a level, 8 levels */
#define WIRE_STACK_FRAMES 64 /* of a stack, the innermost ones */
#define WIRE_MODES        3  /* enum bpf_xdp_mode: generic, driver, offload */

/* The functions of the kernel that are probed, by what they mean. Values are not kept stable. */
enum wire_hook {
	HOOK_NONE,
	HOOK_REQUEST,           /* rtnetlink_rcv_msg: a request, before anything in it is checked */
	HOOK_NETLINK,           /* dev_change_xdp_fd: IFLA_XDP in RTM_SETLINK or RTM_NEWLINK */
	HOOK_LINK_CREATE,       /* bpf_xdp_link_attach */
	HOOK_LINK_UPDATE,       /* bpf_xdp_link_update */
	HOOK_LINK_DETACH,       /* bpf_xdp_link_detach: BPF_LINK_DETACH */
	HOOK_LINK_RELEASE,      /* bpf_xdp_link_release: without a reference, or in a detach */
	HOOK_ATTACH,            /* dev_xdp_attach */
	HOOK_INSTALL,           /* dev_xdp_install */
	HOOK_DRIVER,            /* a driver's ndo_bpf, generic_xdp_install, or a wrapper of one */
	HOOK_LINK_CLOSE,        /* bpf_link_release: a descriptor of any link is closed */
	HOOK_LINK_PUT,          /* bpf_link_put: any link loses a reference */
	HOOK_PIN_UNLINK,        /* simple_unlink: a name goes, in bpffs and elsewhere */
	HOOK_PIN_FREE,          /* bpf_free_inode: and what it was a pin of loses a reference */
	HOOK_BIND,              /* xsk_bind: an AF_XDP socket */
	HOOK_POOL_SETUP,        /* xp_assign_dev: its buffer pool, to a queue of a device */
	HOOK_POOL_CLEAR,        /* xp_clear_dev: and off it */
	HOOK_POOL_RELEASE,      /* xp_release_deferred: the same, as its last socket has gone */
	HOOK_POOL_PUT,          /* xp_del_xsk: a socket leaves its pool */
	HOOK_COMPONENT_ATTACH,  /* bpf_tracing_prog_attach: of any kind, freplace among them */
	HOOK_COMPONENT_RELEASE, /* bpf_tracing_link_release */
	HOOK_MAP_PUT,           /* bpf_map_put, bpf_map_put_with_uref: any map loses a reference */
	HOOK_OFFLOAD_MAP,       /* bpf_map_offload_ndo: a map in a device */
	HOOK_MOVE,              /* __dev_change_net_namespace */
	HOOK_ENTRY_UPDATE,      /* dev_map_update_elem, cpu_map_update_elem, ...: of an entry */
	HOOK_ENTRY_DELETE,      /* dev_map_delete_elem, cpu_map_delete_elem, ... */
	HOOK_DEVMAP_DROP,       /* __dev_map_entry_free: whatever the reason */
	HOOK_MAP_FREE,          /* dev_map_free, cpu_map_free: the map itself */
	HOOK_DELETE,            /* no function: RTM_DELLINK, as its system call is seen */
	HOOK_PRESENT,           /* no function: what was there when tracing began */
	HOOKS,
};

/*
 * Those that functions are probed for, the names of their programs, and what programs they have:
 * WHOLE for entry and return, ENTRY where nothing is learned from a return; BLIND_ for trampolines
 * only, as the kernel runs no kprobe while it changes a map.
 */
#define WIRE_HOOKS(X)                                       \
	X(HOOK_REQUEST, request, WHOLE)                     \
	X(HOOK_NETLINK, netlink, WHOLE)                     \
	X(HOOK_LINK_CREATE, link_create, WHOLE)             \
	X(HOOK_LINK_UPDATE, link_update, WHOLE)             \
	X(HOOK_LINK_DETACH, link_detach, WHOLE)             \
	X(HOOK_LINK_RELEASE, link_release, WHOLE)           \
	X(HOOK_ATTACH, attach, WHOLE)                       \
	X(HOOK_INSTALL, install, WHOLE)                     \
	X(HOOK_DRIVER, driver, WHOLE)                       \
	X(HOOK_LINK_CLOSE, link_close, WHOLE)               \
	X(HOOK_LINK_PUT, link_put, ENTRY)                   \
	X(HOOK_PIN_UNLINK, pin_unlink, ENTRY)               \
	X(HOOK_PIN_FREE, pin_free, ENTRY)                   \
	X(HOOK_BIND, bind, WHOLE)                           \
	X(HOOK_POOL_SETUP, pool_setup, WHOLE)               \
	X(HOOK_POOL_CLEAR, pool_clear, WHOLE)               \
	X(HOOK_POOL_RELEASE, pool_release, WHOLE)           \
	X(HOOK_POOL_PUT, pool_put, ENTRY)                   \
	X(HOOK_COMPONENT_ATTACH, component_attach, WHOLE)   \
	X(HOOK_COMPONENT_RELEASE, component_release, WHOLE) \
	X(HOOK_MAP_PUT, map_put, ENTRY)                     \
	X(HOOK_OFFLOAD_MAP, offload_map, WHOLE)             \
	X(HOOK_MOVE, move, WHOLE)                           \
	X(HOOK_ENTRY_UPDATE, entry_update, BLIND_WHOLE)     \
	X(HOOK_ENTRY_DELETE, entry_delete, BLIND_WHOLE)     \
	X(HOOK_DEVMAP_DROP, devmap_drop, BLIND_ENTRY)       \
	X(HOOK_MAP_FREE, map_free, BLIND_ENTRY)

#define WIRE_KIND_WHOLE       0U
#define WIRE_KIND_ENTRY       1U
#define WIRE_KIND_BLIND_WHOLE 2U
#define WIRE_KIND_BLIND_ENTRY 3U

#define WIRE_IN_ENTRIES(hook, name, kind) | (WIRE_KIND_##kind & 1) << hook
#define WIRE_IN_BLIND(hook, name, kind)   | WIRE_KIND_##kind >> 1 << hook

/* A bit for each of those that have a program for entries only, and of those that kprobes are
 * blind for. */
#define WIRE_ENTRIES (0U WIRE_HOOKS(WIRE_IN_ENTRIES))
#define WIRE_BLIND   (0U WIRE_HOOKS(WIRE_IN_BLIND))

/* What an operation is about. */
enum wire_kind {
	WIRE_PROG,      /* the program of a device */
	WIRE_POOL,      /* the AF_XDP buffer pool of a device's queue */
	WIRE_COMPONENT, /* a program that replaces a function of an XDP program */
	WIRE_ENTRY,     /* the program of an entry of a devmap or cpumap */
	WIRE_MAP,       /* a map in a device */
	WIRE_MOVE,      /* a device with a program goes to another network namespace */
};

/* enum bpf_xdp_mode (include/linux/netdevice.h, since 5.9), plus "not known". */
enum wire_mode {
	WIRE_MODE_GENERIC,
	WIRE_MODE_DRIVER,
	WIRE_MODE_OFFLOAD,
	WIRE_MODE_UNKNOWN,
};

/* How a link lost its last reference. */
enum wire_release {
	WIRE_RELEASE_UNKNOWN,
	WIRE_RELEASE_CLOSE,
	WIRE_RELEASE_EXIT,
	WIRE_RELEASE_UNPIN,
};

/* How a text of the kernel's got here. */
enum wire_channel {
	WIRE_CHANNEL_NONE,
	WIRE_CHANNEL_EXTACK,     /* it lay in a struct netlink_ext_ack that the caller had passed */
	WIRE_CHANNEL_TRACEPOINT, /* the kernel said it to nobody but those who trace */
	WIRE_CHANNEL_LOG,        /* a line for the kernel's log */
	WIRE_CHANNELS,
};

enum wire_type {
	WIRE_OP = 1,  /* struct wire_op: an operation has ended */
	WIRE_CHUNK,   /* struct wire_calls: earlier calls of an operation that goes on */
	WIRE_TASK,    /* struct wire_task: who operations to come are of */
	WIRE_PROGRAM, /* struct wire_program: what programs of operations to come are */
	WIRE_STACK,   /* struct wire_stack: the stack of an operation that goes on */
};

#define WIRE_ARGS     1024 /* of a command line, cut beyond that */
#define WIRE_PATH     768  /* of a path, where its names begin; it ends within one more name */
#define WIRE_PATHNAME 256  /* NAME_MAX, with a NUL */
#define WIRE_NO_LOGIN 0xffffffffU

/* What struct wire_task has of a task. */
#define WIRE_TASK_USER     1  /* uid, loginuid */
#define WIRE_TASK_ARGS     2  /* args */
#define WIRE_TASK_ARGS_CUT 4  /* and there are more */
#define WIRE_TASK_EXE      8  /* exe, whole */
#define WIRE_TASK_DELETED  16 /* the file was deleted, or replaced by another one */
#define WIRE_TASK_CGROUP   32 /* cgroup, whole */

/*
 * A thread as it was at @stamp. Sent ahead of its first operation, and again when anything of it
 * has changed: operations tell who they are of by the thread's id and this stamp.
 */
struct wire_task {
	__u32 type; /* enum wire_type */
	__u32 tid;
	__u64 stamp; /* CLOCK_MONOTONIC */
	__u32 pid, ppid;
	__u32 uid;      /* in the initial user namespace */
	__u32 loginuid; /* of whoever has logged in, or WIRE_NO_LOGIN */
	__u32 netns;    /* inode of its network namespace; 0: it has none any more */
	__u16 has;      /* WIRE_TASK_* */
	__u16 args_length;
	__u16 exe_length, cgroup_length;
	char parent_comm[WIRE_NAME];
	char args[WIRE_ARGS]; /* each with its NUL, but for the last one if it is cut */
	/* Names from the file, or the cgroup in the unified hierarchy, to the root, each with its
	 * NUL. */
	char exe[WIRE_PATH + WIRE_PATHNAME];
	char cgroup[WIRE_PATH + WIRE_PATHNAME];
};

/* What a program is, beside its type. */
#define WIRE_PROGRAM_FRAGS     1 /* takes packets of several buffers */
#define WIRE_PROGRAM_DEV_BOUND 2 /* may use what its device tells of packets */
#define WIRE_PROGRAM_OFFLOADED 4 /* loaded for its device to run it */
#define WIRE_PROGRAM_UID       8 /* uid is known */

/*
 * What stays the same as long as a program is there. Sent ahead of the first operation that has to
 * do with it, and again from time to time: by the next operation it may be gone.
 */
struct wire_program {
	__u32 type; /* enum wire_type */
	__u32 id;
	__u64 loaded_ns; /* CLOCK_BOOTTIME */
	__u8 tag[8];
	__u32 uid;   /* of whoever has loaded it, in the initial user namespace */
	__u16 flags; /* WIRE_PROGRAM_* */
	__u16 nmaps; /* all that it uses */
	__u32 maps[WIRE_MAPS];
	char name[WIRE_FULL]; /* of its function; empty: struct wire_prog has all of it */
};

/* A program; id 0: there is none. The name is NUL-terminated. */
struct wire_prog {
	__u32 id;
	char name[WIRE_NAME];
};

/* A device as it was when the operation reached it; ifindex 0: it never did. */
struct wire_dev {
	__u64 xmit; /* address of its ndo_start_xmit: names the module of a virtual device */
	__u32 ifindex;
	__u32 netns; /* inode of its network namespace */
	char name[WIRE_NAME];
	char bus_driver[WIRE_DRIVER]; /* driver of the parent device; empty: a virtual device */
	char kind[WIRE_NAME];         /* rtnl_link_ops->kind; empty: a physical device */
	__u8 unregistering;           /* reg_state is NETREG_UNREGISTERING */
	__u8 netns_dying;             /* the last reference to its network namespace is gone */
	__u8 native;                  /* the driver has an ndo_bpf */
	__u8 slave;                   /* IFF_SLAVE: it has a bond, or a netvsc, as its master */
	__u8 moving;                  /* on its way to another network namespace */
	__u8 has_features;            /* xdp_features is known */
	__u8 more_lower;              /* lower devices that are not named */
	__u8 has_altname;             /* and the filter asks no further */
	__u32 mtu, rx_queues, tx_queues;
	__u32 xdp_features; /* enum netdev_xdp_act */
};

/* The first device above another one that has a program; ifindex 0: none has. */
struct wire_upper {
	__u32 ifindex;
	__u32 mode; /* enum wire_mode */
	__u32 link; /* that holds it; 0: none */
	struct wire_prog prog;
	char name[WIRE_NAME];
};

/* The buffer pool of AF_XDP sockets on one queue. */
struct wire_pool {
	__u32 queue;
	__u16 asked;   /* XDP_COPY, XDP_ZEROCOPY, ...: sxdp_flags */
	__u8 zerocopy; /* what it has got, or had */
	__u8 known;    /* the queue could be read */
};

/* Where a component goes: to a function of this program. */
struct wire_component {
	struct wire_prog target;
	char func[WIRE_FUNC];
};

/* A map, and of devmaps and cpumaps the key of the entry. */
struct wire_map {
	__u32 id; /* 0: it has none yet */
	__u32 type;
	__u32 key;
	__u8 whole; /* not one entry: all of them, as the map goes */
	__u8 pad[3];
	char name[WIRE_NAME];
	struct wire_prog old; /* what the entry had before */
};

/* Where a device was before. */
struct wire_place {
	__u32 ifindex;
	__u32 netns;
	char name[WIRE_NAME];
	__u8 netns_dying; /* as of wire_dev */
	__u8 pad[3];
};

/* One probed function call that has returned. Calls come in the order of their returns. */
struct wire_call {
	__u64 took_ns;
	__s32 ret;
	__u32 target; /* index into the table of targets that userspace made */
	__u32 ifindex;
	__u16 seq;    /* order of entry in the operation, from 1 */
	__u16 parent; /* seq of the caller, 0 for the outermost call */
	char ifname[WIRE_NAME];
};

/* The end of every record: what operation it belongs to, and calls. */
struct wire_calls {
	__u32 type; /* enum wire_type */
	__u32 tid;
	__u64 start_ns; /* CLOCK_MONOTONIC; with tid it identifies the operation */
	__u32 ncalls;
	__u32 lost; /* calls of this operation that found the ring buffer full */
	struct wire_call calls[WIRE_CALLS];
};

/* The kernel's stack as a function of an operation was entered: where calls return to. */
struct wire_stack {
	__u32 type; /* enum wire_type */
	__u32 tid;
	__u64 start_ns; /* as of struct wire_calls */
	__u32 target;   /* that function: as of struct wire_call */
	__u32 count;
	__u64 frames[WIRE_STACK_FRAMES]; /* innermost first */
};

/*
 * What else a device is called, and belongs to: each empty if there is none. Sent as far as it is
 * not empty, in whole members, so that what many devices have comes first.
 */
struct wire_texts {
	char bus[WIRE_BUS]; /* its address there */
	char master[WIRE_NAME];
	char altname[WIRE_ALTNAME];
	char lower[WIRE_LOWER][WIRE_NAME];
	char alias[WIRE_ALIAS];
};

/*
 * One operation: what one task did to one device, sent when its outermost call returns. Behind its
 * last call is what there is of struct wire_texts, and behind that what there is of struct
 * wire_said.
 */
struct wire_op {
	__u32 type; /* enum wire_type */
	__u32 pid;
	char comm[WIRE_NAME];
	__u64 took_ns;
	__u64 driver_func; /* bpf_op of dev_xdp_install; 0: it was not reached */
	__u64 seen_ns;     /* CLOCK_MONOTONIC when state was read under RTNL; 0: it was not */
	__s32 ret;
	__u32 flags; /* XDP_FLAGS_* as asked for */
	__u32 link_id;
	__u32 missed;    /* calls whose return was not seen */
	__u32 actor_tid; /* who caused it, where that is not the task that did it; else 0 */
	__u32 lost;      /* operations lost before this one, since the start, modulo 2^32 */
	__u32 reached;   /* a bit for each enum wire_hook that was entered */
	__u32 pad0;
	__u64 task_stamp; /* of the struct wire_task of who caused it; 0: there is none */
	__u16 said;       /* bytes of struct wire_said behind the texts */
	__u8 origin;      /* enum wire_hook of the outermost call */
	__u8 kind;        /* enum wire_kind */
	__u8 mode;        /* enum wire_mode of dev_xdp_install */
	__u8 removal;     /* asked to remove: no program in the request */
	__u8 release;     /* enum wire_release */
	__u8 link_dead;   /* the link has lost its device before this */
	__u8 by_syscall;  /* seen at its system call only: what that called is not known */
	__u8 unknown;     /* how it ended is not known: ret says nothing */
	__u8 followed;    /* who caused it is a process that is followed */
	__u8 pad[3];
	__u16 texts; /* bytes of struct wire_texts behind the last call */
	struct wire_dev dev;
	union { /* by kind */
		struct wire_pool pool;
		struct wire_component component;
		struct wire_map map;
		struct wire_place place;
	};
	struct wire_prog prog;              /* asked for; for a removal id is 0 */
	struct wire_prog state[WIRE_MODES]; /* what the device had in each mode before */
	__u32 state_link[WIRE_MODES];       /* and the links that held it */
	struct wire_upper upper;            /* likewise, as far as the device was read then */
	struct wire_calls tail;
};

/* A text, and the call during which it was said; empty: there is none. */
struct wire_text {
	__u16 seq;
	__u8 channel; /* enum wire_channel */
	__u8 pad[5];
	char text[WIRE_MSG];
};

/*
 * What was said during an operation: few have anything of it. Sent as far as it is not empty, and
 * cut anywhere behind the last text.
 */
struct wire_said {
	struct wire_text msg; /* the last error text, by one of the two channels that it may have */
	struct wire_text log; /* the last line for the kernel's log */
	struct wire_text before; /* an error text before msg, likewise */
};

/* What is on a device now: the answer to a look at it. */
struct wire_look {
	__u64 address;    /* of the device's structure; 0: there is no such device */
	__u8 netns_found; /* its network namespace is there */
	__u8 unfinished;  /* there are too many of them to tell */
	__u8 in_transit;  /* it may be on its way to another namespace */
	__u8 pad[5];
	__u32 link_flags[WIRE_MODES];
	__u32 more_pad;
	__u64 mac; /* its own address: tells it from a device made later in the same place */
	struct wire_op op; /* its dev, state, state_link and texts */
	struct wire_texts texts;
};

/* In what a pin is of: it is the id of a link. Ids are below 2^31 (idr_alloc_cyclic). */
#define WIRE_PIN_LINK 0x80000000U

/* What a failed operation must have to be sent: as text or number, 16 bytes under a mask. */
enum wire_term_kind {
	WIRE_TERM_PID,
	WIRE_TERM_COMM,
	WIRE_TERM_IFNAME,
	WIRE_TERM_IFINDEX,
	WIRE_TERM_NETNS,
	WIRE_TERM_RET,
	WIRE_TERM_ALTNAME, /* not which one: whether there is one */
};

#define WIRE_TERMS 16

struct wire_term {
	__u32 kind;    /* enum wire_term_kind */
	__u32 is_next; /* the first of a set: one of each set must hold */
	__u64 wanted[2];
	__u64 mask[2];
};

struct wire_filter {
	__u32 count; /* of terms; 0: all are sent */
	__u32 none;  /* none is sent */
	struct wire_term terms[WIRE_TERMS];
};

/* Whether a failure may be dropped by it at all. */
static inline int wire_filter_drops(const volatile struct wire_filter *filter)
{
	return filter->count || filter->none;
}

/* Counted in the kernel since the start, read by userspace. */
struct wire_stats {
	__u64 lost;       /* operations that found the ring buffer full */
	__u64 untracked;  /* operations that found no room, or that what is seen of does not tell */
	__u64 stale;      /* operations whose end was not seen */
	__u64 deep;       /* calls nested deeper than WIRE_DEPTH */
	__u64 filtered;   /* operations that nobody wants: no loss */
	__u64 unstacked;  /* operations whose stack was wanted, and could not be told */
	__u64 unfollowed; /* processes that were to be followed, and found no room */
};

/*
 * Operations under way, until userspace has taken their record, counted by device: userspace reads
 * these counters where it would have to go through a table. A map that is read by bpf(2) keeps
 * programs of tracepoints from being run (bpf_disable_instrumentation() of include/linux/bpf.h).
 */
#define WIRE_PENDING 1024
#define WIRE_PENDING_OF(netns, ifindex) \
	(((__u32)(netns)*2654435761U + (__u32)(ifindex)*40503U) >> 7 & (WIRE_PENDING - 1))

/*
 * Of a program at the tracepoint of a system call, where the kernel may preempt it and then skips
 * it in other tasks on that processor: so many can be inside at once there.
 */
#define WIRE_COPIES 4

/* The programs at tracepoints of system calls, of which there may be copies. */
enum wire_turn {
	WIRE_TURN_BPF_ENTER,
	WIRE_TURN_BPF_EXIT,
	WIRE_TURN_SENDTO_ENTER,
	WIRE_TURN_SENDTO_EXIT,
	WIRE_TURN_SENDMSG_ENTER,
	WIRE_TURN_SENDMSG_EXIT,
	WIRE_TURNS,
};

/* Which links and programs a process has open: some of its descriptors, those from @from on. */
#define WIRE_HELD_WINDOW 64

enum wire_held_kind {
	WIRE_HELD_PROG = 1,
	WIRE_HELD_LINK,
};

struct wire_held {
	__u32 room; /* of all its descriptors, each is below that; 0: the process has none */
	struct {
		__u32 kind; /* enum wire_held_kind, 0: something else, or nothing */
		__u32 id;
	} list[WIRE_HELD_WINDOW];
};

/*
 * What a probe knows about itself, in one constant: its hook, how many arguments its function
 * takes on this kernel, and its target. And whether it is a twin: the second of two that do the
 * same, in case that the first was not run. Where several functions share a program, its constant
 * says just that, and the rest comes with each attachment.
 */
#define WIRE_COOKIE(hook, nargs, target) \
	((__u64)(hook) << 40 | (__u64)(nargs) << 32 | (__u32)(target))
#define WIRE_COOKIE_TWIN           (1ULL << 48)
#define WIRE_COOKIE_SHARED         (1ULL << 49)
#define WIRE_COOKIE_HOOK(cookie)   ((__u32)((cookie) >> 40) & 0xff)
#define WIRE_COOKIE_NARGS(cookie)  ((__u32)((cookie) >> 32) & 0xff)
#define WIRE_COOKIE_TARGET(cookie) ((__u32)(cookie))

/*
 * The constant that each program template carries in place of its cookie. Userspace loads the
 * same instructions once for each target, with the cookie written over it: it works on every
 * kernel and with every kind of probe.
 */
#define WIRE_COOKIE_MAGIC 0x0badc0de58445053ULL

/* Likewise, in place of the map that programs which share this one jump by. */
#define WIRE_JUMPS_MAGIC 0x0badc0de4a554d50ULL

/*
 * A number that each global function of a template loads somewhere, with that of its arguments in
 * the lowest byte: src/probe/functions.c finds it.
 */
#define WIRE_GLOBAL_MAGIC   0x58444700
#define WIRE_GLOBAL_ARGS(n) ((n)&0xff)

#endif
