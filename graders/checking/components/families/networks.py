"""Mistakes in networks whose parts are right: an activation left out, misplaced, or not differentiated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking.components.families.family import Family, Right, made
from graders.judging.diagnosis.catalogue import Misconception

if TYPE_CHECKING:
    from torch import Tensor

    from graders.checking.components.networks.network import Each, Network
    from graders.checking.components.oracle import ComponentOracle, Function

Rule = Callable[["Tensor", "Tensor", "Tensor"], "Tensor"]
"""What a backward pass makes at an activation of the gradient that it is given, the output, and the derivative."""


class NetworkFamily(Family):
    """What goes wrong in a network, whatever its parts are."""

    def _entries(self, oracle: ComponentOracle) -> Iterator[Misconception]:
        network: Any = oracle.component
        yield from _of_output(oracle, network)
        for name in network.gradients:
            yield from _of_gradient(oracle, network, name)


NETWORK = NetworkFamily("network", ())
"""Of a `Network`."""

_RULES: Mapping[str, tuple[str, str, Rule]] = {
    "upstream_dropped": (
        "has the activation's derivative alone, without the gradient from above",
        "Look at the chain rule.",
        lambda g, out, slope: slope + 0 * g,
    ),
    "slope_added": (
        "has the activation's derivative added, not multiplied",
        "Look at the chain rule.",
        lambda g, out, slope: g + slope,
    ),
    "output_for_slope": (
        "multiplies by the activation's output, not by its derivative",
        "Look at what the activation's backward returns.",
        lambda g, out, slope: g * out,
    ),
    "averaged_again": (
        "is divided by the batch size once more in every layer",
        "Only the layers divide.",
        lambda g, out, slope: g * slope / len(g),
    ),
}


_ELEMENTWISE = ("relu", "sigmoid", "tanh", "smooth")
"""Families of activations."""


def _activations(network: Network) -> list[int]:
    """Which parts are activations."""
    families = [one.component.family for one in network.each_part]
    return [place for place, family in enumerate(families) if family is not None and family.name in _ELEMENTWISE]


def _of_output(oracle: ComponentOracle, network: Network) -> Iterator[Misconception]:
    found = _activations(network)
    if not found:
        return
    first, last = found[0], found[-1]

    def without(*places: int) -> Each:
        return lambda place, one, function: (lambda x: x) if place in places else function

    def instead(other: str) -> Each:
        def each(place: int, _one: object, function: Function) -> Function:
            import torch  # here and not above: a pack is read without it

            return getattr(torch, other) if place in found else function

        return each

    yield _entry(oracle, "output_not_activated", network.output, "lacks the activation after its layer",
                 "Look at what comes after the last layer.", without(last))  # fmt: skip
    if first != last:
        yield _entry(oracle, "first_not_activated", network.output, "lacks the activation after the first layer",
                     "Follow what the second layer is given.", without(first))  # fmt: skip
        yield _entry(oracle, "nowhere_activated", network.output, "has no activation anywhere",
                     "Look at what is between two layers.", without(*found))  # fmt: skip
    for other in ("tanh", "sigmoid", "relu"):
        yield _entry(oracle, f"{other}_everywhere", network.output, f"uses {_WORDS[other]} in place of its activation",
                     "Look at which activation the network has.", instead(other))  # fmt: skip
    yield _activated_before(oracle, network, found)


_WORDS = {"tanh": "tanh", "sigmoid": "the sigmoid", "relu": "the ReLU"}


def _activated_before(oracle: ComponentOracle, network: Network, found: list[int]) -> Misconception:
    """Each activation has changed places with the part before it."""

    def each(place: int, _one: object, function: Function) -> Function:
        if place in found:
            return lambda x: x
        if place + 1 in found:
            activation = network.each_part[place + 1].function()
            return lambda x, *own: function(activation(x), *own)
        return function

    return _entry(oracle, "activated_before", network.output, "has the activation before each layer, not after it",
                  "Look at the order of layer and activation.", each)  # fmt: skip


def _of_gradient(oracle: ComponentOracle, network: Network, name: str) -> Iterator[Misconception]:
    found, own = _activations(network), network.place_of_part(name)
    above = next((place for place in found if place > own), None)
    quantity = network.gradient_called(name)
    if above is not None:
        yield _entry(oracle, f"slope_above_skipped_{name}", quantity, "lacks the derivative of the activation above it",
                     "Look at the first step of backward.", _hooked([above], lambda g, out, slope: g))  # fmt: skip
        for key, (says, look, rule) in _RULES.items():
            yield _entry(oracle, f"{key}_{name}", quantity, says, look, _hooked(found, rule))


def _hooked(places: list[int], rule: Rule) -> Each:
    """These activations with what the rule says in their backward pass."""

    def each(place: int, _one: object, function: Function) -> Function:
        return (lambda x: _with_rule(x, function, rule)) if place in places else function

    return each


def _with_rule(x: Tensor, function: Function, rule: Rule) -> Tensor:
    from reference.autodiff import derivative  # PyTorch is imported for it

    out, slope = derivative(function, x.detach())
    carrier = x * 1
    if carrier.requires_grad:
        carrier.register_hook(lambda g: rule(g, out, slope))
    return carrier + (out - x).detach()


def _entry(oracle: ComponentOracle, name: str, quantity: str, says: str, look: str, each: Each) -> Misconception:
    network: Any = oracle.component

    def formula(**known: Any) -> np.ndarray | None:
        names = {name: name for name in network.arrays}
        found = Right(oracle, names, known).everything(lambda *given: network.passed(given, each))
        return np.asarray(found[quantity].detach())

    return made(name, oracle, quantity, says, look, formula)
