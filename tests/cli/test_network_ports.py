"""What `assay judge` makes of the ports that a run's links went by."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from tests.cli.stored_run import run_info, write_records
from tests.conftest import Outcome

Assay = Callable[..., Outcome]

HOSTS = ["n0", "n1", "n2"]
SIZE = 1 << 20
SAMPLES = 30
RATE = 1e9
FAIL = 8
PROFILE = """[profile]
name = "west"
[figures."network/port"]
unit = "share"
reference = 0.95
floor = 0.85
source = "40 sound nodes"
"""


def link(sender: str, receiver: str) -> dict:
    """A pair record between two hosts at RATE, with a little noise."""
    seconds = [SIZE / RATE * (1 + 0.002 * (number % 5)) for number in range(SAMPLES)]
    return {
        "schema": 1, "benchmark": "pair", "implementation": "assay", "transport": "ucx",
        "size_bytes": SIZE, "from": sender, "to": receiver,
        "from_rank": HOSTS.index(sender), "to_rank": HOSTS.index(receiver),
        "samples_s": seconds, "passes": [5] * 6, "wrong": 0,
        "median_s": SIZE / RATE * 1.004, "fast_s": SIZE / RATE,
        "interval_s": [SIZE / RATE * 1.002, SIZE / RATE * 1.006],
    }  # fmt: skip


def device(host: str, report: dict) -> list[dict]:
    """What a host tells of eth0, which carried all that it sent and received."""
    one_way = (len(HOSTS) - 1) * SIZE * SAMPLES
    of_eth0 = {"schema": 1, "implementation": "kernel", "host": host, "device": "eth0"}
    counters = {"rx_bytes": one_way, "tx_bytes": one_way, "carrier_changes": 0}
    return [
        of_eth0 | {"benchmark": "network_port", "report": report},
        of_eth0 | {"benchmark": "network_counters", "counters": counters},
    ]


def write(folder: Path, report: dict) -> None:
    ranks = [
        {"rank": rank, "host": host, "processor": "Model X", "host_ranks": 1}
        for rank, host in enumerate(HOSTS)
    ]
    network = {"source": "flat", "leaves": [{"name": "all", "hosts": HOSTS}], "rounds": 3}
    info = run_info(verb="locate", level="quick", ranks=ranks, network=network)
    records = [link(*pair) for pair in permutations(HOSTS, 2)]
    records += [record for host in HOSTS for record in device(host, report)]
    write_records(folder, info, records)


def of_port(bytes_per_s: float) -> dict:
    facts = {"card": "0000:03:00.0", "rate": f"{bytes_per_s * 8 / 1e6:g} Mb/s"}
    return {"facts": facts, "readings": {"bytes_per_s": bytes_per_s}}


VIRTUAL = {"facts": {"without_rate": "is virtual: the speed that it states limits nothing"}}


@pytest.mark.parametrize(
    ("report", "options", "code", "counts", "told"),
    [
        (of_port(1.05e9), (), 0, "3 - - -", "1.05 GB/s"),
        (of_port(12.5e9), (), 0, "3 - - -", "12.5 GB/s"),
        (of_port(0.5e9), (), 10, "- - 3 -", "more than eth0 carries by arithmetic (4000 Mb/s)"),
        (of_port(1.05e9), ("--profile", "west.toml"), 0, "3 - - -", "profile west"),
        (of_port(12.5e9), ("--profile", "west.toml"), 8, "- 3 - -", "under the floor of 85"),
        (VIRTUAL, (), 0, "- - - 3", "not checked: eth0 is virtual"),
        (VIRTUAL, ("--profile", "west.toml"), 0, "- - - 3", "not checked: eth0 is virtual"),
    ],
)
def test_links_are_held_against_their_ports(
    assay: Assay,
    tmp_path: Path,
    report: dict,
    options: tuple[str, ...],
    code: int,
    counts: str,
    told: str,
) -> None:
    write(tmp_path / "run", report)
    (tmp_path / "west.toml").write_text(PROFILE)
    outcome = assay(0, "judge", "run", *options)
    assert outcome.code == code, outcome
    (row,) = [line.split() for line in outcome.out.splitlines() if "network/port  " in line]
    assert " ".join(row[1:5]) == counts, outcome.out
    assert told in " ".join(outcome.out.split()), outcome.out
    suspected = [host for host in HOSTS if f"node {host}: sends" in outcome.out]
    assert suspected == (HOSTS if code == FAIL else [])
