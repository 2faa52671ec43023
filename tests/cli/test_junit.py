"""What assay export and compare write for CI is held against the schema that its readers know."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.stored_run import HOSTILE, collective, run_info, write_records, write_run
from tests.cli.test_compare import write_side
from tests.conftest import Outcome

Assay = Callable[..., Outcome]
Validate = Callable[[str], ElementTree.Element]

SCHEMA = Path(__file__).with_name("junit.xsd")
# What XML cannot hold at all, even escaped, and what ends a section of it.
WORSE = f"{HOSTILE}\x00\x0b\ufffe]]>&amp;\u2028"
# Of the shape of a time, and none.
NO_TIMES = (
    "2026-99-23T16:29:00", "2026-00-23T16:29:00", "2026-02-29T16:29:00", "2026-11-31T16:29:00",
    "2026-11-23T24:29:00", "2026-11-23T16:60:00", "2026-11-23T16:29:60", "0000-11-23T16:29:00",
)  # fmt: skip


def complaints(document: str) -> str:
    done = subprocess.run(
        ["xmllint", "--noout", "--nonet", "--schema", str(SCHEMA), "-"],
        input=document.encode(), capture_output=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stderr.decode()


@pytest.fixture
def validate() -> Validate:
    if not shutil.which("xmllint"):
        pytest.skip("xmllint is not installed")

    def check(document: str) -> ElementTree.Element:
        assert complaints(document) == ""
        (suite,) = ElementTree.fromstring(document)
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "")) == len(cases)
        for attribute, element in (("failures", "failure"), ("errors", "error"), ("skipped",) * 2):
            found = sum(case.find(element) is not None for case in cases)
            assert int(suite.get(attribute, "")) == found, attribute
        return suite

    return check


def test_the_schema_refuses_what_is_none(validate: Validate) -> None:
    suite = (
        '<testsuites><testsuite name="a" package="a" id="0" hostname="h" tests="1" failures="0" '
        'errors="0" skipped="0" time="0"><properties/>{}<system-out/><system-err/></testsuite>'
        "</testsuites>"
    )
    case = '<testcase classname="c" name="n" time="0">{}</testcase>'
    validate(suite.format(case.format("")))
    assert "testcase" in complaints(suite.format('<testcase name="n" time="0"/>'))
    assert "failure" in complaints(suite.format(case.format('<failure message="no type"/>')))
    assert "fehler" in complaints(suite.format(case.format("<fehler/>")))
    assert "parser error" in complaints(suite.format(case.format("\x0b")))
    started = suite.format("").replace("<testsuite ", '<testsuite timestamp="{}" ')
    assert complaints(started.format("2026-02-28T16:29:00")) == ""
    for time in NO_TIMES:
        assert "timestamp" in complaints(started.format(time)), time


@pytest.mark.parametrize(
    "start", ["2026-11-23T16:29:00Z", "yesterday", WORSE, *(time + "Z" for time in NO_TIMES)]
)
def test_an_exported_verdict_is_valid(
    assay: Assay, tmp_path: Path, validate: Validate, start: str
) -> None:
    write_run(tmp_path / "run")
    info = run_info(WORSE, id=WORSE, start=start, verb=WORSE, level="")
    (tmp_path / "run" / "run.json").write_text(json.dumps(info))
    verdict = json.loads((tmp_path / "run" / "verdict.json").read_text())
    check = verdict["checks"][0]
    verdict["checks"] += [
        check | {"name": WORSE, "reason": WORSE, "status": status}
        for status in ("pass", "fail", "inconclusive", "skipped")
    ]
    verdict["checks"].append({"name": "", "subject": "", "status": "fail"})
    verdict["suspects"][0] |= {"name": WORSE, "peer": WORSE, "evidence": [WORSE, ""]}
    (tmp_path / "run" / "verdict.json").write_text(json.dumps(verdict))
    outcome = assay(0, "export", "run", "--format", "junit")
    assert outcome.code == 0, outcome
    suite = validate(outcome.out)
    is_time = start == "2026-11-23T16:29:00Z"
    assert suite.get("timestamp") == ("2026-11-23T16:29:00" if is_time else None)


def test_a_comparison_is_valid(assay: Assay, tmp_path: Path, validate: Validate) -> None:
    write_side(tmp_path / "a", 1, op=WORSE)
    write_side(tmp_path / "b", 2, slower=1.1, op=WORSE)
    outcome = assay(0, "compare", "a", "b", "--junit", "slower.xml")
    assert outcome.code == 9, outcome
    suite = validate((tmp_path / "slower.xml").read_text())
    assert suite.find("testcase/failure") is not None
    for options in ([], ["--strict"]):
        assay(0, "compare", "a/run0", "b/run0", "--junit", "unclear.xml", *options)
        validate((tmp_path / "unclear.xml").read_text())


def test_wrong_results_are_valid(assay: Assay, tmp_path: Path, validate: Validate) -> None:
    for name, wrong in (("a", 0), ("b", 3)):
        record = collective([1e-4], wrong=wrong, algorithm=WORSE)
        write_records(tmp_path / name, run_info(WORSE, start="soon"), [record])
    outcome = assay(0, "compare", "a", "b", "--junit", "wrong.xml")
    assert outcome.code == 9, outcome
    suite = validate((tmp_path / "wrong.xml").read_text())
    assert suite.find("testcase/failure[@type='wrong']") is not None
