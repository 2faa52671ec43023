"""Runs the study of scripts/study-simulated."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SIMULATE = [str(ROOT / "scripts/simulate")]
VERDICTS = {0: "pass", 8: "fail", 10: "inconclusive"}  # of `locate`, by exit code
NAMED = {"send": "sending", "receive": "receiving", "both": "both directions"}


@dataclass(frozen=True)
class Case:
    nodes: int
    fabric: str
    fault: str
    expected: tuple[str, str, str, str | None] | None  # kind, name, direction, peer


def cases() -> list[Case]:
    small, published, large = (64, "fat-tree:16x4"), (232, "fat-tree:29x8"), (256, "fat-tree:16x4")
    host = "slow-send n17 30%", ("node", "n17", "send", None)
    return [
        Case(*small, "none", None),
        Case(*small, *host),
        Case(*published, "none", None),
        Case(*published, *host),
        Case(*large, "none", None),
        Case(*large, *host),
        Case(*large, "slow-receive n17 30%", ("node", "n17", "receive", None)),
        Case(*large, "slow-both n17 30%", ("node", "n17", "both", None)),
        Case(*large, "slow-cable leaf3 spine1 50% up", ("uplink", "leaf3", "send", None)),
        Case(*large, "slow-cable leaf3 spine1 50% down", ("uplink", "leaf3", "receive", None)),
        Case(*large, "slow-cable leaf3 spine1 50% both", ("uplink", "leaf3", "both", None)),
        Case(*large, "slow-uplink leaf3 30% up", ("uplink", "leaf3", "send", None)),
    ]


def words_of(suspect: dict) -> str:
    peer = f" to {suspect['peer']}" if suspect["peer"] else ""
    return f"{suspect['kind']} {suspect['name']}{peer}, {NAMED[suspect['direction']]}"


def measure(case: Case, folder: Path) -> dict:
    run = folder / "run"
    words = ["locate", "--quiet", "--no-hops", "--nodes", str(case.nodes), "--fabric", case.fabric]
    words += ["--fault", case.fault, "--output", str(run)]
    done = subprocess.run([*SIMULATE, *words], capture_output=True, text=True, check=False)
    if done.returncode not in VERDICTS:
        sys.exit(f"study-simulated: {' '.join(words)} ended with {done.returncode}: {done.stderr}")
    suspects = json.loads((run / "verdict.json").read_text())["suspects"]
    found = [[one["kind"], one["name"], one["direction"], one["peer"]] for one in suspects]
    simulation = json.loads((run / "simulation.json").read_text())
    return asdict(case) | {
        "named": [words_of(one) for one in suspects],
        "deficits": [one["deficit"] for one in suspects],
        "verdict": VERDICTS[done.returncode],
        "right": found == ([list(case.expected)] if case.expected else [])
        and VERDICTS[done.returncode] == ("fail" if case.expected else "pass"),
        "rounds": json.loads((run / "run.json").read_text())["network"]["rounds"],
        "simulated_s": simulation["simulated_s"],
        "processor_s": simulation["processor_s"],
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="study-simulated", description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "results/studies/simulated.jsonl")
    parser.add_argument(
        "--nodes",
        type=lambda text: [int(word) for word in text.split(",")],
        help="networks of these sizes only",
    )
    given = parser.parse_args()
    lines = given.output.read_text().splitlines() if given.output.is_file() else []
    kept = {(run["nodes"], run["fabric"], run["fault"]): run for run in map(json.loads, lines)}
    wrong = 0
    for case in cases():
        if given.nodes and case.nodes not in given.nodes:
            continue
        run = kept.get((case.nodes, case.fabric, case.fault))
        if run is None:
            with tempfile.TemporaryDirectory() as folder:
                run = measure(case, Path(folder))
            with given.output.open("a") as file:
                file.write(json.dumps(run) + "\n")
        wrong += not run["right"]
        said = "; ".join(run["named"]) or "nobody"
        print(f"{case.nodes} nodes, {case.fault}: {said}, {run['rounds']} rounds", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
