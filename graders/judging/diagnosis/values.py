"""Answers whose entries went wrong one by one: zero, cut off, rounded, overflowed, a function of the right ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from graders.judging.diagnosis.evidence import Evidence, close
from graders.judging.diagnosis.explanation import Explanation, Rank


def constants(evidence: Evidence) -> Iterator[Explanation]:
    """All entries zero, or one, or alike."""
    if not evidence.is_telling:
        return
    got = evidence.got.astype(float)
    if not got.any():
        yield Explanation("zero", "is zero everywhere: it is never computed, or what it is made of is", Rank.PLAIN)
    elif (got == 1).all():
        yield Explanation("one", "is one everywhere", Rank.PLAIN)
    elif np.ptp(got) <= evidence.tolerance * np.abs(got).max():
        yield Explanation("alike", "has the same value in every entry", Rank.COARSE)


def _rounded(digits: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.round(x, digits)


FUNCTIONS: tuple[tuple[str, str, Callable[[np.ndarray], np.ndarray]], ...] = (
    ("unit", "is divided by its own norm: its length is 1", lambda x: x / np.linalg.norm(x)),
    ("abs", "is the absolute value of what it should be", np.abs),
    ("square", "is the square of what it should be", np.square),
    ("sqrt", "is the square root of what it should be", np.sqrt),
    ("inverse", "is one over what it should be", np.reciprocal),
    ("exp", "is exp of what it should be", np.exp),
    ("log", "is the logarithm of what it should be: an exp is missing", np.log),
    ("one minus", "is 1 minus what it should be", lambda x: 1 - x),
    ("sign", "is only the sign of what it should be", np.sign),
    ("trunc", "is cut to integers", np.trunc),
    ("floor", "is rounded down to integers", np.floor),
    ("round", "is rounded to integers", np.round),
    ("positive", "lacks its negative entries: they are zero", lambda x: np.maximum(x, 0)),
    ("negative", "lacks its positive entries: they are zero", lambda x: np.minimum(x, 0)),
    *(
        (f"round {digits}", f"is rounded to {digits} digits after the point", _rounded(digits))
        for digits in range(1, 6)
    ),
    ("half precision", "has float16's precision", lambda x: x.astype(np.float16).astype(float)),
)


def functions(evidence: Evidence) -> Iterator[Explanation]:
    """A known function of each right entry."""
    if not evidence.comparable or not evidence.informative:
        return
    with np.errstate(all="ignore"):
        for key, text, function in FUNCTIONS:
            if key == "abs" and not (evidence.expected > 0).any():  # can't be told from the wrong sign
                continue
            if evidence.is_like(function(evidence.expected.astype(float))):
                yield Explanation(key, text, Rank.EXACT, needs_cases=2)


def clipped(evidence: Evidence) -> Iterator[Explanation]:
    """Right between two bounds, which are the same in every case, and the bound itself beyond.

    Where all is beyond one bound, nothing but a number is left: that is a witness only beside other cases.
    """
    if not evidence.is_telling:
        return
    low, high = float(evidence.got.min()), float(evidence.got.max())
    below, above = evidence.expected < low, evidence.expected > high
    if not _is_cut(evidence, low, high, below, above):
        return
    text = "is clipped: beyond a bound, entries have the bound's value"
    witness = low if low == high else None
    bounds = [abs(value) for value, beyond in ((low, below), (high, above)) if beyond.any()]
    for bound in dict.fromkeys(f"{value:.4g}" for value in bounds):
        yield Explanation(f"clipped {bound}", text, Rank.STRUCTURE, needs_cases=3, witness=witness)


def _is_cut(evidence: Evidence, low: float, high: float, below: np.ndarray, above: np.ndarray) -> bool:
    """Whether the answer is the right one cut off at its own bounds, and more than one number in place of another."""
    clear = low < high or below.all() or above.all()
    if not clear or not evidence.is_like(np.clip(evidence.expected, low, high)):
        return False
    return len(np.unique(evidence.expected[below | above])) >= 2


def masked(evidence: Evidence) -> Iterator[Explanation]:
    """Zero in some entries and right in the others."""
    if not evidence.comparable or not evidence.informative:
        return
    got, wanted = evidence.got.astype(float), evidence.expected
    missing = (got == 0) & (wanted != 0)
    if not missing.any() or missing.all() or not close(got[~missing], wanted[~missing], evidence.tolerance):
        return
    slices = _missing_slices(missing)
    if slices is not None:
        yield from _without_slices(*slices, wanted.shape)
    elif _all_but_diagonal(missing, wanted):
        yield Explanation("diagonal", "has only the diagonal, and zeros elsewhere", Rank.EXACT)
    else:
        text = "is right where it isn't zero, and zero in entries that should not be"
        yield Explanation("masked", text, Rank.COARSE)


def _missing_slices(missing: np.ndarray) -> tuple[int, list[int]] | None:
    """The axis and the places of the slices of which all entries are missing, if no other entry is."""
    for axis, size in enumerate(missing.shape):
        others = tuple(other for other in range(missing.ndim) if other != axis)
        gone = np.flatnonzero(missing.all(axis=others)).tolist()
        if gone and missing.sum() * size == len(gone) * missing.size:
            return axis, gone
    return None


def _without_slices(axis: int, gone: list[int], shape: tuple[int, ...]) -> Iterator[Explanation]:
    last = shape[axis] - 1
    for kept, word in ((0, "first"), (last, "last")):
        if len(gone) == last and kept not in gone:
            text = f"has only the {word} of axis {axis}, and zeros in the rest"
            yield Explanation(f"only {axis} {word}", text, Rank.STRUCTURE)
    where = {0: "the first", last: "the last"}.get(gone[0], "some") if len(gone) == 1 else "some"
    yield Explanation(
        f"masked {axis} {where}", f"is zero in {where} of axis {axis}, and right in the rest", Rank.STRUCTURE
    )


def _all_but_diagonal(missing: np.ndarray, wanted: np.ndarray) -> bool:
    """Whether exactly the entries off the diagonal of the last two axes are missing."""
    if wanted.ndim < 2 or wanted.shape[-1] != wanted.shape[-2]:
        return False
    off_diagonal = ~np.eye(wanted.shape[-1], dtype=bool)
    return bool((missing == (off_diagonal & (wanted != 0))).all())


def _underflows(evidence: Evidence, bad: np.ndarray) -> bool:
    """Whether shares of a whole are lost exactly where inputs are so negative that exp makes 0 of them."""
    shares = evidence.expected[bad]
    alike = [array for array in evidence.inputs.values() if array.shape == bad.shape]
    return bool(alike and shares.max() <= 1 and shares.min() >= 0 < shares.max() and (alike[0][bad] < -80).all())


def not_finite(evidence: Evidence) -> Iterator[Explanation]:
    """NaN or infinity where numbers are large."""
    if not evidence.comparable:
        return
    if np.isfinite(evidence.got).all():
        if evidence.rough:  # numbers that aren't large
            yield Explanation("overflow", "overflows", Rank.COARSE)
        return
    large = max((float(np.abs(array).max(initial=0.0)) for array in evidence.inputs.values()), default=0.0)
    bad = ~np.isfinite(evidence.got)
    if np.abs(evidence.expected[bad]).min(initial=np.inf) > np.finfo(np.float16).max:
        yield Explanation("overflow", "overflows: such numbers don't fit into float16", Rank.COARSE)
    elif _underflows(evidence, bad):
        yield Explanation(
            "underflow", "divides 0 by 0 where inputs are far below 0: exp of all of them is 0", Rank.COARSE
        )
    elif large > 80:
        yield Explanation(
            "overflow", "overflows where inputs are large: exp of a large number is infinite", Rank.COARSE
        )
    elif bad.all():
        yield Explanation(
            "all nan", "has no finite entry: something is divided by zero, or is a logarithm of it", Rank.COARSE
        )
