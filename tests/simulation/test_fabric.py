"""Fabrics by name, and what is known of them as a topology.conf."""

from __future__ import annotations

import pytest
from simulation.fabric import Fabric, make_fabric
from simulation.problem import UsageError
from simulation.slurm import topology_conf

RATE = 25e9


def fabric_of(text: str, nodes: int, cable_rate: float | None = None) -> Fabric:
    return make_fabric(text, nodes, RATE, 5e-7, 2e-7, cable_rate)


def test_a_flat_fabric_is_one_leaf_without_spines() -> None:
    fabric = fabric_of("flat", 5)
    assert (fabric.leaves, fabric.spines) == (1, 0)
    assert {fabric.leaf_of(host) for host in range(5)} == {0}


def test_hosts_fill_the_leaves_in_order_and_take_turns_on_the_spines() -> None:
    fabric = fabric_of("fat-tree:4x3", 10)
    assert [fabric.leaf_of(host) for host in range(10)] == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2]
    assert fabric.leaves == 3
    assert [fabric.spine_to(host) for host in range(6)] == [0, 1, 2, 0, 1, 2]


def test_cables_carry_what_a_leaf_sends_unless_told_otherwise() -> None:
    assert fabric_of("fat-tree:8x2", 16).cable_rate == 4 * RATE
    assert fabric_of("fat-tree:8x3", 16).cable_rate == 3 * RATE
    assert fabric_of("fat-tree:8x2", 16, cable_rate=RATE).cable_rate == RATE


@pytest.mark.parametrize(
    ("text", "nodes", "words"),
    [
        ("torus", 8, "unknown fabric 'torus'; known: flat, fat-tree:"),
        ("fat-tree:4", 8, "unknown fabric"),
        ("fat-tree:0x2", 8, "at least one host"),
        ("fat-tree:4x0", 8, "one spine"),
        ("fat-tree:8x2", 8, "all 8 nodes on one leaf"),
        ("flat", 0, "--nodes is 0"),
    ],
)
def test_what_is_no_fabric_is_refused_in_one_line(text: str, nodes: int, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        fabric_of(text, nodes)
    assert "\n" not in str(refused.value)


def test_topology_conf_names_every_leaf_and_its_hosts() -> None:
    assert topology_conf(fabric_of("fat-tree:4x2", 9)).splitlines() == [
        "SwitchName=leaf0 Nodes=n[0-3]",
        "SwitchName=leaf1 Nodes=n[4-7]",
        "SwitchName=leaf2 Nodes=n8",
        "SwitchName=spines Switches=leaf[0-2]",
    ]
    assert topology_conf(fabric_of("flat", 3)) == "SwitchName=leaf0 Nodes=n[0-2]\n"
