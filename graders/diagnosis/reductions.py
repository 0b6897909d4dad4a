"""Answers that were summed or averaged where they shouldn't be, or repeat a number where there should be several."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from graders.diagnosis.evidence import Evidence, close
from graders.diagnosis.explanation import Explanation, Rank


def collapsed(evidence: Evidence) -> Iterator[Explanation]:
    """A sum, a mean or one slice of the right answer, in every slice of an axis, or in its stead."""
    wanted = evidence.expected
    if not evidence.informative:
        return
    for axis in [*range(wanted.ndim), None]:
        if axis is not None and (wanted.shape[axis] == 1 or wanted.ndim == 1):
            continue
        over = "over everything" if axis is None else f"over axis {axis}"
        for word, reduce in (("summed", np.sum), ("averaged", np.mean)):
            for keep in (True, False):
                reduced = np.asarray(reduce(wanted, axis=axis, keepdims=keep))
                if evidence.got.shape == reduced.shape != wanted.shape and evidence.is_like(reduced):
                    yield Explanation(f"{word} {axis}", f"is {word} {over}", Rank.EXACT)
            spread = np.broadcast_to(reduce(wanted, axis=axis, keepdims=True), wanted.shape)
            if evidence.comparable and evidence.is_like(spread):
                yield Explanation(f"{word} {axis} spread", f"is {word} {over}, the same in every entry", Rank.EXACT)
        if axis is not None and evidence.comparable:
            yield from _repeated(evidence, axis)


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
