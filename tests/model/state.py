# SPDX-License-Identifier: GPL-2.0
"""The model: what is attached where, rebuilt from xdpsnoop's events alone; and the kernel's own answer."""

import json
import struct

MODES = {1: "driver", 2: "generic", 3: "offload"}
CAUSES = ("netlink", "link-create", "link-update", "link-detach", "link-release", "unregister", "netns-exit", "netns-move",
          "nested")
ACTIONS = ("install", "replace", "remove", "noop", "move")
REMOVALS = ("link-detach", "link-release", "unregister", "netns-exit")
OF_LINKS = ("link-update", "link-detach", "link-release")
DEVICE_ENDS = ("unregister", "netns-exit")


class Disagreement(Exception):
    """The text says what was seen and what was to be."""


def show(event):
    """An event in one line that a person can read."""
    parts = [event["action"], event["result"], event.get("error", ""), event.get("cause", "?"),
             event.get("release", ""), event.get("mode", "-")]
    for key in ("dev", "old_dev"):
        if key in event or key == "dev":
            device = event.get(key, {})
            parts.append(f"{key}={device.get('ifname', '-')}#{device.get('ifindex', '-')}@{device.get('netns', '-')}")
    for key in ("prog", "old_prog", "link"):
        if key in event:
            parts.append(f"{key}={event[key]['id']}")
    if "flags" in event:
        parts.append(f"flags={event['flags']}")
    if "state" in event.get("link", {}):
        parts.append(f"link.state={event['link']['state']}")
    if "reason" in event:
        parts.append(f"reason={event['reason']!r}")
    parts.append(f"pid={event['task']['pid']} ({event['task']['comm']}) at {event['time']}")
    return " ".join(part for part in parts if part)


def place(device):
    return device.get("netns"), device.get("ifindex")


class Model:
    """Slots: (netns, ifindex, mode) -> (program id, link id or None)."""

    def __init__(self):
        self.flags = {}  # link -> those of its creation
        self.slots = {}
        self.where = {}  # link -> slot
        self.ended = set()  # links that have lost their device
        self.history = set()  # (netns, ifindex, mode, program): what ever was attached
        self.unlocked = []  # events that looked at the device without the lock, since the last quiet point

    def slot(self, event):
        return (*place(event.get("dev", {})), event.get("mode"))

    def found(self, event):
        """What the event says was there must be what the model knows."""
        netns, ifindex, mode = self.slot(event)
        old = event.get("old_prog")
        here = {name: self.slots[netns, ifindex, name][0] for name in MODES.values()
                if (netns, ifindex, name) in self.slots}
        if mode in here:
            wanted = (mode, here[mode])
        elif here:
            wanted = None  # one of them, whichever
        else:
            wanted = (None, None)
        told = (old["mode"], old["id"]) if old else (None, None)
        if told != wanted if wanted else told not in here.items():
            raise Disagreement(f"old_prog is {told}, the model has {here}")

    def action(self, event, now):
        """What the action must be, from the state before."""
        program = event.get("prog", {}).get("id")
        if event["result"] == "ok" and program == now[0]:
            return "noop"
        if event["cause"] == "link-update":
            return "replace"
        if program:
            return "replace" if now[0] else "install"
        return "remove"

    @staticmethod
    def is_unlocked(event):
        """Whether the tracer looked at the device without RTNL: a request that was refused early, an update of a link
        that came to nothing."""
        call = event["calls"][0]
        return call["func"] == "rtnetlink_rcv_msg" or (call["func"] == "bpf_xdp_link_update" and not call["calls"])

    def apply(self, event):
        cause = event.get("cause")
        if cause not in CAUSES or event["action"] not in ACTIONS:
            raise Disagreement("its cause or its action cannot be here")
        if (event["action"] == "move") != (cause == "netns-move"):
            raise Disagreement("the cause does not fit the action")
        self.link_place(event, cause)
        if cause == "netns-move":
            self.move(event)
            return
        if cause == "nested" or "ifname" not in event.get("dev", {}):
            if cause == "link-detach" and event["action"] != "noop":
                raise Disagreement("a link without a device was detached")
            if "old_prog" in event:
                raise Disagreement("there can be no old_prog")
            return  # the core keeps no state of a lower device, and there is none of one that was not found
        if self.is_unlocked(event):
            self.unlocked.append(event)
        else:
            self.found(event)
        if event["result"] == "ok":
            self.change(event, cause)

    def link_place(self, event, cause):
        """An operation on a link is one on the device where the model has the link; or it is dead, and on none."""
        link = event.get("link", {})
        if event.get("flags") and cause in (*DEVICE_ENDS, "netns-move", "nested"):
            raise Disagreement("nobody has asked with flags")
        if link and cause in ("netlink", "nested"):
            raise Disagreement("a link has nothing to do with it")
        slot = self.where.get(link.get("id"))
        if cause in OF_LINKS:
            told = self.slot(event) if "ifname" in event.get("dev", {}) else None
            if told != slot or (slot is None and link["id"] not in self.ended):
                raise Disagreement(f"link {link['id']} is at {slot} in the model")
            if event.get("flags") != self.flags.get(link["id"]):
                raise Disagreement(f"link {link['id']} was made with the flags {self.flags.get(link['id'])}")
        dies = cause in (*DEVICE_ENDS, "link-detach") and event["result"] == "ok"
        dead = link and cause != "link-release" and (dies or link["id"] in self.ended)
        if link.get("state") != ("dead" if dead else None):
            raise Disagreement(f"the state of the link is {link.get('state')!r}: in the model it is {bool(dead)} that "
                               f"it is dead then")

    def move(self, event):
        """A device takes with it what is attached."""
        old, new = (place(event.get(key, {})) for key in ("old_dev", "dev"))
        if "old_prog" in event:
            raise Disagreement("there can be no old_prog")
        if event["result"] != "ok":
            if "old_dev" in event and old != new:
                raise Disagreement("it has failed to move, and is somewhere else")
            old = new
        elif old[0] == new[0]:
            raise Disagreement("it has not moved")
        here = {slot[2]: what for slot, what in self.slots.items() if slot[:2] == old}
        program, link = here.get(event.get("mode"), (None, None))
        if program is None or program != event.get("prog", {}).get("id"):
            raise Disagreement(f"the model has {here} on it")
        if event.get("link", {}).get("id", link) != link:
            raise Disagreement(f"the model has link {link} on it")
        if event["result"] != "ok":
            return
        if any(slot[:2] == new for slot in self.slots):
            raise Disagreement("another device is there, with a program")
        for mode, (program, link) in here.items():
            del self.slots[(*old, mode)]
            self.put((*new, mode), program, link)

    def put(self, slot, program, link):
        self.slots[slot] = (program, link)
        self.history.add((*slot, program))
        if link:
            self.where[link] = slot

    def change(self, event, cause):
        slot = self.slot(event)
        now = self.slots.get(slot, (None, None))
        link = event.get("link", {}).get("id")
        action = self.action(event, now)
        if event["action"] != action:
            raise Disagreement(f"action is {event['action']}, the model says {action}; it has {now}")
        if cause == "netlink" and now[1] and action != "noop":
            raise Disagreement(f"netlink changed what link {now[1]} owns")
        if cause in REMOVALS and action == "remove" and now[1] != link:
            raise Disagreement(f"link {link} was removed, the model has {now}")
        if action == "remove":
            self.slots.pop(slot)
            if link:
                del self.where[link]
                self.ended.add(link)
        elif action == "install" or (action == "replace" and now[0]):
            if action == "replace" and now[1] != link:
                raise Disagreement(f"link {link} was updated, the model has {now}")
            self.put(slot, event["prog"]["id"], link)
            if action == "install" and link:
                self.flags[link] = event.get("flags")

    def unlocked_check(self):
        """What was seen without the lock may have changed since, or its event may come later; but it was there."""
        for event in self.unlocked:
            netns, ifindex, _ = self.slot(event)
            old = event.get("old_prog")
            if old and (netns, ifindex, old["mode"], old["id"]) not in self.history:
                raise Disagreement(f"never was on the device: {show(event)}")
        self.unlocked = []

    def links(self):
        return {link: (program, slot[1]) for slot, (program, link) in self.slots.items() if link}

    def devices(self):
        return {slot: program for slot, (program, _) in self.slots.items()}


