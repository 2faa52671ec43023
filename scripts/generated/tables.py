"""The study's tables, in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from generated.networks import Case, Limit


def table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def share(kinds: dict, found: str, of: str) -> str:
    total = sum(tally[of] for tally in kinds.values())
    return (
        f"{sum(tally[found] for tally in kinds.values()) / total:.1%} of {total}" if total else ""
    )


def deficits(case: Case) -> str:
    if case.faults == 0:
        return "none"
    text = f"{case.deficit:.0%}"
    if case.deficit_at_most > case.deficit:
        text += f" to {case.deficit_at_most:.0%}"
    return f"{case.faults} of {text}"


def of_cases(results: list[tuple[Case, dict]]) -> str:
    head = ["network", "noise", "faults", "networks", "named exactly", "of those not hidden"]
    head += ["parts named wrongly", "without reason", "undecided", "rounds of repeats"]
    head += ["links measured again"]

    def row(case: Case, found: dict) -> list[str]:
        again = found["mean_links_repeated"] / max(found["mean_links_measured"], 1)
        return [
            case.network.label(),
            f"{case.noise:.0%}",
            deficits(case),
            str(found["runs"]),
            share(found["kinds"], "found", "injected"),
            share(found["kinds"], "plain_found", "plain"),
            str(found["misnamed"]),
            str(found["without_reason"]),
            str(found["runs_undecided"]),
            f"{found['mean_rounds']:.1f}",
            f"{again:.1%}",
        ]

    return table(head, (row(case, found) for case, found in results))


def of_kinds(results: list[tuple[Case, dict]]) -> str:
    """What was found of each kind, over all cases."""
    kinds: dict[str, list[int]] = {}
    for _, found in results:
        for kind, tally in found["kinds"].items():
            counts = kinds.setdefault(kind, [0, 0, 0, 0])
            for i, name in enumerate(("found", "injected", "plain_found", "plain")):
                counts[i] += tally[name]
    head = ["kind", "named exactly", "of those not hidden"]
    return table(
        head,
        (
            [kind, f"{found} of {injected}", f"{plain_found} of {plain}"]
            for kind, (found, injected, plain_found, plain) in sorted(kinds.items())
        ),
    )


def of_limits(results: list[tuple[Limit, float | None]]) -> str:
    noises = sorted({limit.noise for limit, _ in results})
    rows: dict[tuple[str, str], dict[float, str]] = {}
    for limit, deficit in results:
        cell = "not found" if deficit is None else f"{deficit:.1%}"
        rows.setdefault((limit.network.label(), limit.kind), {})[limit.noise] = cell
    head = ["network", "kind", *(f"noise {noise:.1%}" for noise in noises)]
    return table(
        head,
        ([*place, *(cells.get(noise, "") for noise in noises)] for place, cells in rows.items()),
    )


def of_times(results: list[tuple[Case, dict]]) -> str:
    head = ["network", "links", "seconds of the slowest call", "memory, GiB"]
    return table(
        head,
        (
            [
                case.network.label(),
                f"{found['mean_links_measured']:,.0f}",
                f"{found['slowest_locate_s']:.2f}",
                f"{found['peak_memory_bytes'] / 2**30:.2f}",
            ]
            for case, found in results
        ),
    )
