"""The network as SimGrid reads it: a platform of zones, links and static routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from simulation.fabric import Fabric, host_name, leaf_name, spine_name
from simulation.fault import Slowdowns

# Hosts that all routes treat alike share a zone, so that routes are written for pairs of zones;
# within a zone they are written for pairs of hosts. This many hosts keep both small.
ZONE_HOSTS = 16
# Nothing is computed in simulated time, but SimGrid wants a speed.
HOST_SPEED = "1Gf"


@dataclass(frozen=True)
class Zone:
    name: str
    hosts: tuple[int, ...]  # on one leaf, reached over one spine

    @property
    def router(self) -> str:
        return f"{self.name}-router"


def zones_of(fabric: Fabric, slowdowns: Slowdowns) -> list[Zone]:
    """Hosts with a path of their own are alone in their zones."""
    alone = {host for ends in slowdowns.path for host in ends}
    groups: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for host in range(fabric.hosts):
        turn = host % fabric.spines if fabric.spines else 0
        key = (fabric.leaf_of(host), turn, host if host in alone else -1)
        groups[key].append(host)
    zones = []
    for hosts in groups.values():
        for begin in range(0, len(hosts), ZONE_HOSTS):
            zones.append(Zone(f"zone{len(zones)}", tuple(hosts[begin : begin + ZONE_HOSTS])))
    return zones


def up_link(host: int) -> str:
    return f"{host_name(host)}-up"


def down_link(host: int) -> str:
    return f"{host_name(host)}-down"


def cable_up(leaf: int, spine: int) -> str:
    return f"{leaf_name(leaf)}-{spine_name(spine)}-up"


def cable_down(leaf: int, spine: int) -> str:
    return f"{leaf_name(leaf)}-{spine_name(spine)}-down"


def path_link(source: int, target: int) -> str:
    return f"{host_name(source)}-{host_name(target)}"


def crossing(fabric: Fabric, slowdowns: Slowdowns, source: Zone, target: Zone) -> list[str]:
    """The links between the leaf switches' sides of two zones."""
    links = []
    one, other = fabric.leaf_of(source.hosts[0]), fabric.leaf_of(target.hosts[0])
    if one != other:
        spine = fabric.spine_to(target.hosts[0])
        links += [cable_up(one, spine), cable_down(other, spine)]
    else:
        links.append(leaf_name(one))
    ends = source.hosts[0], target.hosts[0]
    if ends in slowdowns.path:
        links.append(path_link(*ends))
    return links


def link(name: str, rate: float, latency: float, more: str = "") -> str:
    return f'<link id="{name}" bandwidth="{rate:.9g}Bps" latency="{latency:.9g}s"{more}/>'


def contained(links: list[str]) -> str:
    return "".join(f'<link_ctn id="{name}"/>' for name in links)


def route(source: str, target: str, links: list[str]) -> str:
    return f'<route src="{source}" dst="{target}" symmetrical="NO">{contained(links)}</route>'


def zone_lines(fabric: Fabric, slowdowns: Slowdowns, zone: Zone) -> Iterator[str]:
    yield f'<zone id="{zone.name}" routing="Full">'
    for host in zone.hosts:
        up = fabric.link_rate * slowdowns.host_up.get(host, 1.0)
        down = fabric.link_rate * slowdowns.host_down.get(host, 1.0)
        yield f'<host id="{host_name(host)}" speed="{HOST_SPEED}"/>'
        yield link(up_link(host), up, fabric.link_latency)
        yield link(down_link(host), down, fabric.link_latency)
    yield f'<router id="{zone.router}"/>'
    for host in zone.hosts:
        yield route(host_name(host), zone.router, [up_link(host)])
        yield route(zone.router, host_name(host), [down_link(host)])
        for other in zone.hosts:
            if other != host:
                yield route(host_name(host), host_name(other), [up_link(host), down_link(other)])
    yield "</zone>"


def shared_link_lines(fabric: Fabric, slowdowns: Slowdowns) -> Iterator[str]:
    for leaf in range(fabric.leaves):
        # SimGrid wants a link in every route. The switch itself slows nobody: a fat pipe gives its
        # rate to each of its flows.
        yield link(leaf_name(leaf), fabric.link_rate, 0, ' sharing_policy="FATPIPE"')
        for spine in range(fabric.spines):
            up = fabric.cable_rate * slowdowns.cable_up.get((leaf, spine), 1.0)
            down = fabric.cable_rate * slowdowns.cable_down.get((leaf, spine), 1.0)
            yield link(cable_up(leaf, spine), up, fabric.cable_latency)
            yield link(cable_down(leaf, spine), down, fabric.cable_latency)
    for ends, left in slowdowns.path.items():
        # A link of its own in this one route: it takes from the rate, and adds no latency.
        yield link(path_link(*ends), fabric.link_rate * left, 0)


def platform(fabric: Fabric, slowdowns: Slowdowns) -> Iterator[str]:
    """The lines of the platform's file."""
    zones = zones_of(fabric, slowdowns)
    yield "<?xml version='1.0'?>"
    yield '<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">'
    yield '<platform version="4.1">'
    yield '<zone id="network" routing="Full">'
    for zone in zones:
        yield from zone_lines(fabric, slowdowns, zone)
    yield from shared_link_lines(fabric, slowdowns)
    for source in zones:
        for target in zones:
            if source != target:
                yield (
                    f'<zoneRoute src="{source.name}" dst="{target.name}" '
                    f'gw_src="{source.router}" gw_dst="{target.router}" symmetrical="NO">'
                    f"{contained(crossing(fabric, slowdowns, source, target))}</zoneRoute>"
                )
    yield "</zone>"
    yield "</platform>"
