"""Section 10 of the handout: batch normalisation, 20 points."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import (
    Arrays,
    Remote,
    Shape,
    Student,
    all_at_once,
    by_place,
    check_gradients,
    check_lines_do_not_grow,
    check_no_loops_in_source,
    expect,
    few_cases,
    section,
)

from .. import oracle
from ..cases import BatchNormCase, batchnorm_cases, plain

TINY_SPREADS = (1e-4, 3e-5)
"""Variances about eps = 1e-8, where a missing, another or a misplaced eps shows."""
BEFORE = ("Z_first", "Z_second", "Z_third")


def new(student: Student, case: BatchNormCase) -> Remote:
    """A new layer of the student's; alpha is given unless it is the default."""
    options = {} if case.alpha == oracle.BATCHNORM_ALPHA else {"alpha": case.alpha}
    return student("mytorch.nn").BatchNorm1d(*by_place(num_features=case.C), **options)


def make(student: Student, case: BatchNormCase) -> Remote:
    """A layer with the case's parameters."""
    layer = new(student, case)
    layer.BW, layer.Bb = case.BW, case.Bb
    return layer


def answer(case: BatchNormCase) -> oracle.Answer:
    """What the layer must compute in training mode."""
    return oracle.batchnorm(Z=case.batch(), BW=case.BW, Bb=case.Bb, dLdBZ=case.dLdBZ())


def training_batches(case: BatchNormCase) -> list[np.ndarray]:
    """Three batches, the second one larger."""
    return [case.batch(name, case.N + 3 * (index == 1)) for index, name in enumerate(BEFORE)]


def train(layer: Remote, case: BatchNormCase) -> oracle.Answer:
    """A forward on each batch; what the running statistics must be after each."""
    for batch in training_batches(case):
        layer.forward(batch)
    return oracle.running_statistics(batches=training_batches(case), alpha=case.alpha)


def check_eval(student: Student, case: BatchNormCase) -> None:
    """Evaluation mode after training."""
    layer = make(student, case)
    for batch in training_batches(case):
        layer.forward(batch)
    wanted = oracle.batchnorm_eval_after(
        batches=training_batches(case), alpha=case.alpha, Z=case.batch(), BW=case.BW, Bb=case.Bb
    )
    expect(layer.forward(case.batch(), eval=True)).to_equal(wanted.BZ)


@section("batchnorm")
@few_cases
@given(case=batchnorm_cases())
def test_init(student: Student, case: BatchNormCase) -> None:
    """A new layer has BW and running_V of ones, Bb and running_M of zeros, all (1, C)."""
    layer = new(student, case)
    zeros, ones = np.zeros((1, case.C)), np.ones((1, case.C))
    starts = {"BW": (ones, "ones"), "Bb": (zeros, "zeros"), "running_M": (zeros, "zeros"), "running_V": (ones, "ones")}
    with all_at_once(student):
        for name, (start, word) in starts.items():
            because = f"{layer!r}.{name} doesn't start at {word}: look at what __init__ assigns"
            of = f"{layer}.{name}" if name in ("BW", "Bb") else ""
            expect(getattr(layer, name)).to_equal(start, Shape.ROW, because=because, of=of)


@section("batchnorm")
@given(case=batchnorm_cases())
def test_forward(student: Student, case: BatchNormCase) -> None:
    """In training, forward(Z) normalises by the batch's mean and variance, scales and shifts (equations 50 to 53)."""
    expect(make(student, case).forward(case.batch())).to_equal(answer(case).BZ)


@section("batchnorm")
@given(case=batchnorm_cases(*TINY_SPREADS))
def test_forward_tiny_variance(student: Student, case: BatchNormCase) -> None:
    """forward adds eps = 1e-8 to the variance, inside the root (equation 52): seen where the variance is tiny."""
    expect(make(student, case).forward(case.batch())).to_equal(answer(case).BZ)


@section("batchnorm")
@given(case=batchnorm_cases())
def test_running_statistics(student: Student, case: BatchNormCase) -> None:
    """Over several training batches running_M and running_V are the averages of equations 54 and 55."""
    layer = make(student, case)
    wanted = train(layer, case)
    layer.backward(case.dLdBZ())
    expect(layer.running_M).to_equal(wanted.mean[-1], Shape.ROW)
    expect(layer.running_V).to_equal(wanted.variance[-1], Shape.ROW)


