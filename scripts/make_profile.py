"""Makes a profile from runs that a fleet left: each figure is the trimmed median of all parts."""

from __future__ import annotations

import argparse
import json
import math
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

SCHEMA = 1
PARTS_AT_LEAST = 3  # fewer have no spread
FAILS_BELOW = 0.93  # of the reference: practice for parts of one kind, which differ by up to 5 %
BELOW_THE_LOWEST = 0.965  # of the lowest part that counts, where these are further apart
LOWEST_FLOOR = 0.7  # the judge refuses a profile with less
CEILING = 1.1  # of the quickest part


class Refused(Exception):
    """What is wrong with the input, in one line."""


@dataclass
class Figure:
    """One benchmark's rates, by the part that reached them."""

    unit: str
    rates: dict[str, list[float]]


def read_run(folder: Path) -> tuple[dict, list[dict]]:
    """A sound run's description and its records."""
    try:
        info = json.loads((folder / "run.json").read_text())
        lines = (folder / "records.jsonl").read_text().splitlines()
        verdict = json.loads((folder / "verdict.json").read_text())["verdict"]
        records = [json.loads(line) for line in lines]
    except (OSError, ValueError, KeyError) as problem:
        raise Refused(f"'{folder}' is no finished run: {problem}") from problem
    if info.get("schema") != SCHEMA:
        raise Refused(f"'{folder}' has schema {info.get('schema')}; this reads {SCHEMA}")
    if info.get("injected"):
        raise Refused(f"'{folder}' had faults put in on purpose: {', '.join(info['injected'])}")
    if info.get("label", "real") != "real":
        raise Refused(f"'{folder}' is {info['label']}; a profile is of real machines")
    if verdict == "fail":
        raise Refused(f"'{folder}' failed; leave it out, or the parts at fault will pass")
    return info, records


def key_of(record: dict) -> str:
    """What the judge looks a record's figure up by."""
    benchmark = record["benchmark"]
    if benchmark == "all_reduce":
        return f"all_reduce/{record.get('algorithm', '')}/{record.get('size_bytes', 0)}"
    way = record.get("algorithm", record["implementation"])
    if record.get("memory") == "device":
        if benchmark == "matmul" and record["implementation"] != "assay":
            way = record["implementation"]
        if benchmark == "memory":
            benchmark = "device_memory"
        if record.get("registered") is False:
            way += "/pageable"
    name = f"{benchmark}/{way}"
    return f"{name}/{record['dtype']}" if "dtype" in record else name


def rate_of(record: dict) -> tuple[float, str] | None:
    """What the judge holds against a figure: devices' fast side, collectives' median."""
    if record.get("confirmation", 0) > 0 or "window" in record or "median_s" not in record:
        return None
    if record["benchmark"] == "all_reduce" and "bus_bandwidth_bytes_per_s" in record:
        return record["bus_bandwidth_bytes_per_s"], "bytes_per_s"
    if "device" not in record or "rank" not in record or "fast_s" not in record:
        return None
    if "rate_flop_per_s" in record:
        return record["rate_flop_per_s"] * record["median_s"] / record["fast_s"], "flop_per_s"
    return record["size_bytes"] / record["fast_s"], "bytes_per_s"


def collect(runs: list[Path]) -> tuple[dict[str, Figure], set[str], set[str]]:
    """All figures, and the processors and hosts that they are of."""
    figures: dict[str, Figure] = {}
    processors: set[str] = set()
    hosts: set[str] = set()
    for run in runs:
        info, records = read_run(run)
        processors |= {rank["processor"] for rank in info["ranks"]}
        hosts |= {rank["host"] for rank in info["ranks"]}
        for record in records:
            rate = rate_of(record)
            if rate is None:
                continue
            part = f"{record['host']} rank {record['rank']}" if "rank" in record else str(run)
            figure = figures.setdefault(key_of(record), Figure(rate[1], defaultdict(list)))
            figure.rates[part].append(rate[0])
    return figures, processors, hosts


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


def make_profile(name: str, runs: list[Path], share: float) -> str:
    """The text of the profile."""
    figures, processors, hosts = collect(runs)
    if len(processors) != 1:
        raise Refused(
            f"the runs are of {len(processors)} kinds of processors "
            f"({'; '.join(sorted(processors))}); make a profile of each kind"
        )
    sections = [figure_text(key, figures[key], len(runs), share) for key in sorted(figures)]
    kept = [section for section in sections if section]
    if not kept:
        raise Refused(
            f"no figure has {PARTS_AT_LEAST} parts or more; give more runs, or more ranks"
        )
    head = [
        "[profile]",
        f'name = "{name}"',
        f'description = "from {len(runs)} runs on {len(hosts)} hosts with {processors.pop()}"',
    ]
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
