"""What the tests of bench share: the table that scripts made for nccl-tests read."""

from __future__ import annotations

import re

TYPES = ["int8", "uint8", "int32", "uint32", "int64", "uint64", "half", "float", "double"]
TYPES += ["bfloat16", "f8e4m3", "f8e5m2"]
OPERATIONS = ["all_reduce", "reduce_scatter", "all_gather", "broadcast", "reduce"]
OPERATIONS += ["gather", "scatter", "all_to_all", "all_to_all_v", "send_recv"]

ROW = re.compile(
    r"^\s*(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+(-?\d+)"
    r"\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+(\S+)"
    r"\s+([\d.]+|N/A)\s+([\d.]+|N/A)\s+([\d.]+|N/A)\s+(\S+)\s*$"
)


def rows(out: str) -> list[tuple[str, ...]]:
    found = []
    for line in out.splitlines():
        if line.startswith("#"):
            continue
        match = ROW.match(line)
        assert match, f"neither a comment nor a row: {line!r}"
        found.append(match.groups())
    return found


def sections(out: str) -> dict[str, list[tuple[str, ...]]]:
    """The rows of each implementation and algorithm: {"assay ring": ..., "mpi default": ...}."""
    found = {}
    for part in out.split("# implementation ")[1:]:
        words = part.split()
        found[f"{words[0]} {words[2]}"] = rows(part.split("\n", 1)[1])
    return found


# Ranks that outnumber the processors by far, and other programs beside them.
CROWDED = 240

# Peers would overwrite what has not been read yet.
EXCHANGES = ("all_to_all", "all_to_all_v", "send_recv")


def is_asymmetric(name: str, ranks: int) -> bool:
    """Whether blocks lie elsewhere in the output than in the input: in place, that cannot be."""
    return name == "all_to_all_v" and ranks > 2
