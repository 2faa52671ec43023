"""What is known of the network beforehand, as a cluster's administrator writes it down."""

from __future__ import annotations

from simulation.fabric import Fabric, leaf_name


def topology_conf(fabric: Fabric) -> str:
    """Slurm's topology.conf (tree plugin), which knows leaves but not which spine a route takes."""
    lines = []
    for leaf in range(fabric.leaves):
        first = leaf * fabric.hosts_per_leaf
        last = min(first + fabric.hosts_per_leaf, fabric.hosts) - 1
        hosts = f"n{first}" if first == last else f"n[{first}-{last}]"
        lines.append(f"SwitchName={leaf_name(leaf)} Nodes={hosts}")
    if fabric.spines:
        lines.append(f"SwitchName=spines Switches=leaf[0-{fabric.leaves - 1}]")
    return "\n".join(lines) + "\n"
