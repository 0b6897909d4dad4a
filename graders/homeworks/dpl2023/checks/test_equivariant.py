"""Question 6.2: the notebook's equivariant layer and autoencoder, under all rotations, before and after training."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from graders.checking import CheckFailed, Remote, Student, budget, expect, few_cases, read_flag, section

from ...dpl import equivariance, results
from ...dpl.equivariance import ImageCase, image_cases

if TYPE_CHECKING:
    from graders.checking import ImageData

NOTEBOOK = "G-equivariant_Auto-Encoder/G-equivariant-AE-skeleton.ipynb"
LAYERS = ((4, 2), (5, 3), (6, 5), (3, 6), (4, 4), (7, 7))
AUTOENCODERS = ((6, 3, 6), (5, 4, 3, 4, 5), (8, 4, 2, 4, 8))
SIDES = (28, 14, 7, 14, 28)
N_TRAIN, N_TEST, EPOCHS, RATE = 400, 100, 8, 5e-3
ABOUT_THE_SAME = 1e-3
"""Relative difference of two errors that single precision sums in different orders."""


def notebook(student: Student) -> Any:
    """The notebook's classes and functions."""
    return student("notebook")


@section("equivariant")
@few_cases
@given(case=image_cases((4, 4), (5, 5), (2, 2)), turns=st.integers(0, 3))
def test_rotations(student: Student, case: ImageCase, turns: int) -> None:
    """rotation_matrix(side, turns) turns a vectorised image by 90 degrees, so many times, counter-clockwise."""
    side = case.sides[0]
    matrix = notebook(student).rotation_matrix(side, turns)
    wanted = equivariance.rotate(np.eye(side * side), turns).T
    expect(matrix).to_equal(wanted)


@section("equivariant")
@given(case=image_cases(*LAYERS))
def test_layer(student: Student, case: ImageCase) -> None:
    """GEquivariantLinear commutes with all rotations, whatever the values of its parameters."""
    layer: Remote = notebook(student).GEquivariantLinear(*case.sides)
    equivariance.scramble(student, layer, case)
    equivariance.check_equivariant(student, lambda x: equivariance.run(student, layer, x), case, case.sides[-1])
    equivariance.check_uses_its_input(student, layer, case)


@section("equivariant")
@few_cases
@given(case=image_cases(*LAYERS))
def test_layer_freedom(student: Student, case: ImageCase) -> None:
    """GEquivariantLinear's weights differ from each other where equivariance lets them."""
    layer: Remote = notebook(student).GEquivariantLinear(*case.sides)
    equivariance.scramble(student, layer, case)
    equivariance.check_freedom(student, layer, case)


@section("equivariant")
@few_cases
@given(case=image_cases(*AUTOENCODERS))
def test_autoencoder(student: Student, case: ImageCase) -> None:
    """GEquivariantAutoEncoder commutes with all rotations, whatever the values of its parameters."""
    model: Remote = notebook(student).GEquivariantAutoEncoder(case.sides)
    equivariance.scramble(student, model, case)
    equivariance.check_equivariant(student, lambda x: equivariance.run(student, model, x), case, case.sides[-1])


@section("equivariant")
@budget(cpu_seconds=60)
def test_in_and_out_of_distribution(student: Student, data: ImageData) -> None:
    """Trained on upright digits, it learns, and is as good on rotated ones; the traditional one is not."""
    upright = data.test_images[:N_TEST].reshape(N_TEST, -1).astype(np.float32) / 255
    errors = _errors(student, "GEquivariantAutoEncoder", data, upright)
    before, after, *turned = errors
    if not after < 0.9 * before:
        raise CheckFailed(f"training takes the error from {before:.4g} to {after:.4g} only, in {EPOCHS} epochs")
    for turns, error in enumerate(turned, 1):
        if abs(error - after) > ABOUT_THE_SAME * after:
            raise CheckFailed(
                f"the error is {after:.5g} for upright digits, but {error:.5g} for digits turned by {90 * turns}°"
            )


def _errors(student: Student, name: str, data: ImageData, upright: np.ndarray) -> list[float]:
    """The mean squared error for upright images before and after training, then for each rotation."""
    student("torch").manual_seed(0)
    book = notebook(student)
    model: Remote = getattr(book, name)(SIDES)
    images = data.train_images[:N_TRAIN].reshape(-1, upright.shape[1]).astype(np.float32) / 255
    inputs = [upright, upright, *(equivariance.rotate(upright, turns) for turns in equivariance.TURNS)]
    outputs = [model(student.tensor(inputs[0]))]
    book.train(model, student.tensor(images), EPOCHS, RATE)
    outputs += [model(student.tensor(x)) for x in inputs[1:]]
    return [equivariance.error_of(output, x) for output, x in zip(outputs, inputs, strict=True)]


@section("equivariant")
def test_results_shown(student: Student, submission: Path) -> None:
    """The notebook was handed in with its results: errors or accuracies in and out of distribution, and images."""
    read_flag(notebook(student).GEquivariantLinear(4, 2).training)
    results.check_shown(student, submission / NOTEBOOK, images=1, numbers=1)
