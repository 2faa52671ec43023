"""Faults by name: which links of the network are slower, and by how much."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from simulation.fabric import Fabric, number_of
from simulation.problem import UsageError

USAGE = {
    "slow-send": "slow-send NODE SHARE",
    "slow-receive": "slow-receive NODE SHARE",
    "slow-both": "slow-both NODE SHARE",
    "slow-path": "slow-path NODE NODE SHARE",
    "slow-uplink": "slow-uplink LEAF SHARE [up|down|both]",
    "slow-cable": "slow-cable LEAF SPINE SHARE [up|down|both]",
    "none": "none",
}
KNOWN = "; ".join(USAGE.values()) + " (SHARE is what is taken away: 30%)"


@dataclass
class Slowdowns:
    """What is left of a rate, as a share; 1 for all that is not here."""

    host_up: dict[int, float] = field(default_factory=dict)
    host_down: dict[int, float] = field(default_factory=dict)
    cable_up: dict[tuple[int, int], float] = field(default_factory=dict)  # leaf, spine
    cable_down: dict[tuple[int, int], float] = field(default_factory=dict)
    path: dict[tuple[int, int], float] = field(default_factory=dict)  # from host, to host


def share_left(text: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)%", text)
    if not found or not 0 < float(found[1]) < 100:
        raise UsageError(
            f"'{text}' is no share to take away; write more than 0% and less than 100%"
        )
    return 1 - float(found[1]) / 100


Words = list[str]


def weaken(rates: dict, key: object, left: float) -> None:
    """Of two faults of one link the worse one counts."""
    rates[key] = min(left, rates.get(key, 1.0))


def host_of(name: str, fabric: Fabric) -> int:
    return number_of(name, "n", fabric.hosts, "node")


def leaf_of(name: str, fabric: Fabric) -> int:
    return number_of(name, "leaf", fabric.leaves if fabric.spines else 0, "leaf")


def add_host(slowdowns: Slowdowns, fabric: Fabric, kind: str, words: Words) -> None:
    host, left = host_of(words[0], fabric), share_left(words[1])
    if kind != "slow-receive":
        weaken(slowdowns.host_up, host, left)
    if kind != "slow-send":
        weaken(slowdowns.host_down, host, left)


def add_path(slowdowns: Slowdowns, fabric: Fabric, words: Words) -> None:
    ends = host_of(words[0], fabric), host_of(words[1], fabric)
    if ends[0] == ends[1]:
        raise UsageError(f"a path leads from one node to another, not from {words[0]} to itself")
    weaken(slowdowns.path, ends, share_left(words[2]))


def add_cables(
    slowdowns: Slowdowns, cables: list[tuple[int, int]], left: float, ways: Words
) -> None:
    way = ways[0] if ways else "both"
    if way not in ("up", "down", "both"):
        raise UsageError(f"unknown direction '{way}' of a cable; known: up, down, both")
    for cable in cables:
        if way != "down":
            weaken(slowdowns.cable_up, cable, left)
        if way != "up":
            weaken(slowdowns.cable_down, cable, left)


def add_fault(slowdowns: Slowdowns, fabric: Fabric, text: str) -> None:
    kind, *words = text.split() or [""]
    if kind not in USAGE:
        raise UsageError(f"unknown fault '{text}'; known: {KNOWN}")
    wanted = [word for word in USAGE[kind].split()[1:] if not word.startswith("[")]
    optional = 1 if "[" in USAGE[kind] else 0
    if not len(wanted) <= len(words) <= len(wanted) + optional:
        raise UsageError(f"fault '{text}' should read: {USAGE[kind]}")
    if kind in ("slow-send", "slow-receive", "slow-both"):
        add_host(slowdowns, fabric, kind, words)
    elif kind == "slow-path":
        add_path(slowdowns, fabric, words)
    elif kind == "slow-uplink":
        leaf = leaf_of(words[0], fabric)
        cables = [(leaf, spine) for spine in range(fabric.spines)]
        add_cables(slowdowns, cables, share_left(words[1]), words[2:])
    elif kind == "slow-cable":
        cable = leaf_of(words[0], fabric), number_of(words[1], "spine", fabric.spines, "spine")
        add_cables(slowdowns, [cable], share_left(words[2]), words[3:])


def parse_faults(texts: Words, fabric: Fabric) -> Slowdowns:
    slowdowns = Slowdowns()
    for text in texts:
        add_fault(slowdowns, fabric, text)
    return slowdowns
