"""Starts the program on simulated hosts, one rank on each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from simulation.problem import UsageError

# A fluid network without a library's habits: a message takes the latencies of its links and its
# size over the rate that max-min sharing leaves it. SimGrid's own factors were fitted to the
# Gigabit Ethernet of one cluster.
NETWORK = {
    "network/model": "SMPI",
    "smpi/bw-factor": "0:1",
    "smpi/lat-factor": "0:1",
    "network/TCP-gamma": "1e12",  # no window
    "network/weight-S": "0",  # flows share alike, whatever their latency
    "network/crosstraffic": "0",  # what acknowledges takes nothing from the other direction
}
# Computing, the clock and polls take no simulated time; a rank that waits naps (core/machine).
TIME = {
    "smpi/simulate-computation": "no",
    "smpi/wtime": "0",
    "smpi/test": "0",
    "smpi/iprobe": "0",
    "surf/precision": "1e-10",  # naps begin at some nanoseconds
}
LIBRARY = {
    "smpi/privatization": "dlopen",
    "smpi/coll-selector": "ompi",  # what Open MPI chooses: SMPI's default is all-to-all for most
}
# What it says beside the program's own words: of non-zero exit codes, one line a rank.
QUIET = ["--log=root.thres:critical", "--log=no_loc"]
LAST_WORDS = "Execution failed with code "


@dataclass(frozen=True)
class Simulation:
    platform: Path
    hostfile: Path
    ranks: int
    program: list[str]


def command(simulation: Simulation) -> list[str]:
    """Throws UsageError for words that smpirun, a shell script, would cut in pieces."""
    for word in simulation.program:
        if not word or any(letter.isspace() for letter in word):
            raise UsageError(f"'{word}' cannot be handed on by smpirun; use words without blanks")
    settings = NETWORK | TIME | LIBRARY
    return [
        "smpirun",
        "-quiet",
        *("-np", str(simulation.ranks)),
        *("-platform", str(simulation.platform)),
        *("-hostfile", str(simulation.hostfile)),
        *(f"--cfg={name}:{value}" for name, value in settings.items()),
        *QUIET,
        *simulation.program,
    ]


def without_last_words(lines: Iterator[str]) -> Iterator[str]:
    """Its own report of a non-zero code says nothing that the verdict does not."""
    return (line for line in lines if not line.startswith(LAST_WORDS))


def run(words: list[str]) -> int:
    """Shows what the program says; its exit code."""
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in without_last_words(process.stdout):
            sys.stdout.write(line)
            sys.stdout.flush()
    return process.returncode
