# SPDX-License-Identifier: GPL-2.0
"""The tracer's JSON: reading it strictly, and writing an event in the notation of case files."""

import errno
import functools
import json
import re
from datetime import datetime, timezone
from pathlib import Path

import jsonschema

import casefile

SCHEMA = Path(__file__).resolve().parents[2] / "docs" / "schema-v1.json"
# what returns a file descriptor
MAKERS = ("bpf_xdp_link_attach", "bpf_tracing_prog_attach")
PLAIN = re.compile(r"[A-Za-z0-9_.:/@+,()=!#|-]+")


def error_name(number):
    # the one of two names that the kernel uses; and one that is not for userspace
    return {95: "EOPNOTSUPP", 524: "ENOTSUPP"}.get(number, errno.errorcode.get(number))


class Malformed(Exception):
    """Output that is not what it promises to be."""


def unique(pairs):
    keys = dict(pairs)
    if len(keys) != len(pairs):
        raise Malformed("a key comes twice")
    return keys


def parse(data):
    """The objects of an output, from bytes."""
    objects = []
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            objects.append(json.loads(line.decode("utf-8"), object_pairs_hook=unique))
        except (ValueError, Malformed) as error:
            raise Malformed(f"line {number} of the tracer's output, {line!r}: {error}") from None
    if data and not data.endswith(b"\n"):
        raise Malformed(f"the tracer's output ends within a line: {data[-80:]!r}")
    return objects


def flatten_objects(value, path=""):
    """{"dev": {"ifindex": 1}} as {"dev.ifindex": 1}"""
    flat = {}
    for key, inner in value.items():
        if isinstance(inner, dict):
            flat.update(flatten_objects(inner, f"{path}{key}."))
        else:
            flat[path + key] = inner
    return flat


def flatten(event):
    """The fields by their paths; calls as text, link as yes."""
    flat = flatten_objects(event)
    if "id" in event.get("link", {}):
        flat["link"] = "yes"
    for name in ("prog.components", "old_prog.components"):
        if name in flat:
            flat[name] = ",".join(f"{one.get('slot', one['func'])}:{one['name']}" for one in flat[name])
    if "warnings" in flat:
        flat["warnings"] = " | ".join(f"{one['source']}: {one['text']}" for one in flat["warnings"])
    for name, value in flat.items():
        if isinstance(value, list) and name != "calls":
            flat[name] = ",".join(str(one) for one in value)
    flat["calls"] = calls_text(event.get("calls", []), event.get("dev", {}).get("ifname")) or "none"
    return flat


def calls_text(calls, ifname):
    """func@device=ret!(callees),...: the device where it is not the event's (@- none), ret where it is not 0, ! where
    the reason was set."""
    texts = []
    for call in calls:
        name = call.get("dev", {}).get("ifname")
        func = call.get("func", "?")
        text = func
        if name != ifname and (name or not func.startswith(("bpf_xdp_link_", "bpf_tracing_"))):
            text += f"@{name or '-'}"
        # success of a link's creation is a file descriptor
        ret = call.get("ret")
        if ret and not (func in MAKERS and ret > 0):
            text += f"={ret}"
        text += "!" if call.get("reason") else ""
        below = calls_text(call.get("calls", []), ifname)
        texts.append(f"{text}({below})" if below else text)
    return ",".join(texts)


def quote(text):
    text = str(text)
    if PLAIN.fullmatch(text) and text != "-":
        return text
    return f"'{text}'" if "'" not in text else '"%s"' % text.replace('"', "\"'\"'\"")


def render(event, names):
    """The event as an expected line."""
    flat = flatten(event)
    return " ".join(f"{name}={quote(flat[name])}" for name in names if name in flat)


def nanoseconds(text):
    match = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\.(\d{9})Z", text)
    if not match:
        raise Malformed(f"time '{text}' is not as the schema has it")
    seconds = datetime.fromisoformat(match[1]).replace(tzinfo=timezone.utc).timestamp()
    return int(seconds) * 10**9 + int(match[2])


# The rule of src/util/escape.h, once more: the tracer's own code cannot be its witness.

def escape(data):
    text, rest = "", data
    while rest:
        for length in (1, 2, 3, 4):
            try:
                char = rest[:length].decode("utf-8")
            except UnicodeDecodeError:
                continue
            break
        else:
            char, length = "", 1
        control = char == "\\" or char < " " or "\x7f" <= char <= "\x9f"
        if control:
            text += "".join(f"\\x{byte:02x}" for byte in rest[:length])
        else:
            text += char
        rest = rest[length:]
    return text


def unescape(text):
    """The bytes that an escaped text was made from."""
    return re.sub(rb"\\x([0-9a-f]{2})", lambda match: bytes([int(match[1], 16)]), text.encode())


def strings(value):
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


