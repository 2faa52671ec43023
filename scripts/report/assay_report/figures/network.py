"""The network that was searched: hosts, leaf switches and what is above; slow links marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes

from assay_report.drawing import Drawing, drawing
from assay_report.problem import printable
from assay_report.runs import Run
from assay_report.style import QUIET, SUSPECT, figure
from assay_report.units import quantity

Suspect = dict[str, Any]

HOST_HEIGHT, LEAF_HEIGHT, ABOVE_HEIGHT = 0.0, 1.0, 2.0
MOST_WITH_NAMES = 48
NAME_AT_MOST = 16
FLAT_AT_MOST = 4  # longer names of hosts stand upright
# Each link is two lines, one a direction, so far from their middle.
APART = 0.06


@dataclass(frozen=True)
class Place:
    x: float
    y: float


class Network:
    """Where each part is drawn: hosts side by side, each leaf above its own."""

    def __init__(self, network: dict[str, Any]) -> None:
        self.hosts: dict[str, Place] = {}
        self.leaves: dict[str, Place] = {}
        self.leaf_of: dict[str, str] = {}
        for leaf in network.get("leaves", []):
            first = len(self.hosts) + len(self.leaves)  # a gap between leaves
            hosts = [str(host) for host in leaf.get("hosts", [])]
            for number, host in enumerate(hosts):
                self.hosts[host] = Place(first + number, HOST_HEIGHT)
                self.leaf_of[host] = str(leaf.get("name"))
            self.leaves[str(leaf.get("name"))] = Place(first + (len(hosts) - 1) / 2, LEAF_HEIGHT)

    @property
    def has_above(self) -> bool:
        return len(self.leaves) > 1

    @property
    def above(self) -> Place:
        middle = [place.x for place in self.hosts.values()]
        return Place((min(middle) + max(middle)) / 2, ABOVE_HEIGHT)


def slows(suspect: Suspect, kinds: tuple[str, ...], name: str, direction: str) -> bool:
    """Whether a suspect of one of the kinds is what `name` does in that direction."""
    return (
        suspect.get("kind") in kinds
        and name in (suspect.get("name"), suspect.get("host"))
        and suspect.get("direction") in (direction, "both", None)
    )


def draw_link(
    axes: Axes,
    below: Place,
    above: Place,
    kinds: tuple[str, ...],
    name: str,
    verdict: list[Suspect],
) -> None:
    for direction, offset in (("send", -APART), ("receive", APART)):
        slow = any(slows(suspect, kinds, name, direction) for suspect in verdict)
        start, end = (below, above) if direction == "send" else (above, below)
        axes.annotate(
            "",
            (end.x + offset, end.y),
            (start.x + offset, start.y),
            arrowprops={
                "arrowstyle": "-|>" if slow else "-",
                "color": SUSPECT if slow else QUIET,
                "linewidth": 3 if slow else 0.8,
                "shrinkA": 9,
                "shrinkB": 9,
            },
        )


def draw_paths(axes: Axes, network: Network, verdict: list[Suspect]) -> None:
    for suspect in verdict:
        ends = (
            network.hosts.get(str(suspect.get("name"))),
            network.hosts.get(str(suspect.get("peer"))),
        )
        if suspect.get("kind") != "path" or not all(ends):
            continue
        start, end = ends if suspect.get("direction") != "receive" else reversed(ends)
        axes.annotate(
            "",
            (end.x, end.y),
            (start.x, start.y),
            arrowprops={
                "arrowstyle": "-|>",
                "color": SUSPECT,
                "linewidth": 2.5,
                "connectionstyle": "arc3,rad=0.3",
                "shrinkA": 12,
                "shrinkB": 12,
            },
        )


def draw_part(axes: Axes, place: Place, name: str, suspected: bool, named: bool) -> None:
    axes.plot(
        [place.x], [place.y], "s", markersize=9,
        color=SUSPECT if suspected else "white", markeredgecolor=SUSPECT if suspected else "black",
    )  # fmt: skip
    if named:
        below = place.y == HOST_HEIGHT
        axes.annotate(
            printable(name)[:NAME_AT_MOST], (place.x, place.y),
            xytext=(0, -9) if below else (-9, 3), textcoords="offset points",
            ha="center" if below else "right", va="top" if below else "bottom", fontsize=8,
            rotation=90 if below and len(name) > FLAT_AT_MOST else 0,
        )  # fmt: skip


def network_map(run: Run) -> Iterator[Drawing]:
    """One figure, where links of a network were searched."""
    searched = run.info.get("network")
    if not isinstance(searched, dict) or not searched.get("leaves"):
        return
    network = Network(searched)
    if not network.hosts:
        return
    verdict = (run.verdict or {}).get("suspects", [])
    parts = [s for s in verdict if s.get("kind") in ("node", "nic", "path", "uplink", "switch")]
    width = min(24.0, 3 + 0.35 * (len(network.hosts) + len(network.leaves)))
    with figure(max(6.0, width), 4.2) as (drawn, axes):
        axes.axis("off")
        named = len(network.hosts) <= MOST_WITH_NAMES
        for host, place in network.hosts.items():
            leaf = network.leaves[network.leaf_of[host]]
            draw_link(axes, place, leaf, ("node", "nic"), host, parts)
        for leaf, place in network.leaves.items():
            if network.has_above:
                draw_link(axes, place, network.above, ("uplink",), leaf, parts)
        draw_paths(axes, network, parts)
        for host, place in network.hosts.items():
            suspected = any(s.get("kind") == "node" and s.get("name") == host for s in parts)
            draw_part(axes, place, host, suspected, named)
        for leaf, place in network.leaves.items():
            suspected = any(s.get("kind") == "switch" and s.get("name") == leaf for s in parts)
            draw_part(axes, place, leaf, suspected, True)
        if network.has_above:
            draw_part(axes, network.above, "above the leaves", False, True)
        axes.margins(0.05, 0.25)
        title = "Network"
        axes.set_title(title)
        yield drawing("network", title, caption(searched, parts), drawn)


def caption(searched: dict[str, Any], parts: list[Suspect]) -> str:
    source = {
        "file": "Leaves as the topology file has them.",
        "guessed": "Leaves are guessed from round trips.",
    }.get(str(searched.get("source")), "Nothing is known of switches.")
    if not parts:
        return f"{source} No link is suspected."
    told = [
        f"{s.get('kind')} {printable(s.get('name'))}"
        + (f" to {printable(s['peer'])}" if s.get("peer") else "")
        + (f" ({printable(s['direction'])})" if s.get("direction") else "")
        + f", {quantity(float(s.get('deficit') or 0), 'share')} below"
        for s in parts
    ]
    return f"{source} Marked is what is suspected: {'; '.join(told)}."
