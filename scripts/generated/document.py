"""Tables put into a document, between marks that stay."""

from __future__ import annotations

import os
import re
from pathlib import Path


def marks(name: str) -> tuple[str, str]:
    return f"<!-- {name}: written by scripts/detection -->", f"<!-- end of {name} -->"


class UnknownPlaceError(Exception):
    """The document has no place for the table."""


def with_table(text: str, name: str, table: str) -> str:
    begin, end = marks(name)
    pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(text):
        raise UnknownPlaceError(f"no place for '{name}': lines '{begin}' and '{end}'")
    return pattern.sub(lambda _: f"{begin}\n\n{table}\n\n{end}", text, count=1)


def write_tables(path: Path, tables: dict[str, str]) -> None:
    """All of them or none: written aside, then renamed."""
    text = path.read_text()
    for name, table in tables.items():
        text = with_table(text, name, table)
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text)
    os.replace(aside, path)
