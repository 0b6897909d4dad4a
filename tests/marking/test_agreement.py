"""Checks in which the same quantity is wrong agree on the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Because, CheckResult, Reasoning, Status
from graders.coursework.selection import select
from graders.judging.diagnosis.explanation import Rank
from graders.marking.agreement import agreed
from graders.marking.profiles import Profile
from graders.marking.run import Request, mark
from tests.support import copy_of_worked, replace_in

NAMED, EXACT = int(Rank.NAMED), int(Rank.EXACT)


def _result(check: str, said: str, *fitting: tuple[str, int], oracle: str = "norm", quantity: str = "dx", **known: Any):
    because = [Because(key=text, rank=rank, text=text, look="") for text, rank in fitting]
    more: dict[str, Any] = {"refuted": []} | known
    reasoning = Reasoning(about="dx", oracle=oracle, quantity=quantity, different=3, fitting=because, **more)
    lines = [said] if said else []
    return CheckResult(id=check, title="", status=Status.FAILED, diagnosis=lines, reasoning=reasoning)


def _said(*results: CheckResult) -> dict[str, list[str]]:
    found = agreed({result.id: result for result in results})
    return {check: [text.partition(" (")[0] for text in result.diagnosis] for check, result in found.items()}


def test_what_another_check_refutes_is_not_said():
    tiny = _result("tiny", "dx lacks a path", ("lacks a path", NAMED))
    general = _result("general", "dx has a power", ("has a power", NAMED), refuted=["lacks a path"])
    assert _said(tiny, general) == {"tiny": [], "general": ["dx has a power"]}


def test_the_next_best_explanation_is_said_in_its_place():
    tiny = _result("tiny", "dx lacks a path", ("lacks a path", NAMED), ("has a power", EXACT))
    general = _result("general", "dx has a power", ("has a power", NAMED), refuted=["lacks a path"])
    assert _said(tiny, general)["tiny"] == ["dx has a power"]


def test_of_two_that_one_check_cannot_tell_apart_another_leaves_the_right_one():
    both = _result("tiny", "dx lacks a path, or has a power", ("lacks a path", NAMED), ("has a power", NAMED))
    general = _result("general", "dx has a power", ("has a power", NAMED), refuted=["lacks a path"])
    assert _said(both, general)["tiny"] == ["dx has a power"]


def test_another_component_refutes_nothing():
    tiny = _result("tiny", "dx lacks a path", ("lacks a path", NAMED))
    other = _result("other", "", refuted=["lacks a path"], oracle="other")
    assert _said(tiny, other)["tiny"] == ["dx lacks a path"]


def test_what_is_seen_in_the_numbers_has_to_be_seen_in_all_checks_of_the_quantity():
    tiny = _result("tiny", "dx is averaged", ("is averaged", EXACT), lasting=["is averaged"], holding=["is averaged"])
    assert _said(tiny, _result("general", "", holding=[]))["tiny"] == []
    assert _said(tiny, _result("one example", "", holding=None))["tiny"] == ["dx is averaged"]
    assert _said(tiny, _result("other", "", holding=[], quantity="dgamma"))["tiny"] == ["dx is averaged"]


def test_a_reason_of_the_checks_author_stays():
    result = CheckResult(id="own", title="", status=Status.FAILED, diagnosis=["the file is empty"])
    assert _said(result) == {"own": ["the file is empty"]}


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("* inverse_std**3", "/ inverse_std**3", "raises the variance to +3/2 where its derivative has -3/2"),
        ("dLdNZ * inverse_std +", "dLdNZ / inverse_std +", "has the direct path multiplied by the deviation"),
    ],
)
def test_a_power_of_the_deviation_is_told_alike_where_the_variance_is_tiny(
    old: str, new: str, reason: str, tmp_path: Path
):
    folder = copy_of_worked(tmp_path / "submission")
    replace_in(folder / "mytorch/nn/batchnorm.py", old, new)
    homework = load_homework("ai702")
    chosen = select(homework, ["batchnorm.backward_input", "batchnorm.backward_tiny_variance"], {})
    report = mark(Request(folder, homework, chosen, Profile.QUICK, shrinks=2))
    failed = [check for section in report.sections for check in section.checks if check.status is Status.FAILED]
    assert len(failed) == 2
    assert all(reason in check.diagnosis[0] for check in failed), [check.diagnosis for check in failed]
    assert b"reasoning" not in msgspec.json.encode(report)
