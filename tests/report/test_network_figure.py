"""The map of a network: what is suspected is marked, in its direction, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay_report.figures.network import network_map
from assay_report.figures.sweep import ceiling_of
from assay_report.runs import Run
from assay_report.style import SUSPECT

LEAVES = [{"name": f"leaf{n}", "hosts": [f"n{2 * n}", f"n{2 * n + 1}"]} for n in range(3)]


def searched(suspects: list[dict], leaves: list[dict] = LEAVES) -> Run:
    info = {"network": {"source": "file", "leaves": leaves}}
    return Run(Path("run"), info, [], {"suspects": suspects}, "", False)


def suspect(kind: str, name: str, direction: str, peer: str | None = None) -> dict:
    return {"kind": kind, "name": name, "direction": direction, "peer": peer, "deficit": 0.3}


@pytest.mark.parametrize(
    ("found", "marks"),
    [
        ([], 0),
        # An arrow is a line and a head, both in the colour of suspects; a host is a square, too.
        ([suspect("uplink", "leaf1", "send")], 1),
        ([suspect("uplink", "leaf1", "both")], 2),
        ([suspect("path", "n1", "send", "n4")], 1),
        ([suspect("node", "n3", "receive")], 2),
        ([suspect("switch", "leaf2", "both")], 1),
        ([suspect("node", "elsewhere", "send")], 0),
    ],
)
def test_marks_what_is_suspected(found: list[dict], marks: int) -> None:
    (drawn,) = network_map(searched(found))
    groups = drawn.svg.split("<g id=")
    coloured = [group for group in groups if SUSPECT.lower() in group.lower()]
    patches = [group for group in coloured if group.startswith(('"patch', '"line2d', '"PathColl'))]
    assert len(patches) == marks, [group[:300] for group in coloured]
    for one in found:
        assert f"{one['kind']} {one['name']}" in drawn.caption


def test_is_not_drawn_where_no_network_was_searched() -> None:
    assert list(network_map(searched([], leaves=[]))) == []
    assert list(network_map(Run(Path("run"), {}, [], None, "", False))) == []


def port(host: str, rate: float | None, state: str = "4: ACTIVE, 5: LinkUp") -> dict:
    readings = {} if rate is None else {"bytes_per_s": rate}
    report = {"facts": {"kind": "port", "state": state}, "readings": readings}
    return {"benchmark": "host_link", "host": host, "report": report}


def test_the_ceiling_is_that_of_the_host_with_the_least_ports() -> None:
    info = {"ranks": [{"host": "n0"}, {"host": "n1"}]}
    records = [port("n0", 50e9), port("n0", 50e9), port("n1", 50e9), port("n1", 25e9, "1: DOWN")]
    assert ceiling_of(Run(Path("run"), info, records, None, "", False))[1] == 50e9
    ethernet = [port("n0", 12.5e9, "up"), port("n1", 3.1e9, "up"), port("n1", 12.5e9, "down")]
    assert ceiling_of(Run(Path("run"), info, ethernet, None, "", False))[1] == 3.1e9
    virtual = [port("n0", None, "up"), port("n1", None, "up")]
    assert ceiling_of(Run(Path("run"), info, virtual, None, "", False)) is None
    assert ceiling_of(Run(Path("run"), info, [], None, "", False)) is None


def test_the_ceiling_within_a_host_is_a_measured_copy() -> None:
    info = {"ranks": [{"host": "n0"}, {"host": "n0"}]}
    copies = [
        {"benchmark": "memory", "algorithm": name, "algorithm_bandwidth_bytes_per_s": rate}
        for name, rate in (("copy", 20e9), ("copy", 25e9), ("triad", 30e9))
    ]
    assert ceiling_of(Run(Path("run"), info, copies, None, "", False))[1] == 25e9
