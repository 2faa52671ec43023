"""Other programs and processes: run, asked about, ended."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from tests.cluster.errors import NOT_HERE, BedError

PREFIX = "assay-"  # of every bed's namespaces
NAMESPACES = Path("/run/netns")  # where `ip netns` keeps them
END_WITHIN = 10.0  # seconds in which killed processes must be gone
POLL = 0.01


def run(*words: str, stdin: str | None = None) -> str:
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BedError(f"{' '.join(words)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def batch(program: str, namespace: str | None, lines: Iterable[str]) -> None:
    """Runs many commands of ip or tc in one process; the first that fails ends it."""
    text = "\n".join(lines)
    if text:
        where = ["-netns", namespace] if namespace else []
        run(program, *where, "-batch", "-", stdin=text + "\n")


def inside(namespace: str) -> list[str]:
    """The words that run a command in a network namespace, and nothing else of the host."""
    return ["nsenter", f"--net={NAMESPACES / namespace}", "--"]


def require() -> None:
    """Ends with one line where the bed cannot work."""
    if os.geteuid() != 0:
        raise BedError("the bed needs root", NOT_HERE)
    for program in ("ip", "tc", "nft", "nsenter", "unshare", "mount"):
        if not shutil.which(program):
            raise BedError(f"the bed needs the program {program}", NOT_HERE)
    if _inside_of_a_bed():
        raise BedError("this is a host of a bed; beds are handled from outside", NOT_HERE)
    # A namespace of one's own is refused in most containers, whoever is root there.
    trial = ["unshare", "--net", "--uts", "--ipc", "--pid", "--mount", "--fork", "true"]
    done = subprocess.run(trial, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise BedError(f"no namespaces here: {done.stderr.strip()}", NOT_HERE)


def _inside_of_a_bed() -> bool:
    """Where other beds look dead, as their namespaces and processes cannot be seen."""
    mine = os.stat("/proc/self/ns/net").st_ino
    for name in namespaces():
        try:
            if name.startswith(PREFIX) and os.stat(NAMESPACES / name).st_ino == mine:
                return True
        except FileNotFoundError:  # another bed went down just now
            continue
    return False


def started(process: int) -> int | None:
    """When it started, in clock ticks: with the number, what tells it from a later one."""
    try:
        text = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, *fields = text.rpartition(")")[2].split()
    return None if state in "ZX" else int(fields[18])  # field 22 of proc(5)


def processes_in(namespace: str) -> list[int]:
    return [int(word) for word in run("ip", "netns", "pids", namespace).split()]


def kill_all(namespaces: list[str]) -> None:
    """Ends every process in the network namespaces, also those that start meanwhile."""
    deadline = time.monotonic() + END_WITHIN
    while left := [process for name in namespaces for process in processes_in(name)]:
        if time.monotonic() > deadline:
            raise BedError(f"processes do not end: {left}")
        for process in left:
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        time.sleep(POLL)


def namespaces() -> list[str]:
    return [path.name for path in NAMESPACES.iterdir()] if NAMESPACES.is_dir() else []
