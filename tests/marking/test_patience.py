"""How long checks may take after others have waited in vain."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from graders.checks import budget
from graders.marking.attempt import Attempt
from graders.marking.patience import IN_VAIN, Patience
from graders.marking.profiles import EFFORT, Profile
from graders.record import CheckResult, Status
from graders.worker.process import Worker
from graders.worker.session import Haste
from tests.cli.program import graded, timeless
from tests.support import copy_of_worked, replace_in

EFFORT_OF = EFFORT[Profile.GRADING]
CHECKS = [f"linear.check_{place}" for place in range(8)]


def plain() -> None:
    """A check."""


@budget(cpu_seconds=60)
def training() -> None:
    """A check that trains."""


def opened(patience: Patience, check: str, test: Any = plain) -> tuple[float, int, Haste | None]:
    """With what a worker is asked for a child."""
    asked: list[Any] = []
    worker = cast(Worker, SimpleNamespace(open_session=lambda *limits: asked.extend([*limits, None][:3])))
    patience.open(worker, check, test)
    return asked[0], asked[1], asked[2]


def ended(check: str, status: Status = Status.TIMEOUT, message: str = "no answer after 2 s") -> CheckResult:
    return CheckResult(id=check, title="", status=status, message=message)


def attempt(*, in_vain: bool = True) -> Attempt:
    return cast(Attempt, SimpleNamespace(in_vain=in_vain))


def in_vain(checks: list[str]) -> Patience:
    patience = Patience(EFFORT_OF, CHECKS)
    for check in checks:
        patience.saw(ended(check), attempt())
    return patience


def test_after_several_checks_without_an_answer_the_next_are_hurried() -> None:
    patience = in_vain(CHECKS[: IN_VAIN - 1])
    assert opened(patience, CHECKS[4]) == (10.0, 2, None)
    patience.saw(ended(CHECKS[IN_VAIN - 1]), attempt())
    assert opened(patience, CHECKS[4]) == (10.0, 2, Haste(2.5, 0.2))


def test_only_checks_before_it_count() -> None:
    patience = in_vain(CHECKS[2:5])
    assert opened(patience, CHECKS[4])[2] is None
    assert opened(patience, CHECKS[5])[2] is not None


def test_a_check_that_trains_is_never_hurried() -> None:
    assert opened(in_vain(CHECKS[:4]), CHECKS[5], training) == (240.0, 60, None)


@pytest.mark.parametrize(("status", "waited"), [(Status.TIMEOUT, False), (Status.CRASHED, True), (Status.FAILED, True)])
def test_one_that_got_an_answer_or_ended_otherwise_does_not_count(status: Status, waited: bool) -> None:
    patience = in_vain(CHECKS[:2])
    patience.saw(ended(CHECKS[2], status), attempt(in_vain=waited))
    assert opened(patience, CHECKS[5])[2] is None


def test_a_report_does_not_tell_who_was_hurried() -> None:
    patience = in_vain(CHECKS[:6])
    said = [patience.says(ended(check)).message for check in CHECKS]
    assert said[:3] == ["no answer after 2 s"] * 3
    assert said[3:6] == ["no answer, as in the checks before this one"] * 3
    assert said[6:] == ["no answer after 2 s"] * 2  # these had got an answer before they ran out of time
    failed = ended(CHECKS[5], Status.FAILED, "is wrong")
    assert patience.says(failed) == failed


def test_forks_that_share_the_checks_share_it() -> None:
    patience = in_vain(CHECKS[:2])
    pid = os.fork()
    if not pid:
        patience.saw(ended(CHECKS[2]), attempt())
        os._exit(0)
    os.waitpid(pid, 0)
    assert opened(patience, CHECKS[3])[2] is not None


def test_an_endless_loop_is_reported_alike_by_any_number_of_processes(tmp_path: Path) -> None:
    linear = copy_of_worked(tmp_path / "endless") / "mytorch/nn/linear.py"
    replace_in(linear, "self.dLdW = dLdW / self.N", "[None for _ in iter(int, 1)]")
    reports = [timeless(graded(tmp_path / "endless", "--only", "linear", "-n", count)[1]) for count in ("1", "2")]
    assert reports[0] == reports[1]
    checks = [check for section in reports[0]["sections"] for check in section["checks"]]
    messages = [check["message"] for check in checks if check["status"] == "timeout"]
    assert messages[:3] == ["no answer after 2 s of computing"] * 3
    assert "no answer, as in the checks before this one" in messages[3:]
