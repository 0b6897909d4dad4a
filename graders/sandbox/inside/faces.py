"""Classes that can replace the student's own for any other code: in attributes, type and copies."""

from __future__ import annotations

import contextlib
import types
from collections.abc import Mapping
from typing import Any

GIVEN = "_given"
"""Where an object keeps what it was made from: positional and keyword arguments."""
_OWN = "_own"
"""Where it keeps one of the student's, made from the same, once that has been asked for."""


def face(name: str, base: type, namespace: Mapping[str, Any]) -> type:
    """A class of this name that derives from the student's, if that can be; its objects keep attributes in themselves.

    What such an object hasn't, it takes from one of the student's own that is made from the same arguments.
    """
    for kind in (base, object):
        with contextlib.suppress(Exception):  # a class of theirs may refuse to be derived from
            return _derived(name, kind, namespace)
    raise AssertionError("object can be derived from")


def is_face(kind: type) -> bool:
    """Whether this class only passes for one of the student's."""
    return GIVEN in vars(kind).get("__slots__", ())


def _derived(name: str, base: type, namespace: Mapping[str, Any]) -> type:
    places = {"__dict__": base.__dictoffset__, "__weakref__": base.__weakrefoffset__}
    missing = [slot for slot, has in places.items() if not has]
    content = {
        **{key: _Kept(key, value) for key, value in _managed(base).items()},
        "__slots__": (*missing, GIVEN, _OWN),
        "__module__": base.__module__,
        "__doc__": base.__doc__,
        "__new__": lambda cls, *_, **__: object.__new__(cls),
        "__setattr__": object.__setattr__,
        "__delattr__": object.__delattr__,
        "__getattribute__": object.__getattribute__,
        "__getattr__": _of_their_own,
        "__reduce_ex__": object.__reduce_ex__,
        "__getstate__": _state,
        "__setstate__": _restore,
        **namespace,
    }
    made = types.new_class(name, (base,), exec_body=lambda target: target.update(content))
    if hasattr(made, "__abstractmethods__"):
        made.__abstractmethods__ = frozenset()
    object.__new__(made)  # a class whose objects can't be made so is of no use
    return made


def _managed(base: type) -> dict[str, Any]:
    """What the student's class has in place of plain attributes: properties, slots."""
    found: dict[str, Any] = {}
    for kind in reversed(base.__mro__[:-1]):
        found |= {key: value for key, value in vars(kind).items() if hasattr(type(value), "__set__")}
    return {key: value for key, value in found.items() if not key.startswith("__")}


class _Kept:
    """An attribute of the object itself where the student's class has a property or a slot."""

    def __init__(self, name: str, theirs: Any) -> None:
        self._name = name
        self._theirs = theirs

    def __get__(self, owner: object, kind: type | None = None) -> Any:
        if owner is None:
            return self._theirs
        kept = vars(owner)
        return kept[self._name] if self._name in kept else self._theirs.__get__(owner, kind)

    def __set__(self, owner: object, value: object) -> None:
        vars(owner)[self._name] = value

    def __delete__(self, owner: object) -> None:
        vars(owner).pop(self._name, None)


def _of_their_own(self: object, name: str) -> Any:
    """An attribute that the object hasn't, as the student's constructor leaves it."""
    if name not in (GIVEN, _OWN) and not (name.startswith("__") and name.endswith("__")):
        with contextlib.suppress(Exception):
            return getattr(_their_own(self), name)
    raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)


def _state(self: object) -> dict[str, Any]:
    """What a copy takes over, pickled or not: not the object of theirs, whose class has lost its name."""
    state = dict(vars(self))
    with contextlib.suppress(AttributeError):
        state[GIVEN] = object.__getattribute__(self, GIVEN)
    return state


def _restore(self: object, state: Mapping[str, Any]) -> None:
    for name, value in state.items():
        object.__setattr__(self, name, value)


def _their_own(self: object) -> object:
    """An object of the student's class that is made as this one was, once."""
    look_up = object.__getattribute__
    with contextlib.suppress(AttributeError):
        return look_up(self, _OWN)
    positional, keywords = look_up(self, GIVEN)
    made = None
    with contextlib.suppress(Exception, SystemExit):
        made = type(self).__mro__[1](*positional, **keywords)
    object.__setattr__(self, _OWN, made)
    return made
