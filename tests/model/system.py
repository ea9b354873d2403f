# SPDX-License-Identifier: GPL-2.0
"""What a session asks of the kernel it runs on, without starting programs: under emulation one takes 0.1 s and more.

Network namespaces by name, as ip-netns(8) has them; rtnetlink; bpf(2). Nothing here keeps a descriptor that refers to
a namespace or a link: it would keep them alive.
"""

import contextlib
import ctypes
import errno
import fcntl
import os
import socket
import struct

NETNS = "/run/netns"
PINS = "/sys/fs/bpf/model"
CLONE_NEWNET = 0x40000000
MS_BIND, MNT_DETACH = 4096, 2
PR_SET_NAME = 15
RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK, RTM_SETLINK = 16, 17, 18, 19
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_REQUEST, NLM_ACK, NLM_CREATE_NEW, NLM_DUMP = 1, 4, 0x600, 0x300
IFLA_IFNAME, IFLA_LINK, IFLA_MASTER, IFLA_LINKINFO, IFLA_NET_NS_FD = 3, 5, 10, 18, 28
IFLA_INFO_KIND, IFLA_INFO_DATA = 1, 2
VETH_INFO_PEER = IFLA_BOND_MODE = 1
BOND_MODE_ACTIVE_BACKUP = 1
TUNSETIFF, TUNSETPERSIST, TAP = 0x400454CA, 0x400454CB, 0x1002
SYS_BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
BPF_OBJ_GET, BPF_OBJ_GET_INFO_BY_FD, BPF_LINK_GET_FD_BY_ID, BPF_LINK_GET_NEXT_ID = 7, 15, 30, 31
BPF_LINK_TYPE_XDP = 6

libc = ctypes.CDLL(None, use_errno=True)


def checked(result):
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def name_process(name):
    libc.prctl(PR_SET_NAME, name.encode())


# namespaces

home = os.open("/proc/self/ns/net", os.O_RDONLY)


@contextlib.contextmanager
def inside(netns):
    """In the namespace of a descriptor, and back."""
    checked(libc.setns(netns, CLONE_NEWNET))
    try:
        yield
    finally:
        checked(libc.setns(home, CLONE_NEWNET))


@contextlib.contextmanager
def opened(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def netns_of(pid):
    return os.stat(f"/proc/{pid}/ns/net").st_ino


def netns_add(name):
    """The inode of a new namespace."""
    path = f"{NETNS}/{name}"
    os.makedirs(NETNS, exist_ok=True)
    os.close(os.open(path, os.O_RDONLY | os.O_CREAT | os.O_EXCL, 0o444))
    checked(libc.unshare(CLONE_NEWNET))
    try:
        checked(libc.mount(b"/proc/self/ns/net", path.encode(), b"none", MS_BIND, None))
        return netns_of("self")
    finally:
        checked(libc.setns(home, CLONE_NEWNET))


def netns_delete(name):
    """Take its name from it: it ends when nobody is in it any more."""
    path = f"{NETNS}/{name}"
    checked(libc.umount2(path.encode(), MNT_DETACH))
    os.unlink(path)


# rtnetlink

def attribute(kind, payload):
    if isinstance(payload, str):
        payload = payload.encode() + b"\0"
    elif isinstance(payload, int):
        payload = struct.pack("=I", payload)
    return struct.pack("=HH", len(payload) + 4, kind) + payload + bytes(-len(payload) % 4)


def link_info(kind, data=b""):
    return attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, kind) + attribute(IFLA_INFO_DATA, data))


def link_header(index=0):
    return struct.pack("=BxHiII", socket.AF_UNSPEC, 0, index, 0, 0)


@contextlib.contextmanager
def link_request(netns, kind, flags, payload):
    """A request is sent in the namespace; what it is answered with comes out of the socket."""
    with inside(netns):
        rtnl = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    with rtnl:
        rtnl.send(struct.pack("=IHHII", len(payload) + 16, kind, NLM_REQUEST | flags, 1, 0) + payload)
        yield rtnl


def link_change(netns, kind, payload, flags=0):
    """0 or a negative errno."""
    with link_request(netns, kind, NLM_ACK | flags, payload) as rtnl:
        return struct.unpack_from("=i", rtnl.recv(65536), 16)[0]


