"""Wraps arrays in the objects that a library uses in their place: tensors with `data` and `grad`.

A function of such objects becomes one of arrays. Where it returns objects of other classes, it gives what these hold.
"""

from __future__ import annotations

import contextlib
import inspect
import random
import sys
import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Theirs = Any
"""A value of student code: it may be anything."""

_DATA = ("data", "value", "values", "val", "array", "arr", "_data", "_value", "v", "tensor", "content")
_GRADIENTS = ("grad", "gradient", "_grad", "diff", "adjoint", "derivative", "grads", "g", "delta")
_PASSES = ("forward", "fprop", "forward_pass")
_FOREIGN = sys.stdlib_module_names | {"numpy", "scipy", "torch", "numba", "graders"}
_SAMPLE = ((0.5, 0.25),)
MOST = 4
"""Classes that are offered, at most."""


@dataclass(frozen=True)
class Wrapper:
    """A class whose objects hold an array, and maybe its gradient, as attributes of these names."""

    kind: type
    data: str
    gradient: str
    options: Mapping[str, object]

    def wrap(self, value: Theirs) -> Theirs:
        """An object that holds an array, or a number, if it takes that."""
        if np.ndim(value) == 0:
            with contextlib.suppress(Exception):  # it is student code
                return self.kind(float(value), **self.options)
        return self.kind(np.asarray(value), **self.options)

    def sample(self) -> Theirs:
        """Some object of the class."""
        return self.wrap(np.array(_SAMPLE))

    def holds(self, value: Theirs) -> bool:
        """Whether it is such an object."""
        return isinstance(value, self.kind) or isinstance(getattr(value, self.data, None), np.ndarray | float | int)

    def unwrapped(self, value: Theirs) -> Theirs:
        """What such an object holds."""
        return getattr(value, self.data)

    def gradient_of(self, value: Theirs) -> Theirs:
        """The gradient that it keeps, as an array; None if there is none."""
        found = getattr(value, self.gradient, None)
        return self.unwrapped(found) if isinstance(found, self.kind) else found


def wrappers_of(function: Theirs) -> list[Wrapper]:
    """Those that a function, a method or an object that can be called finds in its module: parameters' come last."""
    before = np.random.get_state(legacy=False), random.getstate()
    found = [one for kind in _classes(_globals(function)) if (one := _wrapper(kind)) is not None]
    np.random.set_state(before[0])
    random.setstate(before[1])
    return sorted(found, key=lambda one: "param" in one.kind.__name__.lower())[:MOST]


def _globals(function: Theirs) -> Mapping[str, object]:
    plain = inspect.unwrap(function) if callable(function) else function
    plain = getattr(plain, "__func__", plain)
    called = next((vars(kind)["__call__"] for kind in type(plain).__mro__ if "__call__" in vars(kind)), None)
    own: Mapping[str, object] = getattr(plain, "__globals__", None) or getattr(called, "__globals__", {})
    return own


def _classes(there: Mapping[str, object]) -> Iterator[type]:
    """The classes that a module names, and those that modules beside it have."""
    modules = [one for one in there.values() if isinstance(one, types.ModuleType) and not _is_foreign(one.__name__)]
    named = [*there.values(), *(value for module in modules for value in vars(module).values())]
    kinds = [one for one in named if isinstance(one, type) and not _is_foreign(one.__module__)]
    return iter(dict.fromkeys(kinds))


def _is_foreign(module: str) -> bool:
    return module.partition(".")[0] in _FOREIGN


def _wrapper(kind: type) -> Wrapper | None:
    """The class as a wrapper: made of one array, which it holds then; a layer or a loss is none."""
    if any(hasattr(kind, name) for name in _PASSES):
        return None
    options: dict[str, object] = {"requires_grad": True} if "requires_grad" in _parameters(kind) else {}
    sample = np.array(_SAMPLE)
    try:
        made = kind(sample, **options)
        data = next((name for name in _DATA if _is_sample(getattr(made, name, None), sample)), "")
        gradient = next((name for name in _GRADIENTS if hasattr(made, name)), "grad")
    except Exception:  # it is student code
        return None
    return Wrapper(kind, data, gradient, options) if data else None


def _is_sample(value: Theirs, sample: np.ndarray) -> bool:
    return isinstance(value, np.ndarray) and np.array_equal(value, sample)


def _parameters(kind: type) -> Sequence[str]:
    try:
        return list(inspect.signature(kind).parameters)
    except (ValueError, TypeError):
        return []


