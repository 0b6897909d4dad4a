"""Question 5.3: training runs with and without LayerNorm, and what the network without it computes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import given

from graders.checking import CheckFailed, Student, budget, expect, few_cases, section

from .. import mlp_oracle as oracle
from .. import mlp_runs as runs
from ..mlp_cases import MLPCase, mlp_cases
from ..mlp_model import Model

if TYPE_CHECKING:
    from graders.checking import ImageData

MILD = ("plain", "same class")


def answer(case: MLPCase) -> oracle.Answer:
    """What the network without LayerNorm must compute."""
    return oracle.mlp(X=case.X, Y=case.Y, W=case.W, gamma=[], beta=[], rate=case.rate)


@section("trained_mlp")
@few_cases
@given(case=mlp_cases(regimes=MILD))
def test_forward_without(student: Student, case: MLPCase) -> None:
    """Without LayerNorm, forward(X) is that of the plain network with dense and residual connections."""
    model = Model(student, case, layernorm=False).give()
    expect(model.forward(case.X)).to_equal(answer(case).log_probs)


@section("trained_mlp")
@few_cases
@given(case=mlp_cases(regimes=MILD))
def test_step_without(student: Student, case: MLPCase) -> None:
    """Without LayerNorm, backward doesn't go through it either."""
    model = Model(student, case, layernorm=False).give()
    model.train(case.X, case.y, case.rate)
    model.expect_all(answer(case))


@section("trained_mlp")
@budget(cpu_seconds=60)
def test_learns(student: Student, data: ImageData) -> None:
    """The handout's command trains: the loss falls, training and test accuracy rise."""
    runs.check_it_learns(runs.run_training(student, runs.training_part(data)))


@section("trained_mlp")
@budget(cpu_seconds=60)
def test_plots(student: Student, data: ImageData) -> None:
    """Loss vs Epochs and Accuracy vs Epochs have labels of their axes, and a legend."""
    run = runs.run_training(student, runs.training_part(data))
    runs.check_labelled(runs.plots(run, "loss"), "Loss vs Epochs", named_by="loss")
    runs.check_labelled(runs.plots(run, "acc"), "Accuracy vs Epochs", named_by="acc")


@section("trained_mlp")
@budget(cpu_seconds=120)
def test_learns_without(student: Student, submission: Path, data: ImageData) -> None:
    """Without LayerNorm, and with a smaller learning rate, it trains too, and otherwise than with it."""
    option, files = runs.option_without(submission), runs.training_part(data)
    without = runs.run_training(student, files, option, rate=0.001)
    runs.check_it_learns(without)
    same_rate = runs.run_training(student, files, rate=0.001)
    ours, theirs = (runs.curves(run, "loss")[0].y for run in (without, same_rate))
    if ours == theirs:
        raise CheckFailed(f"with {option} the losses are the same as without it", "It has to switch LayerNorm off.")
