"""What was left out is told in a line; where that is everything, so is what to write."""

from __future__ import annotations

import pytest

from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status
from graders.reports.standing import left_out


def section(name: str, why: str, status: SectionStatus = SectionStatus.SKIPPED) -> SectionResult:
    state = Status.SKIPPED if status is SectionStatus.SKIPPED else Status.PASSED
    check = CheckResult(id=f"{name}.forward", title="forward works", status=state, message=why)
    return SectionResult(id=name, title=name, score=0, max_score=5, status=status, checks=[check])


def report(*sections: SectionResult) -> Report:
    return Report(homework="hw", submission="mine", score=0, max_score=10, sections=list(sections), environment={})


OFF = section("linear", "DEBUG_LINEAR_flag is False"), section("relu", "DEBUG_RELU_flag is False")


def test_where_all_flags_are_off_the_line_to_write_is_told() -> None:
    told, write = left_out(report(*OFF))
    assert told == "Left out: linear, relu (DEBUG_LINEAR_flag is False; DEBUG_RELU_flag is False)"
    assert "DEBUG_LINEAR_flag = True" in write


@pytest.mark.parametrize("other", [section("sgd", "", SectionStatus.PASSED), section("sgd", "", SectionStatus.FAILED)])
def test_where_something_was_marked_nothing_has_to_be_written(other: SectionResult) -> None:
    assert len(list(left_out(report(*OFF, other)))) == 1


def test_what_only_left_out_is_no_flag() -> None:
    assert len(list(left_out(report(section("linear", "not selected by --only"))))) == 1