@section("batchnorm")
@given(case=batchnorm_cases())
def test_eval_uses_running_statistics(student: Student, case: BatchNormCase) -> None:
    """forward(Z, eval=True) normalises by running_M and running_V (equations 56, 57), not by the batch's own."""
    check_eval(student, case)


@section("batchnorm")
@given(case=batchnorm_cases(*TINY_SPREADS).map(lambda case: dataclasses.replace(case, alpha=0.0)))
def test_eval_tiny_variance(student: Student, case: BatchNormCase) -> None:
    """forward(Z, eval=True) adds eps = 1e-8 to running_V, inside the square root (equation 56)."""
    check_eval(student, case)


@section("batchnorm")
@few_cases
@given(case=batchnorm_cases())
def test_eval_leaves_running_statistics(student: Student, case: BatchNormCase) -> None:
    """forward(Z, eval=True) leaves running_M and running_V as they were, and training goes on as before."""
    layer = make(student, case)
    wanted = train(layer, case)
    layer.forward(case.batch(), eval=True)
    expect(layer.running_M).to_equal(wanted.mean[-1], Shape.ROW)
    expect(layer.running_V).to_equal(wanted.variance[-1], Shape.ROW)
    expect(layer.forward(case.batch())).to_equal(answer(case).BZ)


@section("batchnorm")
@given(case=batchnorm_cases())
def test_backward_input(student: Student, case: BatchNormCase) -> None:
    """backward(dLdBZ) returns dLdZ, through the batch's mean and variance too (equations 60 to 66)."""
    layer = make(student, case)
    layer.forward(case.batch())
    expect(layer.backward(case.dLdBZ())).to_equal(answer(case).dLdZ)


@section("batchnorm")
@given(case=batchnorm_cases())
def test_backward_scale(student: Student, case: BatchNormCase) -> None:
    """backward stores dLdBW, the gradient with respect to the scale γ (equation 59)."""
    layer = make(student, case)
    layer.forward(case.batch())
    layer.backward(case.dLdBZ())
    expect(layer.dLdBW).to_equal(answer(case).dLdBW, Shape.ROW, of=f"{layer}.BW")


@section("batchnorm")
@given(case=batchnorm_cases())
def test_backward_shift(student: Student, case: BatchNormCase) -> None:
    """backward stores dLdBb, the gradient with respect to the shift β (equation 58)."""
    layer = make(student, case)
    layer.forward(case.batch())
    layer.backward(case.dLdBZ())
    expect(layer.dLdBb).to_equal(answer(case).dLdBb, Shape.ROW, of=f"{layer}.Bb")


@section("batchnorm")
@given(case=batchnorm_cases(*TINY_SPREADS))
def test_backward_tiny_variance(student: Student, case: BatchNormCase) -> None:
    """backward has eps = 1e-8 wherever forward has it: seen where the variance is tiny."""
    layer, wanted = make(student, case), answer(case)
    layer.forward(case.batch())
    expect(layer.backward(case.dLdBZ())).to_equal(wanted.dLdZ)
    expect(layer.dLdBW).to_equal(wanted.dLdBW, Shape.ROW, of=f"{layer}.BW")


@section("batchnorm")
@few_cases
@given(case=batchnorm_cases())
def test_shapes(student: Student, case: BatchNormCase) -> None:
    """Outputs and gradients are float arrays of the shapes of table 6; a gradient has its parameter's shape."""
    layer = make(student, case)
    expect(layer.forward(case.batch())).to_be_floating((case.N, case.C))
    expect(layer.backward(case.dLdBZ())).to_be_floating((case.N, case.C))
    for attribute in (layer.running_M, layer.running_V):
        expect(attribute).to_be_floating((1, case.C), Shape.ROW)
    for name in ("BW", "Bb"):
        expect(getattr(layer, f"dLd{name}")).to_be_floating((1, case.C), Shape.ROW, of=f"{layer}.{name}")
    expect(layer.forward(case.batch(), eval=True)).to_be_floating((case.N, case.C))


