"""Trusted side: right parts that stand in for the student's own, one call at a time.

A component that is built on others fails if these do. Marked again on parts that are right, it shows whether the
mistake is its own. No solution enters the worker: there, a stand-in is a class without content, whose objects send
their attributes and arguments here and get the results back.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np

from graders.judging.compare import as_array
from graders.judging.difference import Difference, Fault
from graders.judging.memory import size_of_arrays
from graders.sandbox.inside.wire import STAND_IN, Mapped, Opaque, ProtocolError, Reference, encode

MAX_BYTES = 4 * 1024 * 1024
"""Of the arrays of one call: larger ones would keep us busy."""
MAX_TEXT = 500
MAX_MEMORY = 1 << 30
"""Bytes that a call may take: (N, 1) times (1, M) is much larger than what it is made of."""

Named = dict[object, object]
"""What the worker says by name: attributes, keyword arguments."""

Part = Callable[..., object]
"""What is right and has the student's interface: a class with plain attributes and methods on arrays, or a function."""
FUNCTION = ""
"""The method, where a part is a function."""


class Refused(ValueError):
    """What a right part doesn't take, in words of the handout: the argument by its name, and what it should be."""


def numbers(name: str, value: object, *shape: int | str) -> np.ndarray:
    """An argument or attribute of a part as float64, lists and single numbers too; Refused for anything else.

    Where a shape is given it has to have it; a word in it is any size, called so.
    """
    found = as_array(_as_list_of_numbers(value))
    if isinstance(found, Difference):
        raise Refused(f"{name} is None" if found.fault is Fault.NOTHING else f"{name} {found.full}")
    array = found.astype(np.float64)
    if shape and not _fits(array.shape, shape):
        wanted = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
        raise Refused(f"{name} has shape {array.shape}, but should be ({wanted})")
    return array


def _fits(shape: tuple[int, ...], wanted: Sequence[int | str]) -> bool:
    alike = zip(shape, wanted, strict=False)
    return len(shape) == len(wanted) and all(isinstance(size, str) or had == size for had, size in alike)


def _as_list_of_numbers(value: object) -> object:
    """A list as the array that NumPy makes of it, if it holds numbers."""
    if not isinstance(value, list):
        return value
    try:
        made = np.array(value)
    except (ValueError, TypeError):
        return value
    return made if made.dtype.kind in "biuf" else value


class StandIns:
    """Answers the worker's questions about these parts, by the names that the handout gives them."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self.parts = parts

    def methods(self, part: str) -> dict[str, list[tuple[str, bool]]]:
        """What can be called, the constructor with it, and the parameters: names, and whether each must be given."""
        kind = self.parts[part]
        if not isinstance(kind, type):
            return {FUNCTION: _taken(kind)}
        names = dict.fromkeys(name for base in kind.__mro__[:-1] for name in vars(base))
        special = ("__init__", "__call__")
        found = [n for n in names if n in special or (not n.startswith("_") and callable(getattr(kind, n)))]
        return {name: _parameters(getattr(kind, name)) for name in found}

    def __call__(self, question: list[object]) -> list[object] | None:
        """The answer to a question about a part; None for any other message."""
        match question:
            case [str(kind), str(part), str(method), dict(state), list(positional), dict(keywords)] if (
                kind == STAND_IN and part in self.parts and method in self.methods(part)
            ):
                return self._answer(part, method, state, positional, keywords)
        return None

    def _answer(self, part: str, method: str, state: Named, positional: list[object], keywords: Named) -> list[object]:
        before = {name: value for name, value in state.items() if type(name) is str and _plain(value)}
        made = _made(self.parts[part], before)
        called = part.rpartition(".")[2] + (f".{method}" if method not in (FUNCTION, "__init__") else "")
        try:
            named = _keywords(state, positional, keywords)
            call: Callable[..., object] = made if method == FUNCTION else getattr(made, method)
            answer = ["value", *_computed(made, call, positional, named, before)]
            encode(answer)
        except ProtocolError:
            return ["raise", "ValueError", f"{called}: the result is too large"]
        except AttributeError as error:
            return ["raise", "AttributeError", _of_what_is_missing(error, made, called)[:MAX_TEXT]]
        except (Refused, TypeError) as error:
            kind = "ValueError" if isinstance(error, Refused) else "TypeError"
            return ["raise", kind, f"{called}: {error}"[:MAX_TEXT]]
        except Exception:  # the arguments are the student's
            text = f"{called} can't be computed of {_described(positional, keywords)}"
            return ["raise", "ValueError", text[:MAX_TEXT]]
        return answer


def _made(part: Part, attributes: Mapping[str, object]) -> Any:
    """An object of a class with these attributes; a function is itself."""
    if not isinstance(part, type):
        return part
    made: object = object.__new__(part)
    vars(made).update(attributes)
    return made


def _computed(
    made: object,
    call: Callable[..., object],
    positional: list[object],
    named: dict[str, object],
    before: Mapping[str, object],
) -> tuple[object, object]:
    """What the call gives, and the attributes that it sets: all others stay the student's, to the object."""
    signature(call).bind(*positional, **named)
    with np.errstate(all="ignore"), _bounded_memory():
        value = call(*positional, **named)
    changed = {name: kept for name, kept in vars(made).items() if kept is not before.get(name, before)}
    return _sent(value), _sent(changed)


