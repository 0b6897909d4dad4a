"""Every shape of API is recognised, passes when it is right and is blamed when it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.probe.apis import CASES, Case
from tests.probe.support import check_here, check_source

each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@each
def test_the_right_one_passes_and_is_taken_for_what_it_is(case: Case, tmp_path: Path) -> None:
    report = check_source(tmp_path, case.correct, case.target, case.request)
    assert report.verdict == "pass", report
    assert [text for text in case.says if text not in report.taken_for] == [], report.taken_for


@each
def test_the_wrong_one_fails_and_the_right_gradient_is_blamed(case: Case) -> None:
    report = check_here(case.mistaken, case.target, case.request)
    assert report.verdict in ("wrong gradient", "ignores its cotangent"), report
    blamed = [item.name for item in report.inputs if item.verdict == report.verdict]
    assert case.blames in blamed, report
