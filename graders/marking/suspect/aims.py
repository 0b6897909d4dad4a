"""What each reading of a look has to be: right, or what the check takes for right of the submission's own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from graders.checking.remarks import Remarks
from graders.marking.recordings.alike import alike
from graders.marking.suspect.asked import Asked, Reading

MOST = 1e-6
"""The error, relative to an array's largest entry, up to which a value is what it should be."""
MOST_SINGLE = 1e-3
LEAST = 1e-12

Aim: TypeAlias = "list[object] | None"
"""The values that will do, whether their shape counts, and the error that is allowed; None where anything will do."""
Aims: TypeAlias = "Sequence[Aim]"


@dataclass(frozen=True)
class Judged:
    """One case with the submission's own code: what is aimed at, and which readings are wrong."""

    aims: Aims
    wrong: frozenset[int]


def judged(one: Asked, came: Sequence[object]) -> Judged:
    """What a check thinks of what a submission gave in its case; what is missing is wrong."""
    remarks = Remarks()  # of this submission alone: a guard that it has is the same in all that it answers
    rejected = [
        index >= len(came) or not accepts(reading, came[index], remarks) for index, reading in enumerate(one.readings)
    ]
    failed = any(rejected)
    aims: list[Aim] = []
    wrong: set[int] = set()
    for index, reading in enumerate(one.readings):
        value = came[index] if index < len(came) else None
        if rejected[index]:
            wrong.add(index)
            aims.append(_right(reading, value))
        elif reading.look is None and not failed and not alike(value, reading.came):
            aims.append(None)  # the check makes something else of it
        else:
            aims.append([[value, reading.came], False, _allowed(value)])
    return Judged(aims, frozenset(wrong))


def but_for(one: Judged, others: Collection[int]) -> Aims:
    """The aims of a case, in which these readings may be anything."""
    return [None if index in others else aim for index, aim in enumerate(one.aims)]


def accepts(reading: Reading, value: object, remarks: Remarks) -> bool:
    """Whether the check takes this value; where it goes on with it, whether it is nearly the right one."""
    if alike(value, reading.came):
        return True
    if reading.look is None:
        return _error(value, reading.came) <= _allowed(reading.came)
    try:
        reading.look.at(value, remarks)
    except Exception:  # it says so by raising
        return False
    return True


def _right(reading: Reading, value: object) -> Aim:
    """The right value; more exactly than usual, if the submission's own is nearly that."""
    error = _error(value, reading.came)
    return [[reading.came], error == 0.0, max(min(_allowed(reading.came), error / 8), LEAST)]


def _allowed(value: object) -> float:
    return MOST_SINGLE if isinstance(value, np.ndarray) and value.dtype in (np.float32, np.float16) else MOST


def _error(value: object, right: object) -> float:
    """The largest error of an array of the same size, relative to the right one's largest entry; else infinite."""
    if not isinstance(value, np.ndarray | float | int) or not isinstance(right, np.ndarray | float | int):
        return np.inf
    one, other = np.asarray(value), np.asarray(right)
    if one.size != other.size or one.dtype.kind not in "fiub" or other.dtype.kind not in "fiub":
        return np.inf
    with np.errstate(all="ignore"):
        difference = np.abs(one.astype(float).ravel() - other.astype(float).ravel())
        found = float(np.max(difference, initial=0.0) / max(float(np.max(np.abs(other), initial=0.0)), 1e-300))
    return found if np.isfinite(found) else np.inf