def attributes(data):
    at = 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        yield kind & 0x3FFF, data[at + 4:at + length]
        at += (length + 3) & ~3


IFLA_XDP = 43
PROGRAM_ATTRIBUTES = {5: "driver", 6: "generic", 7: "offload"}  # IFLA_XDP_DRV_PROG_ID, ...


def attached(dump):
    """What RTM_GETLINK has answered: (ifindex, mode, program) of all that is attached."""
    at = 0
    while at < len(dump):
        length, kind = struct.unpack_from("=IH", dump, at)
        if kind == 16:  # RTM_NEWLINK
            index, = struct.unpack_from("=i", dump, at + 20)
            for nest in (data for kind, data in attributes(dump[at + 32:at + length]) if kind == IFLA_XDP):
                for kind, data in attributes(nest):
                    if kind in PROGRAM_ATTRIBUTES:
                        yield index, PROGRAM_ATTRIBUTES[kind], struct.unpack("=I", data)[0]
        elif kind != 3 or struct.unpack_from("=i", dump, at + 16)[0]:  # NLMSG_DONE
            raise Disagreement(f"RTM_GETLINK has answered with a message of type {kind}")
        at += (length + 3) & ~3


def kernel_state(path):
    """What the kernel says: {(netns, ifindex, mode): program}, {link: (program, ifindex or None)}."""
    state = json.loads(path.read_text())
    devices = {(int(netns), index, mode): program for netns, dump in state["namespaces"].items()
               for index, mode, program in attached(bytes.fromhex(dump))}
    links = {link: (program, index or None) for link, program, index in state["links"]}
    return devices, links


def compare(model, devices, links):
    """At a quiet point both must be equal."""
    model.unlocked_check()
    mine = model.devices()
    for slot in sorted(set(mine) | set(devices), key=str):
        if mine.get(slot) != devices.get(slot):
            raise Disagreement(f"netns {slot[0]} ifindex {slot[1]} mode {slot[2]}: the model has program "
                               f"{mine.get(slot)}, the kernel {devices.get(slot)}")
    attached = model.links()
    for link, (program, _) in attached.items():
        if links.get(link, (None,))[0] != program:
            raise Disagreement(f"link {link}: the model has program {program}, the kernel {links.get(link)}")
    for link, (program, ifindex) in links.items():
        if link not in attached and (ifindex or link not in model.ended):
            raise Disagreement(f"link {link} (program {program}, ifindex {ifindex}) is unknown to the model")
        if link in attached and ifindex is not None and ifindex != attached[link][1]:
            raise Disagreement(f"link {link} is on ifindex {ifindex}, the model has {attached[link][1]}")
