"""Traffic on a bed as tests ask for it: rates, times of messages, datagrams that arrive."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass

from tests.cluster.bed import HERE, Bed
from tests.cluster.layout import address
from tests.cluster.mpirun import PRIORITY
from tests.cluster.traffic import TICK

SECONDS = 1.2
START = 0.2  # seconds that are not counted: slow start, and what queues let through at once
SOON = 0.1  # seconds from the word to begin until all have it
AFTER = 0.3  # seconds that the last datagram may be late


@dataclass(frozen=True)
class Flow:
    source: str
    target: str
    rail: int = 0


def _start(bed: Bed, host: str, *words: object) -> subprocess.Popen[str]:
    line = ["nice", "-n", PRIORITY, sys.executable, str(HERE / "traffic.py")]
    return subprocess.Popen(
        bed.enter(host, [*line, *map(str, words)]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _first_line(bed: Bed, host: str, *words: object) -> tuple[subprocess.Popen[str], str]:
    process = _start(bed, host, *words)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def _ticks(process: subprocess.Popen[str]) -> list[int]:
    out, _ = process.communicate(timeout=60)
    return json.loads(out)


def _begin(*processes: subprocess.Popen[str]) -> None:
    begin = time.monotonic() + SOON
    for process in processes:
        assert process.stdin is not None
        process.stdin.write(f"{begin}\n")
        process.stdin.flush()


def rates(bed: Bed, *flows: Flow) -> list[float]:
    """Bits a second of payload, all flows at the same time."""
    takers = [_first_line(bed, flow.target, "receive", SECONDS) for flow in flows]
    # Senders outlive the receivers, so that each flow has the others beside it all the time.
    givers = [
        _first_line(bed, flow.source, "send", address(flow.target, flow.rail), port, 2 * SECONDS)
        for flow, (_, port) in zip(flows, takers, strict=True)
    ]
    _begin(*[process for process, _ in [*givers, *takers]])
    counted = [_ticks(taker)[round(START / TICK) : -1] for taker, _ in takers]
    for giver, _ in givers:
        giver.communicate(timeout=60)
    return [8 * sum(ticks) / (len(ticks) * TICK) for ticks in counted]


def message_times(bed: Bed, flow: Flow, size: int, count: int, rest: float = 0) -> list[float]:
    """From sending a message of that size to the answer of 8 bytes; a rest before each."""
    taker, port = _first_line(bed, flow.target, "answer", size)
    words = ("ask", address(flow.target, flow.rail), port, size, count, rest)
    asker = _start(bed, flow.source, *words)
    times = _ticks(asker)
    taker.wait(timeout=60)
    return times  # type: ignore[return-value]


def arrivals(bed: Bed, flow: Flow, count: int, interval: float) -> list[int]:
    """How many of `count` datagrams, sent evenly, come in each tick."""
    taker, port = _first_line(bed, flow.target, "count", count * interval + AFTER)
    words = ("shower", address(flow.target, flow.rail), port, count, interval)
    giver, _ = _first_line(bed, flow.source, *words)
    _begin(giver, taker)
    ticks = _ticks(taker)
    giver.communicate(timeout=60)
    return ticks
