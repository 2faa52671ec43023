"""Links, switches and addresses of a bed as lines for `ip -batch`. Pure: text from a layout."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from tests.cluster.layout import (
    FABRIC,
    HEAD,
    MANAGEMENT,
    SPINE,
    Layout,
    address,
    hardware_address,
    management_address,
)
from tests.cluster.shaping import MTU

# Packets are made by the sender's TCP one by one: a shaper charges what it lets pass, and a
# packet of many frames would wait as a whole at every hop.
ONE_FRAME = "gso_max_segs 1"


def _switches(layout: Layout) -> list[str]:
    names = [*layout.leaf_names, *([SPINE] if layout.has_spine else [])]
    hops = [hop for uplink in _uplinks(layout) for hop in uplink.hops]
    return [
        MANAGEMENT,
        *[f"{name}.{rail}" for rail in range(layout.rails) for name in names],
        *hops,
    ]


@dataclass(frozen=True)
class Uplink:
    """From a leaf to the spine, over as many hops as the layout says."""

    leaf: str
    rail: int
    layout: Layout

    @property
    def hops(self) -> list[str]:
        return [f"{self.leaf}.{self.rail}-{number}" for number in range(self.layout.hops)]

    @property
    def cables(self) -> list[tuple[str, str]]:
        """Both ends of each, from the leaf upwards."""
        lower = [
            self.layout.up_port(self.leaf, self.rail).device,
            *[f"{hop}u" for hop in self.hops],
        ]
        upper = [
            *[f"{hop}d" for hop in self.hops],
            self.layout.down_port(self.leaf, self.rail).device,
        ]
        return list(zip(lower, upper, strict=True))

    @property
    def ports(self) -> dict[str, str]:
        """The switch of each end."""
        switches = [f"{self.leaf}.{self.rail}", *self.hops, f"{SPINE}.{self.rail}"]
        ports = {}
        for (lower, upper), (below, above) in zip(self.cables, pairwise(switches), strict=True):
            ports |= {lower: below, upper: above}
        return ports


def _uplinks(layout: Layout) -> list[Uplink]:
    leaves = layout.leaf_names if layout.has_spine else []
    return [Uplink(leaf, rail, layout) for rail in range(layout.rails) for leaf in leaves]


def links(layout: Layout, prefix: str) -> list[str]:
    """All cables, laid from outside the namespaces."""
    fabric = prefix + FABRIC
    lines = []

    def cable(at: str, device: str, other: str, options: str = "") -> None:
        lines.append(
            f"link add name {device} netns {at} mtu {MTU} {options} "
            f"type veth peer name {other} netns {fabric} mtu {MTU}"
        )

    for host in [*layout.host_names, HEAD]:
        cable(prefix + host, MANAGEMENT, f"{host}.m")
    for rail in range(layout.rails):
        for host in layout.host_names:
            mac = hardware_address(host, rail)
            cable(prefix + host, f"eth{rail}", f"{host}.{rail}", f"address {mac}")
    for uplink in _uplinks(layout):
        for lower, upper in uplink.cables:
            cable(fabric, lower, upper)
    return lines


def switches(layout: Layout) -> list[str]:
    """The fabric's side: every switch, with its ports, all up."""
    lines = [
        f"link add name {name} mtu {MTU} type bridge stp_state 0 forward_delay 0 mcast_snooping 0"
        for name in _switches(layout)
    ]
    ports = {f"{host}.m": MANAGEMENT for host in [*layout.host_names, HEAD]}
    for rail in range(layout.rails):
        for host in layout.host_names:
            ports[f"{host}.{rail}"] = f"{layout.leaf_of(host)}.{rail}"
    for uplink in _uplinks(layout):
        ports |= uplink.ports
    lines += [f"link set dev {port} master {switch} up" for port, switch in ports.items()]
    return lines + [f"link set dev {name} up" for name in _switches(layout)]


def host(layout: Layout, name: str) -> list[str]:
    """A host's side: addresses, and neighbours that nobody needs to ask for."""
    lines = [
        f"addr add {management_address(name)}/24 dev {MANAGEMENT}",
        f"link set dev {MANAGEMENT} up",
    ]
    for rail in range(layout.rails) if name != HEAD else []:
        device = f"eth{rail}"
        lines += [
            f"link set dev {device} {ONE_FRAME}",
            f"addr add {address(name, rail)}/24 dev {device}",
            f"link set dev {device} up",
        ]
        lines += [
            f"neigh add {address(peer, rail)} lladdr {hardware_address(peer, rail)} "
            f"dev {device} nud permanent"
            for peer in layout.host_names
            if peer != name
        ]
    return lines
