"""Ports' settings as lines for `tc -batch`. Pure: text from text."""

from __future__ import annotations

from tests.cluster.layout import address, number_of
from tests.cluster.settings import Shape

MTU = 9000  # bytes; large frames keep two cores far from their limit
BURST = 2 * MTU  # what a link may send at once after a rest: too little to count in a message
QUEUE = 16 << 20  # bytes: more than the windows of all senders to one host, so that nothing is lost
QUANTUM = 2 * MTU  # how much a class sends before another one has its turn
ASSURED = 8000  # bit/s, HTB's least: classes borrow the rest, so that the whole is never exceeded

# Classes of a port, below the one that all share.
EVERYTHING = 1
SOUND = 2
REPLIES = 3
PATHS = 0x100  # class of a worse path: this plus the number of its host

# TCP's acknowledgements without data (20 bytes of IP, 32 of TCP) go first. Behind the queue of a
# slow link they would slow down what comes the other way, too.
ACKNOWLEDGEMENT = "match ip protocol 6 0xff match u16 52 0xffff at 2"


def first(device: str, shape: Shape) -> list[str]:
    """What shapes a port that has no shape yet."""
    return [
        f"qdisc add dev {device} root handle 1: htb default {SOUND}",
        *_rates("add", device, shape),
        *[_queue(device, number) for number in (SOUND, REPLIES)],
        _filter(device, 1, ACKNOWLEDGEMENT, REPLIES),
        *_paths(device, Shape(shape.rate), shape),
    ]


def change(device: str, old: Shape, new: Shape) -> list[str]:
    """What turns one shape into another under traffic."""
    if old == new:
        return []
    return [*_rates("change", device, new), *_paths(device, old, new)]


def _rates(verb: str, device: str, shape: Shape) -> list[str]:
    whole = (
        f"class {verb} dev {device} parent 1: classid 1:{EVERYTHING} "
        f"htb rate {shape.rate:.0f} burst {BURST} cburst {BURST}"
    )
    return [
        whole,
        _class(verb, device, SOUND, shape.rate, priority=1),
        _class(verb, device, REPLIES, shape.rate, priority=0),
    ]


def _class(verb: str, device: str, number: int, rate: float, priority: int) -> str:
    return (
        f"class {verb} dev {device} parent 1:{EVERYTHING} classid 1:{number:x} "
        f"htb rate {ASSURED} ceil {rate:.0f} burst {BURST} cburst {BURST} "
        f"quantum {QUANTUM} prio {priority}"
    )


def _queue(device: str, number: int) -> str:
    return f"qdisc add dev {device} parent 1:{number:x} handle {number:x}: bfifo limit {QUEUE}"


def _filter(device: str, order: int, matches: str, number: int) -> str:
    return (
        f"filter add dev {device} parent 1: protocol ip prio {order} u32 {matches} "
        f"flowid 1:{number:x}"
    )


def _paths(device: str, old: Shape, new: Shape) -> list[str]:
    lines = []
    for host in sorted(old.paths.keys() - new.paths.keys()):
        lines += [
            f"filter del dev {device} parent 1: prio {_order(host)}",
            f"class del dev {device} classid 1:{_path_class(host):x}",
        ]
    for host, rate in new.paths.items():
        number = _path_class(host)
        if host in old.paths:
            lines.append(_class("change", device, number, rate, priority=1))
            continue
        rail = int(device.removeprefix("eth"))
        lines += [
            _class("add", device, number, rate, priority=1),
            _queue(device, number),
            _filter(device, _order(host), f"match ip dst {address(host, rail)}/32", number),
        ]
    return lines


def _path_class(host: str) -> int:
    return PATHS + number_of(host)


def _order(host: str) -> int:
    """Of its filter: after that of acknowledgements."""
    return 1 + number_of(host)
