"""Answers that are another known quantity, or differ from the right one by a known quantity."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graders.judging.diagnosis.evidence import Evidence, close
from graders.judging.diagnosis.explanation import Explanation, Rank
from graders.judging.diagnosis.factors import rates


def mistaken(evidence: Evidence) -> Iterator[Explanation]:
    """Another of the layer's answers, or an input handed through."""
    if not evidence.informative:
        return
    for name, what, array in evidence.known():
        if array.size < 2 or not np.isfinite(array).all():
            continue
        if array.shape == evidence.got.shape and evidence.is_like(array):
            yield Explanation(f"is {name}", f"is {what}", Rank.EXACT)
        elif array.ndim == 2 and array.T.shape == evidence.got.shape and evidence.is_like(array.T):
            yield Explanation(f"is {name}.T", f"is the transpose of {what}", Rank.EXACT)


def term(evidence: Evidence) -> Iterator[Explanation]:
    """The right answer plus or minus a known quantity, in its own shape or broadcast."""
    if not evidence.is_telling:
        return
    off = evidence.got.astype(float) - evidence.expected
    scale = max(np.abs(evidence.got).max(), np.abs(evidence.expected).max())
    if np.abs(off).max() < 100 * evidence.tolerance * scale and not evidence.rough:
        return  # what is left after cancellation says nothing
    for name, _, array in evidence.known():
        for candidate, written in ((array, name), (array.T, f"{name}ᵀ")) if array.ndim == 2 else ((array, name),):
            spread = _spread(candidate, off.shape)
            if spread is not None and spread.any() and not close(spread, evidence.expected, evidence.tolerance):
                yield from _signed(off, spread, scale * evidence.tolerance, name, written)


def _signed(off: np.ndarray, spread: np.ndarray, allowed: float, name: str, written: str) -> Iterator[Explanation]:
    """What it says about a term that it is missing, is there in addition, or has the other sign."""
    for times, key, text in (
        (-1, "without", f"lacks the term {written}"),
        (1, "plus", f"has {written} added to it"),
        (-2, "minus", f"has {written} with the wrong sign"),
    ):
        if _same(off, times * spread, allowed):
            yield Explanation(f"{key} {name}", text, Rank.EXACT)
            return


def share(evidence: Evidence) -> Iterator[Explanation]:
    """The right answer plus a number times an input of its shape, the same number in every case: a decay.

    What a parameter is moved by too much or too little is no decay: to it, only its own value before the step counts.
    """
    if not evidence.is_telling:
        return
    off = evidence.got.astype(float) - evidence.expected
    for name, array in _could_decay(evidence):
        times = float(np.vdot(array, off) / np.vdot(array, array))
        if close(off, times * array, evidence.tolerance) and not close(array, evidence.expected, evidence.tolerance):
            yield _share(times, name)
            for called, rate in rates(evidence.numbers):
                yield _share(times / rate, f"{called} {name}")._replace(witness=rate)


def _could_decay(evidence: Evidence) -> Iterator[tuple[str, np.ndarray]]:
    """The inputs that may have a share in the answer: of its shape, and of parameters only those before the step."""
    before = evidence.origin.before if evidence.origin is not None else []
    for name, array in evidence.inputs.items():
        if before and not any(np.array_equal(array, one) for one in before):
            continue
        if array.shape == evidence.expected.shape and _is_finite_and_not_zero(array):
            yield name, array


def _is_finite_and_not_zero(array: np.ndarray) -> bool:
    return bool(array.dtype.kind == "f" and np.isfinite(array).all() and array.any())


def _share(times: float, what: str) -> Explanation:
    return Explanation(f"share {times:.2g} of {what}", f"has {times:.2g} times {what} added to it", Rank.EXACT, 2)


def _spread(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray | None:
    try:
        return np.broadcast_to(array.astype(float), shape)
    except (ValueError, TypeError):
        return None


def _same(off: np.ndarray, predicted: np.ndarray, allowed: float) -> bool:
    return bool(np.isfinite(predicted).all() and (np.abs(off - predicted) <= allowed).all())
