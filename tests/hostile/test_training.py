"""Submissions that pretend to have trained, in both isolations: what they learned is asked of data they never saw."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.sandbox.isolation import bubblewrap
from graders.sandbox.isolation.choice import Isolation
from tests.hostile.training import PRETENDERS, Pretender


@pytest.mark.sampled(one_in=3, whole_if_named=True)
@pytest.mark.parametrize("isolation", Isolation)
@pytest.mark.parametrize("pretender", PRETENDERS, ids=lambda pretender: pretender.name)
def test_training_that_never_happened_earns_nothing(pretender: Pretender, isolation: Isolation, tmp_path: Path) -> None:
    if isolation is Isolation.BUBBLEWRAP and bubblewrap.failure():
        pytest.skip(bubblewrap.failure())
    homework = load_homework(pretender.homework)
    chosen = select(homework, list(pretender.points), {})
    folder = pretender.submission(tmp_path / "submission")

    report = mark(Request(folder, homework, chosen, Profile.QUICK, isolation=isolation))

    checks = {check.id: check for section in report.sections for check in section.checks}
    passed = {name for name, check in checks.items() if check.status is Status.PASSED}
    assert {name for name in passed if not name.endswith("new_files")} == set(pretender.passed), checks
    assert Status.GRADER_FAULT not in {check.status for check in checks.values()}
    for section in report.sections:
        if section.id in pretender.points:
            assert section.score == pytest.approx(pretender.points[section.id], abs=0.01)
