"""The study's tables, in Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from generated.networks import SMALL, Case, Limit

Answers = list[tuple[Case, dict]]
NOT_MEASURED = ""


def table(head: list[str], rows: Iterable[list[str]], numbers_from: int = 1) -> str:
    """Columns of numbers, from that one on, are ranged right."""
    ruler = ["---" if column < numbers_from else "---:" for column in range(len(head))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (head, ruler, *rows))


def count(found: dict, which: str, of: str) -> tuple[int, int]:
    tallies = found["kinds"].values()
    return sum(tally[which] for tally in tallies), sum(tally[of] for tally in tallies)


def share(found: dict, which: str, of: str) -> str:
    some, total = count(found, which, of)
    return f"{some / total:.1%} of {total:,}" if total else NOT_MEASURED


def of_small(answers: Answers) -> str:
    """A row a network and noise; faults side by side."""
    by_place = {(case.network, case.noise, case.faults): found for case, found in answers}
    head = ["network", "noise", "one fault", "four, not hidden", "eight, not hidden"]
    head += ["sound: accused", "undecided", "rounds of repeats: sound", "one fault"]

    def row(place: tuple) -> list[str]:
        def cell(faults: int, write: Callable[[dict], str]) -> str:
            found = by_place.get((*place, faults))
            return write(found) if found else NOT_MEASURED

        def plain(found: dict) -> str:
            return share(found, "plain_found", "plain")

        def rounds(found: dict) -> str:
            return f"{found['mean_rounds']:.1f}"

        return [
            place[0].label(),
            f"{place[1]:.0%}",
            cell(1, plain),
            cell(4, plain),
            cell(8, plain),
            cell(0, lambda found: f"{found['sound_runs_convicted']} of {found['runs']:,}"),
            cell(0, lambda found: str(found["runs_undecided"])),
            cell(0, rounds),
            cell(1, rounds),
        ]

    places = dict.fromkeys((case.network, case.noise) for case, _ in answers)
    return table(head, (row(place) for place in sorted(places, key=order)))


def order(place: tuple) -> tuple:
    network, noise = place
    return (SMALL.index(network) if network in SMALL else len(SMALL), network.nodes, noise)


def of_disturbed(answers: Answers) -> str:
    head = [
        "disturbed",
        "sound: accused",
        "undecided",
        "one fault of 15 to 30 %",
        "named otherwise",
        "sound parts accused",
    ]
    rows: dict[float, dict[int, dict]] = {}
    for case, found in answers:
        rows.setdefault(case.network.outliers, {})[case.faults] = found

    def row(outliers: float, by_faults: dict[int, dict]) -> list[str]:
        sound, one = by_faults.get(0), by_faults.get(1)
        cells = [f"{outliers:.0%}", *[NOT_MEASURED] * (len(head) - 1)]
        if sound:
            cells[1] = f"{sound['sound_runs_convicted']} of {sound['runs']:,}"
            cells[2] = str(sound["runs_undecided"])
        if one:
            cells[3] = share(one, "found", "injected")
            cells[4] = str(one["misnamed"])
            cells[5] = str(one["without_reason"])
        return cells

    return table(head, (row(*one) for one in sorted(rows.items())))


def of_kinds(answers: Answers) -> str:
    """What is named of each kind, and after how many rounds of repeats."""
    noises = sorted({case.noise for case, _ in answers})
    rows: dict[tuple[str, str], dict[float, str]] = {}
    for case, found in answers:
        named, injected = count(found, "found", "injected")
        text = f"{named / injected:.1%} of {injected}, {found['mean_rounds']:.1f}"
        rows.setdefault((case.network.label(), case.kind.replace("_", " ")), {})[case.noise] = text
    head = ["network", "kind", *(f"noise {noise:.0%}" for noise in noises)]
    return table(
        head,
        (
            [*place, *(cells.get(noise, NOT_MEASURED) for noise in noises)]
            for place, cells in rows.items()
        ),
        2,
    )


def of_promise(answers: Answers) -> str:
    head = ["faults", "networks", "named exactly", "of those not hidden", "named wrongly"]
    head += ["without reason", "undecided", "rounds", "links measured again", "slowest call, s"]

    def row(case: Case, found: dict) -> list[str]:
        again = found["mean_links_repeated"] / max(found["mean_links_measured"], 1)
        return [
            deficits(case),
            str(found["runs"]),
            share(found, "found", "injected"),
            share(found, "plain_found", "plain"),
            str(found["misnamed"]),
            str(found["without_reason"]),
            str(found["runs_undecided"]),
            f"{found['mean_rounds']:.1f}",
            f"{again:.0%}",
            f"{found['slowest_locate_s']:.1f}",
        ]

    return table(head, (row(case, found) for case, found in answers))


def deficits(case: Case) -> str:
    text = f"{case.deficit:.0%}"
    if case.deficit_at_most > case.deficit:
        text += f" to {case.deficit_at_most:.0%}"
    return f"{case.faults} of {text}"


def of_promise_by_kind(answers: Answers) -> str:
    """The same faults by kind, all cases together."""
    kinds: dict[str, list[int]] = {}
    for _, found in answers:
        for kind, tally in found["kinds"].items():
            counts = kinds.setdefault(kind, [0, 0, 0, 0])
            for i, name in enumerate(("found", "injected", "plain_found", "plain")):
                counts[i] += tally[name]
    return table(
        ["kind", "named exactly", "of those not hidden"],
        (
            [kind.replace("_", " "), f"{found} of {injected}", f"{plain_found} of {plain}"]
            for kind, (found, injected, plain_found, plain) in sorted(kinds.items())
        ),
    )


def of_sound(answers: Answers) -> str:
    return table(
        ["network", "noise", "sound networks", "accused", "undecided"],
        (
            [
                case.network.label(),
                f"{case.noise:.0%}",
                f"{found['runs']:,}",
                str(found["sound_runs_convicted"]),
                str(found["runs_undecided"]),
            ]
            for case, found in answers
        ),
    )


def of_limits(answers: list[tuple[Limit, float | None]]) -> str:
    noises = sorted({limit.noise for limit, _ in answers})
    rows: dict[tuple[str, str], dict[float, str]] = {}
    for limit, deficit in answers:
        cell = "not found" if deficit is None else f"{deficit:.1%}"
        place = (limit.network.label(), limit.kind.replace("_", " "))
        rows.setdefault(place, {})[limit.noise] = cell
    return table(
        ["network", "kind", *(f"noise {noise:.1%}" for noise in noises)],
        (
            [*place, *(cells.get(noise, NOT_MEASURED) for noise in noises)]
            for place, cells in rows.items()
        ),
        2,
    )


def of_times(answers: Answers) -> str:
    """Seconds by how many faults there are."""
    faults = sorted({case.faults for case, _ in answers})
    rows: dict[int, dict[int, dict]] = {}
    for case, found in answers:
        rows.setdefault(case.network.nodes, {})[case.faults] = found
    head = ["nodes, 8 rails", "links"]
    head += [f"{many} fault{'s' if many > 1 else ''}, s" for many in faults]

    def row(nodes: int, by_faults: dict[int, dict]) -> list[str]:
        any_of = next(iter(by_faults.values()))
        seconds = [
            f"{by_faults[many]['slowest_locate_s']:.1f}" if many in by_faults else NOT_MEASURED
            for many in faults
        ]
        memory = max(found["peak_memory_bytes"] for found in by_faults.values())
        return [
            f"{nodes:,}",
            f"{any_of['mean_links_measured']:,.0f}",
            *seconds,
            f"{memory / 2**30:.2f}",
        ]

    return table([*head, "memory, GiB"], (row(*one) for one in sorted(rows.items())), 0)
