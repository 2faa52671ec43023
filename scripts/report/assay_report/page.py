"""The page: one file, nothing from anywhere else, every string from a run escaped."""

from __future__ import annotations

import base64
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import jinja2

from assay_report.drawing import Drawing
from assay_report.problem import printable
from assay_report.runs import Run
from assay_report.tables import Table

LABELS = {
    "simulated": "nothing of this was measured on machines that there are.",
    "imported": "read from logs of other tools; Assay measured none of it.",
    "virtual": "several ranks shared a device: results are checked, speeds say nothing.",
}


@dataclass(frozen=True)
class Section:
    """A run, or what is said before all runs."""

    name: str
    label: str
    verdict: str
    summary: str
    first: list[Table]
    drawings: list[Drawing]
    rest: list[Table]

    @property
    def label_means(self) -> str:
        return LABELS.get(self.label, "this build does not know what that means.")


def verdict_of(run: Run) -> tuple[str, str]:
    if run.verdict is None:
        return "none", "This run was not judged: it has no verdict.json."
    verdict = run.verdict
    word = verdict.get("verdict")
    word = word if word in ("pass", "fail", "inconclusive") else "inconclusive"
    counts = Counter(str(check.get("status")) for check in verdict.get("checks", []))
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
    return word, f"Checks: {told or 'none'}. Suspects: {len(verdict.get('suspects', []))}."


def render_page(title: str, front: list[Table], sections: list[Section]) -> str:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        trim_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["clean"] = printable
    environment.filters["base64"] = lambda text: base64.b64encode(text.encode()).decode()
    page = environment.get_template("page.html")
    return page.render(title=title, front=front, sections=sections)
