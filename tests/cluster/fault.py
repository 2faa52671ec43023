"""Faults by name, as text: `slow-send n2 50%`, `flap n6 4s rail=1`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.cluster.errors import BedError, usage
from tests.cluster.layout import Layout

DEFAULT_FLAP_PERIOD = 2.0  # seconds
WAYS = ["up", "down", "both"]


@dataclass(frozen=True)
class Fault:
    kind: str
    where: str = ""  # host or leaf
    to: str = ""  # the other host of a slow path
    share: float = 0.0  # what is missing of the rate, or lost of the packets
    way: str = "up"  # of an uplink: up is what the leaf sends
    period: float = DEFAULT_FLAP_PERIOD  # down for the first half of it
    rail: int = 0
    text: str = ""  # as it was given


Value = str | float | int


@dataclass(frozen=True)
class Word:
    """One word of a fault's text: the field that it fills, and how it is read."""

    field: str
    form: str
    read: Callable[[str, Layout], Value]


def _one_of(word: str, known: list[str], what: str) -> str:
    if word not in known:
        raise usage(f"no {what} '{word}'; known: {', '.join(known)}")
    return word


def _host(word: str, layout: Layout) -> str:
    return _one_of(word, layout.host_names, "host")


def _leaf(word: str, layout: Layout) -> str:
    if not layout.has_spine:
        raise usage("a flat bed has no uplinks")
    return _one_of(word, layout.leaf_names, "leaf")


def _way(word: str, layout: Layout) -> str:
    return _one_of(word, WAYS, "way")


def _share(word: str, layout: Layout) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)%", word)
    if not match or not 0 < float(match[1]) < 100:
        raise usage(f"'{word}' is not a share between 0% and 100%")
    return float(match[1]) / 100


def _period(word: str, layout: Layout) -> float:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)s", word)
    if not match or float(match[1]) <= 0:
        raise usage(f"'{word}' is not a time such as 2s or 0.5s")
    return float(match[1])


def _rail(word: str, layout: Layout) -> int:
    return int(_one_of(word, [str(rail) for rail in range(layout.rails)], "rail"))


HOST = Word("where", "HOST", _host)
DEFICIT = Word("share", "DEFICIT%", _share)

# Each kind's words. What stands in [ ] may be left out.
KINDS: dict[str, tuple[Word, ...]] = {
    "none": (),
    "slow-send": (HOST, DEFICIT),
    "slow-receive": (HOST, DEFICIT),
    "slow-both": (HOST, DEFICIT),
    "slow-path": (Word("where", "FROM", _host), Word("to", "TO", _host), DEFICIT),
    "slow-uplink": (Word("where", "LEAF", _leaf), DEFICIT, Word("way", "[up|down|both]", _way)),
    "loss": (HOST, Word("share", "SHARE%", _share)),
    "down": (HOST,),
    "flap": (HOST, Word("period", "[PERIOD]", _period)),
}


def form(kind: str) -> str:
    return " ".join([kind, *[word.form for word in KINDS[kind]]])


def parse_fault(text: str, layout: Layout) -> Fault:
    """Throws a usage error that names the text and what would be right."""
    words = text.split()
    rails = [word for word in words if word.startswith("rail=")]
    kind, *rest = [word for word in words if word not in rails] or [""]
    if kind not in KINDS:
        raise usage(f"unknown fault '{text}'; known: {'; '.join(form(known) for known in KINDS)}")
    wanted = KINDS[kind]
    needed = [word for word in wanted if not word.form.startswith("[")]
    if not len(needed) <= len(rest) <= len(wanted) or len(rails) > 1:
        raise usage(f"fault '{text}': the form is '{form(kind)} [rail=N]'")
    fields: dict[str, Value] = {}
    try:
        for word, given in zip(wanted, rest, strict=False):
            fields[word.field] = word.read(given, layout)
        if rails:
            fields["rail"] = _rail(rails[0].removeprefix("rail="), layout)
        if kind == "slow-path" and fields["where"] == fields["to"]:
            raise usage("a path has two ends")
    except BedError as problem:
        raise usage(f"fault '{text}': {problem}") from None
    return Fault(kind=kind, text=" ".join(words), **fields)  # type: ignore[arg-type]
