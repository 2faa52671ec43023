"""assay import: logs of other tools become a run, and what cannot be read is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.conftest import Outcome, records_of

Assay = Callable[..., Outcome]
Refused = Callable[..., str]

LOG = """# Collective test starting: all_reduce_perf
# Using devices
#  Rank  0 Group  0 Pid   4711 on         n0 device  0 [0000:07:00] NVIDIA H100
#  Rank  1 Group  0 Pid   4712 on         n1 device  0 [0000:07:00] NVIDIA H100
#       size         count      type   redop    root     time   algbw   busbw #wrong
#        (B)    (elements)                               (us)  (GB/s)  (GB/s)
     1048576        262144     float     sum      -1    50.00   20.97   20.97      0
     2097152        524288     flaot     sum      -1    100.0   20.97   20.97      0
"""

OSU = "# OSU MPI Latency Test v7.5\n# Size       Avg Latency(us)\n8                       1.31\n"


def test_logs_of_several_tools_become_one_run(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LOG)
    (tmp_path / "b.txt").write_text(OSU)
    outcome = assay(0, "import", "a.txt", "b.txt", "--output", "run")
    assert outcome.code == 0, outcome
    assert outcome.out == "2 records of 2 files in run\n"
    assert outcome.err == "assay: left out: a.txt: line 8: unknown type 'flaot'\n"
    records = records_of(tmp_path / "run")
    assert [record["label"] for record in records] == ["imported"] * 2
    assert records[0]["source"]["tool"] == "nccl-tests"
    assert records[0]["source"]["file"] == "a.txt"
    assert records[0]["source"]["place"] == "line 7"
    assert records[0]["mean_s"] == 50e-6
    assert "median_s" not in records[0]
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    assert run["label"] == "imported"
    assert run["unread"] == ["a.txt: line 8: unknown type 'flaot'"]
    assert [rank["host"] for rank in run["ranks"]] == ["n0", "n1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt", "run"]


def test_ranks_of_all_logs_are_kept(assay: Assay, tmp_path: Path) -> None:
    other = LOG.replace(" n0 ", " n2 ").replace(" n1 ", " n3 ")
    for name, text in (("a.txt", LOG), ("b.txt", other), ("again.txt", LOG)):
        (tmp_path / name).write_text(text)
    outcome = assay(0, "import", "a.txt", "b.txt", "again.txt", "--output", "run")
    assert outcome.code == 0, outcome
    run = json.loads((tmp_path / "run" / "run.json").read_text())
    assert [rank["host"] for rank in run["ranks"]] == ["n0", "n1", "n2", "n3"]
    assert [record["ranks"] for record in records_of(tmp_path / "run")] == [2, 2, 2]


def test_what_was_exported_can_be_imported(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LOG)
    assert assay(0, "import", "a.txt", "--output", "run").code == 0
    exported = assay(0, "export", "run", "--format", "nccl-tests", "--output", "a.json")
    assert exported.code == 0, exported
    outcome = assay(0, "import", "a.json", "--output", "again", "--benchmark", "all_reduce")
    assert outcome.code == 0, outcome
    (record,) = records_of(tmp_path / "again")
    assert record["median_s"] == 50e-6
    assert record["source"]["tool"] == "assay"


def test_bad_input_is_told_in_one_line(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("hello\n")
    (tmp_path / "cut.json").write_text('{"nccl_version": 1, "results": [')
    (tmp_path / "nothing").write_text(LOG[: LOG.index("     1048576")])
    (tmp_path / "here").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "good").write_text(OSU)
    assert "known: nccl-tests JSON" in refused("import", "log", "--output", "run")
    assert "'cut.json'" in refused("import", "cut.json", "--output", "run")
    assert "no figure" in refused("import", "nothing", "--output", "run")
    assert "nowhere" in refused("import", "nowhere", "--output", "run")
    assert "exists" in refused("import", "good", "--output", "here")
    assert "file/run" in refused("import", "good", "--output", "file/run")
    assert "--output" in refused("import", "good")
    hostile = "good\x1b[31m\n"
    (tmp_path / hostile).write_text("x")
    assert "\x1b" not in refused("import", hostile, "--output", "run")