def _of_what_is_missing(error: AttributeError, made: object, called: str) -> str:
    if error.obj is not made or "." not in called:
        return f"{called} can't be computed of what it was given"
    return f"{called}: {type(made).__name__!r} object has no attribute {error.name!r}"


def _described(positional: list[object], keywords: Named) -> str:
    """Arguments by their names, as far as they have some, in a student's words."""
    arrays = [("an array", value) for value in positional] + [(str(name), value) for name, value in keywords.items()]
    found = [f"{name} of shape {value.shape}" for name, value in arrays if isinstance(value, np.ndarray)]
    return ", ".join(found) or "what it was given"


def _keywords(state: Named, positional: list[object], keywords: Named) -> dict[str, object]:
    """The keyword arguments of a call that can be made; Refused for one that can't."""
    if size_of_arrays([state, positional, keywords]) > MAX_BYTES:
        raise Refused("the arrays are too large")
    named = {name: value for name, value in keywords.items() if isinstance(name, str)}
    if not _plain([positional, keywords]) or len(named) < len(keywords):
        raise TypeError("arguments should be numbers and NumPy arrays")
    return named


def _parameters(method: Callable[..., object]) -> list[tuple[str, bool]]:
    """Names, and whether each must be given, without that of the object."""
    return _taken(method)[1:]


def _taken(function: Callable[..., object]) -> list[tuple[str, bool]]:
    """Names of what a function takes, and whether each must be given."""
    return [(one.name, one.default is one.empty) for one in signature(function).parameters.values()]


@contextmanager
def _bounded_memory() -> Iterator[None]:
    """Have what takes more than MAX_MEMORY raise, where the kernel says how much this process has and limits it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    pages = Path("/proc/self/statm")
    if soft != resource.RLIM_INFINITY or not pages.exists():
        yield
        return
    most = int(pages.read_text("ascii").split()[0]) * resource.getpagesize() + MAX_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _plain(value: object) -> bool:
    if isinstance(value, list):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return all(map(_plain, value.values()))
    return not isinstance(value, Opaque | Reference)


def _sent(value: object) -> object:
    """As it goes over the wire; a single number as such, which is what functions of numbers give."""
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind == "f":
        return float(value)
    if isinstance(value, dict):
        return Mapped({key: _sent(item) for key, item in value.items()})
    return [_sent(item) for item in value] if isinstance(value, list | tuple) else value
