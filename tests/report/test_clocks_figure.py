"""Clocks over time: devices that were slowed down come first, with the reason."""

from __future__ import annotations

from pathlib import Path

from assay_report.figures.clocks import clocks
from assay_report.runs import Run


def telemetry(device: str, minute: int, clock: float, throttled: dict[str, float]) -> dict:
    return {
        "benchmark": "telemetry",
        "host": "n1",
        "device": device,
        "time": f"2026-11-23T16:{minute:02}:00Z",
        "report": {
            "sensors": {"sm_clock_hz": {"least": clock, "median": clock, "greatest": clock}},
            "throttled": throttled,
        },
    }


def run_of(records: list[dict]) -> Run:
    return Run(Path("run"), {}, records, None, "", False)


def test_a_device_that_was_slowed_down_is_shown_with_the_reason() -> None:
    records = [
        telemetry(f"gpu{gpu}", minute, 1.7e9, {}) for gpu in range(12) for minute in range(3)
    ]
    records += [telemetry("gpu12", minute, 1.9e9, {"hardware_thermal": 0.5}) for minute in range(3)]
    (drawn,) = clocks(run_of(records))
    assert "1 of 13 devices were slowed down" in drawn.caption
    assert "hardware_thermal" in drawn.svg
    assert "n1 gpu12" in drawn.svg


def test_nothing_is_drawn_of_devices_without_clocks() -> None:
    silent = telemetry("cpu", 1, 1e9, {})
    silent["report"]["sensors"] = {"temperature_c": {"median": 50}}
    assert list(clocks(run_of([silent, silent]))) == []
    assert list(clocks(run_of([telemetry("gpu0", 1, 1.7e9, {})]))) == []
