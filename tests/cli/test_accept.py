"""assay accept from end to end: verdicts, run folders, injected faults, failing processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Outcome, finish, own_lines, records_of, start, verdict_of

Assay = Callable[..., Outcome]


def test_a_sound_machine_does_not_fail(assay: Assay, tmp_path: Path) -> None:
    outcome = assay(2, "accept", "--output", "run")
    verdict = verdict_of(tmp_path / "run")
    # A machine too busy to judge is inconclusive; none that is sound fails.
    assert outcome.code in (0, 10), outcome
    assert verdict["verdict"] == {0: "pass", 10: "inconclusive"}[outcome.code]
    assert verdict["suspects"] == []
    checks = {check["name"] for check in verdict["checks"]}
    for name in ("matmul/openblas", "memory/copy", "pair/bandwidth", "pair/data", "run/complete"):
        assert name in checks
    assert str(tmp_path / "run") in outcome.out
    measured = {record["benchmark"] for record in records_of(tmp_path / "run")}
    assert measured - {"telemetry", "host_link"} == {
        "matmul", "memory", "digest", "inventory", "pair", "pair_latency", "all_reduce",
    }  # fmt: skip
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    assert [rank["rank"] for rank in run["ranks"]] == [0, 1]
    assert "PATH" not in run["environment"]

    # The stored run is judged the same again.
    again = assay(0, "judge", "run")
    assert again.code == outcome.code
    assert again.out.splitlines()[0] == outcome.out.splitlines()[0]


def test_one_rank_without_a_profile_is_no_pass(assay: Assay, tmp_path: Path) -> None:
    outcome = assay(0, "accept", "--output", "run")
    assert outcome.code == 10
    assert "no peers and no profile" in outcome.out
    assert verdict_of(tmp_path / "run")["verdict"] == "inconclusive"


def test_a_corrupting_sender_is_named(assay: Assay, tmp_path: Path) -> None:
    outcome = assay(3, "accept", "--output", "run", "--inject", "corrupt:rank=1")
    assert outcome.code == 8
    verdict = verdict_of(tmp_path / "run")
    assert verdict["verdict"] == "fail"
    suspect = verdict["suspects"][0]
    assert (suspect["kind"], suspect["name"]) == ("rank", "rank 1")
    assert (suspect["layer"], suspect["direction"]) == ("data", "send")
    assert json.loads((tmp_path / "run" / "run.json").read_text())["injected"] == ["corrupt:rank=1"]


def test_redacted_runs_name_no_host(assay: Assay, tmp_path: Path) -> None:
    host = os.uname().nodename
    outcome = assay(2, "accept", "--redact")
    assert outcome.code in (0, 10)
    (run,) = (tmp_path / "results" / "runs").iterdir()
    assert run.name.endswith("-host-1")
    identity = json.loads((run / "run.json").read_text())
    assert {rank["host"] for rank in identity["ranks"]} == {"host-1"}
    for record in records_of(run):
        assert record.get("host", "host-1") == "host-1"
        assert record.get("from", "host-1") == "host-1"
    assert f"({host})" not in (run / "verdict.json").read_text()


def test_an_interrupted_soak_ends_with_a_verdict_and_whole_records(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = start(
        2, "accept", "--level", "soak", "--duration", "3m", "--output", "run", cwd=tmp_path
    )
    started_ranks(run, process)
    end = time.monotonic() + 90
    while '"window":1' not in (run / "records.jsonl").read_text():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    outcome = finish(process, 30)
    assert outcome.code != 0, outcome  # mpirun's own, where it is quicker than the supervisors
    assert verdict_of(run)["verdict"] in ("fail", "inconclusive")
    windows = {
        (record["benchmark"], record["window"])
        for record in records_of(run)
        if "window" in record and record["benchmark"] != "telemetry"
    }
    assert windows >= {
        (name, window)
        for name in ("soak_matmul", "soak_all_reduce", "soak_pair")
        for window in (0, 1)
    }
    checks = {check["name"] for check in verdict_of(run)["checks"]}
    assert checks >= {"process/alive", "soak/matmul", "soak/link", "soak/all_reduce"}


def started_ranks(run: Path, process: subprocess.Popen[str]) -> list[dict]:
    """Waits until the run has measured something, and gives its ranks."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        assert process.poll() is None, process.communicate()
        records = run / "records.jsonl"
        if records.exists() and '"benchmark":"matmul"' in records.read_text():
            return json.loads((run / "run.json").read_text())["ranks"]
        time.sleep(0.1)
    raise AssertionError("the run wrote no records")


