"""Makes a profile from runs that a fleet left: each figure is the trimmed median of all parts."""

from __future__ import annotations

import argparse
import json
import math
import re
import statistics
import sys
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SCHEMA = 1
PARTS_AT_LEAST = 3  # fewer have no spread
FAILS_BELOW = 0.93  # of the reference: practice for parts of one kind, which differ by up to 5 %
BELOW_THE_LOWEST = 0.965  # of the lowest part that counts, where these are further apart
LOWEST_FLOOR = 0.7  # the judge refuses a profile with less
CEILING = 1.1  # of the quickest part
PORTS = "network/port"  # the check, and its figure
RATES = {"rate_flop_per_s": "flop_per_s", "algorithm_bandwidth_bytes_per_s": "bytes_per_s"}


class Refused(Exception):
    """What is wrong with the input, in one line."""


@dataclass
class Figure:
    """One benchmark's rates, by the part that reached them."""

    unit: str
    rates: dict[str, list[float]]


@dataclass
class Fleet:
    """What runs say of machines of one kind."""

    figures: dict[str, Figure] = field(default_factory=dict)
    processors: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    gpus: dict[str, list[str]] = field(default_factory=dict)  # by host: their names
    readings: list[dict[str, float]] = field(default_factory=list)  # of each GPU in each run

    def kinds_of_gpus(self) -> set[str]:
        return {name for names in self.gpus.values() for name in names}

    def gpus_of_each(self) -> int:
        """How many every host has; 0: none, or not all alike."""
        counts = {len(self.gpus.get(host, [])) for host in self.hosts}
        return counts.pop() if len(counts) == 1 else 0


def read_run(folder: Path) -> tuple[dict, list[dict], dict]:
    """A sound run's description, its records and its verdict."""
    try:
        info = json.loads((folder / "run.json").read_text())
        lines = (folder / "records.jsonl").read_text().splitlines()
        verdict = json.loads((folder / "verdict.json").read_text())
        failed = verdict["verdict"] == "fail"
        records = [json.loads(line) for line in lines]
    except (OSError, ValueError, KeyError) as problem:
        raise Refused(f"'{folder}' is no finished run: {problem}") from problem
    if info.get("schema") != SCHEMA:
        raise Refused(f"'{folder}' has schema {info.get('schema')}; this reads {SCHEMA}")
    if info.get("injected"):
        raise Refused(f"'{folder}' had faults put in on purpose: {', '.join(info['injected'])}")
    if info.get("label", "real") != "real":
        raise Refused(f"'{folder}' is {info['label']}; a profile is of real machines")
    if failed:
        raise Refused(f"'{folder}' failed; leave it out, or the parts at fault will pass")
    return info, records, verdict


def port_shares(verdict: dict) -> dict[str, float]:
    """By node and rail the share of its port's rate that its links reach, where that is known. A
    run that was judged by a profile with this figure has its floor in place of the rate."""
    return {
        check["subject"]: check["measured"]["value"] / check["expected"]["value"]
        for check in verdict.get("checks", [])
        if check["name"] == PORTS
        and check["status"] == "pass"
        and check["expected"]["source"].startswith("arithmetic")
    }


def key_of(record: dict) -> str:
    """What the judge looks a record's figure up by."""
    benchmark = record["benchmark"]
    on_gpus = record.get("memory") == "device"
    if benchmark == "all_reduce":
        of_gpus = "device_" if on_gpus else ""
        return f"{of_gpus}all_reduce/{record.get('algorithm', '')}/{record.get('size_bytes', 0)}"
    way = record.get("algorithm", record["implementation"])
    if on_gpus:
        if benchmark == "matmul" and record["implementation"] != "assay":
            way = record["implementation"]
        if benchmark == "memory":
            benchmark = "device_memory"
        if record.get("registered") is False:
            way += "/pageable"
    name = f"{benchmark}/{way}"
    return f"{name}/{record['dtype']}" if "dtype" in record else name


def rate_of(record: dict) -> tuple[float, str] | None:
    """What the judge holds against a figure: devices' fast side, collectives' median; a latency has
    no rate."""
    if record.get("confirmation", 0) > 0 or "window" in record or "median_s" not in record:
        return None
    if record["benchmark"] == "all_reduce" and "bus_bandwidth_bytes_per_s" in record:
        return record["bus_bandwidth_bytes_per_s"], "bytes_per_s"
    if "device" not in record or "fast_s" not in record:
        return None
    for rate, unit in RATES.items():
        if rate in record:
            return record[rate] * record["median_s"] / record["fast_s"], unit
    return None


def part_of(record: dict, run: Path) -> str:
    """What reached the rate: a pair of GPUs, a GPU, a rank's processor, or all of a run."""
    if "peer" in record:
        return f"{record['host']} {record['device']}->{record['peer']}"
    if "device" not in record:
        return str(run)
    return f"{record['host']} rank {record.get('rank')} {record['device']}"


def gpus_of(records: list[dict]) -> dict[str, list[str]]:
    """By host the names of its GPUs, as its inventory has them."""
    gpus: dict[str, list[str]] = defaultdict(list)
    for record in records:
        if record["benchmark"] == "inventory" and "device" in record:
            name = record.get("report", {}).get("facts", {}).get("name")
            if name:
                gpus[record["host"]].append(name)
    return gpus


def readings_of(records: list[dict]) -> list[dict[str, float]]:
    """What each GPU of an inventory says of itself in numbers."""
    return [
        record.get("report", {}).get("readings", {})
        for record in records
        if record["benchmark"] == "inventory" and "device" in record
    ]


def whole_gibibytes(size: float) -> int:
    """The next larger number: drivers keep a little of a GPU's memory back."""
    return math.ceil(size / 2**30)


