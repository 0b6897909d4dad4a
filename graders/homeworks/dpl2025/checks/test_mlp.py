"""Question 5.2: NumpyDenseResMLP, forward, backward and SGD in NumPy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given

from graders.checking import (
    CheckFailed,
    Student,
    banned,
    certain,
    content_of,
    expect,
    few_cases,
    forbidden,
    read_arrays,
    reads_files,
    section,
    uses,
)
from graders.checking.rules.reach import lines_of, parsed, reached

from ...dpl.source import GRADIENTS
from .. import mlp_oracle as oracle
from ..mlp_cases import FEWER, ONE, MLPCase, mlp_cases, one_hot
from ..mlp_initialisation import SIZES, check_he
from ..mlp_model import MODULE, Model, expect_value
from ..mlp_parameters import weight_shapes

BANNED = (
    *("torch", "torch.*", "tensorflow*", "jax*", "autograd*", "keras*", "theano*", "my_neural_networks.networks*"),
    *("sklearn.neural_network*", "sklearn.linear_model*", "sklearn.preprocessing*"),
)
"""Loading the data, with torchvision or scikit-learn, is no part of the network."""
NETWORK = "NumpyDenseResMLP"
AT_RUN_TIME = ("torch.tensor", "torch.as_tensor", "torch.from_numpy", *GRADIENTS)


def answer(case: MLPCase) -> oracle.Answer:
    """What the network must compute."""
    return oracle.mlp(X=case.X, Y=case.Y, **case.parameters, rate=case.rate)


def stepped(student: Student, case: MLPCase) -> Model:
    """A model with the case's parameters after one step."""
    model = Model(student, case).give()
    model.train(case.X, case.y, case.rate)
    return model


def check_weight(student: Student, case: MLPCase, place: int) -> None:
    """One of the weight matrices after a step."""
    model = stepped(student, case)
    remote = next(r for name, index, r in model.parameters() if (name, index) == ("W", place))
    expect(remote).to_equal(answer(case).W_after[place])


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_shapes(student: Student, case: MLPCase) -> None:
    """W1 is (d+1, h), W2 (d+h+1, h), W3 (d+2h+1, h), W4 (h+1, C); all γ and β are (h,)."""
    Model(student, case)


@section("mlp")
def test_he_initialisation(student: Student) -> None:
    """Weights are drawn with He's standard deviation, sqrt(2 / fan_in)."""
    d, h, C = SIZES
    model = Model(student, MLPCase(0, 2, d, h, C))
    weights = [remote for name, _, remote in model.parameters() if name == "W"]
    values = read_arrays(student, *weights, like=weight_shapes(d, h, C))
    for remote, value in zip(weights, values, strict=True):
        check_he(value.astype(np.float64), repr(remote))


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_norm_initialisation(student: Student, case: MLPCase) -> None:
    """Every γ starts as ones, every β as zeros."""
    model = Model(student, case)
    start = {"gamma": certain(np.ones(case.h)), "beta": certain(np.zeros(case.h))}
    for name, _, remote in model.parameters():
        if name in start:
            expect_value(remote, start[name], row=model.places.row)


@section("mlp")
@given(case=mlp_cases())
def test_forward(student: Student, case: MLPCase) -> None:
    """forward(X) returns the log-probabilities (B, C)."""
    model = Model(student, case).give()
    expect(model.forward(case.X)).to_equal(answer(case).log_probs)


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_forward_twice(student: Student, case: MLPCase) -> None:
    """A forward pass has no memory, and a step belongs to the last one."""
    model = Model(student, case).give()
    model.forward(case.array("X_before", case.B + 2, case.d))
    expect(model.forward(case.X)).to_equal(answer(case).log_probs)
    model.train(case.X, case.y, case.rate)
    model.expect_all(answer(case))


@section("mlp")
@few_cases
@given(case=mlp_cases(batches=ONE))
def test_batch_of_one(student: Student, case: MLPCase) -> None:
    """A batch of one example works like any other."""
    model = Model(student, case).give()
    expect(model.train(case.X, case.y, case.rate)).to_equal(answer(case).log_probs)
    model.expect_all(answer(case))


@section("mlp")
@given(case=mlp_cases())
def test_step_of_W4(student: Student, case: MLPCase) -> None:
    """backward takes the learning rate times the gradient of the mean loss off W4."""
    check_weight(student, case, 3)


@section("mlp")
@given(case=mlp_cases())
def test_step_of_W3(student: Student, case: MLPCase) -> None:
    """backward takes the learning rate times its gradient off W3, through one LayerNorm."""
    check_weight(student, case, 2)


