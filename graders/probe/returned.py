"""Reads what student code returned: which part of it is the output, which parts are whose gradients."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

import numpy as np

from graders.probe.anatomy import Path
from graders.probe.api import Output, Source
from graders.probe.drawing import Array
from graders.probe.faults import Finding
from graders.probe.naming import gradient_rank, is_cache
from graders.probe.words import bare, is_parameter
from graders.sandbox.inside.wire import Opaque

Wanted = Mapping[str, tuple[int, ...]]
"""Names of inputs and parameters without a gradient so far, with their shapes."""


def is_number(value: object) -> TypeGuard[Array | float]:
    """Whether it is an array or a number, rather than a collection of them."""
    return isinstance(value, np.ndarray | int | float) and not isinstance(value, bool)


def leading(answer: object) -> list[Array]:
    """The arrays or numbers that forward returned, before anything else: each could be an output."""
    if is_number(answer):
        return [np.asarray(answer)]
    if isinstance(answer, dict):
        return [np.asarray(part) for part in arrays_in_a_dict(answer).values()]
    parts = answer if isinstance(answer, list) and len(answer) > 1 else []
    return [np.asarray(part) for part in itertools.takewhile(is_number, parts)]


def is_dict_of_arrays(answer: object) -> TypeGuard[dict[str, Array]]:
    """Whether it is a dict of several outputs, by their names."""
    return isinstance(answer, dict) and len(answer) > 0 and len(arrays_in_a_dict(answer)) == len(answer)


def arrays_in_a_dict(answer: object) -> dict[str, Array]:
    """The arrays in a dict of outputs beside which there is a cache, or nothing else; nothing for other answers."""
    if not isinstance(answer, dict):
        return {}
    named = {key: part for key, part in answer.items() if isinstance(key, str) and not is_cache(key)}
    arrays = {key: part for key, part in named.items() if isinstance(part, np.ndarray)}
    rest = [part for key, part in answer.items() if key not in arrays and not is_cache(str(key))]
    return arrays if all(isinstance(part, list | dict | Opaque) for part in rest) else {}


def inner_outputs(answer: object) -> tuple[int, list[Array]]:
    """Where in what was returned the states of a recurrent cell are, several arrays in a tuple: `out, (h, c)`."""
    for k, part in enumerate(answer if isinstance(answer, list) else []):
        if isinstance(part, list) and len(part) > 1 and all(isinstance(one, np.ndarray) for one in part):
            return k, part
    return 0, []


def outputs_in(answer: object, count: int, call: str) -> tuple[Output, ...]:
    """The outputs in what forward returned: all of it, or the first in a tuple; a Finding if there is none."""
    if is_number(answer):
        return (Output(Source("answer"), np.shape(answer)),)
    if arrays := arrays_in_a_dict(answer):
        return tuple(Output(Source("answer", (("item", key),)), part.shape) for key, part in arrays.items())
    found = leading(answer)[: max(count, 1)]
    if found and isinstance(answer, list) and not all(map(_is_plain, answer)):
        return tuple(Output(Source("answer", (("item", k),)), part.shape) for k, part in enumerate(found))
    loss = _loss_after_gradients(answer)
    if loss is not None:
        return (Output(Source("answer", (("item", loss),)), ()),)
    raise not_an_array(answer, call)


def _loss_after_gradients(answer: object) -> int | None:
    """Where the loss is in `gradients, loss`: the only number beside a dict."""
    parts = answer if isinstance(answer, list) else []
    numbers = [k for k, part in enumerate(parts) if is_number(part) and np.ndim(part) == 0]
    return numbers[0] if len(parts) == 2 and len(numbers) == 1 and isinstance(parts[0], dict) else None


def value_at(answer: object, output: Output) -> Array:
    """An output itself, in what forward returned."""
    for _, key in output.source.path:
        if isinstance(answer, dict):
            answer = answer[key]
        else:
            assert isinstance(answer, list)
            answer = answer[int(key)]
    return np.asarray(answer)


def _is_plain(value: object) -> bool:
    return isinstance(value, int | float)


def not_an_array(value: object, what: str) -> Finding:
    """The finding that something isn't an array."""
    if value is None:
        return Finding(
            "returned nothing", f"{what} returned None, but should return an array.", "Is a `return` missing?"
        )
    kind = value.type_name if isinstance(value, Opaque) else type(value).__name__
    kind = "tuple or list" if isinstance(value, list) else kind
    return Finding("wrong type", f"{what} returned a {kind}, but should return a NumPy array of numbers.")


