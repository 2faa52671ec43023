"""The include arrows, and where foreign headers may appear."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What each folder may include of ours, besides itself.
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "topology": {"core"},
    "collectives": {"core"},
    "results": {"core", "topology"},
    "supervision": {"core"},
    "benchmarks": {"core", "topology", "collectives", "results"},
    "cli": {"core", "topology", "collectives", "results", "supervision", "benchmarks"},
}

# Foreign headers, and the places that wrap them.
FOREIGN: dict[str, set[str]] = {
    "mpi.h": {
        "core/native/mpi.hpp",
        "collectives/bootstrap/mpi.hpp",
        "collectives/bootstrap/roll_call.hpp",
        "cli/worker.cpp",
        "cli/version.cpp",
    },
    "ucp/api/ucp.h": {"core/native/ucx.hpp"},
    "uct/api/uct.h": {"core/native/ucx.hpp"},
    "ucs/debug/log_def.h": {"core/native/ucx.hpp"},
    "cuda.h": {
        "core/native/cuda_driver.hpp",
        "core/native/tensor_map.hpp",
        "benchmarks/gpu_matmul/tensor_copy.cuh",
    },
    "cuda_runtime_api.h": {"core/native/cuda.hpp"},
    "cublasLt.h": {"core/native/cublaslt.hpp"},
    "nccl.h": {"core/native/nccl.hpp"},
    "hwloc.h": {"core/native/hwloc.hpp", "cli/version.cpp"},
    "cblas.h": {"core/native/openblas.hpp"},
    "benchmark/benchmark.h": {"benchmarks/kernel_meter.cpp"},
    "simgrid/actor.h": {"core/machine/simulated.cpp"},
    "simgrid/engine.h": {"core/machine/simulated.cpp"},
    "simgrid/host.h": {"core/machine/simulated.cpp"},
    "pugixml.hpp": {"topology/parts/xml.hpp"},
    "toml++/toml.h": {
        "results/compare/thresholds.cpp",
        "results/profile.cpp",
        "topology/fabric_toml.cpp",
    },
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def sources(folder: str) -> list[Path]:
    return [p for p in (ROOT / folder).rglob("*") if p.suffix in {".hpp", ".cpp", ".cu", ".cuh"}]


def includes(path: Path) -> list[tuple[str, str]]:
    return INCLUDE.findall(path.read_text())


@pytest.mark.parametrize("folder", ALLOWED)
def test_includes_run_one_way(folder: str) -> None:
    files = sources(folder)
    assert files, f"{folder} has no sources"
    for path in files:
        for kind, target in includes(path):
            if kind == "<":
                continue
            top = target.split("/")[0]
            assert (ROOT / target).is_file(), f"{path}: {target} is not a path from the root"
            assert top == folder or top in ALLOWED[folder], f"{path} includes {target}"


@pytest.mark.parametrize("header", FOREIGN)
def test_foreign_headers_stay_in_their_backends(header: str) -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ALLOWED
        for path in sources(folder)
        for _, target in includes(path)
        if target == header
    }
    assert found <= FOREIGN[header]


@pytest.mark.parametrize("folder", ALLOWED)
def test_namespace_is_the_folder(folder: str) -> None:
    wanted = "assay" if folder == "core" else f"assay::{folder}"
    for path in sources(folder):
        for name in re.findall(r"^namespace ([\w:]+) \{", path.read_text(), re.MULTILINE):
            assert name == wanted or name.startswith(wanted + "::"), f"{path}: {name}"


def test_environment_is_read_in_cli_alone() -> None:
    for folder in ALLOWED:
        if folder == "cli":
            continue
        for path in sources(folder):
            assert "getenv" not in path.read_text(), f"{path} reads the environment"


def test_every_source_is_in_its_cmake_list() -> None:
    """Explicit lists: a file that no list names is dead."""
    for folder in ALLOWED:
        lists = (ROOT / folder / "CMakeLists.txt").read_text()
        for path in sources(folder):
            if path.suffix == ".cpp":
                name = str(path.relative_to(ROOT / folder))
                pattern = rf"(^|[\s(]){re.escape(name)}([\s)]|$)"
                assert re.search(pattern, lists), f"{path} is not built"
