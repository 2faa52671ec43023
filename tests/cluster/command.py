"""The command `cluster`: a bed from the shell."""

from __future__ import annotations

import argparse
import os
import re
import shlex
import signal
import subprocess
import sys
from typing import NoReturn

from tests.cluster import state, system, topology
from tests.cluster.bed import Bed, live, remove, sweep
from tests.cluster.errors import BedError, usage
from tests.cluster.fault import KINDS, form
from tests.cluster.layout import DEFAULT_RATE, Layout
from tests.cluster.mpirun import mpirun_line, run_line

DEFAULT_NAME = "bed"
END_WITHIN = 10.0  # seconds for a job that was told to stop
UNITS = {"kbit": 1e3, "mbit": 1e6, "gbit": 1e9}


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise usage(message)


def _rate(text: str) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kmg]bit)", text.lower())
    if not match:
        raise usage(f"'{text}' is not a rate such as 200Mbit or 1Gbit")
    return float(match[1]) * UNITS[match[2]]


def _add_layout(parser: Parser) -> None:
    sound = Layout()
    parser.add_argument("--hosts", type=int, default=sound.hosts, help="n1, n2, ... (%(default)s)")
    leaves = "switches below the spine; 1: a single switch (half as many as hosts, at most 4)"
    parser.add_argument("--leaves", type=int, help=leaves)
    rate = f"of a host's link, each way ({DEFAULT_RATE / 1e6:.0f}Mbit)"
    parser.add_argument("--rate", type=_rate, default=DEFAULT_RATE, help=rate)
    rails = "networks, each with an interface of every host (%(default)s)"
    parser.add_argument("--rails", type=int, default=sound.rails, help=rails)
    over = "a leaf's hosts' rates over its uplink's rate (%(default)s)"
    parser.add_argument("--oversubscription", type=float, default=1.0, help=over)
    hops = "plain switches in each uplink, to make the way over the spine longer (%(default)s)"
    parser.add_argument("--hops", type=int, default=sound.hops, help=hops)


def _add_job(parser: Parser, hosts: str) -> None:
    parser.add_argument("--ranks-per-host", type=int, default=1, metavar="N")
    parser.add_argument(hosts, dest="on", metavar="n1,n2", help="run on these hosts alone")
    parser.add_argument("--mpirun", default="", metavar="OPTIONS", help="more of mpirun's own")


def _layout(given: argparse.Namespace) -> Layout:
    leaves = given.leaves
    if leaves is None:
        leaves = max(1, min(Layout.leaves, given.hosts // 2))
    return Layout(given.hosts, leaves, given.rate, given.rails, given.oversubscription, given.hops)


def _up(given: argparse.Namespace) -> int:
    Bed.up(given.bed, _layout(given), keep=True)
    return 0


def _job(bed: Bed, given: argparse.Namespace) -> list[str]:
    hosts = given.on.split(",") if given.on else None
    line = mpirun_line(bed, given.words, hosts, given.ranks_per_host, shlex.split(given.mpirun))
    print(f"# {shlex.join(line)}", file=sys.stderr, flush=True)
    return run_line(bed, line)


def _run(given: argparse.Namespace) -> NoReturn:
    _become(_job(Bed.open(given.bed), given))


def _exec(given: argparse.Namespace) -> NoReturn:
    if not given.words:
        raise usage("what should run? exec HOST COMMAND...")
    _become(Bed.open(given.bed).enter(given.host, given.words))


def _become(words: list[str]) -> NoReturn:
    sys.stdout.flush()
    os.execvp(words[0], words)


def _fault(given: argparse.Namespace) -> int:
    bed = Bed.open(given.bed)
    for text in given.fault:
        bed.fault(text)
    return 0


def _heal(given: argparse.Namespace) -> int:
    Bed.open(given.bed).heal(given.fault)
    return 0


def _status(given: argparse.Namespace) -> int:
    system.require()
    for name in live():
        found = state.read(name)
        if found is not None:
            layout = found.layout
            print(
                f"{name}: {layout.hosts} hosts, {layout.leaves} leaves, {layout.rails} rails, "
                f"{layout.rate / 1e6:g} Mbit/s, faults: {'; '.join(found.faults) or 'none'}"
            )
    return 0


def _topology(given: argparse.Namespace) -> int:
    layout = Bed.open(given.bed).layout
    print(topology.toml(layout) if given.toml else topology.slurm(layout), end="")
    return 0


def _down(given: argparse.Namespace) -> int:
    system.require()
    remove(state.check_name(given.bed))
    sweep()
    return 0


def _with(given: argparse.Namespace) -> int:
    """Signals go to the job once; the bed goes down whatever happens."""
    # SIGINT too: a shell's background jobs are born with it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    with Bed.up(given.bed or f"with{os.getpid()}", _layout(given)) as bed:
        for text in given.fault or []:
            bed.fault(text)
        process = subprocess.Popen(_job(bed, given), start_new_session=True)
        try:
            code = process.wait()
        except KeyboardInterrupt:
            _ignore_signals()
            process.send_signal(signal.SIGINT)
            try:
                process.wait(END_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()
            code = 128 + signal.SIGINT
        finally:
            _ignore_signals()
    return code if code >= 0 else 128 - code


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, frame: None)


def _parser() -> Parser:
    faults = "faults: " + "; ".join(form(kind) for kind in KINDS)
    parser = Parser(prog="cluster", description="A cluster of namespaces on this machine.")
    parser.epilog = f"{faults}. Each may end in rail=N. docs/cluster.md has more."
    name = f"the bed's name (environment ASSAY_BED, else {DEFAULT_NAME})"
    parser.add_argument("--bed", metavar="NAME", help=name)
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=Parser)

    up = verbs.add_parser("up", help="build a bed that stays until `down`")
    _add_layout(up)
    fault = verbs.add_parser("fault", help="apply faults, such as 'slow-send n2 50%%'")
    fault.add_argument("fault", nargs="+")
    heal = verbs.add_parser("heal", help="lift one fault, or all")
    heal.add_argument("fault", nargs="?")
    run = verbs.add_parser("run", help="run a command under mpirun, one rank a host")
    _add_job(run, "--hosts")
    one = verbs.add_parser("exec", help="run a command on one host (or head)")
    one.add_argument("host")
    one.add_argument("command", nargs=argparse.REMAINDER)
    verbs.add_parser("status", help="which beds are up, with which faults")
    files = verbs.add_parser("topology", help="print the network as a file that Assay reads")
    kinds = files.add_mutually_exclusive_group()
    kinds.add_argument("--slurm", action="store_true", help="topology.conf (the default)")
    kinds.add_argument("--toml", action="store_true")
    verbs.add_parser("down", help="remove the bed, and what dead ones left")
    once = verbs.add_parser("with", help="up, run, down")
    _add_layout(once)
    _add_job(once, "--on")
    once.add_argument("--fault", action="append")
    return parser


VERBS = {
    "up": _up,
    "fault": _fault,
    "heal": _heal,
    "run": _run,
    "exec": _exec,
    "status": _status,
    "topology": _topology,
    "down": _down,
    "with": _with,
}


def main(arguments: list[str]) -> int:
    split = arguments.index("--") if "--" in arguments else len(arguments)
    try:
        given = _parser().parse_args(arguments[:split])
        given.words = [*getattr(given, "command", []), *arguments[split + 1 :]]
        if given.verb != "with":
            given.bed = given.bed or os.environ.get("ASSAY_BED", DEFAULT_NAME)
        return VERBS[given.verb](given)
    except BedError as problem:
        print(f"cluster: {' '.join(str(problem).split())}", file=sys.stderr)
        return problem.code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
