"""What the checks of softmax, tanh and ReLU share. backward(output_grad) is the whole step of the chain rule."""

from __future__ import annotations

import numpy as np

from graders.checking import Arrays, Expected, Remote, Student, check_gradients, expect
from graders.judging.tolerance import SINGLE_ROUNDING

from . import oracle
from .cases import ActivationCase, activation_cases
from .layers import Q1

ORACLES = {"SoftmaxLayer": oracle.softmax, "TanhLayer": oracle.tanh, "ReLULayer": oracle.relu}
HUGE = activation_cases(regimes=("huge",))
PLAIN = activation_cases(regimes=("plain",))


def make(student: Student, name: str) -> Remote:
    """One of the student's activations."""
    layer: Remote = getattr(student(Q1), name)()
    return layer


def check_forward(student: Student, name: str, case: ActivationCase) -> None:
    """The output."""
    wanted = ORACLES[name](x=case.x, output_grad=case.output_grad)
    expect(make(student, name).forward(case.x)).to_equal(wanted.outputs)


def check_backward(student: Student, name: str, case: ActivationCase) -> None:
    """The gradient in x."""
    layer = make(student, name)
    layer.forward(case.x)
    expect(layer.backward(case.output_grad)).to_equal(ORACLES[name](x=case.x, output_grad=case.output_grad).input_grad)


def check_both(student: Student, name: str, case: ActivationCase) -> None:
    """Output and gradient."""
    layer, wanted = make(student, name), ORACLES[name](x=case.x, output_grad=case.output_grad)
    expect(layer.forward(case.x)).to_equal(wanted.outputs)
    expect(layer.backward(case.output_grad)).to_equal(wanted.input_grad)


def check_saturated_softmax(student: Student, case: ActivationCase) -> None:
    """Output and gradient where terms as large as the upstream gradient cancel: what is left is as uncertain."""
    layer, wanted = make(student, "SoftmaxLayer"), oracle.softmax(x=case.x, output_grad=case.output_grad)
    expect(layer.forward(case.x)).to_equal(wanted.outputs)
    exact = wanted.input_grad
    rounding = SINGLE_ROUNDING * np.abs(case.output_grad).max()
    blurred = Expected(exact.value, lambda: np.full(exact.value.shape, rounding), lambda: exact.related, exact.origin)
    expect(layer.backward(case.output_grad)).to_equal(blurred)


def check_batch_size_changes(student: Student, name: str, case: ActivationCase) -> None:
    """A second forward replaces what the first one left, and another layer's leaves it alone."""
    layer, other = make(student, name), make(student, name)
    before = case.array("x_before", case.N + 3, case.C)
    layer.forward(before)
    layer.forward(case.x)
    other.forward(before)
    expect(layer.backward(case.output_grad)).to_equal(ORACLES[name](x=case.x, output_grad=case.output_grad).input_grad)


def check_inputs_unchanged(student: Student, name: str, case: ActivationCase) -> None:
    """Neither pass writes into what it is given, nor into what it gave."""
    layer = make(student, name)
    outputs = layer.forward(case.x)
    layer.backward(case.output_grad)
    for array in (case.x, case.output_grad):
        expect(student.sent(array)).to_be_unchanged(array)
    expect(outputs).to_equal(ORACLES[name](x=case.x, output_grad=case.output_grad).outputs)


def check_slopes(student: Student, name: str, case: ActivationCase) -> None:
    """The gradient against finite differences of the student's forward."""
    layer = make(student, name)

    def forward(inputs: Arrays) -> Remote:
        return layer.forward(inputs["x"])

    def backward(output_grad: np.ndarray) -> dict[str, Remote]:
        return {"x": layer.backward(output_grad)}

    check_gradients(student, forward, backward, {"x": case.x}, seed=case.seed)