def sources_in(
    value: object, root: str, wanted: Wanted, numbers: Sequence[str] = (), start: Path = ()
) -> dict[str, Source]:
    """Whose gradients are in what was returned; those of plain `numbers` too, where there is one to spare.

    One array is the gradient of the first that has its shape, of the first of all if none has. Those of a tuple, and of
    lists in it, come in the order of the arguments, unless their shapes say otherwise; those of a dict by their keys.
    """
    if isinstance(value, dict):
        return _by_key(value, root, {**wanted, **dict.fromkeys(numbers, ())}, start)
    if isinstance(value, list):
        return _in_order(value, root, wanted, numbers, start)
    if value is None or not wanted or not is_number(value):
        return {} if value is None or not wanted else {next(iter(wanted)): Source(root, start)}
    same = [name for name, shape in wanted.items() if shape == np.shape(value)]
    return {(same or list(wanted))[0]: Source(root, start)}


def unclaimed(value: object, found: Mapping[str, Source]) -> int:
    """How many of the arrays that backward returned, of different shapes, are nobody's gradient."""
    if not isinstance(value, list):
        return 0
    claimed = {source.path for source in found.values() if source.root == "returned"}
    kept = sum(source.root != "returned" for source in found.values())
    left = sum(is_number(part) and path not in claimed for path, part in _leaves(value, ()))
    return max(left - kept, 0)


def _by_key(value: Mapping[int | str, object], root: str, wanted: Wanted, start: Path) -> dict[str, Source]:
    found = {}
    for name in wanted:
        short = re.split(r"[.\['\"]+", name.rstrip("]'\""))[-1] or name
        ranks = {key: _rank(key, name, short) for key in value}
        ranked = [(rank, str(key), key) for key, rank in ranks.items() if rank is not None]
        if ranked:
            key = min(ranked)[2]
            found[name] = Source(root, (*start, ("item", key)))
    found |= _in_dicts(value, root, {name: shape for name, shape in wanted.items() if name not in found}, start)
    return found | _last_key(value, root, wanted, found, start)


def _in_dicts(value: Mapping[int | str, object], root: str, wanted: Wanted, start: Path) -> dict[str, Source]:
    """The gradients in dicts within a dict: those of names that say their key, or, if none does, of any."""
    found: dict[str, Source] = {}
    for key, part in value.items():
        if isinstance(part, dict):
            rest = {name: shape for name, shape in wanted.items() if name not in found}
            theirs = {name: shape for name, shape in rest.items() if key in re.split(r"[.\[\]'\"]+", name)}
            found |= _by_key(part, root, theirs or rest, (*start, ("item", key)))
    return found


def _rank(key: object, name: str, short: str) -> int | None:
    """How well a key reads as that of a name's gradient, least best; None if it doesn't."""
    if key == name:
        return -1
    return 0 if bare(key) == bare(short) else gradient_rank(key, short)


def _last_key(
    value: Mapping[int | str, object], root: str, wanted: Wanted, found: Mapping[str, Source], start: Path
) -> dict[str, Source]:
    """The one key that is left for the one gradient that is, by its shape: `input` for that of x."""
    taken = {source.path[-1][1] for source in found.values()}
    left = [(key, np.shape(part)) for key, part in value.items() if key not in taken and is_number(part)]
    names = [name for name in wanted if name not in found]
    if len(left) != 1 or len(names) != 1 or left[0][1] != wanted[names[0]]:
        return {}
    return {names[0]: Source(root, (*start, ("item", left[0][0])))}


def _in_order(
    value: Sequence[object], root: str, wanted: Wanted, numbers: Sequence[str], start: Path
) -> dict[str, Source]:
    found: dict[str, Source] = {}
    leaves = list(_leaves(value, start))
    for path, part in leaves:
        if isinstance(part, dict):
            every = {**wanted, **dict.fromkeys(numbers, ())}
            found |= _by_key(part, root, {name: shape for name, shape in every.items() if name not in found}, path)
    arrays = {path: np.shape(part) for path, part in leaves if is_number(part)}
    rest = {name: shape for name, shape in wanted.items() if name not in found}
    spare = sum(int(np.prod(shape)) == 1 for shape in arrays.values()) if len(arrays) > len(rest) else 0
    rest |= {name: () for name in numbers if is_parameter(name) and spare == 1}
    for name, path in _pairs(arrays, rest):
        found[name] = Source(root, path)
    return {name: found[name] for name in [*wanted, *numbers] if name in found}


def _leaves(value: Sequence[object], start: Path) -> Iterator[tuple[Path, object]]:
    """What is in a list and in the lists in it, in order, each with its path."""
    for k, part in enumerate(value):
        if isinstance(part, list):
            yield from _leaves(part, (*start, ("item", k)))
        else:
            yield (*start, ("item", k)), part


def _pairs(arrays: Mapping[Path, tuple[int, ...]], wanted: Wanted) -> list[tuple[str, Path]]:
    straight = list(zip(wanted, arrays, strict=False))
    if all(wanted[name] == arrays[path] for name, path in straight) and len(arrays) <= len(wanted):
        return straight
    left, by_shape = dict(arrays), []
    for name, shape in wanted.items():
        same = [path for path, other in left.items() if other == shape]
        if same:
            by_shape.append((name, same[0]))
            del left[same[0]]
    return by_shape if not left or len(by_shape) == len(wanted) else straight