def links_dump(netns):
    """RTM_GETLINK's answer, as it came: reading it is left to the judge."""
    answer = []
    with link_request(netns, RTM_GETLINK, NLM_DUMP, link_header()) as rtnl:
        while True:
            answer.append(rtnl.recv(65536))
            if struct.unpack_from("=H", answer[-1], 4)[0] in (NLMSG_DONE, NLMSG_ERROR):
                return b"".join(answer)


def device_index(netns, name):
    with inside(netns):
        try:
            return socket.if_nametoindex(name)
        except OSError as error:
            raise OSError(errno.ENODEV, name) from error


def tap_add(netns, name):
    with inside(netns), opened("/dev/net/tun") as tun:
        fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), TAP))
        fcntl.ioctl(tun, TUNSETPERSIST, 1)
    return 0


def device_add(netns, name, kind, *more):
    """`more` is the peer of a veth, the lower device of a macvlan."""
    if kind == "tap":
        return tap_add(netns, name)
    payload = link_header() + attribute(IFLA_IFNAME, name)
    data = b""
    if kind == "veth":
        data = attribute(VETH_INFO_PEER, link_header() + attribute(IFLA_IFNAME, more[0]))
    elif kind == "macvlan":
        payload += attribute(IFLA_LINK, device_index(netns, more[0]))
    elif kind == "bond":
        data = attribute(IFLA_BOND_MODE, bytes([BOND_MODE_ACTIVE_BACKUP]))
    return link_change(netns, RTM_NEWLINK, payload + link_info(kind, data), NLM_CREATE_NEW)


def device_delete(netns, name):
    return link_change(netns, RTM_DELLINK, link_header(device_index(netns, name)))


def device_master(netns, name, master):
    index = device_index(netns, master) if master else 0
    return link_change(netns, RTM_SETLINK, link_header(device_index(netns, name)) + attribute(IFLA_MASTER, index))


def device_move(netns, name, other):
    payload = link_header(device_index(netns, name)) + attribute(IFLA_NET_NS_FD, other)
    return link_change(netns, RTM_SETLINK, payload)


# bpf(2)

def bpf(command, *words, size=64):
    """The arguments of a command, in 32 bits each."""
    argument = ctypes.create_string_buffer(struct.pack(f"={len(words)}I", *words), size)
    return checked(libc.syscall(SYS_BPF, command, argument, size)), argument


def link_ids():
    """All links of the kernel that have not begun to be released."""
    found = [0]
    with contextlib.suppress(FileNotFoundError):
        while True:
            found.append(struct.unpack_from("=I", bpf(BPF_LINK_GET_NEXT_ID, found[-1])[1], 4)[0])
    return set(found[1:])


def link_info_of(descriptor):
    """(type, id, program, ifindex): the latter is that of links of the type XDP."""
    info = ctypes.create_string_buffer(64)
    address = ctypes.addressof(info)
    bpf(BPF_OBJ_GET_INFO_BY_FD, descriptor, len(info), address & 0xFFFFFFFF, address >> 32)
    return struct.unpack_from("=IIIxxxxI", info)


def pinned_link(path):
    """The id of the link that is pinned there."""
    name = ctypes.create_string_buffer(path.encode())
    address = ctypes.addressof(name)
    descriptor, _ = bpf(BPF_OBJ_GET, address & 0xFFFFFFFF, address >> 32)
    try:
        return link_info_of(descriptor)[1]
    finally:
        os.close(descriptor)


def xdp_links():
    """[(id, program, ifindex or 0)]. Whoever calls this holds each link for a while: only where all are held anyway."""
    found = []
    for number in sorted(link_ids()):
        try:
            descriptor, _ = bpf(BPF_LINK_GET_FD_BY_ID, number)
        except FileNotFoundError:
            continue
        kind, number, program, index = link_info_of(descriptor)
        os.close(descriptor)
        if kind == BPF_LINK_TYPE_XDP:
            found.append((number, program, index))
    return found


def outcome(result):
    """As xdpctl writes it."""
    return f"error={result} ({errno.errorcode[-result]})" if result < 0 else "ok"
