"""Question 1.1: how weights start, a step of gradient descent, and what is refused."""

from __future__ import annotations

import numpy as np
from hypothesis import given

from graders.checking import CheckFailed, Student, expect, few_cases, read_array, section
from graders.checking.components.calling.layouts import expect_either
from graders.checking.components.calling.objects import Object
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.cases.example import Example

from .. import initialisation, rules
from ..components import DENSE
from ..network import stepped

STANDARD = DENSE.standard("dense")
RATE = 0.25


def made(student: Student, **sizes: int) -> Object:
    """A new Dense of these sizes after init_weights()."""
    return Object(DENSE, student, ComponentCase(0, tuple(sizes.items())))


@section("dense")
def test_xavier(student: Student) -> None:
    """init_weights() draws weights uniformly between -sqrt(6 / (d + m)) and sqrt(6 / (d + m))."""
    for d, m in initialisation.SIZES:
        initialisation.check_weights(made(student, N=1, d=d, m=m).get("weights"), d, m)


@section("dense")
def test_init_again(student: Student) -> None:
    """init_weights() can be called again: weights and bias that had changed are drawn anew."""
    d, m = initialisation.SIZES[0]
    calls = made(student, N=1, d=d, m=m)
    layer = calls.layer
    layer.weights = calls.layout.put("weights", np.full((m, d), 5.0))
    layer.bias = calls.layout.put("bias", np.full((1, m), 7.0))
    layer.init_weights()
    initialisation.check_weights(layer.weights, d, m)
    if np.any(read_array(layer.bias)):
        raise CheckFailed("a second init_weights() leaves the bias as it was", "Every bias is set to zero.")


@section("dense")
@given(case=DENSE.cases())
def test_update(student: Student, case: ComponentCase) -> None:
    """update(learning_rate) takes learning_rate times the gradient off weights and bias."""
    example, calls = Example(STANDARD.oracle, case), Object(DENSE, student, case)
    x, W, b = example.arrays.values()
    wanted = stepped(x=x, W=W, b=b, output_grad=example.upstream["output_grad"], rate=RATE)
    calls.forward(example.values)
    calls.backward(example.upstream)
    calls.layer.update(RATE)
    expect(calls.layer.weights).to_equal(calls.layout.expected("weights", wanted.W_after))
    expect_either(calls.layer.bias, wanted.b_after)


@section("dense")
@few_cases
@given(case=DENSE.cases(["plain"]))
def test_dimensions(student: Student, case: ComponentCase) -> None:
    """forward(x) refuses an x with another number of columns than d."""
    sizes = dict(case.sizes)
    layer = Object(DENSE, student, case).layer
    rules.check_refused(student, layer.forward, case.array("too_wide", sizes["N"], sizes["d"] + 1))
