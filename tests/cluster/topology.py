"""The bed's network in the words of files that Assay reads."""

from __future__ import annotations

from tests.cluster.layout import SPINE, Layout, number_of


def _folded(prefix: str, numbers: list[int]) -> str:
    """n[1-2], or n3 alone."""
    first, last = numbers[0], numbers[-1]
    return f"{prefix}{first}" if first == last else f"{prefix}[{first}-{last}]"


def slurm(layout: Layout) -> str:
    lines = [
        f"SwitchName={leaf} Nodes={_folded('n', [number_of(host) for host in hosts])}"
        for leaf, hosts in layout.hosts_of.items()
    ]
    if layout.has_spine:
        lines.append(f"SwitchName={SPINE} Switches={_folded('leaf', [1, layout.leaves])}")
    return "\n".join(lines) + "\n"


def toml(layout: Layout) -> str:
    def table(name: str, key: str, below: list[str]) -> str:
        quoted = ", ".join(f'"{name}"' for name in below)
        return f'[[switch]]\nname = "{name}"\n{key} = [{quoted}]\n'

    tables = [table(leaf, "hosts", hosts) for leaf, hosts in layout.hosts_of.items()]
    if layout.has_spine:
        tables.append(table(SPINE, "switches", layout.leaf_names))
    return "\n".join(tables)
