"""Trusted side: right parts that stand in for the student's own, one call at a time.

A component that is built on others fails if these do. Marked again on parts that are right, it shows whether the
mistake is its own. No solution enters the worker: there, a stand-in is a class without content, whose objects send
their attributes and arguments here and get the results back.
"""

from __future__ import annotations

import resource
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from graders.judging.memory import size_of_arrays
from graders.sandbox.inside.wire import STAND_IN, Mapped, Opaque, ProtocolError, Reference, encode

MAX_BYTES = 4 * 1024 * 1024
"""Of the arrays of one call: larger ones would keep us busy."""
MAX_MEMORY = 1 << 30
"""Bytes that a call may take: (N, 1) times (1, M) is much larger than what it is made of."""

Named = dict[object, object]
"""What the worker says by name: attributes, keyword arguments."""

Part = type
"""A class with the student's interface that is right: plain attributes, methods on arrays."""


class StandIns:
    """Answers the worker's questions about these parts, by the names that the handout gives them."""

    def __init__(self, parts: Mapping[str, Part]) -> None:
        self.parts = parts

    def methods(self, part: str) -> list[str]:
        """What can be called, the constructor with it."""
        kind = self.parts[part]
        names = dict.fromkeys(name for base in kind.__mro__[:-1] for name in vars(base))
        special = ("__init__", "__call__")
        return [n for n in names if n in special or (not n.startswith("_") and callable(getattr(kind, n)))]

    def __call__(self, question: list[object]) -> list[object] | None:
        """The answer to a question about a part; None for any other message."""
        match question:
            case [str(kind), str(part), str(method), dict(state), list(positional), dict(keywords)] if (
                kind == STAND_IN and part in self.parts and method in self.methods(part)
            ):
                return self._answer(part, method, state, positional, keywords)
        return None

    def _answer(self, part: str, method: str, state: Named, positional: list[object], keywords: Named) -> list[object]:
        made: object = object.__new__(self.parts[part])
        vars(made).update({name: value for name, value in state.items() if type(name) is str and _plain(value)})
        try:
            named = _keywords(state, positional, keywords)
            with np.errstate(all="ignore"), _bounded_memory():
                call: Callable[..., object] = getattr(made, method)
                value = call(*positional, **named)
            answer = ["value", _sent(value), _sent(vars(made))]
            encode(answer)
        except ProtocolError:
            return ["raise", "ValueError", "the result is too large"]
        except Exception as error:  # the arguments are the student's
            return ["raise", type(error).__name__, f"{part.rpartition('.')[2]}.{method}: {error}"[:500]]
        return answer


def _keywords(state: Named, positional: list[object], keywords: Named) -> dict[str, object]:
    """The keyword arguments of a call that can be made; ValueError or TypeError for one that can't."""
    if size_of_arrays([state, positional, keywords]) > MAX_BYTES:
        raise ValueError("the arrays are too large")
    named = {name: value for name, value in keywords.items() if isinstance(name, str)}
    if not _plain([positional, keywords]) or len(named) < len(keywords):
        raise TypeError("arguments should be numbers and NumPy arrays")
    return named


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
    if isinstance(value, dict):
        return Mapped({key: _sent(item) for key, item in value.items()})
    return [_sent(item) for item in value] if isinstance(value, list | tuple) else value
