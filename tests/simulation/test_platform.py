"""The platform that SimGrid reads: complete, and slow where a fault says so, nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from xml.etree import ElementTree

import pytest
from simulation.fabric import Fabric, host_name, make_fabric
from simulation.fault import parse_faults
from simulation.platform_xml import platform
from simulation.problem import UsageError

RATE = 25e9
LINK_LATENCY = 5e-7
CABLE_LATENCY = 2e-7


@dataclass
class Network:
    """A platform as its reader sees it."""

    rate: dict[str, float]
    latency: dict[str, float]
    routes: dict[tuple[str, str], list[str]]  # between hosts, across zones

    def rate_between(self, source: str, target: str) -> float:
        return min(self.rate[link] for link in self.routes[source, target])


def names_in(route: ElementTree.Element) -> list[str]:
    return [link.attrib["id"] for link in route.iter("link_ctn")]


def read(text: str) -> Network:
    root = ElementTree.fromstring(text)
    links = list(root.iter("link"))
    zone_of, router_of = {}, {}
    for zone in root.iter("zone"):
        for host in zone.findall("host"):
            zone_of[host.attrib["id"]] = zone.attrib["id"]
        for router in zone.findall("router"):
            router_of[zone.attrib["id"]] = router.attrib["id"]
    inner = {(r.attrib["src"], r.attrib["dst"]): names_in(r) for r in root.iter("route")}
    outer = {(r.attrib["src"], r.attrib["dst"]): names_in(r) for r in root.iter("zoneRoute")}
    routes = {}
    for source, target in permutations(zone_of, 2):
        zones = zone_of[source], zone_of[target]
        if zones[0] == zones[1]:
            routes[source, target] = inner[source, target]
        else:
            to, back = inner[source, router_of[zones[0]]], inner[router_of[zones[1]], target]
            routes[source, target] = [*to, *outer[zones], *back]
    return Network(
        {link.attrib["id"]: float(link.attrib["bandwidth"].removesuffix("Bps")) for link in links},
        {link.attrib["id"]: float(link.attrib["latency"].removesuffix("s")) for link in links},
        routes,
    )


def fabric_of(text: str, nodes: int) -> Fabric:
    return make_fabric(text, nodes, RATE, LINK_LATENCY, CABLE_LATENCY)


def network_of(text: str, nodes: int, *faults: str) -> Network:
    fabric = fabric_of(text, nodes)
    return read("\n".join(platform(fabric, parse_faults(list(faults), fabric))))


@pytest.mark.parametrize(
    ("text", "nodes"), [("flat", 1), ("flat", 40), ("fat-tree:4x2", 10), ("fat-tree:3x4", 7)]
)
def test_every_host_is_there_once_and_reaches_every_other(text: str, nodes: int) -> None:
    network = network_of(text, nodes)
    hosts = [host_name(host) for host in range(nodes)]
    assert set(network.routes) == set(permutations(hosts, 2))
    for source, target in network.routes:
        route = network.routes[source, target]
        assert route[0] == f"{source}-up"
        assert route[-1] == f"{target}-down"
        assert len(set(route)) == len(route)
        assert network.rate_between(source, target) == RATE


def test_latency_tells_leaves_apart() -> None:
    network = network_of("fat-tree:4x2", 8)
    for (source, target), route in network.routes.items():
        same = int(source[1:]) // 4 == int(target[1:]) // 4
        expected = 2 * LINK_LATENCY + (0 if same else 2 * CABLE_LATENCY)
        assert sum(network.latency[link] for link in route) == pytest.approx(expected)


def test_all_that_goes_to_a_host_from_other_leaves_crosses_one_spine() -> None:
    network = network_of("fat-tree:4x2", 8)
    assert network.routes["n0", "n5"] == [
        "n0-up",
        "leaf0-spine1-up",
        "leaf1-spine1-down",
        "n5-down",
    ]
    assert network.routes["n3", "n5"][1] == "leaf0-spine1-up"
    assert network.routes["n3", "n6"][1] == "leaf0-spine0-up"


@pytest.mark.parametrize(
    ("fault", "is_slow"),
    [
        ("none", lambda source, target: False),
        ("slow-send n3 30%", lambda source, target: source == "n3"),
        ("slow-receive n3 30%", lambda source, target: target == "n3"),
        ("slow-both n3 30%", lambda source, target: "n3" in (source, target)),
        ("slow-path n1 n5 30%", lambda source, target: (source, target) == ("n1", "n5")),
        ("slow-path n1 n3 30%", lambda source, target: (source, target) == ("n1", "n3")),
    ],
)
def test_a_slow_node_or_path_is_slow_by_its_share_and_alone(
    fault: str, is_slow: Callable[[str, str], bool]
) -> None:
    network = network_of("fat-tree:4x2", 8, fault)
    for source, target in network.routes:
        expected = RATE * (0.7 if is_slow(source, target) else 1)
        assert network.rate_between(source, target) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("fault", "slow"),
    [
        ("slow-cable leaf1 spine0 20%", {"leaf1-spine0-up", "leaf1-spine0-down"}),
        ("slow-cable leaf1 spine0 20% up", {"leaf1-spine0-up"}),
        ("slow-cable leaf1 spine0 20% down", {"leaf1-spine0-down"}),
        ("slow-uplink leaf0 20% up", {"leaf0-spine0-up", "leaf0-spine1-up"}),
        (
            "slow-uplink leaf0 20%",
            {f"leaf0-spine{spine}-{way}" for spine in (0, 1) for way in ("up", "down")},
        ),
    ],
)
def test_slow_cables_are_slow_by_their_share_and_alone(fault: str, slow: set[str]) -> None:
    sound = network_of("fat-tree:4x2", 8).rate
    rate = network_of("fat-tree:4x2", 8, fault).rate
    assert rate.keys() == sound.keys()
    for link in rate:
        assert rate[link] == pytest.approx(sound[link] * (0.8 if link in slow else 1)), link


def test_of_two_faults_of_a_link_the_worse_one_counts() -> None:
    network = network_of("flat", 4, "slow-send n1 20%", "slow-both n1 50%", "slow-send n1 10%")
    assert network.rate["n1-up"] == pytest.approx(RATE * 0.5)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("", "unknown fault"),
        ("slow n1 30%", "unknown fault 'slow n1 30%'; known: slow-send NODE SHARE"),
        ("slow-send n8 30%", "unknown node 'n8'; known: n0 to n7"),
        ("slow-send n01 30%", "unknown node 'n01'"),
        ("slow-send n1", "should read: slow-send NODE SHARE"),
        ("slow-send n1 30% up", "should read"),
        ("slow-send n1 100%", "no share to take away"),
        ("slow-send n1 0%", "no share to take away"),
        ("slow-send n1 30", "no share to take away"),
        ("slow-path n1 n1 30%", "not from n1 to itself"),
        ("slow-uplink leaf2 30%", "unknown leaf 'leaf2'; known: leaf0 to leaf1"),
        ("slow-cable leaf0 spine2 30%", "unknown spine 'spine2'; known: spine0 to spine1"),
        ("slow-cable leaf0 spine0 30% sideways", "known: up, down, both"),
    ],
)
def test_what_is_no_fault_is_refused_in_one_line(fault: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as refused:
        network_of("fat-tree:4x2", 8, fault)
    assert "\n" not in str(refused.value)


def test_a_flat_fabric_has_no_cables_to_slow() -> None:
    with pytest.raises(UsageError, match="this fabric has no leaf"):
        network_of("flat", 8, "slow-uplink leaf0 30%")
