"""Numbers as people read them."""

from __future__ import annotations

SCALES = {
    "bytes_per_s": [(0.0, 1e9, "GB/s")],
    "flop_per_s": [(1e13, 1e12, "TFLOP/s"), (0.0, 1e9, "GFLOP/s")],
    "s": [(1.0, 1.0, "s"), (0.1, 1e-3, "ms"), (0.0, 1e-6, "µs")],
    "share": [(0.0, 0.01, "%")],
}
BINARY = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]


def quantity(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    for least, factor, printed in SCALES.get(unit, []):
        if abs(value) >= least:
            return f"{three_digits(value / factor)} {printed}"
    return f"{value:g} {unit}".strip()


def three_digits(value: float) -> str:
    """Without an exponent where people would not write one."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def size(count: float) -> str:
    for factor, name in BINARY:
        if count >= factor:
            return f"{count / factor:g} {name}"
    return f"{count:g} B"
