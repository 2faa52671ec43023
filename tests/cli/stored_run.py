"""Run folders written by hand, for verbs that only read them."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

# Markup, quotes, a line break, a mark that turns the direction of writing, and a way out.
HOSTILE = '<script>alert("x")</script>\'&\n\u202e../../etc'


def collective(samples: list[float], **settings: object) -> dict:
    """A record of an all-reduce whose samples took so many seconds."""
    median = statistics.median(samples)
    size = 1024
    record = {
        "schema": 1,
        "benchmark": "all_reduce",
        "implementation": "assay",
        "algorithm": "ring",
        "transport": "shared_memory",
        "memory": "host",
        "label": "real",
        "dtype": "float32",
        "op": "sum",
        "size_bytes": size,
        "ranks": 4,
        "in_place": False,
        "samples_s": samples,
        "median_s": median,
        "interval_s": [min(samples), max(samples)],
        "algorithm_bandwidth_bytes_per_s": size / median,
        "bus_bandwidth_bytes_per_s": 1.5 * size / median,
        "wrong": 0,
    }
    return record | settings


def run_info(host: str = "n0", **fields: object) -> dict:
    info = {
        "schema": 1,
        "id": "sample",
        "start": "2026-11-23T16:29:00Z",
        "end": "2026-11-23T16:30:00Z",
        "command": ["assay", "bench", "all_reduce"],
        "verb": "bench",
        "level": "",
        "version": "0.1.0",
        "label": "real",
        "ranks": [{"rank": rank, "host": host, "processor": "Model X"} for rank in range(4)],
        "libraries": {"mpi": "Open MPI 4.1.4"},
    }
    return info | fields


def write_records(folder: Path, info: dict, records: list[dict]) -> Path:
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(json.dumps(info))
    (folder / "records.jsonl").write_text("".join(json.dumps(r) + "\n" for r in records))
    return folder


def write_run(folder: Path) -> Path:
    """One collective in and out of place on a host with a hostile name, with a verdict."""
    records = [collective([9e-5, 1e-4, 1.1e-4]), collective([2e-4], in_place=True)]
    write_records(folder, run_info(HOSTILE), records)
    verdict = {
        "schema": 1,
        "verdict": "fail",
        "level": "quick",
        "profile": "none",
        "checks": [
            {
                "name": "pair/bandwidth",
                "subject": HOSTILE,
                "status": "fail",
                "measured": {"value": 1e9, "unit": "bytes_per_s"},
                "expected": {"value": 2e9, "source": "peers"},
                "reason": "50 % below its peers",
            },
            {"name": "hops/ring", "subject": "all", "status": "skipped", "reason": "few ranks"},
        ],
        "suspects": [
            {
                "kind": "node",
                "name": HOSTILE,
                "direction": "send",
                "peer": None,
                "layer": "hardware",
                "deficit": 0.5,
                "confidence": 0.99,
                "evidence": ["n0->n1 1 GB/s, peers 2"],
                "action": "check the cable",
            }
        ],
    }
    (folder / "verdict.json").write_text(json.dumps(verdict))
    return folder
