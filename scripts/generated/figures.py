"""The study's figures, as SVG for the documentation."""

from __future__ import annotations

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

from generated.networks import KINDS, Case, Limit, Network

# Okabe and Ito's colours, which colour-blind readers tell apart; and a mark for each, too.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000")
MARKS = ("o", "s", "^", "v", "D", "P", "X")
FAIL_DEFICIT = 0.07
SECONDS_ALLOWED = 10
BED_SECONDS_ALLOWED = 60
ROUNDS_ALLOWED = 40
STYLE = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "svg.hashsalt": "assay",
}


def save(figure: plt.Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)


def of_limits(results: list[tuple[Limit, float | None]], path: Path) -> None:
    """The smallest deficit found over noise, a panel a network, a line a kind."""
    labels = list(dict.fromkeys(limit.network.label() for limit, _ in results))
    with plt.rc_context(STYLE):
        figure, panels = plt.subplots(
            1, len(labels), figsize=(2.6 * len(labels), 3), sharey=True, squeeze=False
        )
        for panel, label in zip(panels[0], labels, strict=True):
            for kind, colour, mark in zip(KINDS, COLOURS, MARKS, strict=True):
                points = sorted(
                    (limit.noise, deficit)
                    for limit, deficit in results
                    if deficit and (limit.network.label(), limit.kind) == (label, kind)
                )
                if points:
                    x, y = zip(*points, strict=True)
                    panel.plot(
                        [100 * value for value in x],
                        [100 * value for value in y],
                        color=colour,
                        marker=mark,
                        markersize=4,
                        linewidth=1,
                        label=kind.replace("_", " "),
                    )
            panel.axhline(100 * FAIL_DEFICIT, color="grey", linestyle=":", linewidth=1)
            panel.set_title(label, fontsize=9)
            panel.set_xlabel("noise of one link, %")
            panel.set_ylim(bottom=0)
        panels[0][0].set_ylabel("smallest deficit found, %")
        handles = {}
        for panel in panels[0]:
            lines, names = panel.get_legend_handles_labels()
            handles.update(zip(names, lines, strict=True))
        figure.legend(handles.values(), handles.keys(), loc="lower center", ncols=7, frameon=False)
        figure.subplots_adjust(bottom=0.26, wspace=0.08)
        save(figure, path)


def of_times(results: list[tuple[Case, dict]], path: Path) -> None:
    """Seconds of the slowest call over links, a line a number of faults."""
    with plt.rc_context(STYLE):
        figure, panel = plt.subplots(figsize=(5, 3.2))
        faults = sorted({case.faults for case, _ in results})
        for many, colour, mark in zip(faults, COLOURS, MARKS, strict=False):
            of_many = [(case, found) for case, found in results if case.faults == many]
            links = [found["mean_links_measured"] for _, found in of_many]
            seconds = [found["slowest_locate_s"] for _, found in of_many]
            panel.loglog(
                links,
                seconds,
                color=colour,
                marker=mark,
                markersize=4,
                linewidth=1,
                label=f"{many} fault{'s' if many > 1 else ''}",
            )
        slowest: dict[Network, float] = {}
        for case, found in results:
            known = slowest.get(case.network, 0)
            slowest[case.network] = max(known, found["slowest_locate_s"])
        for case, found in results:
            if case.faults == faults[0]:
                panel.annotate(
                    f"{case.network.nodes:,} nodes",
                    (found["mean_links_measured"], slowest[case.network]),
                    xytext=(-4, 6),
                    textcoords="offset points",
                    ha="right",
                    fontsize=8,
                )
        panel.axhline(SECONDS_ALLOWED, color="grey", linestyle=":", linewidth=1)
        panel.set_xlabel("links of the matrix (8 rails)")
        panel.set_ylabel("one call on one core, s")
        panel.legend(frameon=False, loc="lower right")
        panel.margins(x=0.15)
        save(figure, path)


def of_bed(runs_by_name: dict[str, list[dict]], path: Path) -> None:
    """Seconds of each run on the test bed, by fault and deficit; a cross where it was not right."""
    with plt.rc_context(STYLE):
        named = {name: runs for name, runs in runs_by_name.items() if runs}
        figure, panels = plt.subplots(
            1, len(named), figsize=(4.2 * len(named), 3.4), sharey=True, squeeze=False
        )
        for panel, (name, runs) in zip(panels[0], named.items(), strict=True):
            trials = [(run["trial"]["kind"], run["trial"]["deficit"]) for run in runs]
            places = sorted(set(trials))
            for place, colour in zip(places, COLOURS * len(places), strict=False):
                own = [run for run, trial in zip(runs, trials, strict=True) if trial == place]
                x = places.index(place)
                for is_right, mark in ((True, "o"), (False, "x")):
                    seconds = [run["seconds"] for run in own if run["right"] is is_right]
                    spread = [
                        x + 0.3 * (i / max(len(seconds) - 1, 1) - 0.5) for i in range(len(seconds))
                    ]
                    panel.plot(spread, seconds, mark, color=colour, markersize=3 if is_right else 7)
            panel.axhline(BED_SECONDS_ALLOWED, color="grey", linestyle=":", linewidth=1)
            panel.set_xticks(
                range(len(places)),
                [f"{kind} {deficit} %" if deficit else kind for kind, deficit in places],
                rotation=45,
                ha="right",
            )
            panel.set_title(f"{name}: {len(runs)} runs", fontsize=9)
            panel.set_ylim(bottom=0)
        panels[0][0].set_ylabel("seconds, start of the job included")
        figure.subplots_adjust(wspace=0.05)
        save(figure, path)


def of_simulated(runs: list[dict], path: Path) -> None:
    """Rounds of pairs that simulated networks took, over nodes."""
    with plt.rc_context(STYLE):
        figure, panel = plt.subplots(figsize=(5, 3))
        kinds = list(dict.fromkeys(run["fault"].split()[0] for run in runs))
        for kind, colour, mark in zip(kinds, COLOURS, MARKS, strict=False):
            own = [run for run in runs if run["fault"].split()[0] == kind]
            panel.plot(
                [run["nodes"] for run in own],
                [run["rounds"] for run in own],
                mark,
                color=colour,
                markersize=5,
                label=kind,
            )
        panel.axhline(ROUNDS_ALLOWED, color="grey", linestyle=":", linewidth=1)
        panel.set_xlabel("simulated nodes of a fat tree")
        panel.set_ylabel("rounds of pairs, repeats included")
        panel.set_ylim(bottom=0)
        panel.legend(frameon=False, fontsize=8)
        save(figure, path)
