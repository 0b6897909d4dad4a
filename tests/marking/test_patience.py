"""How long checks may take after others have waited in vain."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from graders.checking import budget
from graders.checking.decorators import budget_of
from graders.coursework.record import CheckResult, Status
from graders.marking.examples import Examples
from graders.marking.patience import IN_VAIN, Patience
from graders.marking.profiles import EFFORT, Profile
from graders.sandbox.process import Worker
from tests.cli.program import graded, timeless
from tests.support import copy_of_worked, replace_in

EFFORT_OF = EFFORT[Profile.GRADING]
BACKWARD = "linear.py:Linear.backward"
CHECKS = [f"linear.check_{place}" for place in range(8)]


def plain() -> None:
    """A check."""


@budget(cpu_seconds=60)
def training() -> None:
    """A check that trains."""


def ended(check: str, status: Status = Status.TIMEOUT, message: str = "no answer after 2 s") -> CheckResult:
    return CheckResult(id=check, title="", status=status, message=message)


def examples(*functions: str, in_vain: bool = True) -> Examples:
    slow = SimpleNamespace(session=SimpleNamespace(slow_in=frozenset(functions)))
    return cast(Examples, SimpleNamespace(in_vain=in_vain, student=slow))


def after(*checks: str, function: str = BACKWARD) -> Patience:
    """When these have waited for this function in vain."""
    patience = Patience(EFFORT_OF, CHECKS)
    for check in checks:
        patience.saw(ended(check), examples(function, "model.py:MLP.backward"))
    return patience


def waits(patience: Patience, check: str, function: str = BACKWARD) -> bool:
    """Whether a check goes on waiting for code that is in this function."""
    asked: list[Any] = []
    patience.open(cast(Worker, SimpleNamespace(open_session=lambda *limits: asked.extend(limits))), check, 0)
    return not asked[2](frozenset({function}))


def test_after_several_checks_have_waited_for_a_function_in_vain_the_next_wait_no_longer() -> None:
    assert waits(after(*CHECKS[: IN_VAIN - 1]), CHECKS[4])
    assert not waits(after(*CHECKS[:IN_VAIN]), CHECKS[4])


def test_they_wait_for_any_other_function() -> None:
    patience = after(*CHECKS[:3])
    assert waits(patience, CHECKS[4], "conv.py:Conv.forward")
    assert not waits(patience, CHECKS[4], "model.py:MLP.backward")


def test_only_checks_before_it_count() -> None:
    patience = after(*CHECKS[3 : 3 + IN_VAIN])
    assert waits(patience, CHECKS[3])
    assert not waits(patience, CHECKS[3 + IN_VAIN])


def test_a_check_has_the_time_that_it_needs() -> None:
    asked: list[Any] = []
    worker = cast(Worker, SimpleNamespace(open_session=lambda *limits: asked.append(limits[:2])))
    for test in (plain, training):
        after().open(worker, CHECKS[0], budget_of(test))
    assert asked == [(180.0, 2), (5400.0, 60)]


@pytest.mark.parametrize(("status", "waited"), [(Status.TIMEOUT, False), (Status.CRASHED, True), (Status.FAILED, True)])
def test_one_that_ended_an_example_or_otherwise_does_not_count(status: Status, waited: bool) -> None:
    patience = after(CHECKS[0])
    patience.saw(ended(CHECKS[1], status), examples(BACKWARD, in_vain=waited))
    assert waits(patience, CHECKS[5])


def test_a_report_does_not_tell_who_waited() -> None:
    patience = after(*CHECKS[:6])
    said = [patience.explained(ended(check)).message for check in CHECKS]
    assert said[:IN_VAIN] == ["no answer after 2 s"] * IN_VAIN
    assert said[IN_VAIN:6] == ["no answer, as in the checks before this one"] * (6 - IN_VAIN)
    assert said[6:] == ["no answer after 2 s"] * 2  # these had ended an example before they ran out of time
    failed = ended(CHECKS[5], Status.FAILED, "is wrong")
    assert patience.explained(failed) == failed


def test_forks_that_share_the_checks_share_it() -> None:
    patience = after(*CHECKS[: IN_VAIN - 1])
    pid = os.fork()
    if not pid:
        patience.saw(ended(CHECKS[IN_VAIN - 1]), examples(BACKWARD))
        os._exit(0)
    os.waitpid(pid, 0)
    assert not waits(patience, CHECKS[4])


def test_an_endless_loop_is_reported_alike_by_any_number_of_processes(tmp_path: Path) -> None:
    linear = copy_of_worked(tmp_path / "endless") / "mytorch/nn/linear.py"
    replace_in(linear, "self.dLdW = dLdW / self.N", "[None for _ in iter(int, 1)]")
    reports = [timeless(graded(tmp_path / "endless", "--only", "linear", "-n", count)[1]) for count in ("1", "2")]
    assert reports[0] == reports[1]
    checks = [check for section in reports[0]["sections"] for check in section["checks"]]
    messages = [check["message"] for check in checks if check["status"] == "timeout"]
    assert messages[:IN_VAIN] == ["no answer after 2 s of computing or 10 s of waiting"] * IN_VAIN
    assert len(messages) > IN_VAIN
    assert set(messages[IN_VAIN:]) == {"no answer, as in the checks before this one"}
