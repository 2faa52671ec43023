"""Whatever stands in a field: a report of it, or one line that names the file and its line."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from assay_report import tables
from assay_report.command import main
from assay_report.figures import ALL
from assay_report.figures.forest import forest
from assay_report.problem import Problem
from assay_report.procurement import procurement
from assay_report.runs import read_json, read_run
from assay_report.schema import COMPARISON, RECORD_FIELDS, Value
from matplotlib.figure import Figure

from tests.cli.stored_run import run_info, write_run
from tests.conftest import Outcome
from tests.report.test_clocks_figure import telemetry
from tests.report.test_forest_figure import cell
from tests.report.test_network_figure import LEAVES, port
from tests.report.test_report import pair, traced, whole_run

Assay = Callable[..., Outcome]
Refused = Callable[..., str]

# What a field may hold by mistake, beside being missing.
VALUES = [
    None, True, "", "text", "9" * 5000, -1, 0, 0.5, 1e-300, 1e300, 1 << 80, [], [None], [1, 2],
    ["a", "b"], {}, {"a": None}, {"a": [{}]},
]  # fmt: skip
MISSING = object()


def mutations(value: Value, known: Iterable[str] = ()) -> Iterator[tuple[str, Value]]:
    """With what is there, and the `known` fields that are not, changed."""
    for path in places(value):
        for new in [*VALUES, MISSING]:
            yield f"{path}: {str(new)[:30]}", changed(value, path, new)
    for name in known:
        for new in [] if name in value else VALUES:
            yield f"{name} added: {str(new)[:30]}", value | {name: new}


def places(value: Value, path: tuple = ()) -> Iterator[tuple]:
    """Of every field and every entry of a list, however deep."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, entry in items:
        yield (*path, key)
        if isinstance(entry, dict | list):
            yield from places(entry, (*path, key))


def changed(value: Value, path: tuple, new: object) -> Value:
    result = copy.deepcopy(value)
    parent = result
    for key in path[:-1]:
        parent = parent[key]
    if new is MISSING:
        del parent[path[-1]]
    else:
        parent[path[-1]] = new
    return result


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures are made, but no files of them: that takes most of the time."""
    monkeypatch.setattr(Figure, "savefig", lambda *_, **__: None)


def everything_of(folder: Path) -> None:
    run = read_run(folder)
    for draw in ALL:
        list(draw(run))
    for table in (tables.suspects, tables.checks, tables.measurements, tables.provenance):
        table(run)
    procurement([run], None)


def outcomes(file: Path, broken: Iterator[tuple[str, str]], read: Callable[[], None]) -> None:
    """Each text in its turn; nothing but Problem, in one line that names the file."""
    refusals = 0
    for what, text in broken:
        file.write_text(text)
        try:
            read()
        except Problem as problem:
            refusals += 1
            told = str(problem)
            assert told.startswith(str(file)), (what, told)
            assert "\n" not in told and len(told) < 300, (what, told)
        except Exception as error:
            raise AssertionError(f"{what}: {error!r}") from error
    assert refusals > 0


def with_times(record: dict) -> dict:
    record["trace"]["hops"][0]["timeline_s"] = [[-1e-5, 0.0, 1e-4], [2e-4, 3e-4, 9e-4]]
    return record


def one_of_each(folder: Path) -> list[dict]:
    """The first record of each benchmark that a report has something of."""
    whole_run(folder)
    lines = (folder / "records.jsonl").read_text().splitlines()
    records = [json.loads(line) for line in lines]
    kinds = {record["benchmark"]: record for record in reversed(records)}
    source = {"tool": "OSU", "version": "7", "statistic": "mean", "unit": "us", "figures": {"a": 1}}
    pairs = pair(0, 1, 1e9) | {"rail": "a", "source": source, "confirmation": 0}
    memory = {"benchmark": "memory", "implementation": "assay", "algorithm": "copy", "rank": 0,
              "host": "n0", "algorithm_bandwidth_bytes_per_s": 1e10}  # fmt: skip
    made = [
        kinds["all_reduce"] | {"time": "2026-11-23T16:21:00Z"},
        kinds["matmul"],
        pairs,
        memory,
        telemetry("gpu0", 1, 1.7e9, {"power": 0.5}),
        port("n0", 1e9),
        with_times(traced()),
    ]
    return [{"schema": 1} | record for record in made]


@pytest.mark.usefixtures("drawn")
def test_any_field_of_a_record_may_be_wrong(tmp_path: Path) -> None:
    records = one_of_each(tmp_path / "run")
    file = tmp_path / "run" / "records.jsonl"

    def lines() -> Iterator[tuple[str, str]]:
        for number, record in enumerate(records):
            for what, broken in mutations(record, RECORD_FIELDS):
                others = [*records[:number], broken, *records[number + 1 :], *records]
                yield what, "".join(json.dumps(one) + "\n" for one in others)

    outcomes(file, lines(), lambda: everything_of(tmp_path / "run"))


@pytest.mark.usefixtures("drawn")
@pytest.mark.parametrize("name", ["run.json", "verdict.json"])
def test_any_field_of_a_run_and_a_verdict_may_be_wrong(name: str, tmp_path: Path) -> None:
    write_run(tmp_path / "run")
    network = {"source": "file", "leaves": LEAVES[:1]}
    info = run_info(network=network, injected=["slow"], unread=["a: line 1: no"])
    (tmp_path / "run" / "run.json").write_text(json.dumps(info | {"ranks": info["ranks"][:1]}))
    whole = json.loads((tmp_path / "run" / name).read_text())
    texts = ((what, json.dumps(broken)) for what, broken in mutations(whole))
    outcomes(tmp_path / "run" / name, texts, lambda: everything_of(tmp_path / "run"))


@pytest.mark.usefixtures("drawn")
def test_any_field_of_a_comparison_may_be_wrong(tmp_path: Path) -> None:
    file = tmp_path / "compare.json"
    cells = [cell(size_bytes="4096", in_place="true"), cell(size_bytes="64")]
    whole = {"schema": 1, "cells": cells, "differences": []}
    texts = ((what, json.dumps(broken)) for what, broken in mutations(whole))
    outcomes(file, texts, lambda: forest(read_json(file, COMPARISON), str(file)) and None)


def test_the_line_and_the_field_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = one_of_each(tmp_path / "run")
    file = tmp_path / "run" / "records.jsonl"

    def told(line: str) -> str:
        file.write_text(json.dumps(records[0]) + "\n" + line + "\n")
        assert main([str(tmp_path / "run"), "--output", str(tmp_path / "report")]) == 6
        assert not (tmp_path / "report").exists()
        return capsys.readouterr().err

    slow = json.dumps(records[0] | {"median_s": "slow"})
    assert told(slow) == f"assay: {file}:2: median_s is 'slow'; it must be a number from 0 on\n"
    hop = traced()
    del hop["trace"]["hops"][0]["arrival_s"]
    assert told(json.dumps(hop)) == f"assay: {file}:2: trace.hops[0].arrival_s is missing\n"
    assert "holds NaN, which is no number" in told('{"schema": 1, "median_s": NaN}')
    assert "wrong is -1" in told(json.dumps(records[0] | {"wrong": -1}))
