"""Question 6.4: GInvariantAttentionPool, and the autoencoders of the notebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given

from graders.checking import (
    CheckFailed,
    Remote,
    Student,
    budget,
    expect,
    few_cases,
    read_array,
    read_arrays,
    read_flag,
    section,
)

from ...dpl import equivariance, results
from ...dpl.equivariance import ImageCase, image_cases
from ..pooling import PoolCase, module, pool_cases, pooled, query, with_query

if TYPE_CHECKING:
    from graders.checking import ImageData

NOTEBOOK = "G-equivariant_Auto-Encoder/G-equivariant-AE-skeleton.ipynb"
SIDES = (28, 14, 7, 14, 28)
N_TRAIN, EPOCHS, RATE = 400, 8, 5e-3
ABOUT_THE_SAME = 1e-3
"""Relative difference of two errors that single precision sums in different orders."""
MIN_IMAGES, MIN_NUMBERS = 2, 4
"""What reconstructions, attention weights and the losses of two models on two kinds of data come to, at least."""


def answer(case: PoolCase) -> Any:
    """What the module must compute."""
    return pooled(q=case.q, h=case.h, reps=case.reps)


@section("pooling")
@few_cases
@given(case=pool_cases())
def test_query(student: Student, case: PoolCase) -> None:
    """GInvariantAttentionPool has a learnable query of feature_dim entries."""
    query(student, module(student, case), case)


@section("pooling")
@given(case=pool_cases())
def test_embedding(student: Student, case: PoolCase) -> None:
    """g is the sum of alpha_i rho(g_i) h, alpha the softmax of q^T rho(g_i) h, for any group that is given."""
    pool, _ = with_query(student, case)
    expect(pool(student.tensor(case.h))).to_equal(answer(case).g)


@section("pooling")
@few_cases
@given(case=pool_cases(batches=(1,)))
def test_batch_of_one(student: Student, case: PoolCase) -> None:
    """One example works like any other, and gives (1, feature_dim)."""
    pool, _ = with_query(student, case)
    expect(pool(student.tensor(case.h))).to_equal(answer(case).g)


@section("pooling")
@few_cases
@given(case=pool_cases(orders=(4,)))
def test_invariance(student: Student, case: PoolCase) -> None:
    """g stays as it is where h is rotated."""
    pool, _ = with_query(student, case)
    for turns in equivariance.TURNS:
        turned = case.keep(f"h turned by {90 * turns} degrees", equivariance.rotate(case.h, turns))
        expect(pool(student.tensor(turned))).to_equal(answer(case).g)


@section("pooling")
@few_cases
@given(case=pool_cases(orders=(2, 4)))
def test_gradient_of_query(student: Student, case: PoolCase) -> None:
    """The query can be learnt: the gradient of g reaches it through the attention weights."""
    pool, parameter = with_query(student, case)
    pool(student.tensor(case.h)).pow(2).sum().backward()
    expect(parameter.grad.reshape(-1).mul(0.5)).to_equal(answer(case).dq)


@section("pooling")
@few_cases
@given(case=pool_cases())
def test_large_logits(student: Student, case: PoolCase) -> None:
    """Logits around 1000 don't overflow."""
    large = PoolCase(case.seed, case.side, case.B, case.order, 1000.0)
    pool, _ = with_query(student, large)
    if not np.isfinite(read_array(pool(student.tensor(large.h)))).all():
        raise CheckFailed("with logits around 1000 its output is not finite", "Use torch.softmax, or subtract the max.")


@section("pooling")
@few_cases
@given(case=image_cases((6, 3, 6), (5, 4, 3, 4, 5), (8, 4, 2, 4, 8)))
def test_encoder(student: Student, case: ImageCase) -> None:
    """AttentionAutoEncoder.encode returns h, which turns with the image, and g, which doesn't."""
    model: Remote = student("notebook").AttentionAutoEncoder(case.sides)
    equivariance.scramble(student, model, case)

    def features(x: np.ndarray) -> Remote:
        return model.encode(student.tensor(x))[0]

    def embedding(x: np.ndarray) -> Remote:
        return model.encode(student.tensor(x))[1]

    equivariance.check_equivariant(student, features, case, case.sides[len(case.sides) // 2])
    equivariance.check_invariant(student, embedding, case, case.sides[len(case.sides) // 2])


@section("pooling")
@budget(cpu_seconds=60)
def test_trains_standard(student: Student, data: ImageData) -> None:
    """The standard G-equivariant autoencoder learns upright digits, and is as good on rotated ones."""
    model, after = _trained(student, "GEquivariantAutoEncoder", data)
    for turns in equivariance.TURNS:
        error = _error(student, model, equivariance.rotate(_images(data), turns))
        if abs(error - after) > ABOUT_THE_SAME * after:
            raise CheckFailed(
                f"the error is {after:.5g} for upright digits, but {error:.5g} for digits turned by {90 * turns}°"
            )


@section("pooling")
@budget(cpu_seconds=60)
def test_trains_with_attention(student: Student, data: ImageData) -> None:
    """The attention-augmented autoencoder learns to reconstruct digits, from an h and a g that tell them apart."""
    model, _ = _trained(student, "AttentionAutoEncoder", data)
    encoded = model.encode(student.tensor(_images(data)))
    values = read_arrays(student, encoded[0], encoded[1], floats=True, finite=True)
    for name, value in zip("hg", values, strict=True):
        if value.shape[:1] != (N_TRAIN,):
            raise CheckFailed(f"for {N_TRAIN} images, {name} has shape {value.shape}: it should have a row for each")
        if np.array_equal(value, np.broadcast_to(value[:1], value.shape)):
            raise CheckFailed(f"after training, {name} is the same for all digits")


def _images(data: ImageData) -> np.ndarray:
    return data.train_images[:N_TRAIN].reshape(N_TRAIN, -1).astype(np.float32) / 255


def _trained(student: Student, name: str, data: ImageData) -> tuple[Remote, float]:
    """A model trained on upright digits, and its error on these; CheckFailed if that hasn't fallen."""
    student("torch").manual_seed(0)
    book = student("notebook")
    model: Remote = getattr(book, name)(SIDES)
    images = _images(data)
    before = _error(student, model, images)
    book.train(model, student.tensor(images), EPOCHS, RATE)
    after = _error(student, model, images)
    if not after < 0.9 * before:
        raise CheckFailed(f"training takes the error from {before:.4g} to {after:.4g} only, in {EPOCHS} epochs")
    return model, after


def _error(student: Student, model: Remote, images: np.ndarray) -> float:
    return equivariance.error_of(model(student.tensor(images)), images)


@section("pooling")
def test_results_shown(student: Student, submission: Path) -> None:
    """The notebook was handed in with its results: losses of both models, reconstructions, attention weights."""
    try:
        results.check_shown(student, submission / NOTEBOOK, images=MIN_IMAGES, numbers=MIN_NUMBERS)
    except CheckFailed:
        read_flag(student("notebook").AttentionAutoEncoder(SIDES).training)  # what can't be made has no results
        raise
