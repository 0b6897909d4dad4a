"""Softmax for large inputs, and the loss beyond what the handout asks: advice."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import given

from graders.checking import CheckFailed, Expected, Student, expect, few_cases, read_arrays, section
from graders.checking.components.calling.objects import Object
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example
from graders.judging.tolerance import SINGLE_ROUNDING

from ..components import CROSS_ENTROPY, SOFTMAX, cross_entropy

UPSTREAM = 2.5
SCALED = dataclasses.replace(CROSS_ENTROPY, torch=lambda p, target: UPSTREAM * cross_entropy(p, target))


@section("softmax")
@few_cases
@given(case=SOFTMAX.cases(["huge"]))
def test_large_inputs(student: Student, case: ComponentCase) -> None:
    """forward and backward are finite and right for inputs as large as 1000."""
    standard, calls = SOFTMAX.standard("softmax"), SOFTMAX.at(student, case)
    plain = Example(standard.oracle, dataclasses.replace(case, regime="plain", own=None)).upstream
    case.keep("output_grad", plain["output_grad"])
    example = Example(standard.oracle, case)
    expect(calls.forward(example.values)).to_equal(example.wanted.outputs)
    exact = example.wanted.input_grad
    # Terms as large as the upstream gradient cancel: what is left is as uncertain.
    rounding = SINGLE_ROUNDING * np.abs(plain["output_grad"]).max()
    blurred = Expected(exact.value, lambda: np.full(exact.value.shape, rounding), lambda: exact.related, exact.origin)
    expect(calls.backward(example.upstream)["x"]).to_equal(blurred)


@section("cross_entropy")
@few_cases
@given(case=CROSS_ENTROPY.cases())
def test_upstream(student: Student, case: ComponentCase) -> None:
    """backward(output_grad) scales with output_grad."""
    example, calls = Example(SCALED.standard("cross_entropy").oracle, case), Object(SCALED, student, case)
    calls.forward(example.values)
    expect(calls.layer.backward(UPSTREAM)).to_equal(example.wanted.prediction_grad)


@section("cross_entropy")
@few_cases
@given(case=CROSS_ENTROPY.cases(["plain"]))
def test_probability_of_zero(student: Student, case: ComponentCase) -> None:
    """A right class of probability 0 gives a finite loss."""
    N, C = (size for _, size in case.sizes)
    target = CROSS_ENTROPY.labels_of(case, N)
    flat = np.full((N, C), 1 / (C - 1))
    flat[np.arange(N), target] = 0.0
    values = {"prediction": case.keep("prediction", flat), "target": target}
    (loss,) = read_arrays(student, CROSS_ENTROPY.at(student, case).forward(values))
    if not np.isfinite(loss).all():
        raise CheckFailed(f"the loss of a probability of 0 is {loss}", "Bound the probability away from 0.")