# Keys of a profile's inventory, the reading that each is made of, and how it is written.
INVENTORY: tuple[tuple[str, str, Callable[[float], str]], ...] = (
    ("nvlinks", "nvlinks_up", lambda up: str(int(up)) if up else ""),
    ("pcie_generation", "pcie_generation_at_most", lambda generation: str(int(generation))),
    ("pcie_width", "pcie_width", lambda lanes: str(int(lanes))),
    ("memory_gib", "memory_bytes", lambda size: str(whole_gibibytes(size))),
    ("ecc", "ecc", lambda is_on: "true" if is_on else ""),
)


def inventory_text(fleet: Fleet) -> list[str]:
    """Lines of what every GPU of the fleet has alike; none of what some do not tell."""
    count = fleet.gpus_of_each()
    if not count:
        return []
    lines = ["", "[inventory]", f"gpus = {count}"]
    for key, reading, written in INVENTORY:
        told = {written(gpu[reading]) if reading in gpu else "" for gpu in fleet.readings}
        if len(told) == 1 and (text := told.pop()):
            lines.append(f"{key} = {text}")
    return [*lines, f'source = "inventory of {len(fleet.hosts)} hosts"']


def collect(runs: list[Path]) -> Fleet:
    """All of it."""
    fleet = Fleet()
    for run in runs:
        info, records, verdict = read_run(run)
        fleet.processors |= {rank["processor"] for rank in info["ranks"]}
        fleet.hosts |= {rank["host"] for rank in info["ranks"]}
        fleet.gpus |= gpus_of(records)
        fleet.readings += readings_of(records)
        for record in records:
            rate = rate_of(record)
            if rate is None:
                continue
            figure = fleet.figures.setdefault(key_of(record), Figure(rate[1], defaultdict(list)))
            figure.rates[part_of(record, run)].append(rate[0])
        for part, share in port_shares(verdict).items():
            figure = fleet.figures.setdefault(PORTS, Figure("share", defaultdict(list)))
            figure.rates[part].append(share)
    return fleet


def trimmed(rates: list[float], share: float) -> list[float]:
    """Without that share of them at either end; rounded down, so that few lose none."""
    cut = math.floor(len(rates) * share)
    return sorted(rates)[cut : len(rates) - cut]


def figure_text(key: str, figure: Figure, runs: int, share: float) -> str | None:
    """A figure's section; none where there are too few parts."""
    parts = [statistics.median(rates) for rates in figure.rates.values()]
    kept = trimmed(parts, share)
    if len(kept) < PARTS_AT_LEAST:
        return None
    reference = statistics.median(kept)
    floor = min(FAILS_BELOW * reference, BELOW_THE_LOWEST * kept[0])
    spread = (kept[-1] - kept[0]) / reference
    source = (
        f"median of {len(parts)} parts in {runs} runs, {len(parts) - len(kept)} trimmed, "
        f"spread {100 * spread:.1f} %"
    )
    return "\n".join(
        [
            f'[figures."{key}"]',
            f'unit = "{figure.unit}"',
            f"reference = {reference:.4e}",
            f"floor = {max(floor, LOWEST_FLOOR * reference * 1.001):.4e}",
            f"ceiling = {CEILING * max(parts):.4e}",
            f'source = "{source}"',
        ]
    )


def patterns(fleet: Fleet, processor: str) -> list[str]:
    """What `auto` chooses the profile by: its GPUs, or where there are none its processor."""
    for gpu in fleet.kinds_of_gpus():
        return [f"gpu = '{literal(gpu)}'"]
    return [f"processor = '{literal(processor)}'"]


def literal(name: str) -> str:
    """The regular expression that finds this name alone; in TOML's literal text no ' can stand."""
    return re.sub(r"[^\w\s-]", lambda found: "." if found[0] == "'" else "\\" + found[0], name)


def make_profile(name: str, runs: list[Path], share: float) -> str:
    """The text of the profile."""
    fleet = collect(runs)
    for what, kinds in (("processors", fleet.processors), ("GPUs", fleet.kinds_of_gpus())):
        if len(kinds) > 1:
            raise Refused(
                f"the runs are of {len(kinds)} kinds of {what} "
                f"({'; '.join(sorted(kinds))}); make a profile of each kind"
            )
    figures = fleet.figures
    sections = [figure_text(key, figures[key], len(runs), share) for key in sorted(figures)]
    kept = [section for section in sections if section]
    if not kept:
        raise Refused(
            f"no figure has {PARTS_AT_LEAST} parts or more; give more runs, or more ranks"
        )
    (processor,) = fleet.processors
    head = [
        "[profile]",
        f'name = "{name}"',
        f'description = "from {len(runs)} runs on {len(fleet.hosts)} hosts with {processor}"',
        *patterns(fleet, processor),
    ]
    head += inventory_text(fleet)
    return "\n\n".join(["\n".join(head), *kept]) + "\n"


def share_of(text: str) -> float:
    """A share below one half."""
    share = float(text)
    if not 0 <= share < 0.5:
        raise argparse.ArgumentTypeError(f"{text} is no share from 0 to below 0.5")
    return share


def main() -> int:
    """Prints the profile."""
    parser = argparse.ArgumentParser(prog="make-profile", description=__doc__)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="run folders")
    parser.add_argument("--name", required=True, help="what the profile is called")
    parser.add_argument(
        "--share", type=share_of, default=0.1, help="of the parts to trim at either end (0.1)"
    )
    options = parser.parse_args()
    try:
        print(make_profile(options.name, options.runs, options.share), end="")
    except Refused as problem:
        print(f"make-profile: {problem}", file=sys.stderr)
        return 6
    return 0


if __name__ == "__main__":
    sys.exit(main())
