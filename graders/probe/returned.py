"""Reads what student code returned: which part of it is the output, which parts are whose gradients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeGuard

import numpy as np

from graders.probe.anatomy import Path
from graders.probe.api import Source
from graders.probe.drawing import Array
from graders.probe.faults import Finding
from graders.probe.naming import bare, gradient_rank
from graders.sandbox.inside.wire import Opaque

Wanted = Mapping[str, tuple[int, ...]]
"""Names of inputs and parameters without a gradient so far, with their shapes."""


def is_number(value: object) -> TypeGuard[Array | float]:
    """Whether it is an array or a number, rather than a collection of them."""
    return isinstance(value, np.ndarray | int | float) and not isinstance(value, bool)


def output_path(answer: object, call: str) -> Path:
    """Where in what forward returned its output is: all of it, or first in a tuple; a Finding if it is nowhere."""
    if is_number(answer):
        return ()
    if isinstance(answer, list) and len(answer) > 1 and is_number(answer[0]) and not all(map(_is_plain, answer)):
        return (("item", 0),)
    raise not_an_array(answer, call)


def output_of(answer: object) -> Array:
    """The output itself, of what has one."""
    return np.asarray(answer[0] if isinstance(answer, list) else answer)


def _is_plain(value: object) -> bool:
    return isinstance(value, int | float)


def not_an_array(value: object, what: str) -> Finding:
    """The finding that something isn't an array."""
    if value is None:
        return Finding(
            "returned nothing", f"{what} returned None, but should return an array.", "Is a `return` missing?"
        )
    kind = value.type_name if isinstance(value, Opaque) else type(value).__name__
    kind = "tuple or list" if kind == "list" else kind
    return Finding("wrong type", f"{what} returned a {kind}, but should return a NumPy array of numbers.")


def sources_in(value: object, root: str, wanted: Wanted, start: Path = ()) -> dict[str, Source]:
    """Whose gradients are in what was returned.

    One array is the gradient of the first that has its shape, of the first of all if none has. Those of a tuple come
    in the order of the arguments, unless their shapes say otherwise; those of a dict go by their keys.
    """
    if isinstance(value, dict):
        return _by_key(value, root, wanted, start)
    if isinstance(value, list):
        return _in_order(value, root, wanted, start)
    if value is None or not wanted:
        return {}
    same = [name for name, shape in wanted.items() if is_number(value) and shape == np.shape(value)]
    return {(same or list(wanted))[0]: Source(root, start)}


def _by_key(value: Mapping[int | str, object], root: str, wanted: Wanted, start: Path) -> dict[str, Source]:
    found = {}
    for name in wanted:
        ranks = {key: 0 if bare(key) == bare(name) else gradient_rank(key, name) for key in value}
        ranked = [(rank, str(key), key) for key, rank in ranks.items() if rank is not None]
        if ranked:
            key = min(ranked)[2]
            found[name] = Source(root, (*start, ("item", key)))
    return found


def _in_order(value: Sequence[object], root: str, wanted: Wanted, start: Path) -> dict[str, Source]:
    found: dict[str, Source] = {}
    arrays = {k: np.shape(part) for k, part in enumerate(value) if is_number(part)}
    for k, part in enumerate(value):
        if isinstance(part, dict):
            found |= _by_key(part, root, wanted, (*start, ("item", k)))
    rest = {name: shape for name, shape in wanted.items() if name not in found}
    for name, k in _pairs(arrays, rest):
        found[name] = Source(root, (*start, ("item", k)))
    return {name: found[name] for name in wanted if name in found}


def _pairs(arrays: Mapping[int, tuple[int, ...]], wanted: Wanted) -> list[tuple[str, int]]:
    straight = list(zip(wanted, arrays, strict=False))
    if all(wanted[name] == arrays[k] for name, k in straight) and len(arrays) <= len(wanted):
        return straight
    left, by_shape = dict(arrays), []
    for name, shape in wanted.items():
        same = [k for k, other in left.items() if other == shape]
        if same:
            by_shape.append((name, same[0]))
            del left[same[0]]
    return by_shape if not left else straight
