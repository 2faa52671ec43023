"""Brings a bed's links from one set of settings to another."""

from __future__ import annotations

import os
import signal
import subprocess
from collections import defaultdict

from tests.cluster import shaping
from tests.cluster.layout import FABRIC
from tests.cluster.settings import Settings, settings_of
from tests.cluster.state import State
from tests.cluster.system import batch, inside, run, started

PARTS = 1_000_000  # what nftables' random numbers are drawn from

FLAP = """
while :; do
  ip link set dev "$1" down; sleep "$2"
  ip link set dev "$1" up; sleep "$2"
done
"""


def shape_all(state: State) -> None:
    """Shapes a new bed's ports as they are when all is sound."""
    lines = defaultdict(list)
    for port, shape in settings_of(state.layout, []).shapes.items():
        lines[port.namespace] += shaping.first(port.device, shape)
    for namespace, of_one in lines.items():
        batch("tc", state.prefix + namespace, of_one)


def apply(state: State, old: Settings, new: Settings) -> None:
    lines = defaultdict(list)
    for port, shape in new.shapes.items():
        lines[port.namespace] += shaping.change(port.device, old.shapes[port], shape)
    for namespace, of_one in lines.items():
        batch("tc", state.prefix + namespace, of_one)
    for place in old.loss.keys() | new.loss.keys():
        if old.loss.get(place) != new.loss.get(place):
            _lose(state, place, new.loss.get(place))
    for place in old.flapping.keys() | new.flapping.keys():
        if old.flapping.get(place) != new.flapping.get(place):
            _flap(state, place, new.flapping.get(place))
    for place in old.down | new.down | old.flapping.keys():
        if place not in new.flapping:
            _switch(state, place, place not in new.down)


def _switch(state: State, place: tuple[str, int], up: bool) -> None:
    """At the switch's end, as a pulled cable: the host keeps its addresses and routes."""
    port = state.layout.receive_port(*place)
    run("ip", "-n", state.prefix + FABRIC, "link", "set", port.device, "up" if up else "down")


def _lose(state: State, place: tuple[str, int], share: float | None) -> None:
    """Drops frames where they arrive, at both ends: a sender sees nothing of it."""
    host, rail = place
    table = f"netdev loss_{host}_{rail}"
    for namespace, device in ((host, f"eth{rail}"), (FABRIC, f"{host}.{rail}")):
        text = f"table {table}\ndelete table {table}\n"
        if share is not None:
            hook = f"type filter hook ingress device {device} priority 0"
            drop = f"numgen random mod {PARTS} < {round(share * PARTS)} drop"
            text += f"table {table} {{ chain drops {{ {hook} ; {drop} ; }} ; }}\n"
        run(*inside(state.prefix + namespace), "nft", "-f", "-", stdin=text)


def _flap(state: State, place: tuple[str, int], period: float | None) -> None:
    """A process of the fabric, so that it ends with the bed at the latest."""
    key = f"{place[0]} {place[1]}"
    if key in state.flappers:
        process = state.flappers.pop(key)
        if started(process) is not None:
            os.killpg(process, signal.SIGKILL)
    if period is not None:
        port = state.layout.receive_port(*place)
        words = ["sh", "-c", FLAP, "flap", port.device, str(period / 2)]
        process = subprocess.Popen(
            [*inside(state.prefix + FABRIC), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        state.flappers[key] = process.pid
