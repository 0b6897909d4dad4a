"""Question 5.4: learning curves of three configurations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from graders.checking import CheckFailed, Student, budget, section

from .. import mlp_runs as runs

if TYPE_CHECKING:
    from graders.checking import ImageData

    from ...dpl.training import Files


@section("curves_mlp")
@budget(cpu_seconds=90)
def test_curves(student: Student, data: ImageData) -> None:
    """main_learning_curve() draws accuracy against training set size, a curve for each of three configurations."""
    run = runs.run_curves(student, runs.curve_part(data))
    found = list(runs.against_sizes(run))
    if len(found) < len(runs.CONFIGURATIONS):
        raise CheckFailed(
            f"{len(found)} curves are drawn against the sizes of range(5500, 56001, 5500), but should be at least 3",
            "A test accuracy for each size, for each configuration. (They were replaced by small ones here.)",
        )
    for plot, line in found:
        if runs.is_of_accuracy(plot, line) and not runs.are_accuracies(line):
            raise CheckFailed(f"the curve {line.label!r} has values that are no accuracies")
    if sum(runs.are_accuracies(line) for _, line in found) < len(runs.CONFIGURATIONS):
        raise CheckFailed("fewer than 3 curves have values that can be accuracies")


@section("curves_mlp")
@budget(cpu_seconds=90)
def test_configurations(student: Student, data: ImageData) -> None:
    """The configurations are h = 128 and 256 with LayerNorm (lr 0.01), and 256 without it (lr 0.001)."""
    models = runs.trained_in(runs.run_curves(student, runs.curve_part(data)))
    known = {(model.hidden, model.layernorm, model.rate) for model in models}
    for hidden, layernorm, rate in sorted(runs.CONFIGURATIONS):
        like = {found for found in known if found[:2] == (hidden, layernorm)}
        if not like or not {found[2] for found in like} & {rate, 0.0}:
            trained = f", only with lr={min(like)[2]:g}" if like else ""
            raise CheckFailed(
                f"no NumpyDenseResMLP with hidden size {hidden}, {'with' if layernorm else 'without'} LayerNorm "
                f"and lr={rate:g} is trained{trained}"
            )


@section("curves_mlp")
@budget(cpu_seconds=90)
def test_labels(student: Student, data: ImageData) -> None:
    """The learning curves have labels of their axes, and a legend where several are in one plot."""
    run = runs.run_curves(student, runs.curve_part(data))
    axes = [plot for plot, _ in runs.against_sizes(run)]
    runs.check_labelled(axes, "learning curves")


@section("curves_mlp")
@budget(cpu_seconds=180)
def test_stops_early(student: Student) -> None:
    """Training stops early: where images are all alike, more epochs to train in make no difference."""
    few, many = (_examples(student, runs.blank_part(runs.FIRST), epochs) for epochs in (20, 40))
    if all(later >= 2 * earlier for earlier, later in zip(few, many, strict=True)):
        raise CheckFailed(
            "training goes on to the last epoch even where there is nothing to learn",
            "Stop when an epoch no longer helps, for example on held-out examples.",
        )


@section("curves_mlp")
@budget(cpu_seconds=90)
def test_goes_on(student: Student, data: ImageData) -> None:
    """Training goes on for more than two epochs where they help."""
    passes = max(_examples(student, runs.curve_part(data), 20)) / runs.FIRST
    if passes <= 2:
        raise CheckFailed(f"training ends after {passes:.1f} passes over the examples though each of them helps")


def _examples(student: Student, files: Files, epochs: int) -> list[int]:
    """On how many examples, repetitions counted, each model is trained that is for the first size."""
    models = runs.trained_in(runs.run_curves(student, files, first=runs.FIRST, last=runs.FIRST, epochs=epochs))
    if not models:
        raise CheckFailed("main_learning_curve() trains no NumpyDenseResMLP")
    return [model.examples for model in models]
