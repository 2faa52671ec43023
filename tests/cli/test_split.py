"""assay bench in groups that run at the same time, as NCCL_TESTS_SPLIT makes them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.nccl_table import OPERATIONS, rows, sections
from tests.conftest import ASSAY, Outcome, finish, launch, own_lines, start_words

Assay = Callable[..., Outcome]
Split = Callable[[str], None]

SMALL = ["-b", "4K", "-e", "4K", "-n", "3", "-w", "1"]


@pytest.fixture
def split(monkeypatch: pytest.MonkeyPatch) -> Split:
    """Sets NCCL_TESTS_SPLIT for what is started next."""
    return lambda setting: monkeypatch.setenv("NCCL_TESTS_SPLIT", setting)


def of_groups(out: str) -> dict[int, list[tuple[str, ...]]]:
    """The rows of each group, over all sizes and ways."""
    found: dict[int, list[tuple[str, ...]]] = {}
    for number, line in re.findall(r"^# group (\d+)\n(.*)$", out, re.MULTILINE):
        found.setdefault(int(number), []).extend(rows(line))
    assert sum(map(len, found.values())) == len(rows(out)), "a row without its group"
    return found


def listed_groups(out: str) -> list[int]:
    """The column Group of the list of devices."""
    return [int(group) for group in re.findall(r"^#  Rank +\d+ Group +(\d+) ", out, re.MULTILINE)]


def group_footers(out: str) -> dict[int, tuple[int, float]]:
    pattern = r"^# group (\d+): (\d+) wrong, mean bus bandwidth (\S+) GB/s$"
    found = re.findall(pattern, out, re.MULTILINE)
    return {int(number): (int(wrong), float(mean)) for number, wrong, mean in found}


def test_every_group_has_its_row_and_record(assay: Assay, split: Split, tmp_path: Path) -> None:
    split("MOD 2")
    options = ["-b", "4K", "-e", "1M", "-f", "256", "-n", "3", "-w", "1"]
    outcome = assay(4, "bench", "all_reduce", *options, "--json-lines", "r.jsonl", "-J", "out.json")
    assert outcome.code == 0, outcome
    assert listed_groups(outcome.out) == [0, 1, 0, 1]
    assert "# group 0: ranks 0 2\n# group 1: ranks 1 3\n" in outcome.out
    table = of_groups(outcome.out)
    assert [row[0] for row in table[0]] == [row[0] for row in table[1]] == ["4096", "1048576"]

    lines = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text().splitlines()]
    records = [line for line in lines if line["benchmark"] == "all_reduce"]
    assert [record["group"] for record in records] == [0, 1] * 4
    for record in records:
        assert record["ranks"] == 2
        assert record["members"] == ([0, 2] if record["group"] == 0 else [1, 3])
        assert [rank["rank"] for rank in record["per_rank"]] == record["members"]
        assert record["wrong"] == 0

    # The footers are of the rows.
    footers = group_footers(outcome.out)
    for number, of_one in table.items():
        busbw = [float(cell) for row in of_one for cell in (row[7], row[11])]
        assert footers[number][0] == 0
        assert footers[number][1] == pytest.approx(sum(busbw) / len(busbw), abs=0.01)
    average = float(outcome.out.split("# Avg bus bandwidth    : ")[1].splitlines()[0])
    assert average == pytest.approx((footers[0][1] + footers[1][1]) / 2, rel=1e-3)

    data = json.loads((tmp_path / "out.json").read_text())
    assert [device["group"] for device in data["config"]["devices"]] == [0, 1, 0, 1]
    assert [result["group"] for result in data["results"]] == [0, 1, 0, 1]
    for result in data["results"]:
        assert len(result["out_of_place_per_iter"]["per_process_max_times_us"]) == 2
        assert len(result["out_of_place_per_iter"]["times_us"]) == 3


def test_mask_is_hexadecimal_and_wins(
    assay: Assay, split: Split, monkeypatch: pytest.MonkeyPatch
) -> None:
    split("MOD 4")
    monkeypatch.setenv("NCCL_TESTS_SPLIT_MASK", "0x2")
    outcome = assay(4, "bench", "all_gather", *SMALL)
    assert outcome.code == 0, outcome
    assert listed_groups(outcome.out) == [0, 0, 2, 2]
    assert set(of_groups(outcome.out)) == {0, 2}


def test_one_group_looks_like_no_split(assay: Assay, split: Split, tmp_path: Path) -> None:
    split("OR 7")
    outcome = assay(2, "bench", "all_reduce", *SMALL, "--json-lines", "r.jsonl")
    assert outcome.code == 0, outcome
    assert listed_groups(outcome.out) == [7, 7]
    assert "# group" not in outcome.out
    record = json.loads((tmp_path / "r.jsonl").read_text().splitlines()[0])
    assert "group" not in record
    assert "members" not in record


@pytest.mark.parametrize("name", OPERATIONS)
def test_everything_is_right_in_unequal_groups(assay: Assay, split: Split, name: str) -> None:
    """Three ranks and one, by every algorithm and baseline; sizes round to each group's own."""
    split("DIV 3")
    outcome = assay(4, "bench", name, *SMALL, "-d", "all", "--implementation", "all")
    assert outcome.code == 0, outcome
    assert "# Out of bounds values : 0 OK" in outcome.out
    table = of_groups(outcome.out)
    assert len(table[0]) == len(table[1]) == 12 * len(sections(outcome.out))
    assert {row[8] for row in rows(outcome.out)} == {"0"}
    if name not in ("all_reduce", "broadcast", "reduce", "send_recv"):
        assert {row[0] for row in table[0]} != {"4096"}
    assert {row[0] for row in table[1]} == {"4096"}


