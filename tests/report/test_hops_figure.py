"""Hops of an instrumented collective: a timeline of messages where records have their times."""

from __future__ import annotations

from pathlib import Path

import pytest
from assay_report.figures.hops import MOST_HOPS, hop_timelines, spans_of, waits_of
from assay_report.runs import Run


def hop(sender: int, timeline: list[list[float]] | None = None, **fields: object) -> dict:
    made = {"from": sender, "to": sender + 1, "messages": 2, "bytes": 8, "arrival_s": [0.1, 0.4],
            "send_blocked_s": 0.01, "starved_s": 0.3, "on_link_s": [0.1, 0.2, 0.3]}  # fmt: skip
    return made | ({} if timeline is None else {"timeline_s": timeline}) | fields


def run_of(*hops: dict) -> Run:
    trace = {"total_s": [0.5, 0.4, 0.6], "hops": list(hops)}
    record = {"benchmark": "all_reduce", "implementation": "assay", "algorithm": "ring",
              "trace": trace}  # fmt: skip
    return Run(Path("run"), {}, [record], None, "", False)


def test_a_wait_is_for_what_was_sent_or_for_what_was_not() -> None:
    early, late = [0.1, 0.2, 0.3], [0.5, 0.4, 0.7]  # handed over before and after it was wanted
    unclear = [0.9, 0.8, 0.85]  # clocks are not that exact: on its way it was for no time
    on_link, not_sent = spans_of(hop(0, [early, late, unclear]))
    assert on_link == [pytest.approx((200, 100)), pytest.approx((500, 200))]
    assert not_sent == [pytest.approx((400, 100)), pytest.approx((800, 50))]
    assert waits_of(hop(0)) == pytest.approx((0.2, 0.1, 0.01))


def test_messages_are_drawn_when_they_came_and_else_from_the_first_to_the_last() -> None:
    (timed,) = hop_timelines(run_of(hop(0, [[0.1, 0.2, 0.3]]), hop(1)))
    assert "message arrives" in timed.svg
    assert "waits for, and when" in timed.caption
    (plain,) = hop_timelines(run_of(hop(0), hop(1)))
    assert "message arrives" not in plain.svg
    assert "from the arrival of a hop's first message" in plain.caption


def test_of_many_hops_those_are_drawn_that_waited_most() -> None:
    hops = [hop(rank, on_link_s=[0.001 * rank]) for rank in range(MOST_HOPS + 2)]
    (drawn,) = hop_timelines(run_of(*hops))
    assert f"the {MOST_HOPS} of {MOST_HOPS + 2} hops" in drawn.caption
    assert ">1 → 2<" not in drawn.svg
    assert ">2 → 3<" in drawn.svg
