"""Question 6.4: GInvariantAttentionPool, and the autoencoders of the notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import given

from graders.checks import budget, few_cases, section
from graders.expect import CheckFailed, expect
from graders.homeworks.dpl import equivariance
from graders.homeworks.dpl.equivariance import ImageCase, image_cases
from graders.homeworks.dpl2025.pooling import PoolCase, module, pool_cases, pooled, query, with_query
from graders.student import Remote, Student

if TYPE_CHECKING:
    from graders.data import ImageData

NOTEBOOK = "G-equivariant_Auto-Encoder/G-equivariant-AE-skeleton.ipynb"
SIDES = (28, 14, 7, 14, 28)
N_TRAIN, EPOCHS, RATE = 400, 8, 5e-3


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
    (value,) = student.read(pool(student.tensor(large.h)).detach())
    if not np.isfinite(np.asarray(value)).all():
        raise CheckFailed("with logits around 1000 its output is not finite", "Use torch.softmax, or subtract the max.")


@section("pooling")
@few_cases
@given(case=image_cases((6, 3, 6), (5, 4, 3, 4, 5), (8, 4, 2, 4, 8)))
def test_encoder(student: Student, case: ImageCase) -> None:
    """AttentionAutoEncoder.encode returns h, which turns with the image, and g, which doesn't."""
    model: Remote = student("notebook").AttentionAutoEncoder(case.sides)
    equivariance.scramble(student, model, case)
    inputs = [case.x, *(equivariance.rotate(case.x, turns) for turns in equivariance.TURNS)]
    found = [model.encode(student.tensor(x)) for x in inputs]
    values = student.read(*(part[place].detach() for part in found for place in (0, 1)))
    shape = (case.N, case.sides[len(case.sides) // 2] ** 2)
    for value in values:
        if not isinstance(value, np.ndarray) or value.shape != shape:
            raise CheckFailed(f"encode should return h and g, {shape} each")
    (h, g), *others = zip(values[::2], values[1::2], strict=True)
    for turns, (h_turned, g_turned) in enumerate(others, 1):
        _same(h_turned, equivariance.rotate(h, turns), "h", turns)
        _same(g_turned, g, "g", turns)


def _same(found: np.ndarray, wanted: np.ndarray, name: str, turns: int) -> None:
    if np.abs(found - wanted).max() > 1e-3 * max(1.0, float(np.abs(wanted).max())):
        should = "turn with it" if name == "h" else "stay as it is"
        raise CheckFailed(f"when the image is turned by {90 * turns}°, {name} does not {should}")


@section("pooling")
@budget(cpu_seconds=60)
def test_trains_standard(student: Student, data: ImageData) -> None:
    """The standard G-equivariant autoencoder learns to reconstruct digits."""
    _check_learns(student, "GEquivariantAutoEncoder", data)


@section("pooling")
@budget(cpu_seconds=60)
def test_trains_with_attention(student: Student, data: ImageData) -> None:
    """The attention-augmented autoencoder learns to reconstruct digits."""
    _check_learns(student, "AttentionAutoEncoder", data)


def _check_learns(student: Student, name: str, data: ImageData) -> None:
    student("torch").manual_seed(0)
    book = student("notebook")
    model: Remote = getattr(book, name)(SIDES)
    images = data.train_images[:N_TRAIN].reshape(N_TRAIN, -1).astype(np.float32) / 255
    before = model(student.tensor(images)).detach()
    book.train(model, student.tensor(images), EPOCHS, RATE)
    outputs = student.read(before, model(student.tensor(images)).detach())
    if any(not isinstance(value, np.ndarray) or value.shape != images.shape for value in outputs):
        raise CheckFailed(f"{name} should return a reconstruction of each image, {images.shape}")
    first, last = (float(np.mean((value - images) ** 2)) for value in outputs)
    if not last < 0.9 * first:
        raise CheckFailed(f"training takes the error from {first:.4g} to {last:.4g} only, in {EPOCHS} epochs")


@section("pooling")
def test_results_shown(student: Student, submission: Path) -> None:
    """The notebook was handed in with its results: losses, reconstructions and a figure of attention weights."""
    student.settle()
    outputs = [output for cell in _cells(submission) for output in cell.get("outputs", []) if isinstance(output, dict)]
    if any(output.get("output_type") == "error" for output in outputs):
        raise CheckFailed("a cell of the notebook ended with an error", "Run all cells again before you hand it in.")
    if not any("image/png" in output.get("data", {}) for output in outputs):
        raise CheckFailed("the notebook shows no image", "Run all cells, save, and hand it in with its results.")
    if not any(character.isdigit() for output in outputs for character in _text(output)):
        raise CheckFailed("the notebook prints no result", "Run all cells, save, and hand it in with its results.")


def _cells(submission: Path) -> list[dict[str, Any]]:
    try:
        cells = json.loads((submission / NOTEBOOK).read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        raise CheckFailed(f"there is no {NOTEBOOK}") from None
    except (ValueError, KeyError, TypeError):
        raise CheckFailed(f"{NOTEBOOK} is no notebook: it can't be read as JSON") from None
    return [cell for cell in cells if isinstance(cell, dict) and cell.get("cell_type") == "code"]


def _text(output: dict[str, Any]) -> str:
    found = [output.get("text", ""), output.get("data", {}).get("text/plain", "")]
    return "".join("".join(text) if isinstance(text, list) else str(text) for text in found)
