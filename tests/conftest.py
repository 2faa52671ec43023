"""What the tests of the whole program share: how it is started and what is left behind."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / os.environ.get("ASSAY_BUILD", "build")
ASSAY = BUILD / "assay"


@dataclass
class Outcome:
    code: int
    out: str
    err: str


@cache
def launcher() -> list[str]:
    """That of the MPI which the build was made with, and what it needs for ranks in any number."""
    (mpiexec,) = re.findall(
        r"^MPIEXEC_EXECUTABLE:\w+=(.+)$", (BUILD / "CMakeCache.txt").read_text(), re.MULTILINE
    )
    version = subprocess.run([mpiexec, "--version"], capture_output=True, text=True, check=False)
    is_open_mpi = re.search("Open MPI|OpenRTE|PRRTE", version.stdout)
    return [mpiexec, *(["--oversubscribe"] if is_open_mpi else [])]


def launch(ranks: int) -> list[str]:
    """The words that start `ranks` ranks on this machine, however many processors it has."""
    return [*launcher(), "-n", str(ranks)]


@cache
def library() -> str:
    """The MPI library's own name and version."""
    done = subprocess.run([ASSAY, "--version"], capture_output=True, text=True, check=True)
    (name,) = re.findall(r"^  mpi {2,}(.+)$", done.stdout, re.MULTILINE)
    return name


def environment() -> dict[str, str]:
    return os.environ | {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def start(ranks: int, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    """Starts assay under mpirun (ranks >= 1) or by itself (0)."""
    return start_words([*(launch(ranks) if ranks else []), str(ASSAY), *arguments], cwd)


def start_words(words: list[str], cwd: Path | None = None) -> subprocess.Popen[str]:
    """Starts any command line as the tests want it: its output kept, no input."""
    return subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
        env=environment(),
        cwd=cwd,
    )


def finish(process: subprocess.Popen[str], seconds: float = 120) -> Outcome:
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        pytest.fail(f"did not end within {seconds} s\n{out}\n{err}")
    return Outcome(process.returncode, out, err)


@pytest.fixture
def assay(tmp_path: Path) -> Callable[..., Outcome]:
    """Runs assay in an empty folder: assay(ranks, "bench", ...) -> Outcome."""

    def run(ranks: int, *arguments: str, seconds: float = 120) -> Outcome:
        return finish(start(ranks, *arguments, cwd=tmp_path), seconds)

    return run


def verdict_of(run: Path) -> dict:
    return json.loads((run / "verdict.json").read_text())


def records_of(run: Path, *, sensors: bool = False) -> list[dict]:
    """What was measured; with `sensors` also what they said beside it, where there are any."""
    records = [json.loads(line) for line in (run / "records.jsonl").read_text().splitlines()]
    return [record for record in records if sensors or record["benchmark"] != "telemetry"]


def own_lines(err: str) -> list[str]:
    """Standard error without what mpirun adds to any non-zero exit code."""
    return [line for line in err.splitlines() if line.startswith("assay:")]


@pytest.fixture
def refused(assay: Callable[..., Outcome], tmp_path: Path) -> Callable[..., str]:
    """A command line that must end with code 6 and change nothing: the one line that it says."""

    def refuse(*arguments: str) -> str:
        before = sorted(tmp_path.iterdir())
        outcome = assay(0, *arguments)
        assert outcome.code == 6, outcome
        assert outcome.out == ""
        assert sorted(tmp_path.iterdir()) == before
        (line,) = outcome.err.splitlines()
        return line

    return refuse
