"""prices.toml: what each candidate costs and draws, and how its metrics weigh."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from assay_report.problem import Problem, printable


@dataclass(frozen=True)
class Candidate:
    price: float | None  # in the file's currency
    watts: float | None


@dataclass(frozen=True)
class Prices:
    currency: str
    reference: str | None
    candidates: dict[str, Candidate]
    weights: dict[str, float]


def positive(file: Path, place: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e18:
        raise Problem(f"{file}: {place} is {printable(value)}; it must be a number above 0")
    return float(value)


def section(file: Path, content: dict, name: str) -> dict:
    value = content.get(name, {})
    if not isinstance(value, dict):
        raise Problem(f"{file}: [{name}] must be a section")
    return value


def read_candidate(file: Path, name: str, entry: object) -> Candidate:
    if not isinstance(entry, dict):
        raise Problem(f"{file}: candidate '{printable(name)}' must be a section")
    unknown = sorted(entry.keys() - {"price", "watts"})
    if unknown:
        raise Problem(
            f"{file}: unknown key '{printable(unknown[0])}' of '{printable(name)}'; "
            "known: price, watts"
        )
    figures = {key: positive(file, f"{key} of '{printable(name)}'", entry[key]) for key in entry}
    return Candidate(figures.get("price"), figures.get("watts"))


def read_prices(file: Path, candidates: list[str]) -> Prices:
    """Throws Problem for anything wrong, among it a price for a candidate that is none."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise Problem(f"cannot read '{file}': {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{file}: {printable(error)}") from error
    known = {"currency", "reference", "candidate", "weights"}
    unknown = sorted(content.keys() - known)
    if unknown:
        raise Problem(
            f"{file}: unknown key '{printable(unknown[0])}'; known: {', '.join(sorted(known))}"
        )
    currency = content.get("currency")
    if not isinstance(currency, str) or not currency.strip():
        raise Problem(f'{file}: currency is missing; write one, as in currency = "EUR"')
    priced = {
        name: read_candidate(file, name, entry)
        for name, entry in section(file, content, "candidate").items()
    }
    reference = content.get("reference")
    for name in [*priced, *([reference] if reference is not None else [])]:
        if name not in candidates:
            raise Problem(
                f"{file}: '{printable(name)}' is no candidate; they are: "
                f"{', '.join(printable(c) for c in candidates)}"
            )
    weights = {
        name: positive(file, f"weight of '{printable(name)}'", weight)
        for name, weight in section(file, content, "weights").items()
    }
    return Prices(currency.strip(), reference, priced, weights)
