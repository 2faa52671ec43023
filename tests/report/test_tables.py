"""Tables in CSV files: what a spreadsheet makes of them."""

from __future__ import annotations

import csv

import pytest
from assay_report.tables import Cell, Table


def written(*cells: Cell) -> list[str]:
    table = Table("table", "Table", ["=1"] * len(cells), [list(cells)])
    head, row = csv.reader(table.csv().splitlines())
    assert head == ["'=1"] * len(cells)
    return row


@pytest.mark.parametrize(
    "text", ["=HYPERLINK(1)", "@SUM(A1)", "+1+1", "-2+3", "-cmd|' /C calc'!A0"]
)
def test_text_is_no_formula(text: str) -> None:
    assert written(Cell(text)) == [f"'{text}"]


def test_numbers_stay_numbers() -> None:
    shown = [Cell("-1 s", -1.0), Cell("missing", -1), Cell("-"), Cell("-4.5"), Cell("-3.2%")]
    assert written(*shown) == ["-1.0", "-1", "-", "-4.5", "-3.2%"]


def test_nothing_turns_the_writing_or_moves_a_cursor() -> None:
    assert written(Cell("a\u202eb\x1b[31m\nc,d")) == ["a?b?[31m c,d"]
