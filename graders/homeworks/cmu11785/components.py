"""The layers, activations, losses and models of CMU's homework: ai702's by other conventions, and what ai702 hasn't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graders.checking.components import Check, replaced

from ..ai702 import components as ai702

if TYPE_CHECKING:
    from torch import Tensor

    from graders.checking.components import Network
    from graders.checking.components.description import Component

OF_S23: dict[str, Any] = {
    key: replaced(one, see={}) if hasattr(one, "see") else one for key, one in ai702.COMPONENTS.items()
}  # without the numbers of ai702's equations


def activation(name: str, function: Any, equations: tuple[int, ...] = (), **checks: Check) -> Component:
    """One whose backward(dLdA) gives dLdZ. ai702's check of Identity makes one, too."""
    one = ai702.activation(name, function, equations, **checks)
    return replaced(one, upstream="dLdA", local=False, called={"Z": "dLdZ"}, see={})


def softmax(Z: Tensor) -> Tensor:
    """Each row's, with a guard where a student has one."""
    from reference import guards

    return guards.softmax(Z, dim=1)


LINEAR = replaced(OF_S23["linear"], divided_by_batch=frozenset(), starts={"b": ("out_features", "1 out_features")})
RELU = activation("ReLU", lambda Z: Z.relu(), at_zero=Check(like="backward", regimes=["zeros"]))
GELU = activation("GELU", "reference.activations:gelu")
SWISH = replaced(
    activation("Swish", "reference.activations:swish", integers=Check(like="forward", regimes=["whole"], few=True)),
    parameters={"beta": ""},
    kinds={"beta": {"offset": 1.0, "scale": 0.0}},
    numbers={"whole": {"scale": 3.0, "dtype": "int64"}},
    gradients={"Z": "backward", "beta": "layer.dLdbeta"},
    optional=True,
)


def mlp(name: str, *sizes: int, kept: dict[str, str]) -> Network:
    """A model of these sizes: linear layers and ReLUs alternate in one list."""
    alternating = {"parts_at": "layer.layers[{place}]", "linear": LINEAR, "relu": RELU}
    return ai702.mlp(name, *sizes, **alternating, kept=kept, kept_if={"debug": True}, may_return=True)


OF_MLP0 = {"Z0": "x1", "A1": "x2", "dLdZ0": "dx1", "dLdA0": "dx0"}
OF_MLP1 = {**OF_MLP0, "Z1": "x3", "A2": "x4", "dLdZ1": "dx3", "dLdA1": "dx2"}
OF_MLP4 = {name: " ".join(f"{word}{place}" for place in range(11)) for name, word in (("A", "x"), ("dLdA", "dx"))}

COMPONENTS = {
    **OF_S23,
    "linear": LINEAR,
    "activations.sigmoid": activation("Sigmoid", lambda Z: Z.sigmoid(), large_inputs=ai702.AT_LARGE),
    "activations.tanh": activation("Tanh", lambda Z: Z.tanh(), large_inputs=ai702.AT_LARGE),
    "activations.relu": RELU,
    "activations.gelu": GELU,
    "activations.gelu_vectors": replaced(GELU, inputs={"Z": "M"}, only={"forward", "backward"}),
    "activations.swish": SWISH,
    "activations.softmax": activation("Softmax", softmax, large_inputs=ai702.AT_LARGE),
    "mlp0": mlp("MLP0", 2, 3, kept=OF_MLP0),
    "mlp1": mlp("MLP1", 2, 3, 2, kept=OF_MLP1),
    "mlp4": mlp("MLP4", 2, 4, 8, 8, 4, 2, kept=OF_MLP4),
    "losses.mse": replaced(OF_S23["losses.mse"], torch=lambda A, Y: (A - Y).square().mean()),
    "losses.cross_entropy": replaced(OF_S23["losses.cross_entropy"], multiplied_by_batch=frozenset()),
}
