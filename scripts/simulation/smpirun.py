"""Starts the program on simulated hosts, one rank on each."""

from __future__ import annotations

import re
import resource
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
# What it tells of the time goes to a file of its own.
TIMING = {"smpi/display-timing": "yes"}
TIMING_LOG = "smpi_utils"
SIMULATED_TIME = re.compile(r"Simulated time: (\S+) seconds")
LAST_WORDS = "Execution failed with code "


@dataclass(frozen=True)
class Simulation:
    platform: Path
    hostfile: Path
    ranks: int
    program: list[str]
    timing: Path


def command(simulation: Simulation) -> list[str]:
    """Throws UsageError for words that smpirun, a shell script, would cut in pieces."""
    for word in simulation.program:
        if not word or any(letter.isspace() for letter in word):
            raise UsageError(f"'{word}' cannot be handed on by smpirun; use words without blanks")
    settings = NETWORK | TIME | LIBRARY | TIMING
    return [
        "smpirun",
        "-quiet",
        *("-np", str(simulation.ranks)),
        *("-platform", str(simulation.platform)),
        *("-hostfile", str(simulation.hostfile)),
        *(f"--cfg={name}:{value}" for name, value in settings.items()),
        *QUIET,
        *(
            f"--log={TIMING_LOG}.{what}"
            for what in ("thres:info", "add:0", f"app:file:{simulation.timing}")
        ),
        *simulation.program,
    ]


def without_last_words(lines: Iterator[str]) -> Iterator[str]:
    """Its own report of a non-zero code says nothing that the verdict does not."""
    return (line for line in lines if not line.startswith(LAST_WORDS))


@dataclass(frozen=True)
class Ended:
    code: int
    processor_s: float


def run(words: list[str]) -> Ended:
    """Shows what the program says."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in without_last_words(process.stdout):
            sys.stdout.write(line)
            sys.stdout.flush()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Ended(process.returncode, used)


def simulated_time(timing: Path) -> float | None:
    """Seconds; nothing where the simulation broke off."""
    said = SIMULATED_TIME.search(timing.read_text()) if timing.is_file() else None
    return float(said[1]) if said else None
