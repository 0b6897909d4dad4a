"""The layout of a student's parameters where a handout leaves it open: transposed weights, a bias in one dimension."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from graders.checking.components.cases import sizes as _sizes
from graders.checking.failures import CheckFailed
from graders.checking.reading import examine, read_arrays
from graders.judging.compare import compare
from graders.judging.expectation import Expected

if TYPE_CHECKING:
    from graders.checking.components.calling.layers import Layer
    from graders.checking.student import Remote, Student

Change = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Layout:
    """Of the parameters that lie otherwise, what makes the student's array of the component's, and back."""

    changes: Mapping[str, tuple[Change, Change]]
    flat: frozenset[str] = frozenset()
    """Those that may lack an axis of 1, whether they do or not."""

    @classmethod
    def of(cls, one: Layer, student: Student, found: Mapping[str, Remote], sizes: Mapping[str, int]) -> Layout:
        """As parameters have it whose sizes all differ; CheckFailed where one has neither shape."""
        arrays = dict(zip(found, read_arrays(student, *found.values()), strict=True))
        faults, changes = [], {}
        for name, array in arrays.items():
            usual, other = _sizes.shape(one.parameters[name], sizes), _sizes.shape(one.layouts[name], sizes)
            if array.shape == other:
                changes[name] = _change(one.parameters[name], one.layouts[name])
            elif array.shape != usual:
                text = f"{found[name]!r} has shape {array.shape}, but should be {usual}, or {other}"
                faults.append(CheckFailed(text))
        if faults:
            raise CheckFailed.together(faults)
        return cls(changes, frozenset(name for name in one.layouts if _is_flat(one, name)))

    def put(self, name: str, array: np.ndarray) -> np.ndarray:
        """The component's array as the student has it."""
        return self.changes[name][0](array) if name in self.changes else array

    def back(self, name: str, array: np.ndarray) -> np.ndarray:
        """The student's array as the component has it."""
        return self.changes[name][1](array) if name in self.changes else array

    def expected(self, name: str, wanted: Expected) -> Expected:
        """What is expected of a parameter or its gradient, laid out like the parameter."""
        return changed(wanted, self.changes[name][0]) if name in self.changes else wanted


def expect_either(remote: Remote, wanted: Expected) -> None:
    """The value is right, with its axis of 1 or without."""
    examine(remote, lambda array: _judge_either(repr(remote), array, wanted))


def _is_flat(one: Layer, name: str) -> bool:
    return len(one.layouts[name].split()) < len(one.parameters[name].split())


def _judge_either(called: str, array: np.ndarray, wanted: Expected) -> None:
    squeezed = array.ndim < wanted.value.ndim
    difference = compare(array, changed(wanted, np.squeeze) if squeezed else wanted).difference
    if difference is not None:
        raise CheckFailed.of(called, difference)


def _change(usual: str, other: str) -> tuple[Change, Change]:
    before, after = usual.split(), other.split()
    if len(before) == len(after):
        there, back = [before.index(word) for word in after], [after.index(word) for word in before]
        return lambda a: np.ascontiguousarray(a.transpose(there)), lambda a: np.ascontiguousarray(a.transpose(back))
    axes = tuple(place for place, word in enumerate(before) if word == "1")
    return lambda a: a.squeeze(axes), lambda a: np.expand_dims(a, axes)


def changed(wanted: Expected, change: Change) -> Expected:
    """What is expected of a value that lies otherwise."""
    origin = dataclasses.replace(wanted.origin, arranged=change) if wanted.origin is not None else None
    return Expected(change(wanted.value), lambda: change(wanted.noise), lambda: wanted.related, origin)
