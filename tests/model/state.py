# SPDX-License-Identifier: GPL-2.0
"""The model: what is attached where, rebuilt from xdpsnoop's events alone; and the kernel's own answer."""

import json

MODES = {1: "driver", 2: "generic", 3: "offload"}
REMOVALS = ("link-detach", "link-release", "unregister", "netns-exit")


class Disagreement(Exception):
    """The text says what was seen and what was to be."""


def show(event):
    """An event in one line that a person can read."""
    parts = [event["action"], event["result"], event.get("error", ""), event.get("cause", "?"),
             event.get("release", ""), event.get("mode", "-")]
    device = event.get("dev", {})
    parts.append(f"dev={device.get('ifname', '-')}#{device.get('ifindex', '-')}@{device.get('netns', '-')}")
    for key in ("prog", "old_prog", "link"):
        if key in event:
            parts.append(f"{key}={event[key]['id']}")
    if "reason" in event:
        parts.append(f"reason={event['reason']!r}")
    parts.append(f"pid={event['task']['pid']} ({event['task']['comm']}) at {event['time']}")
    return " ".join(part for part in parts if part)


class Model:
    """Slots: (netns, ifindex, mode) -> (program id, link id or None)."""

    def __init__(self):
        self.slots = {}
        self.ended = set()  # links that were detached
        self.history = set()  # (netns, ifindex, mode, program): what ever was attached
        self.unlocked = []  # events that looked at the device without the lock, since the last quiet point

    def slot(self, event):
        device = event.get("dev", {})
        return device.get("netns"), device.get("ifindex"), event.get("mode")

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

    def apply(self, event):
        cause = event.get("cause")
        if cause is None:
            raise Disagreement("no cause")
        if cause == "nested" or "ifname" not in event.get("dev", {}):
            if cause == "link-detach" and event["action"] != "noop":
                raise Disagreement("a link without a device was detached")
            if "old_prog" in event:
                raise Disagreement("there can be no old_prog")
            return  # the core keeps no state of a lower device, and there is none of one that was not found
        if event["calls"] and event["calls"][0]["func"] == "rtnetlink_rcv_msg":
            self.unlocked.append(event)
        else:
            self.found(event)
        if event["result"] == "ok":
            self.change(event, cause)

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
                self.ended.add(link)
        elif action == "install" or (action == "replace" and now[0]):
            if action == "replace" and now[1] != link:
                raise Disagreement(f"link {link} was updated, the model has {now}")
            self.slots[slot] = (event["prog"]["id"], link)
            self.history.add((*slot, event["prog"]["id"]))

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


def kernel_state(path, namespaces):
    """What the kernel says: {(netns, ifindex, mode): program}, {link: (program, ifindex or None)}."""
    lines = path.read_text().splitlines()
    devices = {}
    for netns, line in zip(namespaces, lines):
        for device in json.loads(line):
            for attached in device.get("xdp", {}).get("attached", []):
                devices[netns, device["ifindex"], MODES[attached["mode"]]] = attached["prog"]["id"]
    links = {link["id"]: (link["prog_id"], link.get("ifindex")) for link in json.loads(lines[len(namespaces)])
             if link["type"] == "xdp"}
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