class Unwrapped:
    """A forward pass over objects, as one over arrays.

    What it `wraps` is "floats", the "first" array, "all" of them, or "entries": each number for itself. Without a
    wrapper it only takes results out of their objects.
    """

    def __init__(self, function: Callable[..., Theirs], wrapper: Wrapper | None, wraps: str) -> None:
        self.function = function
        self.wrapper = wrapper
        self.wraps = wraps
        self.given: dict[str, Theirs] = {}
        self.known: dict[int, tuple[object, Theirs]] = {}
        self.outputs: list[Theirs] = []

    def __call__(self, *positional: Theirs, **keywords: Theirs) -> Theirs:
        """The arrays that the outputs hold; what forward keeps for backward stays as it is."""
        self.given, self.known, self.outputs = {}, {}, []
        names = [*_parameters_of(self.function), *(f"argument {k}" for k in range(len(positional)))]
        given = [self._in(name, one) for name, one in zip(names, positional, strict=False)]
        answer = self.function(*given, **{name: self._in(name, one) for name, one in keywords.items()})
        if isinstance(answer, tuple | list):
            return [self._out(one) for one in answer]
        if isinstance(answer, dict):
            return {key: self._out(one) for key, one in answer.items()}
        return self._out(answer) if self._is_plain(answer) else attributes(answer)

    def _is_plain(self, value: Theirs) -> bool:
        return value is None or isinstance(value, np.ndarray | np.generic | float | int) or self._holds(value)

    def _holds(self, value: Theirs) -> bool:
        return self.wrapper is not None and self.wrapper.holds(value) and not isinstance(value, np.ndarray | np.generic)

    def _in(self, name: str, value: Theirs) -> Theirs:
        if isinstance(value, list | tuple):
            return [self._in(f"{name}[{k}]", one) for k, one in enumerate(value)]
        if isinstance(value, dict):
            return {key: self._in(f"{name}[{key!r}]", one) for key, one in value.items()}
        if self.wrapper is None or not isinstance(value, np.ndarray | float):
            return value
        return self._wrapped(name, value)

    def _wrapped(self, name: str, value: Theirs) -> Theirs:
        assert self.wrapper is not None
        whole = np.asarray(value).dtype.kind != "f" and self.wraps != "all"
        if whole or (self.wraps == "first" and self.given):
            return value
        made = _entries(self.wrapper, value) if self.wraps == "entries" else self.wrapper.wrap(value)
        self.given[name] = made
        self.known[id(value)] = (value, made)
        return made

    def _out(self, value: Theirs) -> Theirs:
        if not self._holds(value):
            return value
        assert self.wrapper is not None
        array = self.wrapper.unwrapped(value)
        self.outputs.append(value)
        self.known[id(array)] = (array, value)
        return array

    def gradients(self) -> dict[str, object] | None:
        """What the objects that it was given keep as their gradients, by the names of its arguments."""
        assert self.wrapper is not None
        found = {name: _gradients(self.wrapper, one) for name, one in self.given.items()}
        return {name: value for name, value in found.items() if value is not None} or None


def _entries(wrapper: Wrapper, value: Theirs) -> Theirs:
    """Lists of objects, one for each number."""
    if np.ndim(value) == 0:
        return wrapper.wrap(value)
    return [_entries(wrapper, one) for one in value]


def _gradients(wrapper: Wrapper, given: Theirs) -> Theirs:
    if isinstance(given, list):
        parts = [_gradients(wrapper, one) for one in given]
        return None if any(part is None for part in parts) else np.array(parts, dtype=float)
    return wrapper.gradient_of(given)


def _parameters_of(function: Theirs) -> list[str]:
    try:
        return [p.name for p in inspect.signature(function).parameters.values() if not p.kind.name.startswith("VAR")]
    except (ValueError, TypeError):
        return []


class UnwrappedBackward:
    """A backward pass over objects, as one over arrays, after a forward pass.

    The upstream gradient is given "raw", "wrapped", or "kept": as the gradient that the output keeps; so is it with
    "silent", and backward takes nothing then. Without a function, a method of the outputs is called.
    """

    def __init__(self, forward: Unwrapped, function: Theirs, method: str, style: str) -> None:
        self.forward = forward
        self.function = function
        self.method = method
        self.style = style

    def __call__(self, *positional: Theirs, **keywords: Theirs) -> Theirs:
        """What it returns as arrays, or, where that is nothing, what the inputs keep."""
        self.upstreams = iter(self.forward.outputs)
        given = [self._given(one) for one in positional]
        named = {name: self._given(one) for name, one in keywords.items()}
        if self.style == "silent":
            given = []
        if self.method:
            return self._by_method(given)
        return self._arrays(self.function(*given, **named))

    def _by_method(self, given: Sequence[Theirs]) -> Theirs:
        for k, output in enumerate(self.forward.outputs):
            getattr(output, self.method)(*given[k : k + 1])
        return self.forward.gradients()

    def _given(self, value: Theirs) -> Theirs:
        """An argument: what forward knows as an object is that; any other array is an upstream gradient."""
        if id(value) in self.forward.known:
            return self.forward.known[id(value)][1]
        if not isinstance(value, np.ndarray | float) or self.forward.wrapper is None or self.style == "raw":
            return value
        if self.style == "wrapped":
            return self.forward.wrapper.wrap(value)
        output = next(self.upstreams)
        setattr(output, self.forward.wrapper.gradient, value)
        return output

    def _arrays(self, value: Theirs) -> Theirs:
        wrapper = self.forward.wrapper
        if value is None or isinstance(value, np.ndarray | float | int | np.generic):
            return self.forward.gradients() if value is None and wrapper is not None else value
        if isinstance(value, tuple | list):
            return [self._inner(one) for one in value]
        if isinstance(value, dict):
            return {key: self._inner(one) for key, one in value.items()}
        return wrapper.unwrapped(value) if wrapper is not None and wrapper.holds(value) else attributes(value)

    def _inner(self, value: Theirs) -> Theirs:
        return None if value is None else self._arrays(value)


def attributes(value: Theirs) -> Theirs:
    """What an object that was returned holds, by name, where there are arrays in it; else the object."""
    names = list(getattr(value, "__dict__", {})) or [*getattr(type(value), "__slots__", ())]
    found = {name: getattr(value, name) for name in names if hasattr(value, name)}
    return found if any(isinstance(one, np.ndarray) for one in found.values()) else value
