"""A run has an end: what comes after it is a timeout, not a wait."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Status
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from graders.sandbox.isolation.choice import Isolation
from tests.hostile.corpus import ATTACKS, HOMEWORK


def test_a_run_ends_in_time_and_what_comes_later_is_a_timeout(tmp_path: Path) -> None:
    sleeping = next(attack for attack in ATTACKS if attack.name == "sleep")
    folder = sleeping.submission(tmp_path / "submission", {})
    homework = load_homework(str(HOMEWORK))
    request = Request(folder, homework, select(homework, [], {}), Profile.QUICK, isolation=Isolation.PROCESS)
    mark(replace(request, selection=select(homework, ["sigmoid.before"], {})))  # what is imported once is paid for here

    report = mark(replace(request, max_seconds=4.0))

    checks = {check.id: check for section in report.sections for check in section.checks}
    assert checks["linear.forward"].status is Status.TIMEOUT
    later = [check for check in checks.values() if "time of the whole run was over" in check.message]
    assert later
    assert {check.status for check in later} == {Status.TIMEOUT}
    assert report.score == sum(section.score for section in report.sections) < report.max_score
