"""A slice of the table of the wild: no wrong verdict, and nothing that isn't recognised."""

from __future__ import annotations

import pytest

from graders.probe import ProbeReport, Request
from tests.benchmarks.gradcheck.wild import FOLDER, OUTPUT, Case, Row, cases, run, summary
from tests.probe.support import check_here

SLICE = [case for case in cases() if not case.target.startswith(("package", "with_scipy"))][::3]
IN_A_WORKER = [case for case in cases() if case.target.startswith(("package", "with_scipy"))]


def in_this_process(case: Case, request: Request) -> ProbeReport:
    file, _, name = case.target.partition(":")
    return check_here((FOLDER / file).read_text(encoding="utf-8"), name, request)


@pytest.mark.parametrize("case", SLICE, ids=lambda case: f"{case.kind}: {case.name}")
def test_it_is_recognised_and_its_verdict_is_right(case: Case) -> None:
    row = run(case, in_this_process)
    assert row.is_recognised, row
    assert not row.is_wrong, row


@pytest.mark.parametrize("case", IN_A_WORKER, ids=lambda case: case.name)
def test_what_imports_others_is_recognised_in_a_worker(case: Case) -> None:
    row = run(case)
    assert row.is_recognised, row
    assert not row.is_wrong, row


def test_a_false_alarm_and_a_false_certificate_count_as_wrong() -> None:
    right, wrong = (Case("", "", (), gradients) for gradients in ("right", "wrong"))
    rows = [Row(right, "wrong gradient", ""), Row(wrong, "pass", ""), Row(right, "not understood", "")]
    assert [row.is_wrong for row in rows] == [True, True, False]
    assert summary(rows).endswith("2 recognised (67 %), 2 wrong verdicts.")


def test_the_table_lists_every_target_and_no_wrong_verdict() -> None:
    page = OUTPUT.read_text(encoding="utf-8")
    assert [case.name for case in cases() if f"`{case.name}`" not in page] == []
    assert " 0 wrong verdicts." in page