@section("batchnorm")
@few_cases
@given(case=batchnorm_cases(batches=st.just(1)))
def test_batch_of_one(student: Student, case: BatchNormCase) -> None:
    """A batch of one example has variance 0: forward returns the shift, and no gradient goes back to Z."""
    layer, wanted = make(student, case), answer(case)
    expect(layer.forward(case.batch())).to_equal(wanted.BZ)
    expect(layer.backward(case.dLdBZ())).to_equal(wanted.dLdZ)
    expect(layer.dLdBW).to_equal(wanted.dLdBW, Shape.ROW, of=f"{layer}.BW")
    expect(layer.dLdBb).to_equal(wanted.dLdBb, Shape.ROW, of=f"{layer}.Bb")


@section("batchnorm")
@few_cases
@given(case=batchnorm_cases())
def test_batch_size_changes(student: Student, case: BatchNormCase) -> None:
    """After two forwards with batches of different size, backward belongs to the layer's last one."""
    layer, other, wanted = make(student, case), make(student, case), answer(case)
    layer.forward(case.batch("Z_before", case.N + 3))
    layer.forward(case.batch())
    other.forward(case.batch("Z_before", case.N + 3))
    expect(layer.backward(case.dLdBZ())).to_equal(wanted.dLdZ)
    expect(layer.dLdBW).to_equal(wanted.dLdBW, Shape.ROW, of=f"{layer}.BW")
    expect(layer.dLdBb).to_equal(wanted.dLdBb, Shape.ROW, of=f"{layer}.Bb")


@section("batchnorm")
@few_cases
@given(case=batchnorm_cases())
def test_no_accumulation(student: Student, case: BatchNormCase) -> None:
    """A second forward and backward, with other BW and Bb, replaces dLdBW and dLdBb, it does not add to them."""
    layer, wanted = make(student, case), answer(case)
    layer.BW, layer.Bb = case.array("BW_before", 1, case.C), case.array("Bb_before", 1, case.C)
    layer.forward(case.batch("Z_before", case.N + 3))
    layer.backward(case.dLdBZ("dLdBZ_before", case.N + 3))
    layer.BW, layer.Bb = case.BW, case.Bb
    expect(layer.forward(case.batch())).to_equal(wanted.BZ)
    expect(layer.backward(case.dLdBZ())).to_equal(wanted.dLdZ)
    expect(layer.dLdBW).to_equal(wanted.dLdBW, Shape.ROW, of=f"{layer}.BW")
    expect(layer.dLdBb).to_equal(wanted.dLdBb, Shape.ROW, of=f"{layer}.Bb")


@section("batchnorm")
@few_cases
@given(case=batchnorm_cases())
def test_inputs_unchanged(student: Student, case: BatchNormCase) -> None:
    """forward, in both modes, and backward leave Z, dLdBZ, BW and Bb as they were."""
    layer = make(student, case)
    layer.forward(case.batch())
    layer.backward(case.dLdBZ())
    layer.forward(case.batch(), eval=True)
    for array in (case.batch(), case.dLdBZ(), case.BW, case.Bb):
        expect(student.sent(array)).to_be_unchanged(array)
    expect(layer.BW).to_be_unchanged(case.BW)
    expect(layer.Bb).to_be_unchanged(case.Bb)


@section("batchnorm")
@few_cases
@given(case=batchnorm_cases(1.0).map(plain))
def test_finite_differences(student: Student, case: BatchNormCase) -> None:
    """dLdZ, dLdBW and dLdBb are the slopes of your own forward, measured by finite differences."""
    layer = new(student, case)

    def forward(inputs: Arrays) -> Remote:
        layer.BW, layer.Bb = inputs["BW"], inputs["Bb"]
        return layer.forward(inputs["Z"])

    def backward(dLdBZ: np.ndarray) -> dict[str, Remote]:
        return {"Z": layer.backward(dLdBZ), "BW": layer.dLdBW, "Bb": layer.dLdBb}

    check_gradients(student, forward, backward, {"Z": case.batch(), "BW": case.BW, "Bb": case.Bb}, seed=case.seed)


@section("batchnorm")
def test_no_loop_over_examples(student: Student, submission: Path) -> None:
    """forward and backward work on the whole batch at once: no line runs more often for more examples."""

    def run(N: int) -> None:
        case = BatchNormCase(seed=1, N=N, C=4)
        layer = make(student, case)
        layer.forward(case.batch())
        layer.backward(case.dLdBZ())
        layer.forward(case.batch(), eval=True)

    check_lines_do_not_grow(student, run)
    check_no_loops_in_source(submission, "mytorch/nn/batchnorm.py", "BatchNorm1d")
