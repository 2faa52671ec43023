"""assay report from end to end: figures, page, PDF and tables, hostile names, and bad input."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

from tests.cli.stored_run import HOSTILE, collective, run_info, write_records, write_run
from tests.conftest import Outcome

Assay = Callable[..., Outcome]
Refused = Callable[..., str]


def pair(sender: int, receiver: int, bandwidth: float, host: str = "n") -> dict:
    return {
        "schema": 1,
        "benchmark": "pair",
        "implementation": "assay",
        "from": f"{host}{sender}",
        "to": f"{host}{receiver}",
        "from_rank": sender,
        "to_rank": receiver,
        "size_bytes": 1 << 20,
        "median_s": (1 << 20) / bandwidth,
        "algorithm_bandwidth_bytes_per_s": bandwidth,
    }


def matmul(rank: int, rate: float) -> dict:
    return {
        "schema": 1,
        "benchmark": "matmul",
        "implementation": "openblas",
        "dtype": "float32",
        "size_bytes": 1 << 20,
        "rank": rank,
        "host": f"n{rank}",
        "rate_flop_per_s": rate,
        "median_s": 1e9 / rate,
    }


def traced() -> dict:
    hop = {
        "from": 0,
        "to": 1,
        "messages": 4,
        "bytes": 4096,
        "arrival_s": [1e-4, 9e-4],
        "send_blocked_s": 1e-4,
        "starved_s": 2e-4,
        "on_link_s": [1e-4, 1.5e-4],
    }
    return collective([1e-3, 1.1e-3], trace={"total_s": [1e-3, 1.1e-3], "hops": [hop]})


def whole_run(folder: Path, host: str = "n") -> Path:
    """A run that has something for every figure."""
    records = [
        collective([1e-6 * size], size_bytes=size, algorithm=algorithm)
        for size in (1024, 4096, 1 << 20)
        for algorithm in ("ring", "tree")
    ]
    records += [pair(a, b, 1e9 if b else 5e8, host) for a in range(3) for b in range(3) if a != b]
    records += [matmul(rank, 1e11 if rank else 8e10) for rank in range(4)]
    records += [traced()]
    records += [collective([1e-4], size_bytes=64, time=f"2026-11-23T16:2{n}:00Z") for n in range(6)]
    return write_records(folder, run_info(host), records)


class Page(HTMLParser):
    """Every tag, every text, and whatever would be fetched."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href") and value and not value.startswith("data:"):
                self.fetched.append(value)
            assert not name.startswith("on"), f"{name} of {tag}"


def test_a_run_becomes_figures_a_page_a_pdf_and_tables(assay: Assay, tmp_path: Path) -> None:
    run = whole_run(tmp_path / "run")
    outcome = assay(0, "report", "run", "--output", "report")
    assert outcome.code == 0, outcome
    assert outcome.err == ""
    names = {path.name for path in (tmp_path / "report").iterdir()}
    for figure in (
        "all_reduce-bandwidth",
        "all_reduce-time",
        "pairs",
        "devices",
        "roofline",
        "hops-1",
        "soak",
    ):
        assert {f"{figure}.png", f"{figure}.svg"} <= names
        assert (tmp_path / "report" / f"{figure}.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "report" / "report.pdf").read_bytes().startswith(b"%PDF")
    page = Page((tmp_path / "report" / "report.html").read_text())
    assert page.fetched == []
    assert page.tags.count("img") == 7
    rows = list(csv.DictReader((tmp_path / "report" / "measurements.csv").open()))
    assert len(rows) == len((run / "records.jsonl").read_text().splitlines())
    facts = (tmp_path / "report" / "provenance.csv").read_text()
    assert hashlib.sha256((run / "records.jsonl").read_bytes()).hexdigest() in facts
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report", "run"]


def test_names_from_a_run_are_never_markup(assay: Assay, tmp_path: Path) -> None:
    write_run(tmp_path / "judged")
    whole_run(tmp_path / "run", HOSTILE)
    outcome = assay(0, "report", "judged", "run", "--output", "report")
    assert outcome.code == 0, outcome
    text = (tmp_path / "report" / "report.html").read_text()
    assert Page(text).tags.count("script") == 1
    assert "\u202e" not in text
    assert "&lt;script&gt;" in text
    assert text.index("FAIL") < text.index("Suspects, worst first") < text.index("Measurements")
    assert all(re.fullmatch(r"[\w.-]+", path.name) for path in (tmp_path / "report").iterdir())


PRICES = """
currency = "EUR"
reference = "ours"
[candidate.ours]
price = 100
watts = 10
[candidate.theirs]
price = 300
watts = 10
[weights]
"all_reduce 1 KiB, time" = 1
"""


def two_candidates(tmp_path: Path) -> None:
    write_records(tmp_path / "ours", run_info(), [collective([1e-4])])
    theirs = collective([5e-5], label="imported", source={"tool": "OSU", "version": "7.5"})
    write_records(tmp_path / "theirs", run_info(label="imported"), [theirs, matmul(0, 1e11)])


def test_candidates_stand_side_by_side(assay: Assay, tmp_path: Path) -> None:
    two_candidates(tmp_path)
    (tmp_path / "prices.toml").write_text(PRICES)
    words = ["ours", "theirs", "--prices", "prices.toml", "--output", "report"]
    outcome = assay(0, "report", *words)
    assert outcome.code == 0, outcome
    first, second = csv.DictReader((tmp_path / "report" / "ranking.csv").open())
    assert (first["candidate"], first["label"]) == ("theirs", "imported")
    assert float(first["score against ours"]) == 2
    assert float(first["score per price"]) == 2 / 3
    assert float(first["score per watt"]) == 2
    assert first["price"] == "300 EUR"
    assert first["missing"] == "nothing"
    assert second["missing"] == "matmul float32"
    page = (tmp_path / "report" / "report.html").read_text()
    assert "IMPORTED: read from logs of other tools" in page
    assert "OSU 7.5" in page


def test_bad_input_is_told_in_one_line(refused: Refused, tmp_path: Path) -> None:
    two_candidates(tmp_path)
    write_records(tmp_path / "empty", run_info(), [])
    write_records(tmp_path / "later", run_info() | {"schema": 2}, [collective([1.0])])
    (tmp_path / "file").write_text("")
    both = ["ours", "theirs", "--output", "report", "--prices", "prices.toml"]

    def priced(old: str, new: str) -> str:
        (tmp_path / "prices.toml").write_text(PRICES.replace(old, new))
        return refused("report", *both)

    assert "no run.json" in refused("report", "nowhere", "--output", "report")
    assert "no records" in refused("report", "empty", "--output", "report")
    assert "schema is 2" in refused("report", "later", "--output", "report")
    assert "exists" in refused("report", "ours", "--output", "theirs")
    assert "cannot be made" in refused("report", "ours", "--output", "file/report")
    assert "currency is missing" in priced('currency = "EUR"', "")
    assert "'vendor' is no candidate" in priced("candidate.theirs", "candidate.vendor")
    assert "weight of 'fortune'" in priced('"all_reduce 1 KiB, time"', "fortune")
    assert "above 0" in priced("price = 300", "price = -1")
    assert "unknown key 'prise'" in priced("price = 300", "prise = 300")
    assert "prices.toml" in priced("[weights]", "[weights")
