"""A right part made from a component: a class whose methods are answered by the component's oracle, on our side."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking.components.cases import sizes as _sizes
from graders.checking.components.cases.case import ComponentCase
from graders.checking.components.places import Place, place
from graders.checking.stand_ins import Part, numbers

if TYPE_CHECKING:
    from graders.checking.components.calling import Layer
    from graders.checking.components.standard.standard import Standard
    from graders.judging.expected import Answer

SEED, SMALL = 0, 0.1
"""What parameters start from where the handout doesn't say."""
_POSITIONAL = inspect.Parameter.POSITIONAL_OR_KEYWORD


def stand_in(standard: Standard, one: Layer) -> Part:
    """The class of the component's name: attributes, arguments and results are those that the handout gives it."""

    def made(self: Any, *given: object, **named: object) -> None:
        arguments = _bound(made, self, given, named)
        vars(self).update({name: value for name, value in arguments.items() if name in {*one.accepts, *one.given}})
        known = {word: arguments[argument] for argument, word in one.made_from.items() if not word.isdigit()}
        vars(self).update({name: value for name, value in known.items() if name in one.options})
        for name, array in _starts(one, {word: int(str(size)) for word, size in known.items() if word in one.pools}):
            _put(self, one.place_of(name), array)

    def forward(self: Any, *given: object, **named: object) -> np.ndarray:
        vars(self).update(_bound(forward, self, given, named))
        answer, count = _answer(standard, one, self, None)
        if count is not None:
            setattr(self, one.batch, count)
        setattr(self, one.output, getattr(answer, one.output).value)
        return np.asarray(getattr(self, one.output))

    def backward(self: Any, *given: object, **named: object) -> np.ndarray | None:
        arguments = _bound(backward, self, given, named)
        upstream = arguments.pop(one.upstream, None)
        vars(self).update(arguments)
        answer, _ = _answer(standard, one, self, upstream)
        returned = None
        for name, where in one.places.items():
            gradient = np.asarray(getattr(answer, one.gradient_called(name)).value)
            setattr(self, one.gradient_called(name), gradient)
            if where.root == "layer":
                _put(self, where, gradient)
            else:
                returned = gradient
        return returned

    needed = [name for name in (*one.made_from, *one.given) if name not in one.defaults]
    _takes(made, needed, {**one.defaults, **one.accepts})
    _takes(forward, one.forward_takes, {})
    _takes(backward, one.backward_takes.split(), {})
    methods = {"__init__": made, "__call__": forward, one.forward_method: forward, one.backward_method: backward}
    return type(one.name.rpartition(".")[2], (), methods)


def _takes(function: Any, names: Any, optional: Mapping[str, object]) -> None:
    needed = [inspect.Parameter(name, _POSITIONAL) for name in ("self", *names)]
    more = [inspect.Parameter(name, _POSITIONAL, default=value) for name, value in optional.items()]
    function.__signature__ = inspect.Signature([*needed, *more])


def _bound(function: Any, owner: object, given: tuple[object, ...], named: Mapping[str, object]) -> dict[str, Any]:
    bound = inspect.signature(function).bind(owner, *given, **named)
    bound.apply_defaults()
    return {name: value for name, value in bound.arguments.items() if name != "self"}


def _starts(one: Layer, known: Mapping[str, int]) -> Iterator[tuple[str, np.ndarray]]:
    random = np.random.default_rng(SEED)
    for name, spec in one.parameters.items():
        shape = _sizes.shape(spec, known)
        yield name, np.full(shape, one.initial[name]) if name in one.initial else SMALL * random.standard_normal(shape)


def _answer(standard: Standard, one: Layer, owner: Any, upstream: object) -> tuple[Answer, int | None]:
    """What the component computes of an object's attributes, and the batch size; Refused where they don't fit."""
    known: dict[str, int] = {}
    labels = {} if one.labels is None else {one.labels.name: np.asarray(getattr(owner, one.labels.name))}
    values = {name: _fitting(name, _got(owner, one.place_of(name)), one.arrays[name], known) for name in one.parameters}
    for name in one.inputs:
        given_as = getattr(owner, name)
        values[name] = numbers(name, given_as) if one.local else _fitting(name, given_as, one.arrays[name], known)
    options = {name: getattr(owner, name) for name in one.options}
    given: dict[str, Any] = {**values, **labels, **options}
    if one.upstream:
        shape = standard.oracle.shapes(ComponentCase(0, (), tuple(options.items())), {**values, **labels})[one.output]
        given[one.upstream] = np.zeros(shape) if upstream is None else numbers(one.upstream, upstream, *shape)
    return standard.oracle.answer(**given), known.get(one.batch)


def _fitting(name: str, value: object, spec: str, known: dict[str, int]) -> np.ndarray:
    """The array, whose sizes become known; Refused where it has other ones than are known."""
    words = spec.split()
    wanted = [int(word) if word.isdigit() else known.get(word, word) for word in words]
    array = numbers(name, value, *wanted)
    known.update({word: size for word, size in zip(words, array.shape, strict=True) if not word.isdigit()})
    return array


def _put(owner: Any, where: Place, value: np.ndarray) -> None:
    """Put it into an attribute, or into a dict in one, of which a new one is made: what changes is what is sent."""
    first, *keys = where.steps
    if keys:
        setattr(owner, str(first.key), {**vars(owner).get(str(first.key), {}), keys[0].key: value})
    else:
        setattr(owner, str(first.key), value)


def _got(owner: Any, where: Place) -> object:
    first, *keys = where.steps
    found: Any = getattr(owner, str(first.key))
    return found[keys[0].key] if keys else found


def can_stand_in(one: Layer) -> bool:
    """Whether it is as simple as that: no state, and its arrays in attributes or in dicts."""
    places = [place(text) for text in one.gradients.values()] + [one.place_of(name) for name in one.parameters]
    simple = all(where.root != "layer" or len(where.steps) in (1, 2) for where in places)
    forward_gives = one.returns == "forward" and all(where.root in ("layer", "backward") for where in places)
    simple &= all(word.isidentifier() for word in one.backward_takes.split())
    return (
        simple
        and not (one.layouts or one.once_made or one.made_by_forward)
        and forward_gives
        and not (one.state or one.outputs or one.may_be_none or one.accumulated)
        and one.evaluation is None
        and set(one.options) <= {*one.made_from.values()}
    )
