"""assay topology: this host, files, and a network that ibsim simulates, read by ibnetdiscover."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import Outcome

Assay = Callable[..., Outcome]
Refused = Callable[..., str]

LEAVES, SPINES, HOSTS_A_LEAF = 4, 2, 4


def leaf_spine() -> str:
    """A network for ibsim: hosts on leaves, each leaf on every spine."""
    lines = []
    for leaf in range(LEAVES):
        lines.append(f'Switch 36 "leaf{leaf}"')
        lines += [
            f'[{port + 1}] "n{leaf * HOSTS_A_LEAF + port}"[1]' for port in range(HOSTS_A_LEAF)
        ]
        lines += [f'[{20 + spine}] "spine{spine}"[{leaf + 1}]' for spine in range(SPINES)]
        lines.append("")
    for spine in range(SPINES):
        lines.append(f'Switch 36 "spine{spine}"')
        lines += [f'[{leaf + 1}] "leaf{leaf}"[{20 + spine}]' for leaf in range(LEAVES)]
        lines.append("")
    for host in range(LEAVES * HOSTS_A_LEAF):
        leaf, port = divmod(host, HOSTS_A_LEAF)
        lines += [f'Ca 1 "n{host}"', f'[1] "leaf{leaf}"[{port + 1}]', ""]
    return "\n".join(lines) + "\n"


@pytest.fixture
def fabric(tmp_path: Path) -> Iterator[Path]:
    """What the real ibnetdiscover says of a simulated network."""
    if not shutil.which("ibsim") or not shutil.which("ibnetdiscover", path="/usr/sbin:/usr/bin"):
        pytest.skip("ibsim and ibnetdiscover are not installed")
    (tmp_path / "net").write_text(leaf_spine())
    preload = next(Path("/usr/lib").rglob("libumad2sim.so"), None)
    if preload is None:
        pytest.skip("libumad2sim.so is not installed")
    environment = os.environ | {"SIM_HOST": "n0", "IBSIM_SOCKNAME": f"assay-{os.getpid()}"}
    simulator = subprocess.Popen(
        ["ibsim", "-s", "net"],
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        environment |= {"LD_PRELOAD": str(preload), "PATH": f"/usr/sbin:{os.environ['PATH']}"}
        for _ in range(50):
            done = subprocess.run(
                ["ibnetdiscover"], env=environment, capture_output=True, text=True, check=False
            )
            if done.returncode == 0 and "spine0" in done.stdout:
                break
            time.sleep(0.1)
        else:
            pytest.fail(f"ibnetdiscover: {done.stdout}{done.stderr}")
        (tmp_path / "fabric").write_text(done.stdout)
        yield tmp_path / "fabric"
    finally:
        simulator.kill()
        simulator.wait()


def test_a_simulated_network_is_read_whole(assay: Assay, fabric: Path) -> None:
    outcome = assay(0, "topology", "--from", str(fabric), "--json")
    assert outcome.code == 0, outcome
    parts = json.loads(outcome.out)
    names = [part["name"] for part in parts["parts"]]
    assert sum(name.startswith("leaf") for name in names) == LEAVES
    assert sum(name.startswith("spine") for name in names) == SPINES
    hosts = LEAVES * HOSTS_A_LEAF
    assert len(names) == LEAVES + SPINES + hosts
    assert len(parts["links"]) == hosts + LEAVES * SPINES
    assert all(link["bytes_per_s"] > 0 for link in parts["links"])


def test_this_host_is_told_as_text_json_and_picture(assay: Assay, tmp_path: Path) -> None:
    outcome = assay(0, "topology", "--svg", "host.svg")
    assert outcome.code == 0, outcome
    assert outcome.out.startswith("host ")
    assert (tmp_path / "host.svg").read_text().startswith("<svg ")
    parts = json.loads(assay(0, "topology", "--json").out)
    assert parts["origin"] == "this host"
    assert {"host", "package", "numa"} <= {part["kind"] for part in parts["parts"]}


def test_bad_input_is_told_in_one_line(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello\n")
    (tmp_path / "xml").write_text("<system><cpu")
    assert "known: NCCL topology XML" in refused("topology", "--from", "text")
    assert "is not XML" in refused("topology", "--from", "xml")
    assert "nowhere" in refused("topology", "--from", "nowhere")
    assert "no/such" in refused("topology", "--svg", "no/such/file")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["text", "xml"]
