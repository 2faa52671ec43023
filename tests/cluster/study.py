"""Faults put into a bed one after another, and whether `assay locate` names them."""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests.cluster import topology
from tests.cluster.bed import Bed
from tests.cluster.layout import Layout
from tests.cluster.mpirun import mpirun_line, run_line

KINDS = ("slow-send", "slow-receive", "slow-both", "slow-path", "slow-uplink")
# Faults that come and go, or let nothing through: they have no deficit.
OTHER_KINDS = ("loss", "flap", "down")
CUT_OFF = 4  # the exit code where a host does not answer
DIRECTION = {"slow-send": "send", "slow-receive": "receive", "slow-both": "both"}
UPLINK = {"up": "send", "down": "receive", "both": "both"}
RUN_WITHIN = 300.0  # seconds; a run that takes longer has hung


@dataclass
class Trial:
    """One fault, and what should be said of it: kind, name, direction, peer."""

    kind: str
    fault: str
    deficit: int
    expected: list[str | None] = field(default_factory=list)


@dataclass
class Outcome:
    trial: Trial
    code: int
    verdict: str | None
    suspects: list[list[str | None]]
    deficits: list[float]
    seconds: float

    @property
    def is_right(self) -> bool:
        if self.trial.kind == "down":
            return self.code == CUT_OFF and self.suspects == [self.trial.expected]
        if self.trial.kind == "none":
            return self.verdict == "pass" and not self.suspects
        return self.verdict == "fail" and self.suspects == [self.trial.expected]

    @property
    def convicts_wrongly(self) -> bool:
        wrong = [suspect for suspect in self.suspects if suspect != self.trial.expected]
        return bool(wrong)


def make_trial(kind: str, deficit: int, layout: Layout, chance: random.Random) -> Trial:
    """A fault of that kind at a place that chance chooses."""
    if kind == "none":
        return Trial(kind, "none", 0)
    if kind == "slow-path":
        one, other = chance.sample(layout.host_names, 2)
        return Trial(
            kind, f"{kind} {one} {other} {deficit}%", deficit, ["path", one, "send", other]
        )
    if kind == "slow-uplink":
        leaf = f"leaf{chance.randint(1, layout.leaves)}"
        way = chance.choice(list(UPLINK))
        fault = f"{kind} {leaf} {deficit}% {way}"
        return Trial(kind, fault, deficit, ["uplink", leaf, UPLINK[way], None])
    host = chance.choice(layout.host_names)
    if kind == "down":
        return Trial(kind, f"{kind} {host}", 0, ["host", host, None, None])
    if kind in OTHER_KINDS:
        share = " 1%" if kind == "loss" else ""
        return Trial(kind, f"{kind} {host}{share}", 0, ["node", host, "both", None])
    return Trial(kind, f"{kind} {host} {deficit}%", deficit, ["node", host, DIRECTION[kind], None])


def locate(bed: Bed, trial: Trial, folder: Path, options: list[str]) -> Outcome:
    run = folder / "run"
    words = ["assay", "locate", "--quiet", "--output", str(run), *options]
    begin = time.monotonic()
    done = subprocess.run(
        run_line(bed, mpirun_line(bed, words)),
        capture_output=True,
        text=True,
        check=False,
        timeout=RUN_WITHIN,
    )
    seconds = time.monotonic() - begin
    file = run / "verdict.json"
    verdict = json.loads(file.read_text()) if file.is_file() else {}
    suspects = [
        [suspect["kind"], suspect["name"], suspect["direction"], suspect["peer"]]
        for suspect in verdict.get("suspects", [])
    ]
    if done.returncode == CUT_OFF and not verdict:  # the roll call names who is missing
        missing = sorted(set(re.findall(r"on (n\d+) hears nothing", done.stderr)))
        suspects = [["host", host, None, None] for host in missing]
    elif not verdict:
        print(done.stdout + done.stderr, file=sys.stderr)
    deficits = [suspect["deficit"] for suspect in verdict.get("suspects", [])]
    return Outcome(trial, done.returncode, verdict.get("verdict"), suspects, deficits, seconds)


def run_trial(bed: Bed, trial: Trial, given: argparse.Namespace) -> Outcome:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        options = given.options.split()
        if not given.guess:
            file = folder / "topology.conf"
            file.write_text(topology.slurm(bed.layout))
            options += ["--topology", str(file)]
        bed.fault(trial.fault)
        outcome = locate(bed, trial, folder, options)
        bed.heal()
    said = "right" if outcome.is_right else f"WRONG: {outcome.verdict} {outcome.suspects}"
    print(f"{trial.fault}: {said}, {outcome.seconds:.1f} s", file=sys.stderr, flush=True)
    return outcome


def trials(given: argparse.Namespace, layout: Layout) -> Iterator[Trial]:
    """Kinds and deficits turn about, so that a busy hour of the machine hits all alike."""
    chance = random.Random(given.seed)
    for number in range(max(given.runs, given.sound)):
        if number < given.sound:
            yield make_trial("none", 0, layout, chance)
        if number < given.runs:
            slow = [kind for kind in given.kinds if kind not in OTHER_KINDS]
            for deficit in given.deficits:
                for kind in slow:
                    yield make_trial(kind, deficit, layout, chance)
            for kind in given.kinds:
                if kind in OTHER_KINDS:
                    yield make_trial(kind, 0, layout, chance)


def summary(outcomes: list[Outcome]) -> str:
    lines = ["| fault | deficit | named right | other suspects | seconds, median |"]
    lines.append("|---|---:|---:|---:|---:|")
    cells: dict[tuple[str, int], list[Outcome]] = {}
    for outcome in outcomes:
        cells.setdefault((outcome.trial.kind, outcome.trial.deficit), []).append(outcome)
    for (kind, deficit), of_cell in sorted(cells.items()):
        right = sum(outcome.is_right for outcome in of_cell)
        wrong = sum(outcome.convicts_wrongly for outcome in of_cell)
        seconds = sorted(outcome.seconds for outcome in of_cell)[len(of_cell) // 2]
        lines.append(
            f"| {kind} | {deficit} % | {right} of {len(of_cell)} | {wrong} | {seconds:.1f} |"
        )
    return "\n".join(lines)


def _numbers(text: str) -> list[int]:
    return [int(word) for word in text.split(",") if word]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="study", description=__doc__)
    parser.add_argument("--runs", type=int, default=20, help="of each fault and deficit (20)")
    parser.add_argument("--sound", type=int, default=40, help="runs without a fault (40)")
    parser.add_argument("--deficits", type=_numbers, default=[30, 15], metavar="LIST")
    parser.add_argument(
        "--kinds",
        type=lambda text: text.split(","),
        default=list(KINDS),
        help=f"some of {','.join(KINDS + OTHER_KINDS)} (all that have a deficit)",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--options", default="--no-hops", help="for locate (--no-hops)")
    parser.add_argument("--guess", action="store_true", help="give locate no topology file")
    parser.add_argument("--output", type=Path, required=True, help="a line of JSON for each run")
    given = parser.parse_args(arguments)
    layout = Layout()
    outcomes: list[Outcome] = []
    try:
        with Bed.up("study", layout) as bed, given.output.open("a") as lines:
            for trial in trials(given, layout):
                outcome = run_trial(bed, trial, given)
                outcomes.append(outcome)
                lines.write(json.dumps({**asdict(outcome), "right": outcome.is_right}) + "\n")
                lines.flush()
    except KeyboardInterrupt:
        print("study: interrupted; what is done is kept", file=sys.stderr)
    print(summary(outcomes))
    return 0 if outcomes and all(outcome.is_right for outcome in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
