"""Which parts of a value can be compared: arrays, numbers and lists of these; and whether two are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

from ..wire import Mapped, Named

Numbers: TypeAlias = "np.ndarray | list[np.ndarray]"
"""An array of floats, or of whole numbers where it has no dimensions; or a few of them."""

MAX_ENTRIES = 4096
MAX_ITEMS = 16
CLOSE = 1e-7
"""What two ways to compute the same quantity may differ by, relative to its largest entry."""


def numbers(value: object) -> Numbers | None:
    """A copy of what the value holds; None where that is no array of at most MAX_ENTRIES, number, or list of these."""
    if isinstance(value, list):
        return _items(value)
    if type(value) in (int, float) or isinstance(value, np.integer | np.floating):
        return np.asarray(value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiub" and value.size <= MAX_ENTRIES:
        found = np.array(value, subok=False)
        return found.astype(float) if found.dtype.kind != "f" and found.ndim else found
    return None


def _items(values: Sequence[object]) -> list[np.ndarray] | None:
    found = [numbers(value) for value in values] if 0 < len(values) <= MAX_ITEMS else []
    arrays = [item for item in found if isinstance(item, np.ndarray)]
    return arrays if arrays and len(arrays) == len(found) else None


def copied(value: Numbers) -> Numbers:
    """The same in memory of its own."""
    return [item.copy() for item in value] if isinstance(value, list) else value.copy()


def shape_of(value: Numbers) -> tuple[object, ...]:
    """The shape, or those of a list's items behind a word."""
    return ("list", *(item.shape for item in value)) if isinstance(value, list) else value.shape


def fingerprint(value: Numbers) -> object:
    """Equal for values that are the same but for rounding."""
    if isinstance(value, list):
        return tuple(map(fingerprint, value))
    with np.errstate(all="ignore"):
        scale = float(np.max(np.abs(value), initial=0.0))
        return value.shape, f"{scale:.9e}", np.round(value / scale if scale else value, 9).tobytes()


def close(one: Numbers, other: Numbers) -> bool:
    """Whether both are the same quantity, whichever way it lies."""
    if isinstance(one, list) or isinstance(other, list):
        both = isinstance(one, list) and isinstance(other, list) and len(one) == len(other)
        return both and all(map(close, one, other))
    if one.size != other.size:
        return False
    if one.shape != other.shape:
        one, other = one.squeeze(), other.squeeze()
        if one.shape != other.shape:
            if one.ndim != 2 or one.T.shape != other.shape:
                return False
            one = one.T
    return _near(one, other, CLOSE)


def close_to_any(one: np.ndarray, others: np.ndarray) -> bool:
    """Whether an array is the same quantity as one of those of its shape that lie behind each other."""
    rest = tuple(range(1, others.ndim))
    with np.errstate(all="ignore"):
        scale = np.max(np.abs(others), axis=rest, keepdims=True, initial=0.0, where=np.isfinite(others))
        near = (np.abs(one - others) <= CLOSE * scale + 1e-300) | (one == others) | (np.isnan(one) & np.isnan(others))
    return bool(np.any(np.all(near, axis=rest)))


def is_same(one: Numbers, other: Numbers) -> bool:
    """Whether both are the same quantity, as it lies."""
    return shape_of(one) == shape_of(other) and close(one, other)


def same(got: object, want: object, exact: bool, most: float) -> bool:
    """Whether this is what is wanted, up to `most` of its largest entry; not `exact`: but for ones in its shape."""
    if want is None or isinstance(want, bool | str):
        return type(got) is type(want) and got == want
    if isinstance(want, Mapping):
        return isinstance(got, Mapped) and _same_pairs(_dict(got), want, exact, most)
    if isinstance(got, Named):
        got = got.content
    if isinstance(want, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(want)
            and all(same(one, other, exact, most) for one, other in zip(got, want, strict=True))
        )
    return _same_numbers(got, want, exact, most)


def _dict(told: Mapped) -> dict[object, object]:
    return {pair[0]: pair[1] for pair in told.pairs}


def _same_pairs(got: Mapping[object, object], want: Mapping[object, object], exact: bool, most: float) -> bool:
    return got.keys() == want.keys() and all(same(got[key], want[key], exact, most) for key in want)


def _same_numbers(got: object, want: object, exact: bool, most: float) -> bool:
    if got is None or isinstance(got, str | list | tuple):
        return False
    one, other = np.asarray(got), np.asarray(want)
    if one.dtype.kind not in "fiub" or other.dtype.kind not in "fiub":
        return False
    if one.shape != other.shape:
        if exact or one.squeeze().shape != other.squeeze().shape:
            return False
        one, other = one.squeeze(), other.squeeze()
    return _near(one.astype(float), other.astype(float), most)


def _near(one: np.ndarray, other: np.ndarray, most: float) -> bool:
    finite = np.abs(other[np.isfinite(other)]) if other.ndim else np.abs(other)
    scale = float(finite.max()) if finite.size else 0.0
    with np.errstate(all="ignore"):
        near = (np.abs(one - other) <= most * scale + 1e-300) | (one == other) | (np.isnan(one) & np.isnan(other))
    return bool(np.all(near))
