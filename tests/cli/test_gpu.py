"""Collectives on GPUs, as far as a machine without one shows them: what is said instead."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ASSAY, Outcome

Assay = Callable[..., Outcome]

LIST = subprocess.run([ASSAY, "bench", "--list"], capture_output=True, text=True, check=True).stdout
(GPUS,) = re.findall(r"^gpus:\n((?:  .+\n)+)", LIST, re.MULTILINE)
HAS_GPU = "no GPU" not in GPUS
MISSING = ", ".join(re.findall(r"^not in this build: (.+)$", LIST, re.MULTILINE)).split(", ")
without_gpu = pytest.mark.skipif(HAS_GPU, reason="there is a GPU")

ON_GPUS = [
    ["--memory", "device"],
    ["-g", "2"],
    ["--virtual-ranks", "4"],
    ["--virtual-ranks", "4", "--algorithm", "two_shot_direct"],
    ["--memory", "device", "-G", "20"],
    ["-g", "2", "--algorithm", "nvls"],
    ["--staged", "--algorithm", "ring", "--transport", "shared_memory"],
]


@without_gpu
@pytest.mark.parametrize("options", ON_GPUS, ids=" ".join)
def test_what_needs_a_gpu_says_why_there_is_none(assay: Assay, options: list[str]) -> None:
    outcome = assay(0, "bench", "all_reduce", "-b", "8", "-e", "8", *options)
    assert outcome.code == 5, outcome
    assert outcome.err == f"assay: {GPUS.strip()}\n"
    assert outcome.out == ""


@without_gpu
def test_the_json_of_a_run_that_could_not_begin_is_not_written(
    assay: Assay, tmp_path: Path
) -> None:
    file = tmp_path / "run.json"
    outcome = assay(0, "bench", "all_reduce", "-g", "2", "-J", str(file))
    assert outcome.code == 5, outcome
    assert not file.exists()


@without_gpu
def test_all_ranks_say_so_together(assay: Assay) -> None:
    outcome = assay(2, "bench", "all_reduce", "-b", "8", "-e", "8", "--memory", "device")
    assert outcome.code == 5, outcome
    assert outcome.err.count("assay: no GPU") == 1


@without_gpu
def test_nccl_needs_a_gpu_or_to_be_built(assay: Assay) -> None:
    outcome = assay(0, "bench", "broadcast", "-b", "8", "-e", "8", "--implementation", "nccl")
    assert outcome.code == 5, outcome
    expected = "nccl is not in this build" if "nccl" in MISSING else "no GPU"
    assert expected in outcome.err
    assert len(outcome.err.splitlines()) == 1


MISTAKES = {
    "no GPUs": (["-g", "0"], "from 1 on"),
    "no virtual ranks": (["--virtual-ranks", "0"], "from 1 on"),
    "two ways to place": (["-g", "2", "--virtual-ranks", "2"], "leave -g out"),
    "NCCL on virtual ranks": (
        ["--virtual-ranks", "2", "--implementation", "nccl"],
        "NCCL has no virtual ranks",
    ),
    "graph on the host": (["-G", "2"], "add --memory device"),
    "graph of means": (["--memory", "device", "-G", "2", "-m", "2"], "leave -m out"),
    "windows on the host": (["-R", "2"], "--implementation nccl"),
    "windows of ours": (["-R", "2", "--memory", "device"], "add --implementation nccl"),
    "MPI on GPUs": (["--memory", "device", "--implementation", "mpi"], "not for GPUs"),
    "transport": (
        ["--memory", "device", "--transport", "mpi"],
        "--transport without --staged is not for GPUs",
    ),
    "staged and several": (["-g", "2", "--staged"], "one GPU a process"),
    "staged graph": (["--staged", "-G", "2"], "hosts work"),
    "staged by hand": (
        ["--staged", "--algorithm", "two_shot_direct"],
        "not for --staged",
    ),
    "staged by a switch": (["--staged", "--algorithm", "nvls"], "not for --staged"),
    "switch of virtual ranks": (
        ["--virtual-ranks", "2", "--algorithm", "nvls"],
        "leave --virtual-ranks out",
    ),
    "model": (["--memory", "device", "--model"], "--model is not for GPUs"),
    "no such memory": (["--memory", "disk"], "disk"),
    "no such algorithm": (
        ["--memory", "device", "--algorithm", "rong"],
        "halving_doubling, one_shot_packets, two_shot_direct, nvls",
    ),
    "too long for packets": (
        ["--virtual-ranks", "2", "--algorithm", "one_shot_packets", "-e", "32M"],
        "up to 256 KiB",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_code_six_with_or_without_a_gpu(assay: Assay, mistake: str) -> None:
    options, expected = MISTAKES[mistake]
    outcome = assay(0, "bench", "all_reduce", *options)
    assert outcome.code == 6, outcome
    assert len(outcome.err.splitlines()) == 1
    assert expected in outcome.err


def test_what_runs_on_the_host_alone_says_so(assay: Assay) -> None:
    outcome = assay(0, "bench", "inventory", "--memory", "device")
    assert outcome.code == 6
    assert "GPUs are for collectives, matmul, memory, peer_copy and digest" in outcome.err


@without_gpu
def test_digests_of_gpus_say_why_there_is_none(assay: Assay) -> None:
    outcome = assay(0, "bench", "digest", "--memory", "device")
    assert outcome.code == 5, outcome
    assert outcome.err == f"assay: {GPUS.strip()}\n"
    assert outcome.out == ""


@without_gpu
@pytest.mark.parametrize(
    "options",
    [
        [],
        ["-d", "all", "--algorithm", "all", "--implementation", "all"],
        ["-d", "tf32", "--shape", "512,300x200x77"],
        ["-d", "f8e4m3", "--implementation", "cublaslt"],
        ["-d", "half", "--algorithm", "tiled", "--layout", "tn"],
    ],
    ids=" ".join,
)
def test_matmul_on_a_gpu_says_why_there_is_none(assay: Assay, options: list[str]) -> None:
    outcome = assay(0, "bench", "matmul", "--memory", "device", *options)
    assert outcome.code == 5, outcome
    assert outcome.err == f"assay: {GPUS.strip()}\n"
    assert outcome.out == ""


@without_gpu
@pytest.mark.parametrize("options", [[], ["-g", "8"]], ids=" ".join)
def test_copies_between_gpus_say_why_there_is_none(assay: Assay, options: list[str]) -> None:
    for ranks in (0, 2):
        outcome = assay(ranks, "bench", "peer_copy", *options)
        assert outcome.code == 5, outcome
        assert outcome.err.count(f"assay: {GPUS.strip()}\n") == 1
        assert outcome.out == ""


NOT_FOR_PEERS = [
    ["--virtual-ranks", "2"],
    ["--staged"],
    ["-G", "2"],
    ["-m", "2"],
    ["--algorithm", "ring"],
    ["--implementation", "nccl"],
    ["--transport", "mpi"],
    ["-J", "file.json"],
]


@pytest.mark.parametrize("options", NOT_FOR_PEERS, ids=" ".join)
def test_what_copies_between_gpus_do_not_take_is_code_six(assay: Assay, options: list[str]) -> None:
    outcome = assay(0, "bench", "peer_copy", *options)
    assert outcome.code == 6, outcome
    assert len(outcome.err.splitlines()) == 1
    assert f"{options[0]} " in outcome.err
    assert "leave it out" in outcome.err


MATMUL_MISTAKES = {
    "no such kernel": (["--algorithm", "fast"], "known: naive, tiled, register_blocked"),
    "no such type": (["-d", "int8"], "is of float32, tf32, float16, bfloat16, float8_e4m3"),
    "a kernel's types": (
        ["-d", "float", "--algorithm", "persistent"],
        "of tf32, float16, bfloat16, float8_e4m3, not of float32",
    ),
    "no such layout": (["--layout", "xy"], "known: nn, nt, tn, tt"),
    "warm-up": (["-w", "3"], "-w is not for matmul"),
    "empty": (["--shape", "0"], "from 1 to"),
    "negative": (["--shape", "4x-4x4"], "from 1 to"),
    "several GPUs": (["-g", "2"], "leave it out"),
    "graph": (["-G", "2"], "leave it out"),
    "cores": (["--all-cores"], "leave it out"),
    "NCCL": (["--implementation", "nccl"], "--implementation cublaslt"),
    "their algorithms": (
        ["--implementation", "cublaslt", "--algorithm", "tiled"],
        "kernels of ours",
    ),
}


@pytest.mark.parametrize("mistake", MATMUL_MISTAKES)
def test_matmul_mistakes_are_code_six_with_or_without_a_gpu(assay: Assay, mistake: str) -> None:
    options, expected = MATMUL_MISTAKES[mistake]
    outcome = assay(0, "bench", "matmul", "--memory", "device", *options)
    assert outcome.code == 6, outcome
    assert len(outcome.err.splitlines()) == 1
    assert expected in outcome.err


@pytest.mark.parametrize(
    "options",
    [
        ["matmul", "-d", "tf32"],
        ["all_reduce", "-d", "tf32"],
        ["matmul", "--implementation", "cublaslt"],
    ],
    ids=" ".join,
)
def test_what_is_of_matmul_on_gpus_is_refused_elsewhere(assay: Assay, options: list[str]) -> None:
    outcome = assay(0, "bench", *options)
    assert outcome.code == 6, outcome
    assert "for matmul with --memory device" in outcome.err


@pytest.mark.skipif("nccl" in MISSING, reason="nccl is not in this build")
def test_unknown_algorithms_of_nccl_are_listed(assay: Assay) -> None:
    outcome = assay(0, "bench", "reduce", "--implementation", "nccl", "--algorithm", "tree/ll")
    assert outcome.code == 6
    assert "known: default, ring/ll, ring/ll128, ring/simple" in outcome.err


def test_one_gpu_of_a_rank_is_no_request_for_gpus(assay: Assay) -> None:
    short = ["-b", "8", "-e", "8", "-n", "2", "-w", "0", "--algorithm", "ring"]
    outcome = assay(2, "bench", "all_reduce", *short, "-g", "1")
    assert outcome.code == 0, outcome.err


def test_version_names_the_toolkit_where_it_is_compiled_in() -> None:
    text = subprocess.run([ASSAY, "--version"], capture_output=True, text=True, check=True).stdout
    assert ("cuda" in MISSING) == (re.search(r"^  cuda {2,}\d+\.\d+$", text, re.MULTILINE) is None)
    assert ("no GPU" in text) != HAS_GPU
