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


@dataclass(frozen=True)
class Limit:
    """The smallest deficit of a kind that is found often enough."""

    network: Network
    noise: float
    kind: str
    runs: int


SMALL = [
    Network(8),
    Network(8, leaf_size=2),
    Network(8, leaf_size=2, outliers=0.01),
    Network(64, leaf_size=16, missing=0.3),
    Network(64, leaf_size=16, rails=2),
]
LARGE = Network(1024, leaf_size=32, rails=8)
LIMIT_NETWORKS = [Network(8), Network(8, leaf_size=2), Network(64, leaf_size=16, rails=2)]
LARGE_LIMIT = Network(256, leaf_size=32, rails=8)
# One call of locate is timed on each.
TIMED = [Network(nodes, leaf_size=32, rails=8) for nodes in (64, 128, 256, 512, 1024, 2048, 4096)]


def cases(runs: int, quick: bool) -> list[Case]:
    found = [
        Case(network, noise, faults, 0.07, 0.3, runs)
        for network in SMALL
        for noise in (0.01, 0.02, 0.05)
        for faults in (0, 1, 4, 8)
    ]
    if not quick:
        found.append(Case(LARGE, 0.02, 0, 0.07, 0.3, 1000))
        found += [Case(LARGE, 0.02, faults, 0.07, 0.3, 100) for faults in (1, 2, 3, 4, 8)]
        found += [Case(LARGE, 0.02, faults, 0.07, 0.07, 100) for faults in (1, 2, 3, 4)]
    return found


def limits(runs: int, quick: bool) -> list[Limit]:
    places = [(network, noise) for network in LIMIT_NETWORKS for noise in (0.003, 0.01, 0.02, 0.05)]
    if not quick:
        places += [(LARGE_LIMIT, noise) for noise in (0.01, 0.02, 0.05)]
    return [
        Limit(network, noise, kind, runs)
        for network, noise in places
        for kind in KINDS
        if network.has(kind)
    ]


def timed(quick: bool) -> list[Case]:
    return [
        Case(network, 0.02, 1, 0.1, 0.1, 1)
        for network in TIMED
        if not quick or network.nodes <= 512
    ]
