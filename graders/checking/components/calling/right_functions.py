"""Right functions made from a component: the oracle answers, and the cache is what forward was given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking.components.cases.case import Default
from graders.checking.stand_ins import Refused, numbers

if TYPE_CHECKING:
    from graders.checking.components.calling.functions import Functions
    from graders.checking.components.standard.standard import Standard

Right = Callable[..., object]


def right_functions(one: Functions, standard: Standard) -> dict[str, Right]:
    """Forward and backward by their dotted names; none where there is more to them than arrays and options."""
    if one.state or one.chance or one.outputs or one.whole or one.evaluation:
        return {}
    words = _words(one)
    signature = inspect.Signature([inspect.Parameter(word, inspect.Parameter.POSITIONAL_OR_KEYWORD) for word in words])

    def forward(*placed: object, **named: object) -> list[object]:
        known = signature.bind(*placed, **named).arguments
        return [_value(standard, one, known, None, one.output), *_behind(standard, one, known)]

    def backward(upstream: object, cache: object) -> object:
        if not isinstance(cache, Sequence) or len(cache) != len(words):
            raise Refused("cache should be what forward returned")
        found = [_value(standard, one, dict(zip(words, cache, strict=True)), upstream, name) for name in _called(one)]
        return found if len(found) > 1 else found[0]

    vars(forward)["__signature__"] = signature
    made: dict[str, Right] = {f"{one.module}.{one.forward}": forward}
    if one.backward and one.backward_takes == f"{one.upstream} cache":
        made[f"{one.module}.{one.backward}"] = backward
    return made


def _words(one: Functions) -> list[str]:
    """What forward takes, options by the name of their dict, or one by one."""
    single = [name for name in one.options if name not in one.forward_takes]
    together = [one.options_as] if one.options_as else single
    return [each for word in one.forward_takes for each in (together if word == "options" else [word])]


def _called(one: Functions) -> list[str]:
    """The gradients, in the order in which they are returned."""
    return [one.gradient_called(name) for name in one.gradients]


def _behind(standard: Standard, one: Functions, known: Mapping[str, object]) -> list[object]:
    """What is returned after the output: a cache, or the gradients of a loss."""
    if one.backward:
        return [list(known.values())]
    return [_value(standard, one, known, None, name) for name in _called(one)]


def _value(standard: Standard, one: Functions, known: Mapping[str, object], upstream: object, name: str) -> np.ndarray:
    """A quantity of the oracle; Refused where an argument is no array of numbers."""
    arguments: dict[str, Any] = {array: numbers(array, known[array]) for array in one.arrays}
    if one.labels is not None:
        arguments[one.labels.name] = np.asarray(known[one.labels.name])
    arguments |= _options(one, known)
    if one.upstream:
        import torch  # here and not above: a pack is read without it

        tensors = [torch.tensor(arguments[array]) for array in one.arrays]
        shape = tuple(standard.oracle.function(*tensors, **_options(one, known)).shape)
        arguments[one.upstream] = np.zeros(shape) if upstream is None else numbers(one.upstream, upstream, *shape)
    return np.asarray(getattr(standard.oracle.answer(**arguments), name).value)


def _options(one: Functions, known: Mapping[str, object]) -> dict[str, object]:
    held = known.get(one.options_as) if one.options_as else None
    given = {**known, **(held if isinstance(held, Mapping) else {})}
    usual = {name: each.value for name, values in one.options.items() for each in values if isinstance(each, Default)}
    missing = [name for name in one.options if name not in given and name not in usual]
    if missing:
        raise Refused(f"{one.options_as or 'options'} should have {missing[0]!r}")
    return {name: given.get(name, usual.get(name)) for name in one.options}
