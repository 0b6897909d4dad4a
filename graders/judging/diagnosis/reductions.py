"""Answers that were summed or averaged where they shouldn't be, or repeat a number where there should be several."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from graders.judging.diagnosis.evidence import Evidence, close
from graders.judging.diagnosis.explanation import Explanation, Rank

Reduction = Callable[..., np.ndarray]
"""`np.sum` or `np.mean`."""


def collapsed(evidence: Evidence) -> Iterator[Explanation]:
    """A sum, a mean or one slice of the right answer, in every slice of an axis, or in its stead."""
    if not evidence.informative:
        return
    for axis in [*_axes_of_slices(evidence.expected), None]:
        for word, reduce in (("summed", np.sum), ("averaged", np.mean)):
            yield from _in_its_stead(evidence, axis, word, reduce)
            yield from _in_every_slice(evidence, axis, word, reduce)
        if axis is not None and evidence.comparable:
            yield from _repeated(evidence, axis)


def _axes_of_slices(array: np.ndarray) -> list[int]:
    """The axes along which there are several slices of several entries."""
    return [axis for axis, size in enumerate(array.shape) if size != 1] if array.ndim > 1 else []


def _in_its_stead(evidence: Evidence, axis: int | None, word: str, reduce: Reduction) -> Iterator[Explanation]:
    wanted = evidence.expected
    for keep in (True, False):
        reduced = np.asarray(reduce(wanted, axis=axis, keepdims=keep))
        if evidence.got.shape == reduced.shape != wanted.shape and evidence.is_like(reduced):
            yield Explanation(f"{word} {axis}", f"is {word} {_over(axis)}", Rank.EXACT)


def _in_every_slice(evidence: Evidence, axis: int | None, word: str, reduce: Reduction) -> Iterator[Explanation]:
    wanted = evidence.expected
    spread = np.broadcast_to(reduce(wanted, axis=axis, keepdims=True), wanted.shape)
    if evidence.comparable and evidence.is_like(spread):
        yield Explanation(f"{word} {axis} spread", f"is {word} {_over(axis)}, the same in every entry", Rank.EXACT)


def _over(axis: int | None) -> str:
    return "over everything" if axis is None else f"over axis {axis}"


def _repeated(evidence: Evidence, axis: int) -> Iterator[Explanation]:
    for index, word in ((0, "first"), (-1, "last")):
        one = np.take(evidence.expected, [index], axis)
        if evidence.is_like(np.broadcast_to(one, evidence.expected.shape)):
            yield Explanation(f"repeated {axis} {word}", f"repeats the {word} of axis {axis}", Rank.STRUCTURE)


def unreduced(evidence: Evidence) -> Iterator[Explanation]:
    """One number for each slice of an axis where their sum or their mean is asked for."""
    got, wanted = evidence.got, evidence.expected
    if got.size <= wanted.size:
        return
    for axis in [*range(got.ndim), None]:
        over = "over all entries" if axis is None else f"over axis {axis}"
        for word, what, reduce in (("summed", "sum", np.sum), ("averaged", "mean", np.mean)):
            for keep in (True, False):
                reduced = np.asarray(reduce(got, axis=axis, keepdims=keep))
                if reduced.shape == wanted.shape and close(reduced, wanted, evidence.tolerance):
                    text = f"isn't {word} {over}: its {what} is what it should be"
                    yield Explanation(f"not {word} {axis}", text, Rank.EXACT)


def broadcast(evidence: Evidence) -> Iterator[Explanation]:
    """The right numbers, in a shape that broadcasting has blown up or that lacks an axis of length 1."""
    got, wanted = evidence.got, evidence.expected
    if got.shape == wanted.shape or wanted.size < 2:
        return
    if got.size == wanted.size and evidence.is_like(wanted.reshape(got.shape)):
        yield Explanation("reshaped", f"has the right numbers in the shape {got.shape}", Rank.EXACT, needs_cases=1)
        return
    if got.ndim >= wanted.ndim and got.size > wanted.size:
        for candidate in (wanted, wanted.T):
            try:
                spread = np.broadcast_to(candidate, got.shape)
            except ValueError:
                continue
            if evidence.is_like(spread):
                yield Explanation("broadcast", "is broadcast: the right numbers are repeated", Rank.EXACT)
                return
