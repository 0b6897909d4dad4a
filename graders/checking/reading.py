"""Reads what student code gave, with a kind and a shape in mind: anything else fails the check in a line.

Nothing that comes from the worker may raise in our process in any other way, so a check takes every value through one
of these, or hands it to `expect`. `array_of`, `number_of` and the like are for values that came inside another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from graders.checking.failures import CheckFailed
from graders.checking.student import Remote, Student, Value
from graders.judging.compare import Shape, as_array, compare_shapes
from graders.judging.difference import Difference, Fault
from graders.sandbox.inside.wire import Opaque

Kind = TypeVar("Kind")

MOST_ITEMS = 10_000
"""Of a list that is gone through item by item."""
_NO_ARRAY = np.empty(0)


def read_arrays(
    student: Student,
    *remotes: Remote,
    like: Sequence[tuple[int, ...]] = (),
    floats: bool = False,
    finite: bool = False,
) -> list[np.ndarray]:
    """The values of these remotes as real arrays, for what `expect` can't say; CheckFailed for one that isn't.

    `like` are the shapes that they should have, if any others would be of no use. With `floats` they are of a floating
    dtype, with `finite` all entries are finite.
    """
    shapes: Sequence[tuple[int, ...] | None] = like or [None] * len(remotes)
    values = student.read(*remotes)
    return [
        array_of(value, repr(remote), shape, floats=floats, finite=finite)
        for remote, value, shape in zip(remotes, values, shapes, strict=True)
    ]


def read_array(
    remote: Remote, like: tuple[int, ...] | None = None, *, floats: bool = False, finite: bool = False
) -> np.ndarray:
    """The value of one remote as a real array: see `read_arrays`."""
    return array_of(_value(remote), repr(remote), like, floats=floats, finite=finite)


def read_number(remote: Remote) -> float:
    """One real number; an array that holds one stands for it."""
    return number_of(_value(remote), repr(remote))


def read_whole(remote: Remote) -> int:
    """One whole number."""
    return _of_type(_value(remote), int, repr(remote), "a whole number")


def read_flag(remote: Remote) -> bool:
    """True or False."""
    return _of_type(_value(remote), bool, repr(remote), "True or False")


def is_nothing(remote: Remote) -> bool:
    """Whether it is None, as from a function without a return."""
    return _value(remote) is None


def read_record(remote: Remote) -> dict[str, Value]:
    """A dict whose keys are names, with its values, which are to be read by `array_of` and the like."""
    return record_of(_value(remote), repr(remote))


def read_list(remote: Remote) -> list[Value]:
    """A list's items at once, which are to be read by `number_of` and the like; CheckFailed where they are too many."""
    return list_of(_value(remote), repr(remote))


def read_items(remote: Remote) -> list[Remote]:
    """The items of a list or another sequence, still to be read; CheckFailed where they are too many to be gone
    through.
    """
    count = len(remote)
    if count > MOST_ITEMS:
        raise CheckFailed(f"{remote!r} has {count} entries", holds_no_values=True)
    return [remote[index] for index in range(count)]


def examine(
    remote: Remote, verdict: Callable[[np.ndarray], None], like: tuple[int, ...] | None = None, *, floats: bool = False
) -> None:
    """Have `verdict` look at the value as a real array, as it is at this point of the queue, once it has come."""
    remote._student.judge(remote, lambda value: verdict(array_of(value, repr(remote), like, floats=floats)))


def array_of(
    value: Value, name: str, like: tuple[int, ...] | None = None, *, floats: bool = False, finite: bool = False
) -> np.ndarray:
    """A value as a real array; `name` is what it is called where it is none."""
    found = as_array(value)
    if isinstance(found, np.ndarray):
        wrong = _wrong(found, like, floats)
        if wrong is None and finite and not np.isfinite(found).all():
            raise CheckFailed(f"{name} isn't finite everywhere", holds_no_values=True)
        found = found if wrong is None else wrong
    if isinstance(found, Difference):
        raise CheckFailed.of(name, found)
    return found


def number_of(value: Value, name: str) -> float:
    """A value as a real number."""
    array = array_of(value, name)
    if array.size != 1:
        raise CheckFailed(f"{name} has shape {array.shape}, but should be a number", holds_no_values=True)
    return float(array.reshape(()))


def record_of(value: Value, name: str) -> dict[str, Value]:
    """A dict whose keys are names."""
    if not isinstance(value, dict):
        raise CheckFailed(f"{name} is {_kind(value)}, but should be a dict", holds_no_values=True)
    return {key: item for key, item in value.items() if isinstance(key, str)}


def list_of(value: Value, name: str) -> list[Value]:
    """A list's items; CheckFailed where there are too many to be gone through."""
    if not isinstance(value, list):  # a tuple is one, too
        raise CheckFailed(f"{name} is {_kind(value)}, but should be a list", holds_no_values=True)
    found: list[Value] = value
    if len(found) > MOST_ITEMS:
        raise CheckFailed(f"{name} has {len(found)} entries", holds_no_values=True)
    return found


def _value(remote: Remote) -> Value:
    return remote._student.read(remote)[0]


def _wrong(array: np.ndarray, like: tuple[int, ...] | None, floats: bool) -> Difference | None:
    if floats and array.dtype.kind != "f":
        return Difference(Fault.DTYPE, f"has dtype {array.dtype}", "have float64 (or float32)", array, _NO_ARRAY)
    if like is None:
        return None
    return compare_shapes(array, np.zeros(like), Shape.EXACT).difference


def _of_type(value: Value, kind: type[Kind], name: str, wanted: str) -> Kind:
    if type(value) is not kind:
        raise CheckFailed(f"{name} is {_kind(value)}, but should be {wanted}", holds_no_values=True)
    return value


def _kind(value: Value) -> str:
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    kind = value.type_name if isinstance(value, Opaque) else type(value).__name__
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"
