"""assay-report RUN... --output DIR [--prices FILE] [--compare FILE]"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from assay_report import tables
from assay_report.drawing import Drawing
from assay_report.figures import ALL
from assay_report.figures.forest import forest
from assay_report.output import write_folder
from assay_report.page import Section, render_page, verdict_of
from assay_report.pdf import render_pdf
from assay_report.prices import read_prices
from assay_report.problem import USAGE, Problem, printable
from assay_report.procurement import names_of, procurement
from assay_report.runs import Run, read_json, read_run
from assay_report.schema import COMPARISON
from assay_report.tables import Table


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Problem(f"{message}; see assay report --help")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = Parser(
        prog="assay report",
        description="Figures (PNG, SVG), one page (HTML), a PDF and tables (CSV) of runs.",
    )
    parser.add_argument("runs", nargs="+", metavar="RUN", type=Path, help="run folders")
    parser.add_argument("--output", required=True, metavar="DIR", type=Path,
                        help="folder to write; must not exist")  # fmt: skip
    parser.add_argument("--prices", metavar="FILE", type=Path,
                        help="TOML: currency, prices, watts and weights of candidates")  # fmt: skip
    parser.add_argument("--compare", metavar="FILE", type=Path,
                        help="what assay compare --json wrote, to be drawn")  # fmt: skip
    return parser.parse_args(arguments)


def safe(name: str) -> str:
    """For a file's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "run"


def prefixed(prefix: str, drawn: Drawing, taken: set[str]) -> Drawing:
    """Under a name that no other file has."""
    stem = f"{prefix}{safe(drawn.name)}"
    name, number = stem, 2
    while name in taken:
        name, number = f"{stem}-{number}", number + 1
    taken.add(name)
    return Drawing(name, drawn.title, drawn.caption, drawn.png, drawn.svg)


def section_of(run: Run, name: str, prefix: str, taken: set[str]) -> Section:
    verdict, summary = verdict_of(run)
    drawings = [prefixed(prefix, drawn, taken) for draw in ALL for drawn in draw(run)]
    return Section(
        printable(name), run.label, verdict, summary,
        [named(tables.suspects(run), prefix)],
        drawings,
        [named(table(run), prefix)
         for table in (tables.checks, tables.measurements, tables.provenance)],
    )  # fmt: skip


def named(table: Table, prefix: str) -> Table:
    return Table(prefix + table.name, table.title, table.columns, table.rows)


def report(options: argparse.Namespace) -> dict[str, bytes]:
    runs = [read_run(folder) for folder in options.runs]
    front: list[Table] = []
    names = [run.name for run in runs]
    if len(runs) > 1 or options.prices:
        names = candidates = names_of(runs)
        prices = read_prices(options.prices, candidates) if options.prices else None
        front = procurement(runs, prices)
    taken: set[str] = set()
    prefixes = [f"{number}-" if len(runs) > 1 else "" for number in range(1, len(runs) + 1)]
    sections = [
        section_of(run, name, prefix, taken)
        for run, name, prefix in zip(runs, names, prefixes, strict=True)
    ]
    if options.compare:
        comparison = read_json(options.compare, COMPARISON)
        drawn = prefixed("", forest(comparison, str(options.compare)), taken)
        sections[0].drawings.insert(0, drawn)
    title = "Assay report: " + ", ".join(printable(name) for name in names)
    files = {"report.html": render_page(title, front, sections).encode("utf-8", errors="replace")}
    files["report.pdf"] = render_pdf(title, front, sections)
    for section in sections:
        for drawn in section.drawings:
            files[f"{drawn.name}.png"] = drawn.png
            files[f"{drawn.name}.svg"] = drawn.svg.encode("utf-8", errors="replace")
    for table in [*front, *(t for s in sections for t in [*s.first, *s.rest])]:
        if table.rows:
            files[table.file] = table.csv().encode("utf-8", errors="replace")
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    try:
        options = parse(arguments)
        files = report(options)
        write_folder(options.output, files)
    except Problem as problem:
        print(f"assay: {printable(problem)}", file=sys.stderr)
        return USAGE
    print(f"{options.output / 'report.html'} and {len(files) - 1} other files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
