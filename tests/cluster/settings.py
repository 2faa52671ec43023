"""What faults make of a bed's links. Pure: a layout and faults give every port's settings."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.cluster.fault import Fault
from tests.cluster.layout import Layout, Port


@dataclass
class Shape:
    """How fast a port sends: in all, and to single hosts that it treats worse."""

    rate: float
    paths: dict[str, float] = field(default_factory=dict)


@dataclass
class Settings:
    shapes: dict[Port, Shape]
    loss: dict[tuple[str, int], float] = field(default_factory=dict)  # by host and rail
    down: set[tuple[str, int]] = field(default_factory=set)
    flapping: dict[tuple[str, int], float] = field(default_factory=dict)  # period


def settings_of(layout: Layout, faults: list[Fault]) -> Settings:
    settings = Settings({port: Shape(rate) for port, rate in layout.rates.items()})
    for fault in faults:
        place = (fault.where, fault.rail)
        kept = 1 - fault.share
        for port in _slowed(layout, fault):
            settings.shapes[port].rate *= kept
        if fault.kind == "slow-path":
            paths = settings.shapes[layout.send_port(*place)].paths
            paths[fault.to] = paths.get(fault.to, layout.rate) * kept
        elif fault.kind == "loss":
            settings.loss[place] = 1 - (1 - settings.loss.get(place, 0.0)) * kept
        elif fault.kind == "down":
            settings.down.add(place)
        elif fault.kind == "flap":
            settings.flapping[place] = fault.period
    return settings


def _slowed(layout: Layout, fault: Fault) -> list[Port]:
    ports = []
    if fault.kind in ("slow-send", "slow-both"):
        ports.append(layout.send_port(fault.where, fault.rail))
    if fault.kind in ("slow-receive", "slow-both"):
        ports.append(layout.receive_port(fault.where, fault.rail))
    if fault.kind == "slow-uplink":
        if fault.way in ("up", "both"):
            ports.append(layout.up_port(fault.where, fault.rail))
        if fault.way in ("down", "both"):
            ports.append(layout.down_port(fault.where, fault.rail))
    return ports
