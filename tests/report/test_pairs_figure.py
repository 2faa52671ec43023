"""The matrix of pairs says how much of the ports pairs use, as peers that are all slow do not."""

from __future__ import annotations

from pathlib import Path

from assay_report.figures.pairs import pair_matrices
from assay_report.runs import Run

from tests.report.test_network_figure import port
from tests.report.test_report import pair


def run_of(*records: dict, hosts: int = 3) -> Run:
    info = {"ranks": [{"rank": rank, "host": f"n{rank % hosts}"} for rank in range(3)]}
    return Run(Path("run"), info, list(records), None, "", False)


PAIRS = [pair(a, b, 1e9 if a else 2e9) for a in range(3) for b in range(3) if a != b]


def test_says_what_share_of_the_ports_pairs_reach() -> None:
    (drawn,) = pair_matrices(run_of(*PAIRS, *(port(f"n{host}", 12.5e9) for host in range(3))))
    assert "carry 12.5 GB/s by arithmetic" in drawn.caption
    assert "the median pair has 8 % of that, the quickest 16 %" in drawn.caption


def test_says_nothing_where_ports_are_unknown_or_not_used() -> None:
    (unknown,) = pair_matrices(run_of(*PAIRS))
    assert "ports" not in unknown.caption
    (within,) = pair_matrices(run_of(*PAIRS, port("n0", 12.5e9), hosts=1))
    assert "ports" not in within.caption
