"""Classes that stand in for the student's own: the trusted side carries out what they are asked."""

from __future__ import annotations

import builtins
import sys
import types
from collections.abc import Callable, Sequence

from .importing import BrokenName, Candidates
from .origin import held, reached
from .values import frozen
from .wire import STAND_IN, Message, ProtocolError

Ask = Callable[[Message], Message]
"""Sends a question to the trusted side, and gives its answer."""


def nobody(message: Message) -> Message:
    """Where no trusted side is there to ask."""
    raise ProtocolError(f"nobody is there to answer {message[0]!r}")


def stand_in(part: str, base: type, methods: Sequence[str], ask: Ask) -> type:
    """A class whose methods are carried out by the trusted side: the object's attributes go there and come back.

    It derives from the student's own class, for which others may ask with `isinstance`.
    """

    def method(called: str) -> Callable[..., object]:
        def run(self: object, *positional: object, **keywords: object) -> object:
            sent = [frozen(vars(self)), frozen(positional), frozen(keywords)]
            kind, value, state = ask([STAND_IN, part, called, *sent])
            if kind == "raise":
                raise getattr(builtins, str(value), ValueError)(state)
            if isinstance(state, dict):
                vars(self).update(state)
            return value

        return run

    namespace = {"__init__": lambda self: None} | {name: method(name) for name in methods}
    return types.new_class(part.rpartition(".")[2], (base,), exec_body=lambda target: target.update(namespace))


def install(part: str, candidates: Candidates, methods: Sequence[str], ask: Ask, root: str) -> None:
    """Put a stand-in wherever the submission has the class of these places, or what stands for a broken one."""
    replaced = _present(candidates)
    base = next((value for value in replaced.values() if isinstance(value, type)), object)
    new = stand_in(part, base, methods, ask)
    for module, name in replaced:
        setattr(sys.modules[module], name, new)
    old = {id(value) for value in replaced.values()}
    for holder, key, value in held(root):
        if id(value) in old or (isinstance(value, BrokenName) and key == new.__name__):
            setattr(holder, key, new)


def _present(candidates: Candidates) -> dict[tuple[str, str], object]:
    """What is at those of these places where there is something."""
    found = {(module, name): reached(f"{module}.{name}") for module, name in candidates}
    return {place: value for place, value in found.items() if value is not None}
