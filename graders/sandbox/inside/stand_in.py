"""Classes and functions that stand in for the student's own: the trusted side carries out what they are asked."""

from __future__ import annotations

import builtins
import contextlib
import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

from .faces import GIVEN, face, is_face
from .importing import BrokenName, Candidates
from .origin import held, reached
from .values import frozen
from .wire import STAND_IN, Mapped, Message, ProtocolError

Ask = Callable[[Message], Message]
"""Sends a question to the trusted side, and gives its answer."""
Parameters = Sequence[tuple[str, bool]]
"""What a right part's method takes besides the object: names, and whether each must be given."""
Methods = Mapping[str, Parameters]
"""What can be called on a right part, the constructor with it."""
Given = tuple[Sequence[object], Mapping[str, object]]
"""Arguments, by place and by name."""


def nobody(message: Message) -> Message:
    """Where no trusted side is there to ask."""
    raise ProtocolError(f"nobody is there to answer {message[0]!r}")


def stand_in(part: str, base: type, methods: Methods, ask: Ask) -> type:
    """A class whose methods are carried out by the trusted side: the object's attributes go there and come back.

    It derives from the student's own class, for which others may ask with `isinstance`.
    """
    namespace: dict[str, Any] = {"__init__": lambda self: None}
    for called, parameters in methods.items():
        namespace[called] = _method(part, called, parameters, getattr(base, called, None), ask)
    return face(part.rpartition(".")[2], base, namespace)


FUNCTION = ""
"""What stands for a method's name where the right part is a function."""


def function_in_place(part: str, theirs: object, parameters: Parameters, ask: Ask) -> FunctionType:
    """A function that is carried out by the trusted side: its arguments go there, and its result comes back."""

    def run(*positional: object, **keywords: object) -> object:
        named = _named_as_theirs(theirs, positional, keywords, of_object=False)
        positional, keywords = _fitting(named, parameters, positional, keywords)  # type: ignore[assignment]
        kind, value, state = ask([STAND_IN, part, FUNCTION, Mapped({}), frozen(positional), frozen(keywords)])
        if kind == "raise":
            raise getattr(builtins, str(value), ValueError)(state)
        return value

    module, _, name = part.rpartition(".")
    run.__code__ = run.__code__.replace(co_filename=f"<{name}>", co_name=name, co_qualname=name)
    run.__name__, run.__qualname__, run.__module__ = name, name, module
    vars(run)[_MARK] = True
    assert isinstance(run, FunctionType)
    return run


_MARK = "_stands_in"
"""What a function has that stands in for another."""


def _method(part: str, called: str, parameters: Parameters, theirs: object, ask: Ask) -> FunctionType:
    def run(self: object, *positional: object, **keywords: object) -> object:
        if called == "__init__":
            setattr(self, GIVEN, (positional, keywords))
        positional, keywords = fitted(theirs, parameters, positional, keywords)  # type: ignore[assignment]
        sent = [frozen(vars(self)), frozen(positional), frozen(keywords)]
        kind, value, state = ask([STAND_IN, part, called, *sent])
        if kind == "raise":
            raise getattr(builtins, str(value), ValueError)(state)
        if isinstance(state, dict):
            vars(self).update(state)
        return value

    name = part.rpartition(".")[2]
    run.__code__ = run.__code__.replace(co_filename=f"<{name}>", co_name=called, co_qualname=f"{name}.{called}")
    run.__name__, run.__qualname__ = called, f"{name}.{called}"
    run.__module__, run.__doc__ = part.rpartition(".")[0], getattr(theirs, "__doc__", None)
    assert isinstance(run, FunctionType)
    return run


def fitted(
    theirs: object, parameters: Parameters, positional: Sequence[object], keywords: Mapping[str, object]
) -> Given:
    """The arguments of a call as the right part takes them, by name: which they are, the student's own method says.

    Parameters of the student's that the part has not, such as one with a default, are left out.
    """
    return _fitting(_named_as_theirs(theirs, positional, keywords), parameters, positional, keywords)


def _fitting(
    given: list[tuple[str, object]] | None,
    parameters: Parameters,
    positional: Sequence[object],
    keywords: Mapping[str, object],
) -> Given:
    if given is None:
        return positional, keywords
    known = {name for name, _ in parameters}
    fit = {name: value for name, value in given if name in known}
    rest = [value for name, value in given if name not in known]
    for name, needed in parameters:
        if needed and name not in fit and rest:
            fit[name] = rest.pop(0)
    return (), fit


def _named_as_theirs(
    theirs: object, positional: Sequence[object], keywords: Mapping[str, object], *, of_object: bool = True
) -> list[tuple[str, object]] | None:
    """Each argument by the name of the student's parameter; None where there is none, or it takes others."""
    if not callable(theirs):
        return None
    try:
        signature = inspect.signature(theirs)
        bound = signature.bind(*([None] if of_object else []), *positional, **keywords).arguments
    except Exception:  # what they call so may be anything
        return None
    given: list[tuple[str, object]] = []
    for name, value in bound.items():
        kind = signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            given += [("", item) for item in value]
        elif kind is inspect.Parameter.VAR_KEYWORD:
            given += value.items()
        else:
            given.append((name, value))
    return given[1:] if of_object else given


def install(part: str, candidates: Candidates, methods: Methods, ask: Ask, root: str) -> None:
    """Put a stand-in wherever the submission has the part of these places, or what stands for a broken one."""
    replaced = _present(candidates)
    if any(_stands_in(value) for value in replaced.values()):
        return  # it is there already, and there are objects of it
    new = _instead(part, replaced, methods, ask)
    for module, name in replaced:
        setattr(sys.modules[module], name, new)
    old = {id(value) for value in replaced.values()}
    for holder, key, value in held(root):
        if id(value) in old or (isinstance(value, BrokenName) and key == new.__name__):
            setattr(holder, key, new)


def _stands_in(value: object) -> bool:
    return is_face(value) if isinstance(value, type) else type(value) is FunctionType and _MARK in vars(value)


def _instead(part: str, replaced: Mapping[tuple[str, str], object], methods: Methods, ask: Ask) -> type | FunctionType:
    """The stand-in for what is at these places."""
    if FUNCTION in methods:
        return function_in_place(part, next(iter(replaced.values()), None), methods[FUNCTION], ask)
    base = next((value for value in replaced.values() if isinstance(value, type)), object)
    new = stand_in(part, base, methods, ask)
    if base is object and replaced:
        new.__module__ = next(iter(replaced))[0]
    return new


def plain(name: str, candidates: Candidates, attributes: Mapping[str, object]) -> object:
    """An object with these attributes that passes for one of the submission's class at these places, if there is one.

    `name` is what its class is called.
    """
    base = next((value for value in _present(candidates).values() if isinstance(value, type)), object)
    made: object = object.__new__(face(name, base, {}))
    for attribute, value in attributes.items():
        setattr(made, attribute, value)
    return made


def _present(candidates: Candidates) -> dict[tuple[str, str], object]:
    """What is at those of these places where there is something."""
    found = {}
    for module, name in candidates:
        with contextlib.suppress(Exception):
            found[module, name] = reached(f"{module}.{name}")
    return {place: value for place, value in found.items() if value is not None}
