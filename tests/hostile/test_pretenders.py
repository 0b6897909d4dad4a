"""Submissions that try for points, in both isolations: none is earned by what only looks right."""

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
from tests.hostile.pretenders import PRETENDERS, Pretender


@pytest.mark.sampled(one_in=5, whole_if_named=True)
@pytest.mark.parametrize("isolation", Isolation)
@pytest.mark.parametrize("pretender", PRETENDERS, ids=lambda pretender: pretender.name)
def test_no_point_is_gained(pretender: Pretender, isolation: Isolation, tmp_path: Path) -> None:
    if isolation is Isolation.BUBBLEWRAP and bubblewrap.failure():
        pytest.skip(bubblewrap.failure())
    homework = load_homework(pretender.homework)
    chosen = select(homework, list(pretender.points), {})
    folder = pretender.submission(tmp_path / "submission")

    report = mark(Request(folder, homework, chosen, Profile.QUICK, isolation=isolation))

    checks = {check.id: check for section in report.sections for check in section.checks}
    passed = {name for name, check in checks.items() if check.status is Status.PASSED}
    asked = {name for section in homework.rubric.sections for name in section.checks if name in checks} | pretender.lost
    assert passed & asked == (pretender.kept or asked - pretender.lost), checks
    assert Status.GRADER_FAULT not in {check.status for check in checks.values()}
    for section in report.sections:
        if section.id in pretender.points:
            assert section.score == pytest.approx(pretender.points[section.id], abs=0.01)
