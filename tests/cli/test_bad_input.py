"""Bad input ends with one line that says what would be right, and exit code 6."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ASSAY, Outcome, finish, launch, own_lines, start_words

Assay = Callable[..., Outcome]

MISTAKES = {
    "no verb": ([], "no verb"),
    "unknown verb": (["acept"], "acept"),
    "unknown option": (["bench", "all_reduce", "--flaot"], "--flaot"),
    "unknown benchmark": (["bench", "all_redoce"], "all_redoce"),
    "unknown type": (["bench", "all_reduce", "-d", "flaot"], "known: int8, uint8, "),
    "unknown operation": (["bench", "all_reduce", "-o", "summ"], "known: sum, prod, "),
    "no size": (["bench", "all_reduce", "-b", "8X"], "'8X' is no size"),
    "zero iterations": (["bench", "all_reduce", "-n", "0"], "from 1 on"),
    "zero operations a sample": (["bench", "all_reduce", "-m", "0"], "from 1 on"),
    "aggregated kernels": (["bench", "matmul", "-m", "2"], "-m is not for matmul"),
    "size of a matmul": (["bench", "matmul", "-b", "1M", "-e", "2M"], "-b is not for matmul"),
    "warm kernels": (["bench", "memory", "-w", "3"], "-w is not for memory"),
    "unchecked digests": (["bench", "digest", "-c", "0"], "-c is not for digest"),
    "type of a pair": (["bench", "pair", "-d", "half"], "-d is not for pair"),
    "operation of a pair": (["bench", "pair", "-o", "max"], "-o is not for pair"),
    "samples of an inventory": (["bench", "inventory", "-n", "3"], "-n is not for inventory"),
    "whose memory": (["bench", "memory", "--implementation", "mpi"], "not for memory"),
    "empty matmul": (["bench", "matmul", "--shape", "0"], "from 1 to"),
    "negative matmul": (["bench", "matmul", "--shape", "4x-4x4"], "from 1 to"),
    "inexact matmul": (["bench", "matmul", "--shape", "1x1x20000000"], "exact in float32"),
    "unknown layout": (["bench", "matmul", "--layout", "xy"], "known: nn, nt, tn, tt"),
    "shape of others": (["bench", "memory", "--shape", "4"], "not for memory"),
    "no soak": (["accept", "--duration", "5m"], "--level soak"),
    "endless soak": (["accept", "--level", "soak", "--duration", "0s"], "above 0"),
    "soaking locate": (["locate", "--level", "soak"], "not for locate"),
    "no end to write at": (["bench", "all_reduce", "-N", "0", "-J", "f"], "--json-lines"),
    "unknown blocking": (["bench", "all_reduce", "-z", "2"], "-z"),
    "factor of one": (["bench", "all_reduce", "-f", "1"], "from 2 on"),
    "bad fault": (["accept", "--inject", "sloow:rank=1"], "kinds: slow-send"),
    "unknown algorithm of plan": (["plan", "rong", "--ranks", "4"], "known: ring, tree"),
    "no ranks": (["plan", "ring"], "--ranks"),
    "no such run": (["judge", "nowhere"], "nowhere"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_line_and_code_six(assay: Assay, mistake: str) -> None:
    arguments, expected = MISTAKES[mistake]
    outcome = assay(0, *arguments)
    assert outcome.code == 6, outcome
    assert len(outcome.err.splitlines()) == 1
    assert outcome.err.startswith("assay: ")
    assert expected in outcome.err
    assert outcome.out == ""


RANK_MISTAKES = {
    "unknown option": (["accept", "--levle", "quick"], "--levle"),
    "unknown level": (["accept", "--level", "quik"], "known: quick, standard"),
    "unknown algorithm": (["bench", "all_reduce", "--algorithm", "rong"], "known: ring, tree"),
    "unknown transport": (["bench", "all_reduce", "--transport", "tcp"], "known: auto, "),
    "begin above end": (["bench", "all_reduce", "-b", "4M", "-e", "1M"], "above -e"),
    "not a multiple": (["bench", "all_reduce", "-b", "7", "-e", "7"], "no multiple of float32"),
    "more than memory": (["bench", "all_reduce", "-b", "4T", "-e", "4T"], "is no size"),
    "much memory": (["bench", "all_reduce", "-b", "2000G", "-e", "2000G"], "are available"),
    "matmul past memory": (
        ["bench", "matmul", "--shape", "2000000x2000000x8"],
        "a matmul of 2000000x2000000x8 needs 30517",
    ),
    "all cores of several": (["bench", "matmul", "--all-cores"], "one rank a host"),
    "root outside": (["bench", "reduce", "-r", "2"], "the root is rank 2; ranks are 0 to 1"),
    "pull and registered": (
        ["bench", "gather", "--algorithm", "pull", "-R", "1"],
        "private buffers",
    ),
    "load_store and private": (["bench", "gather", "--algorithm", "load_store"], "needs -R 1"),
    "model of one": (
        ["bench", "gather", "--model", "--algorithm", "direct"],
        "is of algorithm auto",
    ),
    "model of a pair": (["bench", "pair", "--model"], "has no algorithms; leave --model out"),
    "no algorithm of a pair": (["bench", "pair", "--algorithm", "ring"], "has no algorithms"),
    "fault of no rank": (["accept", "--inject", "corrupt:rank=7"], "ranks 0 to 1"),
    "no profile": (["accept", "--profile", "nope"], "no profile 'nope'"),
}


@pytest.mark.parametrize("mistake", RANK_MISTAKES)
def test_one_line_for_all_ranks(assay: Assay, tmp_path: Path, mistake: str) -> None:
    arguments, expected = RANK_MISTAKES[mistake]
    outcome = assay(2, *arguments)
    assert outcome.code == 6, outcome
    lines = own_lines(outcome.err)
    assert len(lines) == 1, lines
    assert expected in lines[0]
    assert not (tmp_path / "results").exists()


def test_an_existing_output_is_never_overwritten(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    outcome = assay(2, "accept", "--output", "here")
    assert outcome.code == 6
    assert "exists" in own_lines(outcome.err)[0]
    assert list((tmp_path / "here").iterdir()) == []


def test_an_output_that_cannot_be_written(assay: Assay, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    outcome = assay(2, "accept", "--output", "file/run")
    assert outcome.code == 6
    assert "file" in own_lines(outcome.err)[0]


def test_a_profile_that_cannot_be_parsed_is_named_with_its_place(
    assay: Assay, tmp_path: Path
) -> None:
    (tmp_path / "bad.toml").write_text('[profile]\nname = "x"\nfigures = [1,\n')
    outcome = assay(2, "accept", "--profile", "bad.toml")
    assert outcome.code == 6
    assert "bad.toml:" in own_lines(outcome.err)[0]


def test_ranks_with_different_arguments(tmp_path: Path) -> None:
    words = [*launch(1), str(ASSAY), "bench", "all_reduce", "-n", "1"]
    words += [":", "-n", "1", str(ASSAY), "bench", "all_reduce", "-n", "2"]
    outcome = finish(start_words(words, tmp_path))
    assert outcome.code == 6
    assert "other arguments" in own_lines(outcome.err)[0]


def test_ranks_of_different_builds(tmp_path: Path) -> None:
    other = Path(shutil.copy(ASSAY, tmp_path / "assay"))
    # The linker's hash of what it wrote: a note of 4 + 20 bytes, of type 3, whose owner is GNU.
    begin, id_bytes = struct.pack("<III", 4, 20, 3) + b"GNU\0", 20
    before, found, after = other.read_bytes().partition(begin)
    assert found
    other.write_bytes(before + found + b"x" * id_bytes + after[id_bytes:])
    words = [*launch(1), str(ASSAY), "bench", "all_reduce", "-n", "1"]
    words += [":", "-n", "1", str(other), "bench", "all_reduce", "-n", "1"]
    outcome = finish(start_words(words, tmp_path))
    assert outcome.code == 6
    assert "another build" in own_lines(outcome.err)[0]


def make_run(folder: Path, records: str) -> None:
    folder.mkdir()
    (folder / "run.json").write_text(
        json.dumps(
            {
                "schema": 1,
                "id": "x",
                "start": "2026-01-01T00:00:00Z",
                "command": ["assay"],
                "verb": "accept",
                "level": "quick",
                "version": "0",
                "ranks": [{"rank": 0, "host": "n0"}],
            }
        )
    )
    (folder / "records.jsonl").write_text(records)


HOSTILE = {
    "another schema": '{"schema": 2, "benchmark": "pair"}\n',
    "no JSON": "hello\n{}\n",
    "cut off in the middle": '{"schema": 1, "bench\n{"schema": 1}\n',
    "deeply nested": "[" * 100000 + "\n{}\n",
    "wrong type": '{"schema": 1, "benchmark": 7, "implementation": "assay"}\n{}\n',
    "not finite": '{"schema": 1, "benchmark": "x", "implementation": "y", "median_s": 1e999}\n{}\n',
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_records_are_refused_with_their_line(
    assay: Assay, tmp_path: Path, kind: str
) -> None:
    make_run(tmp_path / "run", HOSTILE[kind])
    outcome = assay(0, "judge", "run")
    assert outcome.code == 6, outcome
    assert len(outcome.err.splitlines()) == 1
    assert "records.jsonl:1" in outcome.err
