"""What each field of a run's files must hold: the same that the C++ reader (results/) asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from assay_report.problem import Problem, printable

SCHEMA = 1
LEAST, MOST = 1e-100, 1e100  # magnitudes beyond are no measurements, and no axis shows them
MOST_SHOWN = 40  # letters of what was found

Value = Any  # whatever JSON gives
Check = Callable[[Value], None]


class Wrong(Exception):
    """What was found and what it should be, with the place within the object."""

    def __init__(self, told: str, path: str = "") -> None:
        super().__init__(told)
        self.told = told
        self.path = path

    def within(self, name: str) -> Wrong:
        joint = "." if self.path and not self.path.startswith("[") else ""
        return Wrong(self.told, f"{name}{joint}{self.path}")


def shown(value: object) -> str:
    found = {dict: "an object", list: "a list"}.get(type(value)) or printable(repr(value))
    return found if len(found) <= MOST_SHOWN else f"{found[:MOST_SHOWN]}..."


def refused(value: object, wanted: str) -> Wrong:
    return Wrong(f"is {shown(value)}; it must be {wanted}")


def text(value: Value) -> None:
    if type(value) is not str:
        raise refused(value, "text")


def flag(value: Value) -> None:
    if type(value) is not bool:
        raise refused(value, "true or false")


def number(value: Value) -> None:
    if type(value) not in (int, float) or not -MOST <= value <= MOST:
        raise refused(value, "a number")


def magnitude(value: Value) -> None:
    if type(value) not in (int, float) or not (value == 0 or LEAST <= value <= MOST):
        raise refused(value, "a number from 0 on")


def share(value: Value) -> None:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise refused(value, "a number from 0 to 1")


def whole(least: int, bits: int) -> Check:
    def check(value: Value) -> None:
        if type(value) is not int or not least <= value < 1 << bits:
            raise refused(value, f"a whole number from {least} on")

    return check


def one_of(names: Iterable[str]) -> Check:
    known = tuple(names)

    def check(value: Value) -> None:
        if type(value) is not str or value not in known:
            raise refused(value, f"one of {', '.join(known)}")

    return check


def many(item: Check) -> Check:
    def check(value: Value) -> None:
        if type(value) is not list:
            raise refused(value, "a list")
        for index, entry in enumerate(value):
            try:
                item(entry)
            except Wrong as wrong:
                raise wrong.within(f"[{index}]") from None

    return check


def bounds(item: Check) -> Check:
    def check(value: Value) -> None:
        if type(value) is not list or len(value) != 2:
            raise refused(value, "a list of two numbers")
        many(item)(value)
        if value[0] > value[1]:
            raise refused(value, "in ascending order")

    return check


def samples(value: Value) -> None:
    """As many(magnitude), but for millions of them."""
    if type(value) is not list:
        raise refused(value, "a list")
    if value and not (
        set(map(type, value)) <= {int, float} and 0 <= min(value) <= max(value) <= MOST
    ):
        many(magnitude)(value)


def mapping(item: Check) -> Check:
    def check(value: Value) -> None:
        if type(value) is not dict:
            raise refused(value, "an object")
        for name, entry in value.items():
            try:
                item(entry)
            except Wrong as wrong:
                raise wrong.within(printable(name)) from None

    return check


def thing(fields: dict[str, Check], required: Iterable[str] = ()) -> Check:
    """An object with such fields. What is null is taken away; unknown fields stay."""
    needed = tuple(required)
    # Of most fields their type says it all; there are millions of them.
    types = {name: {text: str, flag: bool}.get(field) for name, field in fields.items()}

    def check(value: Value) -> None:
        if type(value) is not dict:
            raise refused(value, "an object")
        if None in value.values():
            for name in [name for name, entry in value.items() if entry is None]:
                del value[name]
        for name in needed:
            if name not in value:
                raise Wrong("is missing", name)
        for name, entry in value.items():
            if types.get(name) is type(entry):
                continue
            if field := fields.get(name):
                try:
                    field(entry)
                except Wrong as wrong:
                    raise wrong.within(name) from None

    return check


def each(names: str, check: Check) -> dict[str, Check]:
    return dict.fromkeys(names.split(), check)


COUNT, INTEGER, ORDINAL = whole(0, 64), whole(0, 31), whole(1, 31)


def moments(value: Value) -> None:
    if type(value) is not list or len(value) != 3:
        raise refused(value, "a list of three times")
    many(number)(value)


HOP = thing(
    each("from to lane", INTEGER) | each("messages bytes", COUNT)
    | each("send_blocked_s starved_s", magnitude)
    | {"arrival_s": bounds(magnitude), "on_link_s": many(magnitude),
       "timeline_s": many(moments)},
    ("from", "to", "messages", "bytes", "arrival_s", "send_blocked_s", "starved_s", "on_link_s"),
)  # fmt: skip
REPORT = thing(
    {
        "facts": mapping(text),
        "readings": mapping(number),
        "sensors": mapping(
            thing(each("least median greatest", number), ("least", "median", "greatest"))
        ),
        "throttled": mapping(number),
    }
)
RECORD_FIELDS = (
    each("benchmark implementation algorithm transport memory label dtype op shape layout operands "
         "selection stop digest from to rail host device peer time", text)
    | each("size_bytes wrong", COUNT)
    | each("root group from_rank to_rank rank confirmation window", INTEGER)
    | each("threads ranks graph aggregated concurrent_rails", ORDINAL)
    | each("in_place registered symmetric_window", flag)
    | each("median_s mean_s fast_s algorithm_bandwidth_bytes_per_s bus_bandwidth_bytes_per_s "
           "rate_flop_per_s share_of_peak arrival_skew_s", magnitude)
    | {
        "samples_s": samples,
        "interval_s": bounds(magnitude),
        "counters": mapping(COUNT),
        "source": thing(each("tool version file place statistic unit start end", text)
                        | {"figures": mapping(number)}, ("tool",)),
        "report": REPORT,
        "trace": thing(
            {
                "total_s": many(magnitude),
                "hops": many(HOP),
                "ranks": many(thing({"rank": INTEGER, "busy_s": many(magnitude)}, ("rank",))),
            }
        ),
    }
)  # fmt: skip
RECORD = thing(RECORD_FIELDS, ("benchmark", "implementation"))
RUN = thing(
    each("id start end verb level version label", text)
    | each("command busy unread injected", many(text))
    | {
        "ranks": many(thing({"rank": INTEGER} | each("host processor", text), ("rank", "host"))),
        "libraries": mapping(text),
        "network": thing(
            each("source origin", text)
            | {"leaves": many(thing({"name": text, "hosts": many(text)}, ("name",)))},
            ("source",),
        ),
    },
    ("id", "start", "verb"),
)  # fmt: skip
CHECK = thing(
    each("name subject reason", text)
    | {
        "status": one_of(("pass", "fail", "inconclusive", "skipped")),
        "measured": thing({"value": number, "unit": text, "interval": bounds(number)},
                          ("value", "unit")),
        "expected": thing({"value": number, "source": text}, ("value", "source")),
    },
    ("name", "subject", "status"),
)  # fmt: skip
SUSPECT = thing(
    each("kind name direction peer rail layer action host", text)
    | each("deficit confidence", share)
    | {"evidence": many(text), "rank": INTEGER},
    ("kind", "name", "layer", "deficit", "confidence", "action"),
)
VERDICT = thing(
    each("level profile label", text)
    | {
        "verdict": one_of(("pass", "fail", "inconclusive")),
        "checks": many(CHECK),
        "suspects": many(SUSPECT),
    },
    ("verdict",),
)
COMPARISON = thing(
    {
        "cells": many(
            thing(
                each("name unit reason", text) | each("change", number)
                | {
                    "settings": mapping(text),
                    "verdict": one_of(("slower", "faster", "same", "unclear")),
                    "interval": bounds(number),
                    "fast": thing({"change": number, "interval": bounds(number)},
                                  ("change", "interval")),
                    "decided_by": one_of(("median", "fast")),
                    "threshold": share,
                },
                ("name", "verdict", "change", "interval", "threshold"),
            )
        )
    },
    ("cells",),
)  # fmt: skip


def require(content: object, check: Check, place: str) -> dict[str, Any]:
    """Throws Problem that names the place, the field, what it holds and what it should hold."""
    if not isinstance(content, dict):
        raise Problem(f"{place}: is no object")
    if type(content.get("schema")) is not int or content["schema"] != SCHEMA:
        found = shown(content["schema"]) if "schema" in content else "missing"
        raise Problem(f"{place}: schema is {found}; this reader knows {SCHEMA}")
    try:
        check(content)
    except Wrong as wrong:
        raise Problem(f"{place}: {wrong.path} {wrong.told}") from None
    return content
