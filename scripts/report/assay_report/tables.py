"""Tables: a title, columns, rows; each goes into the page and into a CSV file."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from assay_report.problem import printable
from assay_report.runs import Record, Run, central_s
from assay_report.units import quantity, size

MOST_ROWS_ON_PAGE = 500
NUMBER = re.compile(r"-|[-+]?\d+(\.\d+)?([eE][-+]?\d+)? ?%?")  # or none: "-"


@dataclass(frozen=True, slots=True)
class Cell:
    """What is shown, and what it is sorted and kept by."""

    shown: str
    value: float | str | None = None

    @property
    def key(self) -> float | str:
        return self.shown if self.value is None else self.value


@dataclass(frozen=True)
class Table:
    name: str
    title: str
    columns: list[str]
    rows: list[list[Cell]] = field(default_factory=list)

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def on_page(self) -> list[list[Cell]]:
        return self.rows[:MOST_ROWS_ON_PAGE]

    def csv(self) -> str:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([harmless(name) for name in self.columns])
        writer.writerows([harmless(cell.key) for cell in row] for row in self.rows)
        return text.getvalue()


def harmless(value: float | str) -> float | str:
    """Numbers as they are; text on one line, and with an apostrophe before what a spreadsheet would
    take for a formula and run."""
    return harmless_text(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)  # settings come again and again
def harmless_text(text: str) -> str:
    told = printable(text)
    if not told.startswith(("=", "+", "-", "@")) or NUMBER.fullmatch(told):
        return told
    return f"'{told}"


def amount(value: float | None, unit: str) -> Cell:
    return Cell(quantity(value, unit), "" if value is None else value)


def suspect_name(suspect: dict[str, Any]) -> str:
    """ "rank 2", "node n3", "path n1 to n6"."""
    kind, name = str(suspect.get("kind")), str(suspect.get("name"))
    whole = name if name.startswith(f"{kind} ") else f"{kind} {name}"
    return f"{whole} to {suspect['peer']}" if suspect.get("peer") else whole


def suspects(run: Run) -> Table:
    rows = [
        [
            Cell(suspect_name(s)),
            Cell(str(s.get("direction") or "-")),
            Cell(str(s.get("layer"))),
            amount(s.get("deficit"), "share"),
            amount(s.get("confidence"), "share"),
            Cell("; ".join(map(str, s.get("evidence", [])))),
            Cell(str(s.get("action", ""))),
        ]
        for s in (run.verdict or {}).get("suspects", [])
    ]
    columns = ["suspect", "direction", "layer", "deficit", "confidence", "evidence", "what to do"]
    return Table("suspects", "Suspects, worst first", columns, rows)


def checks(run: Run) -> Table:
    order = {"fail": 0, "inconclusive": 1, "skipped": 2, "pass": 3}
    found = sorted(
        (run.verdict or {}).get("checks", []), key=lambda check: order.get(check.get("status"), 0)
    )
    rows = []
    for check in found:
        measured, expected = check.get("measured") or {}, check.get("expected") or {}
        unit = measured.get("unit", "")
        rows.append(
            [
                Cell(str(check.get("status"))),
                Cell(str(check.get("name"))),
                Cell(str(check.get("subject"))),
                amount(measured.get("value"), unit),
                amount(expected.get("value"), unit),
                Cell(str(expected.get("source", "-"))),
                Cell(str(check.get("reason", ""))),
            ]
        )
    columns = ["status", "check", "subject", "measured", "expected", "expected from", "reason"]
    return Table("checks", "Checks", columns, rows)


SETTINGS = [
    "benchmark",
    "implementation",
    "algorithm",
    "transport",
    "memory",
    "label",
    "dtype",
    "op",
]


def where(record: Record) -> str:
    if "from_rank" in record:
        return f"rank {record['from_rank']} → rank {record.get('to_rank')}"
    parts = [f"rank {record['rank']}"] if "rank" in record else []
    return " ".join(parts + [str(record[name]) for name in ("host", "device") if name in record])


def measurements(run: Run) -> Table:
    rows = []
    for record in run.records:
        seconds = central_s(record)
        bandwidth = record.get(
            "bus_bandwidth_bytes_per_s", record.get("algorithm_bandwidth_bytes_per_s")
        )
        bytes_ = record.get("size_bytes")
        source = record.get("source") or {}
        rows.append(
            [Cell(str(record.get(name, "-"))) for name in SETTINGS]
            + [
                Cell("-", -1) if bytes_ is None else Cell(size(bytes_), bytes_),
                Cell({True: "yes", False: "no"}.get(record.get("in_place"), "-")),
                Cell(where(record) or "-"),
                amount(seconds, "s"),
                Cell(str(source.get("statistic") or ("median" if "median_s" in record else "-"))),
                amount(bandwidth, "bytes_per_s"),
                amount(record.get("rate_flop_per_s"), "flop_per_s"),
                Cell(str(record["samples"])),
                Cell(str(record.get("wrong", "-"))),
            ]
        )
    columns = [
        *SETTINGS, "size", "in place", "where", "time", "statistic", "bus bandwidth", "rate",
        "samples", "wrong",
    ]  # fmt: skip
    return Table("measurements", "Measurements", columns, rows)


def times_of(run: Run) -> str:
    """When imported logs say that they were measured; empty: they do not."""
    sources = [source for record in run.records if (source := record.get("source"))]
    starts = sorted({source["start"] for source in sources if "start" in source})
    ends = sorted({source["end"] for source in sources if "end" in source})
    return " to ".join([*starts[:1], *ends[-1:]])


def provenance(run: Run) -> Table:
    ranks = run.info.get("ranks", [])
    tools = sorted(
        {
            f"{s.get('tool')} {s.get('version', '')}".strip()
            for s in (record.get("source") for record in run.records)
            if s
        }
    )
    facts = {
        "run": run.name,
        "label": run.label,
        "measured by": ", ".join(tools) if tools else f"assay {run.info.get('version', '')}",
        "command": " ".join(map(str, run.info.get("command", []))),
        "start": run.info.get("start", "-"),
        "end": run.info.get("end", "none: it broke off"),
        "hosts": ", ".join(run.hosts()) or "not said",
        "processors": ", ".join(run.processors()) or "not said",
        "ranks": len(ranks) or "not said",
        "records": f"{len(run.records)}" + (", the last line cut off" if run.cut_off else ""),
        "SHA-256 of records.jsonl": run.sha256,
    }
    if told := times_of(run):
        facts["measured, as logs have it"] = told
    facts |= {f"library {name}": v for name, v in run.info.get("libraries", {}).items()}
    for number, line in enumerate(run.info.get("injected", []), 1):
        facts[f"fault put in on purpose {number}"] = line
    for number, line in enumerate(run.info.get("unread", []), 1):
        facts[f"left out {number}"] = line
    rows = [[Cell(name), Cell(str(value))] for name, value in facts.items()]
    return Table("provenance", "What was measured, by whom and when", ["", ""], rows)
