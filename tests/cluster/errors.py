"""How the bed says no: one line, and an exit code as the rest of Assay has them."""

from __future__ import annotations

FAILED = 1
NOT_HERE = 5
USAGE = 6


class BedError(Exception):
    def __init__(self, message: str, code: int = FAILED) -> None:
        super().__init__(message)
        self.code = code


def usage(message: str) -> BedError:
    return BedError(message, USAGE)
