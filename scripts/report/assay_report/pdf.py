"""The PDF for the file: a page of what was found, then a page a figure."""

from __future__ import annotations

import io
import textwrap

import matplotlib.pyplot as plt
from matplotlib.backends.backend_pdf import PdfPages

from assay_report.page import Section
from assay_report.problem import printable
from assay_report.style import SETTINGS
from assay_report.tables import Table

A4 = (8.27, 11.69)
COLUMNS, LINES = 92, 62


def lines_of(section: Section) -> list[str]:
    lines = [section.name, "", f"{section.verdict.upper()}  {section.summary}"]
    if section.label != "real":
        lines += [f"{section.label.upper()}: {section.label_means}"]
    for table in section.first:
        lines += lines_of_table(table)
    for table in section.rest:
        if table.name.endswith("provenance"):
            lines += lines_of_table(table)
    return lines


def lines_of_table(table: Table) -> list[str]:
    if not table.rows:
        return []
    lines = ["", table.title, ""]
    for row in table.rows:
        told = [
            f"{name} {cell.shown}".strip() for name, cell in zip(table.columns, row, strict=True)
        ]
        lines.append((": " if len(told) == 2 else "; ").join(told))
    return lines


def render_pdf(title: str, front: list[Table], sections: list[Section]) -> bytes:
    content = io.BytesIO()
    # A date would make equal reports differ.
    with plt.rc_context(SETTINGS), PdfPages(content, metadata={"CreationDate": None}) as pages:
        text = [title, ""] + [line for table in front for line in lines_of_table(table)]
        for section in sections:
            text += ["", *lines_of(section)]
        broken = [
            part
            for line in text
            for part in (textwrap.wrap(printable(line), COLUMNS, subsequent_indent="  ") or [""])
        ]
        for begin in range(0, len(broken), LINES):
            page = plt.figure(figsize=A4)
            page.text(
                0.08, 0.95, "\n".join(broken[begin : begin + LINES]), va="top", fontsize=8.5,
                family="monospace",
            )  # fmt: skip
            pages.savefig(page)
            plt.close(page)
        for section in sections:
            for drawn in section.drawings:
                image = plt.imread(io.BytesIO(drawn.png))
                width = 11.0
                page = plt.figure(figsize=(width, width * image.shape[0] / image.shape[1] + 0.6))
                axes = page.add_axes((0.02, 0.05, 0.96, 0.93))
                axes.imshow(image, interpolation="antialiased")
                axes.axis("off")
                page.text(0.02, 0.01, printable(f"{section.name}: {drawn.caption}"), fontsize=8)
                pages.savefig(page, dpi=160)
                plt.close(page)
    return content.getvalue()
