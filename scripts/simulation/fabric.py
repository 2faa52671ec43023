"""The network to simulate: hosts on leaf switches, one cable from each leaf to each spine."""

from __future__ import annotations

import re
from dataclasses import dataclass

from simulation.problem import UsageError

KNOWN = "flat, fat-tree:HOSTSxSPINES (hosts on a leaf, spines)"


@dataclass(frozen=True)
class Fabric:
    """Rates in bytes per second, latencies in seconds; host i hangs on leaf i // hosts_per_leaf."""

    hosts: int
    hosts_per_leaf: int
    spines: int  # 0: one switch, and nothing above it
    link_rate: float  # of a host's link, each direction
    cable_rate: float  # of a cable between leaf and spine, each direction
    link_latency: float
    cable_latency: float

    @property
    def leaves(self) -> int:
        return -(-self.hosts // self.hosts_per_leaf)

    def leaf_of(self, host: int) -> int:
        return host // self.hosts_per_leaf

    def spine_to(self, host: int) -> int:
        """Routing is static, by destination: all that goes to a host from other leaves crosses one
        spine, and the hosts of a leaf take turns."""
        return host % self.spines


def shape_of(text: str, nodes: int) -> tuple[int, int]:
    """Hosts on a leaf, and spines."""
    if nodes < 1:
        raise UsageError(f"--nodes is {nodes}; it must be at least 1")
    if text == "flat":
        return nodes, 0
    found = re.fullmatch(r"fat-tree:(\d+)x(\d+)", text)
    if not found:
        raise UsageError(f"unknown fabric '{text}'; known: {KNOWN}")
    hosts, spines = int(found[1]), int(found[2])
    if hosts < 1 or spines < 1:
        raise UsageError(f"fabric '{text}' needs at least one host on a leaf and one spine")
    if hosts >= nodes:
        raise UsageError(
            f"fabric '{text}' puts all {nodes} nodes on one leaf; take fewer hosts a leaf, or flat"
        )
    return hosts, spines


def make_fabric(
    text: str,
    nodes: int,
    link_rate: float,
    link_latency: float,
    cable_latency: float,
    cable_rate: float | None = None,
) -> Fabric:
    """`cable_rate` None: as much as the hosts of a leaf can send at once, so that none waits for
    another one's cable."""
    hosts, spines = shape_of(text, nodes)
    whole = link_rate * -(-hosts // spines) if spines else link_rate
    return Fabric(nodes, hosts, spines, link_rate, cable_rate or whole, link_latency, cable_latency)


def host_name(host: int) -> str:
    return f"n{host}"


def leaf_name(leaf: int) -> str:
    return f"leaf{leaf}"


def spine_name(spine: int) -> str:
    return f"spine{spine}"


def number_of(name: str, prefix: str, count: int, what: str) -> int:
    """The number in a name such as n17."""
    found = re.fullmatch(rf"{prefix}(0|[1-9]\d*)", name)
    if not found or int(found[1]) >= count:
        known = f"{prefix}0 to {prefix}{count - 1}" if count else f"this fabric has no {what}"
        raise UsageError(f"unknown {what} '{name}'; known: {known}")
    return int(found[1])
