"""Runs the study of scripts/detection and prints its tables."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# The smallest deficit counts as found when this share of the faults is named exactly.
RECALL = 0.99
# The bisection ends when it knows the deficit to this share.
RESOLUTION = 0.0025
LEAST_DEFICIT, MOST_DEFICIT = 0.02, 0.6


@dataclass(frozen=True)
class Network:
    nodes: int
    rails: int = 1
    leaf_size: int = 0
    partners: int = 0
    missing: float = 0.0
    outliers: float = 0.0

    def words(self) -> list[str]:
        found = []
        for name, value in asdict(self).items():
            found += [f"--{name.replace('_', '-')}", str(value)]
        return found

    def label(self) -> str:
        text = f"{self.nodes}"
        if self.rails > 1:
            text += f" x {self.rails} rails"
        if self.leaf_size:
            text += f", leaves of {self.leaf_size}"
        if self.partners:
            text += f", {2 * self.partners} + {4 * self.partners} partners"
        if self.missing:
            text += f", {self.missing:.0%} missing"
        if self.outliers:
            text += f", {self.outliers:.1%} disturbed"
        return text

    def cells(self) -> int:
        return self.nodes * self.nodes * self.rails


@dataclass(frozen=True)
class Case:
    network: Network
    noise: float
    faults: int
    deficit: float
    deficit_at_most: float
    runs: int


NETWORKS = [
    Network(4),
    Network(8),
    Network(8, leaf_size=2),
    Network(8, leaf_size=2, outliers=0.01),
    Network(32, leaf_size=8, rails=2),
    Network(64, leaf_size=16, missing=0.3),
    Network(128, leaf_size=16, rails=4),
    Network(256, leaf_size=32, partners=4),
    Network(1024, leaf_size=32, rails=8),
]
NOISES = [0.003, 0.01, 0.02, 0.05]
FAULTS = [0, 1, 4, 8]
LIMIT_NETWORKS = [Network(8), Network(8, leaf_size=2), Network(64, leaf_size=16, rails=2)]
KINDS = ["node", "nic", "path", "uplink", "leaf_pair", "cable", "switch"]
# Kinds that a network must have leaves, or rails, for.
OF_LEAVES = {"uplink", "leaf_pair", "cable", "switch"}
# A run of so many links takes about a second: fewer runs of larger networks.
LINKS_A_SECOND = 4_000_000
LARGEST_CASE_S = 120


def study(binary: str, words: list[str]) -> dict:
    done = subprocess.run([binary, *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(
            f"detection: {' '.join([binary, *words])} ended with {done.returncode}: {done.stderr}"
        )
    return json.loads(done.stdout)


def runs_of(network: Network, wanted: int) -> int:
    return max(2, min(wanted, LARGEST_CASE_S * LINKS_A_SECOND // network.cells()))


def run_case(binary: str, case: Case) -> dict:
    words = [*case.network.words(), "--noise", str(case.noise), "--faults", str(case.faults)]
    words += ["--deficit", str(case.deficit), "--deficit-at-most", str(case.deficit_at_most)]
    return study(binary, [*words, "--runs", str(case.runs)])


def recall_of(binary: str, network: Network, noise: float, kind: str, runs: int) -> Callable:
    def recall(deficit: float) -> float:
        words = [*network.words(), "--noise", str(noise), "--kinds", kind, "--faults", "1"]
        found = study(binary, [*words, "--deficit", str(deficit), "--runs", str(runs)])
        tally = found["kinds"][kind]
        return tally["found"] / tally["injected"]

    return recall


def smallest(recall: Callable[[float], float]) -> float | None:
    """The smallest deficit that is found often enough; none where even the largest is not."""
    low, high = LEAST_DEFICIT, MOST_DEFICIT
    if recall(high) < RECALL:
        return None
    while high - low > RESOLUTION:
        middle = (low + high) / 2
        low, high = (low, middle) if recall(middle) >= RECALL else (middle, high)
    return high


def has_kind(network: Network, kind: str) -> bool:
    if kind == "nic":
        return network.rails > 1
    if kind == "cable":
        return network.leaf_size > 0 and network.nodes - network.leaf_size >= 8
    return kind not in OF_LEAVES or network.leaf_size > 0


def find_limit(binary: str, network: Network, noise: float, kind: str, runs: int) -> dict:
    deficit = smallest(recall_of(binary, network, noise, kind, runs))
    return {
        "network": asdict(network),
        "noise": noise,
        "kind": kind,
        "runs": runs,
        "deficit": deficit,
    }


def row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def found_of(kinds: dict, which: str, of: str) -> str:
    total = sum(tally[of] for tally in kinds.values())
    found = sum(tally[which] for tally in kinds.values())
    return f"{found / total:.1%} of {total}" if total else "-"


def markdown_of_cases(cases: list[dict]) -> str:
    head = ["nodes", "noise", "faults", "runs", "found", "found of plain ones", "without reason"]
    head += ["undecided runs", "rounds", "links again", "s"]
    lines = [row(head), row(["---"] * len(head))]
    for case in cases:
        network = Network(**{name: case[name] for name in Network.__dataclass_fields__})
        cells = [network.label(), f"{case['noise']:.1%}", str(case["faults"]), str(case["runs"])]
        cells += [found_of(case["kinds"], "found", "injected")]
        cells += [found_of(case["kinds"], "plain_found", "plain"), str(case["without_reason"])]
        cells += [str(case["runs_undecided"]), f"{case['mean_rounds']:.1f}"]
        again = case["mean_links_repeated"] / max(case["mean_links_measured"], 1)
        lines.append(row([*cells, f"{again:.1%}", f"{case['slowest_locate_s']:.3f}"]))
    return "\n".join(lines)


def markdown_of_limits(limits: list[dict]) -> str:
    places = list(dict.fromkeys((json.dumps(limit["network"]), limit["kind"]) for limit in limits))
    noises = sorted({limit["noise"] for limit in limits})
    head = ["nodes", "kind", *(f"noise {noise:.1%}" for noise in noises)]
    lines = [row(head), row(["---"] * len(head))]
    for place, kind in places:
        cells = [Network(**json.loads(place)).label(), kind]
        for noise in noises:
            for limit in limits:
                if (json.dumps(limit["network"]), limit["kind"], limit["noise"]) == (
                    place,
                    kind,
                    noise,
                ):
                    deficit = limit["deficit"]
                    cells.append("not found" if deficit is None else f"{deficit:.1%}")
        lines.append(row(cells))
    return "\n".join(lines)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="detection")
    parser.add_argument("binary")
    parser.add_argument(
        "--runs", type=int, default=1000, help="of each network; fewer of large ones"
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--quick", action="store_true", help="only networks below 100 nodes")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--output", type=Path, default=ROOT / "results/studies/detection.json")
    return parser.parse_args()


def main() -> None:
    given = options()
    networks = [one for one in NETWORKS if not given.quick or one.nodes < 100]
    cases = [
        Case(network, noise, faults, 0.07, 0.3, runs_of(network, given.runs))
        for network in networks
        for noise in NOISES
        for faults in FAULTS
    ]
    places = [
        (network, noise, kind)
        for network in LIMIT_NETWORKS
        for kind in KINDS
        if has_kind(network, kind)
        for noise in NOISES
    ]
    limit_runs = max(100, given.runs // 5)
    with ThreadPoolExecutor(given.jobs) as pool:
        found = list(pool.map(lambda case: run_case(given.binary, case), cases))
        limits = list(pool.map(lambda place: find_limit(given.binary, *place, limit_runs), places))
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(json.dumps({"cases": found, "limits": limits}, indent=1) + "\n")
    if given.markdown:
        print(f"{markdown_of_cases(found)}\n\n{markdown_of_limits(limits)}")


if __name__ == "__main__":
    main()