def closed(schema):
    """The schema without room for keys that it does not name: they may be added to it, but not without it."""
    if isinstance(schema, list):
        return [closed(inner) for inner in schema]
    if not isinstance(schema, dict):
        return schema
    return {**{key: closed(inner) for key, inner in schema.items()},
            **({"additionalProperties": False} if "properties" in schema and "type" in schema else {})}


def validator():
    """Of an event: of all that a line can be, a case has nothing else."""
    schema = closed(json.loads(SCHEMA.read_text()))
    del schema["oneOf"]
    return jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/event"})


VALIDATOR = validator()


def call_problems(call):
    if not {"func", "module"} <= set(call):
        yield f"a call has the keys {sorted(call)}"
        return
    if call["took_ns"] <= 0:
        yield f"{call['func']} took {call['took_ns']} ns"
    if sum(inner["took_ns"] for inner in call["calls"]) > call["took_ns"]:
        yield f"{call['func']} took less time than what it called"
    for inner in call["calls"]:
        yield from call_problems(inner)


def number_problems(event, begin, end, outside):
    """Numbers that no case knows beforehand."""
    # what is noticed has the time when it is
    if not begin <= nanoseconds(event["time"]) <= end + (10**9 if outside and "task" not in event else 0):
        yield f"time {event['time']} is not within the case"
    took = event.get("took_ns", 0)
    if event["calls"]:
        if not 0 < took <= end - begin:
            yield f"took_ns is {took}"
        if not 0 <= event.get("driver_took_ns", 0) <= took:
            yield f"driver_took_ns {event['driver_took_ns']} is more than took_ns {took}"
        if len(event["calls"]) != 1 or event["calls"][0]["took_ns"] > took:
            yield "calls are not one tree that took as long as the event"
    elif outside:
        if not 0 <= took <= end - begin or ("task" in event) != (took > 0):
            yield f"took_ns is {took}"
    elif took:
        yield f"nothing was called, and that took {took} ns"
    if event["mono_ns"] < took:
        yield f"mono_ns is {event['mono_ns']}"
    for path, number in flatten(event).items():
        if path.split(".")[-1] in ("id", "pid", "tid", "ifindex", "netns") and (type(number) is not int or number <= 0):
            yield f"{path} is {number}"


def task_problems(event):
    """A task is told of with what it has: a process that runs a program and its arguments, too."""
    task, link = event.get("task"), event.get("link", {})
    creator = link.get("creator", {})
    if creator and ("missing" in creator) == ({"pid", "comm"} <= set(creator)):
        yield "link.creator has to say who, or why that is not known"
    if "created" in link and nanoseconds(link["created"]) > nanoseconds(event["time"]):
        yield f"the link was created after this event, {link['created']}"
    if task is None:
        return
    wanted = {"pid", "tid", "comm", "uid", "cgroup"}
    if task.get("ppid") not in (None, 2) and event.get("release") != "exit":
        wanted |= {"exe", "cmdline", "netns", "parent_comm"}
    if wanted - set(task):
        yield f"missing in task: {' '.join(sorted(wanted - set(task)))}"


def problems(event, begin, end, outside=False):
    """What is wrong with an event whatever the case; begin and end of the case in nanoseconds. outside: calls are not
    seen."""
    try:
        return list(find_problems(event, begin, end, outside))
    except (AttributeError, KeyError, Malformed, TypeError) as error:
        return [f"not of the schema's shape: {error!r}"]


@functools.lru_cache(4096)
def schema_problems(text):
    """Validation is slow, and tests/live/selftest judges the same events many times over."""
    return [f"not by the schema: {error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(json.loads(text))]


def find_problems(event, begin, end, outside):
    yield from schema_problems(json.dumps(event))
    missing = {"v", "time", "action", "result", "cause", "calls"} - set(event)
    # what the kernel does to entries of a map is seen as done, not as a call
    if outside:
        if event.get("cause", casefile.NOTICED[0]) in casefile.NOTICED:
            missing -= {"cause"} # nobody may know it
            if ("task" in event) != ("took_ns" in event):
                yield "either task or took_ns is missing"
        else:
            missing |= {"task", "took_ns"} - set(event)
        if event.get("calls"):
            yield "calls that cannot be seen"
    elif event.get("calls") or event.get("action") != "entry-remove":
        missing |= {"task", "took_ns"} - set(event)
    if missing:
        yield f"missing keys: {' '.join(sorted(missing))}"
        return
    if len({event["result"] == "error", "errno" in event, "error" in event}) != 1:
        yield "result, errno and error do not agree"
    if "errno" in event and error_name(-event["errno"]) != event.get("error"):
        yield f"error {event['error']} is not the name of {event['errno']}"
    if ("func" in event) < ("driver_took_ns" in event):
        yield "driver_took_ns without func"
    for text in strings(event):
        if escape(unescape(text)) != text:
            yield f"{text!r} is not escaped by the rule"
    yield from number_problems(event, begin, end, outside)
    yield from task_problems(event)
    for call in event["calls"]:
        yield from call_problems(call)
