"""Open MPI's mpirun across the hosts of a bed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.cluster.bed import HERE, Bed
from tests.cluster.errors import NOT_HERE, BedError, usage
from tests.cluster.layout import HEAD, MANAGEMENT

ROOT = HERE.parent.parent
# A rank that yields to a compiler gets its processor back milliseconds later: a busy machine would
# look like slow links.
PRIORITY = "-10"


def _program(word: str) -> str:
    """`assay` means this tree's build (ASSAY_BUILD)."""
    build = ROOT / os.environ.get("ASSAY_BUILD", "build")
    path = os.pathsep.join([str(build), os.environ.get("PATH", os.defpath)])
    found = shutil.which(word, path=path)
    if not found:
        raise usage(f"no program '{word}' in {build} or the path")
    return str(Path(found).absolute())


def _mpirun() -> str:
    found = shutil.which("mpirun")
    if not found:
        raise BedError("no mpirun here", NOT_HERE)
    version = subprocess.run([found, "--version"], capture_output=True, text=True, check=False)
    if "Open MPI" not in version.stdout:
        raise BedError(f"{found} is not Open MPI's", NOT_HERE)
    return found


def mpirun_line(
    bed: Bed,
    words: list[str],
    hosts: list[str] | None = None,
    ranks_per_host: int = 1,
    options: Sequence[str] = (),
) -> list[str]:
    """The words that start a job on the bed, as they run on its head."""
    hosts = hosts or bed.layout.host_names
    for host in hosts:
        if host not in bed.layout.host_names:
            raise usage(f"no host '{host}'; known: {', '.join(bed.layout.host_names)}")
    if ranks_per_host < 1:
        raise usage(f"ranks per host must be at least 1, not {ranks_per_host}")
    if not words:
        raise usage("what should run? run [options] -- COMMAND")
    rails = ",".join(f"eth{rail}" for rail in range(bed.layout.rails))
    alone = ranks_per_host == 1
    parameters = {
        "plm": "rsh",
        "plm_rsh_agent": str(HERE / "launch_agent"),
        "plm_rsh_no_tree_spawn": "1",  # only the head can enter hosts
        "oob_tcp_if_include": MANAGEMENT,
        "orte_tmpdir_base": str(bed.state.folder / "tmp"),  # another one on each host
        "pml": "ob1",
        "btl": "tcp,self" if alone else "tcp,self,vader",
        "btl_tcp_if_include": rails,
        # All hosts have the same processors: whoever waits must let the others run.
        "mpi_yield_when_idle": "1",
    }
    # UCX would find other ways between processes of one kernel, and networks that are not shaped.
    environment = {"UCX_TLS": "tcp,self" if alone else "tcp,self,sm", "UCX_NET_DEVICES": rails}
    line = [_mpirun()]
    for name, value in parameters.items():
        line += ["--mca", name, value]
    for name, value in environment.items():
        line += ["-x", f"{name}={os.environ.get(name, value)}"]
    slots = ",".join(f"{host}:{ranks_per_host}" for host in hosts)
    line += ["--bind-to", "none", "--host", slots, "-n", str(len(hosts) * ranks_per_host)]
    return [*line, *options, _program(words[0]), *words[1:]]


def run_line(bed: Bed, line: list[str]) -> list[str]:
    """The words that start that line from here, before whatever else this machine does."""
    allowed = [f"OMPI_ALLOW_RUN_AS_ROOT{suffix}=1" for suffix in ("", "_CONFIRM")]
    folder = f"ASSAY_BED_FOLDER={bed.state.folder}"
    return bed.enter(HEAD, ["nice", "-n", PRIORITY, "env", folder, *allowed, *line])
