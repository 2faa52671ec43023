"""Generated networks, what is wrong with them, and what the study asks of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

KINDS = ("node", "nic", "path", "uplink", "leaf_pair", "cable", "switch")


@dataclass(frozen=True)
class Network:
    nodes: int
    rails: int = 1
    leaf_size: int = 0
    partners: int = 0
    missing: float = 0.0
    outliers: float = 0.0

    def words(self) -> list[str]:
        found = []
        for name, value in asdict(self).items():
            found += [f"--{name.replace('_', '-')}", str(value)]
        return found

    def label(self) -> str:
        text = f"{self.nodes}"
        if self.rails > 1:
            text += f" x {self.rails} rails"
        if self.leaf_size:
            text += f", leaves of {self.leaf_size}"
        if self.partners:
            text += f", {2 * self.partners} + {4 * self.partners} partners"
        if self.missing:
            text += f", {self.missing:.0%} missing"
        if self.outliers:
            text += f", {self.outliers:.1%} disturbed"
        return text

    def cells(self) -> int:
        return self.nodes * self.nodes * self.rails

    def has(self, kind: str) -> bool:
        if kind == "nic":
            return self.rails > 1
        if kind == "cable":
            return self.leaf_size > 0 and self.nodes - self.leaf_size >= 8
        return kind in ("node", "path") or self.leaf_size > 0


@dataclass(frozen=True)
class Case:
    """Networks with so many faults, of deficits drawn between two bounds."""

    network: Network
    noise: float
    faults: int
    deficit: float
    deficit_at_most: float
    runs: int
    kind: str = ""  # of all faults; else any that the network has


@dataclass(frozen=True)
class Limit:
    """The smallest deficit of a kind that is found often enough."""

    network: Network
    noise: float
    kind: str
    runs: int


FLAT = Network(8)
LEAVES = Network(8, leaf_size=2)
RAILS = Network(64, leaf_size=16, rails=2)
POD = Network(256, leaf_size=32, rails=8)
LARGE = Network(1024, leaf_size=32, rails=8)
SMALL = [
    FLAT,
    LEAVES,
    Network(8, leaf_size=2, outliers=0.01),
    Network(64, leaf_size=16, missing=0.3),
    RAILS,
]
NOISES = (0.01, 0.02, 0.05)
SOUND_RUNS = 1000
# What a fault is slower by, where deficits are drawn.
LEAST, MOST = 0.07, 0.3


def small(runs: int) -> list[Case]:
    return [
        Case(network, noise, faults, LEAST, MOST, runs if faults else max(runs, SOUND_RUNS))
        for network in SMALL
        for noise in NOISES
        for faults in (0, 1, 4, 8)
    ]


def disturbed(runs: int) -> list[Case]:
    """So many of the measurements are slowed by 5 to 20 %, as other programs do."""
    return [
        Case(Network(8, leaf_size=2, outliers=share), 0.01, faults, deficit, MOST, many)
        for share in (0.01, 0.05, 0.1, 0.2, 0.3)
        for faults, deficit, many in ((0, LEAST, max(runs, SOUND_RUNS)), (1, 0.15, 2 * runs))
    ]


def kinds(runs: int) -> list[Case]:
    """One fault of 10 %, of each kind."""
    return [
        Case(network, noise, 1, 0.1, 0.1, min(runs, 20) if network == POD else runs, kind)
        for network in (FLAT, LEAVES, RAILS, POD)
        for noise in NOISES
        for kind in KINDS
        if network.has(kind)
    ]


def promise(runs: int) -> list[Case]:
    """What is promised: 99.5 % of one to four faults of 7 % or more."""
    found = [Case(LARGE, 0.02, faults, LEAST, MOST, runs) for faults in (1, 2, 3, 4)]
    return found + [Case(LARGE, 0.02, faults, LEAST, LEAST, runs) for faults in (1, 2, 3, 4)]


def sound(runs: int) -> list[Case]:
    return [Case(LARGE, 0.02, 0, LEAST, MOST, max(runs, SOUND_RUNS))]


def limits(runs: int) -> list[Limit]:
    places = [(network, noise) for network in (FLAT, LEAVES, RAILS) for noise in (0.003, *NOISES)]
    return [
        Limit(network, noise, kind, runs)
        for network, noise in places
        for kind in KINDS
        if network.has(kind)
    ]


def timed() -> list[Case]:
    """One call of locate is timed on each: with one fault, and with what takes longest."""
    sizes = [Network(nodes, leaf_size=32, rails=8) for nodes in (256, 512, 1024, 2048, 4096)]
    many = ",".join(("cable", "uplink", "switch", "leaf_pair"))
    return [Case(network, 0.02, 1, 0.1, 0.1, 1) for network in sizes] + [
        Case(network, 0.02, faults, LEAST, MOST, 1, many) for network in sizes for faults in (4, 8)
    ]
