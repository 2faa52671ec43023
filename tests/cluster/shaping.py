"""Ports' settings as lines for `tc -batch`. Pure: text from text."""

from __future__ import annotations

from tests.cluster.layout import address, number_of
from tests.cluster.settings import Shape

MTU = 9000  # bytes; large frames keep two cores far from their limit
BURST = 2 * MTU  # what a link may send at once after a rest: too little to count in a message
QUEUE = 16 << 20  # bytes: more than the windows of all senders to one host, so that nothing is lost
QUANTUM = 2 * MTU  # how much a class sends before another one has its turn

EVERYTHING = "1:1"
SOUND = "1:2"
PATHS = 0x100  # class of a worse path: this plus the number of its host
ASSURED = 8000  # bit/s, HTB's least: classes borrow the rest, so that the whole is never exceeded


def _htb(parent: str, name: str, assured: float, rate: float, quantum: str) -> str:
    return (
        f"parent {parent} classid {name} htb rate {assured:.0f} ceil {rate:.0f} "
        f"burst {BURST} cburst {BURST} {quantum}"
    )


def _path_class(host: str) -> str:
    return f"{PATHS + number_of(host):x}"


def first(device: str, shape: Shape) -> list[str]:
    """What shapes a port that has no shape yet."""
    return [
        f"qdisc add dev {device} root handle 1: htb default {SOUND[2:]}",
        *_rates("add", device, shape),
        f"qdisc add dev {device} parent {SOUND} handle 2: bfifo limit {QUEUE}",
        *_paths(device, Shape(shape.rate), shape),
    ]


def change(device: str, old: Shape, new: Shape) -> list[str]:
    """What turns one shape into another under traffic."""
    if old == new:
        return []
    return [*_rates("change", device, new), *_paths(device, old, new)]


def _rates(verb: str, device: str, shape: Shape) -> list[str]:
    whole = _htb("1:", EVERYTHING, shape.rate, shape.rate, "")
    sound = _htb(EVERYTHING, SOUND, ASSURED, shape.rate, f"quantum {QUANTUM}")
    return [f"class {verb} dev {device} {whole}", f"class {verb} dev {device} {sound}"]


def _paths(device: str, old: Shape, new: Shape) -> list[str]:
    lines = []
    for host in sorted(old.paths.keys() - new.paths.keys()):
        lines += [
            f"filter del dev {device} parent 1: prio {number_of(host)}",
            f"class del dev {device} classid 1:{_path_class(host)}",
        ]
    for host, rate in new.paths.items():
        name = _path_class(host)
        verb = "change" if host in old.paths else "add"
        path = _htb(EVERYTHING, f"1:{name}", ASSURED, rate, f"quantum {QUANTUM}")
        lines.append(f"class {verb} dev {device} {path}")
        if verb == "add":
            rail = int(device.removeprefix("eth"))
            lines += [
                f"qdisc add dev {device} parent 1:{name} handle {name}: bfifo limit {QUEUE}",
                f"filter add dev {device} parent 1: protocol ip prio {number_of(host)} "
                f"u32 match ip dst {address(host, rail)}/32 flowid 1:{name}",
            ]
    return lines
