"""Expectations as data: one function judges them, without PyTorch, and they can be written down."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from graders.checking.expect import Accepted, CheckFailed, expect
from graders.judging.compare import judge
from graders.judging.difference import Fault
from graders.judging.expectation import Demand, Expectation, Expected, certain
from tests.support import ROOT, answering

ONES = certain(np.ones((2, 3)))


def equal(*alternatives: Accepted, because: str = "") -> Expectation:
    return Expectation("layer.dLdW", Demand.EQUAL, ONES, ((2, 3),), alternatives, because)


@pytest.mark.parametrize(
    ("demand", "got", "fault"),
    [
        (Demand.EQUAL, np.ones((2, 3)), None),
        (Demand.EQUAL, np.zeros((2, 3)), Fault.VALUE),
        (Demand.EQUAL, np.ones((3, 2)), Fault.SHAPE),
        (Demand.EQUAL, None, Fault.NOTHING),
        (Demand.SHAPE, np.zeros((2, 3), int), None),
        (Demand.SHAPE, np.zeros(6), Fault.SHAPE),
        (Demand.FLOATING, np.zeros((2, 3), np.float32), None),
        (Demand.FLOATING, np.zeros((2, 3), int), Fault.DTYPE),
        (Demand.FLOATING, np.zeros(3), Fault.SHAPE),
        (Demand.FLOATING, "text", Fault.KIND),
        (Demand.UNCHANGED, np.ones((2, 3)), None),
        (Demand.UNCHANGED, np.full((2, 3), 1 + 2e-16), Fault.CHANGED),
        (Demand.UNCHANGED, [1.0], Fault.CHANGED),
    ],
)
def test_each_demand_is_judged(demand: Demand, got: Any, fault: Fault | None):
    found = judge(Expectation("x", demand, ONES, ((2, 3),)), got).difference
    assert (found.fault if found else None) is fault


def test_an_alternative_passes_with_its_advice_and_the_first_that_fits_counts():
    expectation = equal(Accepted(np.full((2, 3), 2.0), "that is twice"), Accepted(np.full((2, 3), 2.0), "no"))
    found = judge(expectation, np.full((2, 3), 2.0))
    assert (found.difference, found.advice) == (None, "that is twice")
    assert judge(expectation, np.ones((2, 3))).advice == ""


def test_what_is_no_alternative_is_held_against_the_value():
    found = judge(equal(Accepted(np.full((2, 3), 2.0), "")), np.full((2, 3), 3.0)).difference
    assert found is not None
    assert found.summary == "[0, 0] is 3, but should be 1"


def test_an_alternative_has_a_shape_and_a_noise_of_its_own():
    noisy = Expected(np.full(2, 5.0), lambda: np.full(2, 1e-2))
    expectation = equal(Accepted(noisy, "flat"))
    assert judge(expectation, np.array([5.1, 5.0])).advice == "flat"
    assert judge(expectation, np.array([5.5, 5.0])).difference is not None


def test_a_check_lists_alternatives_and_the_student_is_advised():
    student, remote = answering(2.0)
    expect(remote).to_equal(1.0, alternatives=[Accepted(2.0, "most divide by N")])
    student.settle()
    assert list(student.warnings) == ["most divide by N"]
    student, remote = answering(3.0)
    expect(remote).to_equal(1.0, alternatives=[Accepted(2.0, "most divide by N")])
    with pytest.raises(CheckFailed, match="is 3, but should be 1"):
        student.settle()


def test_noise_is_asked_for_only_where_a_plain_comparison_fails_or_a_record_is_written():
    asked = []

    def noise() -> np.ndarray:
        asked.append(1)
        return np.zeros(2)

    expectation = Expectation("x", Demand.EQUAL, Expected(np.ones(2), noise), ((2,),), (Accepted(3.0, "a"),), "why")
    judge(expectation, np.ones(2))
    assert not asked
    written = expectation.plain()
    assert asked == [1]
    assert (written["name"], written["demand"], written["shapes"], written["because"]) == ("x", "equal", [[2]], "why")
    assert np.array_equal(written["value"], np.ones(2))  # type: ignore[arg-type]
    assert np.array_equal(written["noise"], np.zeros(2))  # type: ignore[arg-type]
    assert written["alternatives"] == [[3.0, 0.0, "a"]]


def test_a_failure_carries_its_expectation_and_its_difference():
    student, remote = answering(np.zeros((2, 3)))
    expect(remote).to_equal(np.ones((2, 3)), because="the sign is wrong")
    with pytest.raises(CheckFailed) as caught:
        student.settle()
    error = caught.value
    assert error.expectation is not None
    assert (error.expectation.name, error.expectation.demand, error.because) == (
        "layer.dLdW",
        Demand.EQUAL,
        "the sign is wrong",
    )
    assert error.difference is not None
    assert (error.difference.fault, error.difference.index, error.difference.wrong) == (Fault.VALUE, (0, 0), 6)


def test_what_is_left_where_terms_cancel_is_shown_as_0_for_it_differs_between_processors():
    expected = Expected(np.array([5.55e-17, 1e-20, 2.0]), lambda: np.array([1e-7, 1e-27, 1e-7]))
    found = judge(Expectation("x", Demand.EQUAL, expected, ((3,),)), np.ones(3)).difference
    assert found is not None
    assert found.summary == "[0] is 1, but should be 0"
    assert found.shown.tolist() == [0.0, 1e-20, 2.0]
    assert found.expected[0] == 5.55e-17


def test_judging_needs_no_pytorch():
    code = "import sys, graders.judging.compare; sys.exit('torch' in sys.modules or 'pytest' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
