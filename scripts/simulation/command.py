"""scripts/simulate: from words to a run."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from simulation import fabric, fault, smpirun
from simulation.platform_xml import platform
from simulation.problem import INTERNAL, UNAVAILABLE, USAGE, UnavailableError, UsageError
from simulation.slurm import topology_conf

ROOT = Path(__file__).resolve().parent.parent.parent
ASSAY = ROOT / "build-simulate" / "assay"
VERBS = ("accept", "locate")
BITS_PER_BYTE = 8
GIGA = 1e9
MICRO = 1e-6
KILLED = 128  # and above: by a signal, as a shell says it

DESCRIPTION = """Runs `assay VERB` (accept or locate; accept if none is named) on simulated nodes,
one rank on each, and prints its verdict, whose exit code it ends with. Everything is labelled
`simulated`. Options that are not listed here go to the verb. docs/simulation.md says what is
modelled."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see scripts/simulate --help")


def positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


positive.__name__ = "positive number"  # as argparse calls it in its message


def parser() -> Parser:
    made = Parser(
        prog="scripts/simulate [VERB]", description=DESCRIPTION, allow_abbrev=False, add_help=True
    )
    made.add_argument("--nodes", type=int, required=True, metavar="N", help="n0 to n(N-1)")
    made.add_argument("--fabric", default="flat", help=f"{fabric.KNOWN}; default: flat")
    made.add_argument(
        "--fault", action="append", default=[], help=f"may be repeated: {fault.KNOWN}"
    )
    made.add_argument(
        "--link-rate", type=positive, default=100, metavar="GBIT", help="of a node, each way; 100"
    )
    made.add_argument(
        "--cable-rate",
        type=positive,
        metavar="GBIT",
        help="of a cable from leaf to spine, each way; default: what the nodes of a leaf need to "
        "send all at once",
    )
    made.add_argument(
        "--link-latency", type=positive, default=0.5, metavar="US", help="of a node's link; 0.5"
    )
    made.add_argument(
        "--cable-latency", type=positive, default=0.2, metavar="US", help="of a cable; 0.2"
    )
    made.add_argument(
        "--output", type=Path, metavar="DIR", help="the run folder, which must be new"
    )
    return made


def bytes_per_second(gigabits: float) -> float:
    return gigabits * GIGA / BITS_PER_BYTE


def network_of(options: argparse.Namespace) -> tuple[fabric.Fabric, fault.Slowdowns]:
    network = fabric.make_fabric(
        options.fabric,
        options.nodes,
        bytes_per_second(options.link_rate),
        options.link_latency * MICRO,
        options.cable_latency * MICRO,
        bytes_per_second(options.cable_rate) if options.cable_rate else None,
    )
    return network, fault.parse_faults(options.fault, network)


def require_simgrid() -> None:
    if shutil.which("smpirun") is None:
        raise UnavailableError(
            "SimGrid is not installed; scripts/setup --simulate installs it (libsimgrid-dev)"
        )


def build() -> None:
    done = subprocess.run([ROOT / "scripts" / "build", "simulate", "assay"], check=False)
    if done.returncode != 0:
        raise UnavailableError("the program for simulated nodes could not be built, as said above")


def write_lines(file: Path, lines: Sequence[str]) -> Path:
    file.write_text("\n".join(lines) + "\n")
    return file


def default_output() -> Path:
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    return Path("results/runs") / f"{now}-simulated"


def run_in(folder: Path, verb: str, options: argparse.Namespace, rest: list[str]) -> int:
    """Writes what describes the simulation to `folder`, and keeps it with the run."""
    network, slowdowns = network_of(options)
    hosts = [fabric.host_name(host) for host in range(network.hosts)]
    hostfile = write_lines(folder / "hosts", hosts)
    described = [
        write_lines(folder / "platform.xml", list(platform(network, slowdowns))),
        write_lines(folder / "topology.conf", topology_conf(network).splitlines()),
    ]
    output = options.output or default_output()
    program = [str(ASSAY), verb, "--output", str(output), *rest]
    if verb == "locate" and "--topology" not in rest:
        program += ["--topology", str(folder / "topology.conf")]
    timing = folder / "timing"
    words = smpirun.command(
        smpirun.Simulation(described[0], hostfile, network.hosts, program, timing)
    )
    require_simgrid()
    build()
    ended = smpirun.run(words)
    code = ended.code
    simulation = asdict(network) | {
        "fabric": options.fabric,
        "faults": options.fault,
        "simulated_s": smpirun.simulated_time(timing),
        "processor_s": ended.processor_s,
    }
    described.append(write_lines(folder / "simulation.json", [json.dumps(simulation)]))
    if code != USAGE and output.is_dir():
        for file in described:
            shutil.copy(file, output)
    if code < 0 or code >= KILLED:
        print("simulate: the simulator broke off", file=sys.stderr)
        return INTERNAL
    return code


def simulate(words: list[str]) -> int:
    verb = words.pop(0) if words and not words[0].startswith("-") else VERBS[0]
    if verb not in VERBS:
        raise UsageError(f"unknown verb '{verb}'; known: {', '.join(VERBS)}")
    options, rest = parser().parse_known_args(words)
    with tempfile.TemporaryDirectory(prefix="assay-simulate-") as folder:
        return run_in(Path(folder), verb, options, rest)


def main(words: list[str]) -> int:
    try:
        return simulate(words)
    except UsageError as problem:
        print(f"simulate: {problem}", file=sys.stderr)
        return USAGE
    except UnavailableError as problem:
        print(f"simulate: {problem}", file=sys.stderr)
        return UNAVAILABLE
