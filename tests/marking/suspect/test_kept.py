"""What a look asks is asked of the worked submission once, and kept beside the recordings."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from graders.checking.looks import IsAsExpected, IsNotDouble
from graders.coursework.packs.pack import load_homework
from graders.coursework.selection import select
from graders.judging.expectation import Demand, Expectation, certain
from graders.marking.profiles import Profile
from graders.marking.recordings.alike import alike
from graders.marking.recordings.shelf import Shelf
from graders.marking.run import Request, mark
from graders.marking.suspect import battery, form
from graders.marking.suspect.asked import Asked, Reading
from graders.sandbox.inside.wire import Items, Opaque, Reference
from tests.support import copy_of_worked, replace_in

HOMEWORK = load_homework("ai702")
ARRAY = np.arange(6.0).reshape(2, 3)
OPERATIONS: list[list[Any]] = [
    ["find", 1, [["layers", "Layer"]]],
    ["put", 2, ARRAY.astype(np.float32)],
    ["call", 3, Reference(1), [Reference(2), (1, 2.5), {"axis": 0, "of": [None, True]}], []],
    ["read", Reference(3)],
]


def expected(**more: Any) -> IsAsExpected:
    return IsAsExpected(Expectation("Z", Demand.EQUAL, certain(ARRAY), (ARRAY.shape,), **more))


def case(came: object = ARRAY, look: Any = None) -> Asked:
    return Asked("linear.forward", OPERATIONS, [Reading(came, look or expected())])


def test_cases_and_quantities_come_back_as_they_were() -> None:
    bank: list[object] = [[[0, [[2, [ARRAY, ARRAY.T]]]]]]
    came = {"a": [ARRAY, np.array(3), Items([1, 2.5])], "b": None, "c": Opaque("generator")}
    content = form.written(({"linear.forward": [case(came)]}, {frozenset(["linear.forward"]): bank}))
    asked, banks = form.read(content)
    (one,) = asked["linear.forward"]
    assert alike(one.readings[0].came, came)
    assert one.names == {"Layer"}
    assert isinstance(one.operations[2][2], Reference)
    assert one.operations[2][3][1:] == [(1, 2.5), {"axis": 0, "of": [None, True]}]
    assert alike(banks[frozenset(["linear.forward"])], bank)
    assert isinstance(one.readings[0].look, IsAsExpected)


@pytest.mark.parametrize("look", [expected(), IsNotDouble("Z")])
def test_a_look_judges_as_before(look: Any) -> None:
    from graders.checking.failures import CheckFailed
    from graders.checking.remarks import Remarks

    def says(one: Any, value: np.ndarray) -> object:
        remarks = Remarks()
        try:
            one.at(value, remarks)
        except CheckFailed as error:
            return error.message
        return remarks.warnings

    asked, _ = form.read(form.written(({"linear.forward": [case(look=look)]}, {})))
    again = asked["linear.forward"][0].readings[0].look
    for value in (ARRAY, ARRAY + 1e-4, ARRAY.T, ARRAY.astype(np.float32)):
        assert says(again, value) == says(look, value)


def test_an_answer_that_may_be_guarded_is_not_kept() -> None:
    look = expected()
    look.expectation.wanted.origin = SimpleNamespace(guards=["log(p + eps)"])  # type: ignore[assignment]
    with pytest.raises(TypeError, match="guarded"):
        form.written(({"linear.forward": [case(look=look)]}, {}))


@pytest.mark.parametrize("value", [object(), np.array([object()]), ARRAY.view(np.matrix)])
def test_what_could_not_be_had_back_is_not_kept(value: object) -> None:
    with pytest.raises(TypeError):
        form.written(({"linear.forward": [case(value)]}, {}))


@pytest.mark.parametrize("spoil", [lambda c: b"", lambda c: c[:-9], lambda c: b"x" + c])
def test_damaged_bytes_are_no_cases(spoil: Any) -> None:
    with pytest.raises(ValueError, match="no cases"):
        form.read(spoil(form.written(({"linear.forward": [case()]}, {}))))


@pytest.mark.slow
def test_the_second_look_asks_nothing_of_the_worked_submission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = copy_of_worked(tmp_path / "wrong")
    replace_in(wrong / "mytorch/nn/linear.py", "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")

    def report() -> Any:
        shelf = Shelf(HOMEWORK, "key", [tmp_path / "cache"], tmp_path / "cache")
        only = select(HOMEWORK, ["linear.backward_weight"], {})
        return mark(Request(wrong, HOMEWORK, only, Profile.QUICK, recordings=shelf))

    first = report()
    (file,) = (tmp_path / "cache/key").glob("*.looks")

    def nothing(*_: object) -> None:
        raise AssertionError("it was asked for once already")

    monkeypatch.setattr(battery, "asked", nothing)
    second = report()
    assert first.causes
    assert first.causes == second.causes

    monkeypatch.undo()
    file.write_bytes(file.read_bytes()[:-20])
    assert report().causes == first.causes