def is_gone(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.mark.parametrize("victim", [0, 1])
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_dead_or_stopped_rank_is_named_with_code_four(
    tmp_path: Path, victim: int, how: signal.Signals
) -> None:
    run = tmp_path / "run"
    process = start(2, "accept", "--output", "run", "-T", "5", cwd=tmp_path)
    ranks = started_ranks(run, process)
    records = (run / "records.jsonl").read_text()
    os.kill(ranks[victim]["pid"], how)
    outcome = finish(process, 30)
    assert outcome.code == 4, outcome
    verdict = verdict_of(run)
    assert verdict["verdict"] == "fail"
    suspect = verdict["suspects"][0]
    assert (suspect["kind"], suspect["name"]) == ("rank", f"rank {victim}")
    assert suspect["layer"] == "process"
    assert suspect["host"] == os.uname().nodename
    assert any(f"rank {victim}" in line for line in own_lines(outcome.err))
    assert (run / "records.jsonl").read_text().startswith(records)
    assert all(is_gone(rank["pid"]) for rank in ranks)


def test_a_killed_supervisor_leaves_a_verdict_and_no_orphans(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = start(2, "accept", "--output", "run", cwd=tmp_path)
    ranks = started_ranks(run, process)
    os.kill(ranks[1]["supervisor_pid"], signal.SIGKILL)
    outcome = finish(process, 30)
    assert outcome.code == 4, outcome
    suspect = verdict_of(run)["suspects"][0]
    assert (suspect["name"], suspect["layer"]) == ("rank 1", "process")
    time.sleep(0.5)
    assert all(is_gone(rank["pid"]) for rank in ranks)


def parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_a_launcher_that_kills_at_once_leaves_a_verdict_and_no_orphans(tmp_path: Path) -> None:
    """All that it knows of dies together, as MPICH's launcher does it and others in the end."""
    run = tmp_path / "run"
    process = start(2, "accept", "--output", "run", cwd=tmp_path)
    ranks = started_ranks(run, process)
    for front in [parent_of(rank["supervisor_pid"]) for rank in ranks]:
        os.killpg(front, signal.SIGKILL)
    assert finish(process, 30).code != 0
    end = time.monotonic() + 10
    while not (run / "verdict.json").exists() and time.monotonic() < end:
        time.sleep(0.1)
    assert verdict_of(run)["verdict"] == "inconclusive"
    time.sleep(1)
    for rank in ranks:
        assert is_gone(rank["pid"])
        assert is_gone(rank["supervisor_pid"])


def test_lost_messages_end_at_the_deadline(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = start(
        2, "bench", "all_reduce", "-b", "4K", "-e", "4K", "--output", "run", "-T", "3",
        "--inject", "drop:rank=1,every=5", cwd=tmp_path,
    )  # fmt: skip
    outcome = finish(process, 60)
    assert outcome.code == 4, outcome
    assert verdict_of(run)["suspects"][0]["layer"] == "process"


@pytest.mark.parametrize("silent", [0, 1])
def test_a_rank_that_loses_its_messages_of_a_pair_is_named(tmp_path: Path, silent: int) -> None:
    process = start(
        2, "bench", "pair", "--output", "run", "-T", "3", "--inject", f"drop:rank={silent}",
        cwd=tmp_path,
    )  # fmt: skip
    outcome = finish(process, 60)
    assert outcome.code == 4, outcome
    suspect = verdict_of(tmp_path / "run")["suspects"][0]
    assert suspect["rank"] == silent, suspect
    assert f"rank {1 - silent} on {suspect['host']} waited for rank {silent}" in " ".join(
        suspect["evidence"]
    )


def test_interrupted_runs_keep_their_records(tmp_path: Path) -> None:
    run = tmp_path / "run"
    process = start(2, "accept", "--output", "run", cwd=tmp_path)
    ranks = started_ranks(run, process)
    process.send_signal(signal.SIGINT)
    outcome = finish(process, 30)
    assert outcome.code != 0
    assert verdict_of(run)["verdict"] == "inconclusive"
    assert records_of(run)
    time.sleep(0.5)
    assert all(is_gone(rank["pid"]) for rank in ranks)
