"""What a bed consists of, as names, addresses and rates. Pure: touches no kernel."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from tests.cluster.errors import usage

HEAD = "head"  # where mpirun runs; only on the management network
FABRIC = "fabric"  # the namespace of all switches
MANAGEMENT = "mgmt"  # unshaped: launching and the health of jobs, as on real clusters
SPINE = "spine1"

HOSTS_AT_MOST = 64
RAILS_AT_MOST = 4
HOPS_AT_MOST = 32
DEFAULT_HOPS = 4  # adds 15 us to the way there and back, and little work
DEFAULT_RATE = 200e6  # bit/s a link; docs/cluster.md has what was measured with it


@dataclass(frozen=True)
class Port:
    """One sending end of a link: where the link is shaped in that direction."""

    namespace: str
    device: str


@dataclass(frozen=True)
class Layout:
    hosts: int = 8
    leaves: int = 4
    rate: float = DEFAULT_RATE
    rails: int = 1
    oversubscription: float = 1.0  # hosts' rates of a leaf over its uplink's rate
    hops: int = DEFAULT_HOPS  # plain switches in each uplink: a longer way over the spine

    def __post_init__(self) -> None:
        if not 1 <= self.hosts <= HOSTS_AT_MOST:
            raise usage(f"hosts must be 1 to {HOSTS_AT_MOST}, not {self.hosts}")
        if not 1 <= self.leaves <= self.hosts:
            raise usage(f"leaves must be 1 to the number of hosts, not {self.leaves}")
        if not 1 <= self.rails <= RAILS_AT_MOST:
            raise usage(f"rails must be 1 to {RAILS_AT_MOST}, not {self.rails}")
        if not 0 <= self.hops <= HOPS_AT_MOST:
            raise usage(f"hops must be 0 to {HOPS_AT_MOST}, not {self.hops}")
        if not self.rate > 0:
            raise usage("the rate must be positive")
        if not self.oversubscription > 0:
            raise usage("the oversubscription must be positive")

    @cached_property
    def host_names(self) -> list[str]:
        return [f"n{number}" for number in range(1, self.hosts + 1)]

    @cached_property
    def leaf_names(self) -> list[str]:
        return [f"leaf{number}" for number in range(1, self.leaves + 1)]

    @cached_property
    def hosts_of(self) -> dict[str, list[str]]:
        """By leaf; as even as it goes, in the hosts' order."""
        bounds = [number * self.hosts // self.leaves for number in range(self.leaves + 1)]
        return {
            leaf: self.host_names[begin:end]
            for leaf, (begin, end) in zip(self.leaf_names, pairwise(bounds), strict=True)
        }

    @property
    def has_spine(self) -> bool:
        return self.leaves > 1

    def leaf_of(self, host: str) -> str:
        return next(leaf for leaf, hosts in self.hosts_of.items() if host in hosts)

    def uplink_rate(self, leaf: str) -> float:
        return len(self.hosts_of[leaf]) * self.rate / self.oversubscription

    def send_port(self, host: str, rail: int) -> Port:
        return Port(host, f"eth{rail}")

    def receive_port(self, host: str, rail: int) -> Port:
        return Port(FABRIC, f"{host}.{rail}")

    def up_port(self, leaf: str, rail: int) -> Port:
        return Port(FABRIC, f"{leaf}.{rail}-up")

    def down_port(self, leaf: str, rail: int) -> Port:
        return Port(FABRIC, f"{leaf}.{rail}-down")

    @cached_property
    def rates(self) -> dict[Port, float]:
        """Every shaped port, at its sound rate."""
        rates = {}
        for rail in range(self.rails):
            for host in self.host_names:
                rates[self.send_port(host, rail)] = self.rate
                rates[self.receive_port(host, rail)] = self.rate
            for leaf in self.leaf_names if self.has_spine else []:
                rates[self.up_port(leaf, rail)] = self.uplink_rate(leaf)
                rates[self.down_port(leaf, rail)] = self.uplink_rate(leaf)
        return rates


def number_of(host: str) -> int:
    return int(host.removeprefix("n"))


def address(host: str, rail: int) -> str:
    return f"10.77.{rail}.{number_of(host)}"


def hardware_address(host: str, rail: int) -> str:
    return f"02:77:00:00:{rail:02x}:{number_of(host):02x}"


def management_address(host: str) -> str:
    return f"10.78.0.{254 if host == HEAD else number_of(host)}"


def hosts_file(layout: Layout) -> str:
    """A host's name is its address for management; `n1-eth0` is n1's on rail 0."""
    lines = ["127.0.0.1 localhost", f"{management_address(HEAD)} {HEAD}"]
    for host in layout.host_names:
        lines.append(f"{management_address(host)} {host}")
        lines += [f"{address(host, rail)} {host}-eth{rail}" for rail in range(layout.rails)]
    return "\n".join(lines) + "\n"
