"""What is wrong with what the user gave: one line, and exit code 6."""

from __future__ import annotations

import unicodedata

USAGE = 6


class Problem(Exception):
    pass


def printable(text: object) -> str:
    """`text` on one line, without what could move a terminal's cursor or turn the writing, and
    without what is no character (which XML refuses)."""
    line = str(text)
    if line.isprintable():  # most are, and this is much quicker
        return line
    return "".join(
        " "
        if c in "\n\t"
        else "?"
        if unicodedata.category(c) in ("Cc", "Cf", "Cn", "Cs", "Zl", "Zp")
        else c
        for c in line
    )


def cut(text: object, letters: int) -> str:
    """The same, in at most so many letters: a long name would leave no room for a figure."""
    line = printable(text)
    return line if len(line) <= letters else f"{line[: letters - 3]}..."