@pytest.mark.parametrize("name", ["all_reduce", "all_to_all", "reduce"])
def test_registered_buffers_are_of_the_group(assay: Assay, split: Split, name: str) -> None:
    split("DIV 3")
    options = [
        "-b",
        "1K",
        "-e",
        "64K",
        "-f",
        "64",
        "-n",
        "3",
        "-w",
        "1",
        "-R",
        "1",
        "--algorithm",
        "load_store",
    ]
    outcome = assay(4, "bench", name, *options)
    assert outcome.code == 0, outcome
    table = of_groups(outcome.out)
    assert {row[8] for row in rows(outcome.out)} == {"0"}
    # Three peers would overwrite what the others have yet to read; one alone has no peers.
    assert {row[12] for row in table[0]} == {"N/A" if name == "all_to_all" else "0"}
    assert {row[12] for row in table[1]} == {"0"}


def test_every_root_is_a_rank_of_the_group(assay: Assay, split: Split) -> None:
    split("MOD 2")
    outcome = assay(4, "bench", "broadcast", *SMALL, "-r", "all")
    assert outcome.code == 0, outcome
    for of_one in of_groups(outcome.out).values():
        assert [row[4] for row in of_one] == ["0", "1"]


def test_wrong_data_of_one_group_is_its_own(assay: Assay, split: Split) -> None:
    split("MOD 2")
    outcome = assay(4, "bench", "all_reduce", *SMALL, "--inject", "corrupt:rank=3")
    assert outcome.code == 7, outcome
    table = of_groups(outcome.out)
    assert (table[0][0][8], table[0][0][12]) == ("0", "0")
    assert int(table[1][0][8]) > 0
    assert int(table[1][0][12]) > 0
    footers = group_footers(outcome.out)
    assert footers[0][0] == 0
    assert f"# Out of bounds values : {footers[1][0]} FAILED" in outcome.out
    assert re.search(r"^assay: wrong data: rank [13], ", outcome.err, re.MULTILINE)


def test_a_group_that_hangs_ends_the_job(assay: Assay, split: Split) -> None:
    """The others wait for it without a deadline that could pass before its own."""
    split("MOD 2")
    options = ["-T", "1", "--inject", "drop:rank=1"]
    outcome = assay(4, "bench", "all_reduce", *SMALL, *options, seconds=60)
    assert outcome.code == 4, outcome
    assert re.search(r"rank [13] \(pid \d+\)", outcome.err)


BAD_SETTINGS = {
    "": ("all_reduce", [], "NCCL_TESTS_SPLIT is ''; it must be "),
    "MOD 0": ("all_reduce", [], "it must divide by 1 or more"),
    "XOR 1": ("all_reduce", [], "it must be AND, OR, MOD or DIV"),
    "OR 0xffffffff": ("all_reduce", [], "puts rank 0 in group 4294967295"),
    "DIV 3": ("reduce", ["-r", "1"], "the root is rank 1; ranks of the smallest group are 0 to 0"),
    "DIV  3": ("reduce", ["-r", "all"], "-r all takes groups of one size"),
    "MOD 2": ("matmul", [], "NCCL_TESTS_SPLIT=MOD 2 is for collectives, and matmul is none"),
    "AND 1": ("pair", [], "is for collectives, and pair is none"),
}


@pytest.mark.parametrize("setting", BAD_SETTINGS)
def test_mistakes_end_with_one_line_and_code_six(assay: Assay, split: Split, setting: str) -> None:
    name, options, expected = BAD_SETTINGS[setting]
    split(setting)
    outcome = assay(4, "bench", name, *options)
    assert outcome.code == 6, outcome
    lines = own_lines(outcome.err)
    assert len(lines) == 1
    assert expected in lines[0]
    assert outcome.out == ""


def test_ranks_that_heard_of_other_groups_do_not_start(split: Split, tmp_path: Path) -> None:
    split("MOD 2")
    bench = [str(ASSAY), "bench", "all_reduce", *SMALL]
    other = ["-n", "1", "env", "NCCL_TESTS_SPLIT=DIV 2", *bench]
    outcome = finish(start_words([*launch(1), *bench, ":", *other], tmp_path))
    assert outcome.code == 6, outcome
    assert "rank 1 has other groups in its environment" in outcome.err


def test_help_names_the_variables(assay: Assay) -> None:
    text = assay(0, "bench", "--help").out
    assert "NCCL_TESTS_SPLIT=" in text
    assert "NCCL_TESTS_SPLIT_MASK" in text
