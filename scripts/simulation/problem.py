"""How the command ends when it cannot do what it was asked to."""

from __future__ import annotations

# docs/interface.md
INTERNAL = 1
UNAVAILABLE = 5
USAGE = 6


class UsageError(Exception):
    """Bad input: one line that says what is wrong and what would be right."""


class UnavailableError(Exception):
    """Something that this machine lacks, and how to get it."""
