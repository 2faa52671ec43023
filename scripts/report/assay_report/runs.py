"""Run folders: run.json, records.jsonl and verdict.json, as docs/interface.md has them."""

from __future__ import annotations

import hashlib
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from assay_report.problem import Problem
from assay_report.schema import RECORD, RUN, VERDICT, Check, require

Record = dict[str, Any]


@dataclass(frozen=True)
class Run:
    folder: Path
    info: dict[str, Any]
    records: list[Record]
    verdict: dict[str, Any] | None
    sha256: str  # of records.jsonl
    cut_off: bool

    @property
    def name(self) -> str:
        """That of the folder, unless the run says its own."""
        return str(self.info.get("id") or self.folder.name)

    @property
    def label(self) -> str:
        return str(self.info.get("label", "real"))

    def hosts(self) -> list[str]:
        return sorted({str(rank.get("host", "")) for rank in self.info.get("ranks", [])})

    def processors(self) -> list[str]:
        return sorted({str(rank.get("processor", "")) for rank in self.info.get("ranks", [])})


def no_number(constant: str) -> NoReturn:
    raise ValueError(f"it holds {constant}, which is no number")


def read_json(file: Path, check: Check) -> dict[str, Any]:
    """Throws Problem unless all fields hold what `check` asks for."""
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
        content = json.loads(text, parse_constant=no_number)
    except OSError as error:
        raise Problem(f"cannot read '{file}': {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Problem(f"{file}: is not JSON: {error}") from error
    return require(content, check, str(file))


# What no figure and no table is made of; of samples their number is kept.
DROPPED = frozenset(
    ("samples_s", "disturbed", "passes", "per_rank", "percentiles_s", "counters", "schema")
)


def read_records(file: Path) -> tuple[list[Record], str, bool]:
    """The records, the hash of the file, and whether its last line is cut off."""
    records: list[Record] = []
    digest = hashlib.sha256()
    is_cut_off = False
    try:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                digest.update(line)
                try:
                    text = line.decode("utf-8", errors="replace")
                    content = json.loads(text, parse_constant=no_number)
                except (ValueError, RecursionError) as error:
                    if not line.endswith(b"\n"):
                        is_cut_off = True
                        break
                    raise Problem(f"{file}:{number}: is not JSON: {error}") from error
                records.append(read_record(content, f"{file}:{number}"))
    except OSError as error:
        raise Problem(f"cannot read '{file}': {error.strerror}") from error
    return records, digest.hexdigest(), is_cut_off


def read_record(content: object, place: str) -> Record:
    checked = require(content, RECORD, place)
    # Names and words are the same in all of them: each is kept once.
    record = {
        sys.intern(name): sys.intern(value) if type(value) is str else value
        for name, value in checked.items()
        if name not in DROPPED
    }
    record["samples"] = len(checked.get("samples_s", ()))
    return record


def read_run(folder: Path) -> Run:
    """Throws Problem for anything that is no run."""
    if not (folder / "run.json").is_file():
        raise Problem(f"'{folder}' is not a run folder: it has no run.json")
    info = read_json(folder / "run.json", RUN)
    records, sha256, cut_off = read_records(folder / "records.jsonl")
    if not records:
        raise Problem(f"run '{folder}' is empty: it has no records")
    judged = folder / "verdict.json"
    verdict = read_json(judged, VERDICT) if judged.is_file() else None
    return Run(folder, info, records, verdict, sha256, cut_off)


def central_s(record: Record) -> float | None:
    """The median time, or the mean where an imported record has no more."""
    value = record.get("median_s", record.get("mean_s"))
    return float(value) if isinstance(value, int | float) else None


def interval_s(record: Record) -> tuple[float, float] | None:
    value = record.get("interval_s")
    return (
        (float(value[0]), float(value[1])) if isinstance(value, list) and len(value) == 2 else None
    )