@section("mlp")
@given(case=mlp_cases())
def test_step_of_W2(student: Student, case: MLPCase) -> None:
    """backward takes the learning rate times its gradient off W2: H2 goes into layer 3 twice."""
    check_weight(student, case, 1)


@section("mlp")
@given(case=mlp_cases())
def test_step_of_W1(student: Student, case: MLPCase) -> None:
    """backward takes the learning rate times its gradient off W1: H1 goes on along three paths."""
    check_weight(student, case, 0)


@section("mlp")
@given(case=mlp_cases())
def test_step_of_gammas(student: Student, case: MLPCase) -> None:
    """backward takes the learning rate times their gradients off γ1, γ2 and γ3."""
    stepped(student, case).expect_parameters("gamma", answer(case).gamma_after)


@section("mlp")
@given(case=mlp_cases())
def test_step_of_betas(student: Student, case: MLPCase) -> None:
    """backward takes the learning rate times their gradients off β1, β2 and β3."""
    stepped(student, case).expect_parameters("beta", answer(case).beta_after)


@section("mlp")
@few_cases
@given(case=mlp_cases(regimes=("plain", "offset", "same class")))
def test_steps(student: Student, case: MLPCase) -> None:
    """Several steps, with other batches and rates: each starts where the last one ended, with gradients of its own."""
    model = Model(student, case).give()
    sizes = (case.B, case.B + 3, 1)
    rates = [case.rate / 5 / k if model.takes_rate() else case.rate for k in (1, 2, 3)]
    X = [case.X, *(case.array(f"X{k}", B, case.d) for k, B in enumerate(sizes[1:], 2))]
    y = [case.y, *(case.keep(f"y{k}", case.random(f"y{k}").integers(0, case.C, B)) for k, B in enumerate(sizes[1:], 2))]
    wanted = oracle.mlp_steps(X=X, Y=[one_hot(labels, case.C) for labels in y], **case.parameters, rates=rates)
    for batch, labels, rate, log_probs in zip(X, y, rates, wanted.log_probs, strict=True):
        expect(model.train(batch, labels, rate)).to_equal(log_probs)
    model.expect_all(wanted)


@section("mlp")
@few_cases
@given(case=mlp_cases())
def test_inputs_unchanged(student: Student, case: MLPCase) -> None:
    """forward and backward leave X and y as they were."""
    Model(student, case).give().train(case.X, case.y, case.rate)
    for array in (case.X, case.y):
        expect(student.sent(array)).to_be_unchanged(array)


@section("mlp")
@few_cases
@given(case=mlp_cases(regimes=("plain",), classes=FEWER))
def test_any_number_of_classes(student: Student, case: MLPCase) -> None:
    """A step works for any number of classes, not for ten only."""
    stepped(student, case).expect_all(answer(case))


@section("mlp")
@few_cases
@given(case=mlp_cases(regimes=("plain",)))
def test_large_logits(student: Student, case: MLPCase) -> None:
    """Log-probabilities are finite where the sums before them are in the thousands."""
    case.keep("W4", case.array("W4 before", case.h + 1, case.C, scale=3000.0))
    model = Model(student, case).give()
    expect(model.forward(case.X)).to_equal(answer(case).log_probs)


@section("mlp")
def test_numpy_only_in_source(student: Student, submission: Path) -> None:  # noqa: ARG001 - a check has a student
    """NumpyDenseResMLP computes with NumPy alone."""
    _check_numpy_only(submission)


@reads_files
def _check_numpy_only(submission: Path) -> None:
    if not (submission / f"{MODULE}.py").is_file():
        raise CheckFailed(f"there is no {MODULE}.py")
    content = content_of(submission, f"{MODULE}.py")
    lines = _lines_of_network(content)
    for use in banned(uses(content), BANNED):
        if use.line in lines:
            raise CheckFailed(
                f"{MODULE}.py, line {use.line} uses {use.name}", "The network is written with NumPy alone."
            )


def _lines_of_network(content: bytes) -> set[int]:
    """Those of the class, and of what it depends on: an import that it doesn't need is none of them."""
    try:
        tree = parsed(content)
    except (SyntaxError, ValueError, MemoryError):
        return set()  # whatever runs it says so
    return {line for statement in reached(tree, NETWORK) for line in lines_of(statement)}


@section("mlp")
@few_cases
@given(case=mlp_cases(regimes=("plain",)))
def test_numpy_only_at_run_time(student: Student, case: MLPCase) -> None:
    """A step needs no tensor and no automatic differentiation."""
    forbidden(student, *AT_RUN_TIME)
    stepped(student, case).expect_all(answer(case))
