"""The network of section 4: its cases, what it must compute, and how the checks make one of the student's."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from graders.checking import Case, Remote, Student, by_place, measured
from graders.probe.anatomy import Parameter, describe

from .components import activated, activation_name, cross_entropy

if TYPE_CHECKING:
    from torch import Tensor

SETTINGS = {"name": "SGD", "lr": 0.01, "lr_scheduler": "constant", "momentum": 0.9}


@dataclass(frozen=True)
class NetworkCase(Case):
    """A network that sorts N examples of n_in features into C classes; no other layer has as many outputs."""

    N: int
    n_in: int
    C: int = 8

    @property
    def X(self) -> np.ndarray:
        """Its input."""
        return self.array("X", self.N, self.n_in)

    @property
    def Y(self) -> np.ndarray:
        """One-hot labels."""
        return self.keep("Y", np.eye(self.C)[self.random("Y").integers(0, self.C, self.N)])

    def parameters(self, sizes: Sequence[int]) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """W and b of each layer."""
        W = [self.array(f"W{i}", a, b, scale=a**-0.5) for i, (a, b) in enumerate(itertools.pairwise(sizes))]
        return W, [self.array(f"b{i}", 1, size, scale=0.3) for i, size in enumerate(sizes[1:])]


CASES = st.builds(NetworkCase, st.integers(0, 2**32 - 1), st.sampled_from([2, 5, 11]), st.sampled_from([3, 6, 9]))


@measured
def network(X: Tensor, Y: Tensor, W: list[Tensor], b: list[Tensor], names: list[str]) -> dict[str, Any]:
    """Output, cross-entropy and the gradients of all parameters."""
    from reference.autodiff import gradient

    parameters = [tensor.detach().requires_grad_() for tensor in (*W, *b)]
    out = X
    for weight, bias, name in zip(parameters[: len(W)], parameters[len(W) :], names, strict=True):
        out = activated(out @ weight + bias, name)
    loss = cross_entropy(out, Y)
    found = list(gradient(loss, parameters))
    return {"out": out.detach(), "loss": loss.detach(), "dW": found[: len(W)], "db": found[len(W) :]}


def make(student: Student, sizes: Sequence[int], names: Sequence[str]) -> tuple[Remote, list[Remote]]:
    """A NeuralNetwork with cross-entropy and fully connected layers of these sizes, and its layers."""
    made_of = student("neural_networks.layers").FullyConnected
    settings = student("neural_networks.utils").AttrDict
    plan = [(activation_name(student, {"activation": name}), n) for name, n in zip(names, sizes[1:], strict=True)]
    arguments = [
        settings(name="fully_connected", activation=name, weight_init="xavier_uniform", n_out=size)
        for name, size in plan
    ]
    cls = student("neural_networks.models").NeuralNetwork
    optimizer = {_optimizer_parameter(cls): settings(**_optimizer_settings(student))}
    model = cls(loss="cross_entropy", layer_args=arguments, **optimizer)
    layers = [made_of(*by_place(n_out=size, activation=name)) for name, size in plan]
    model.layers = layers
    return model, layers


def _optimizer_parameter(cls: Remote) -> str:
    """What NeuralNetwork calls its optimizer's settings: optimizer, or optimizer_args in some years' starter code."""
    names = [parameter.name for parameter in _parameters(cls)]
    return next((name for name in names if name.startswith("optim")), "optimizer")


def _optimizer_settings(student: Student) -> dict[str, Any]:
    """Those of the settings that the submission's optimizer knows: not all years have schedulers."""
    module = student("neural_networks.optimizers")
    if not module.has("initialize_optimizer"):
        return SETTINGS
    known = _parameters(module.initialize_optimizer)
    if any(parameter.kind == "VAR_KEYWORD" for parameter in known):
        return SETTINGS
    names = {parameter.name for parameter in known}
    return {name: value for name, value in SETTINGS.items() if name in names}


def _parameters(function: Remote) -> tuple[Parameter, ...]:
    """What a function or a class of the submission's takes."""
    return describe(function).calls.get("", ())
