"""The layers, activations, losses and models of ai702; what belongs to a feature of a batch normalisation is (1, C).

PyTorch is imported by the functions that need it: a pack is read without it.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from graders.checking.components import Check, Layer, Network, Optimizer, families, part, replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from graders.checking.components.description import Component

EPS, ALPHA = 1e-8, 0.9
MODERATE = ("plain", "wide", "small", "single", "zeros")
AT_LARGE = Check(like="forward backward", regimes=["large"], few=True)

LINEAR = Layer(
    name="mytorch.nn.Linear",
    new="in_features out_features",
    accepts={"debug": False},
    inputs={"A": "N in_features"},
    parameters={"W": "out_features in_features", "b": "out_features 1"},
    torch=lambda A, W, b: A @ W.T + b.T,
    upstream="dLdZ",
    output="Z",
    gradients={"A": "backward", "W": "layer.dLdW", "b": "layer.dLdb"},
    called={"A": "dLdA"},
    divided_by_batch={"W", "b"},
    initial={"W": 0.0, "b": 0.0},
    whole_batch=True,
    words={"A": "input", "W": "weight", "b": "bias"},
    see={"Z": "equation 1", "dLdA": "equation 3", "dLdW": "equation 4", "dLdb": "equation 5"},
    checks={"forward_bias": Check(like="forward", zero=["W"], few=True)},
    advisory={"no_loop_over_examples"},
    family=families.LINEAR(x="A"),
)


def activation(
    name: str, function: Callable[[Tensor], Tensor], equations: tuple[int, ...] = (), **checks: Check
) -> Layer:
    """One whose backward() gives the derivative of each output; the equations of the two."""
    return Layer(
        name=f"mytorch.nn.{name}",
        inputs={"Z": "N C"},
        torch=function,
        regimes=MODERATE,
        upstream="",
        local=True,
        output="A",
        called={"Z": "dAdZ"},
        words={"Z": ""},
        see={name: f"equation {number}" for name, number in zip(("A", "dAdZ"), equations, strict=False)},
        checks=checks,
        advisory={"large_inputs"} & checks.keys(),
        family=getattr(families, name.upper(), families.SMOOTH)(x="Z"),
    )


RELU = activation("ReLU", lambda Z: Z.relu(), (18, 20), at_zero=Check(like="backward", regimes=["zeros"]))


def mlp(name: str, *sizes: int, linear: Component = LINEAR, relu: Component = RELU, **more: Any) -> Network:
    """A model of these sizes, with a ReLU after every layer, and whatever is said about it besides."""
    layers = [part(linear, in_features=a, out_features=b) for a, b in itertools.pairwise(sizes)]
    return Network(
        name=f"mytorch.models.{name}",
        inputs={"A0": f"N {sizes[0]}"},
        parts=[one for layer in layers for one in (layer, relu)],
        upstream="dLdA",
        output=f"A{len(layers)}",
        sizes={"N": (5, 11, 16)},
        regimes=("plain", "small", "offset", "single"),
        family=families.NETWORK,
        **more,
    )


MODELS = {"mlp0": mlp("MLP0", 2, 3), "mlp1": mlp("MLP1", 2, 3, 2), "mlp4": mlp("MLP4", 2, 4, 8, 8, 4, 2)}


def halved_squares(A: Tensor, Y: Tensor) -> Tensor:
    """Equation 34."""
    return (A - Y).square().mean() / 2


def cross_entropy(A: Tensor, Y: Tensor) -> Tensor:
    """Equation 42, by the handout's steps where these don't underflow: rounding probabilities is part of its noise."""
    import torch

    from reference import guards

    plain = -(Y * guards.log_softmax(A, dim=1)).sum() / len(A)
    probabilities = guards.softmax(A, dim=1)
    logarithms = torch.where(probabilities > 1e-30, guards.log(probabilities), guards.log_softmax(A, dim=1))
    return plain + (-(Y * logarithms).sum() / len(A) - plain).detach()


def loss(name: str, function: Callable[[Tensor, Tensor], Tensor], equations: tuple[int, int], **more: object) -> Layer:
    """One that keeps what its backward() needs."""
    return Layer(
        name=f"mytorch.nn.{name}",
        inputs={"A": "N C", "Y": "N C"},
        torch=function,
        sizes={"C": (3, 4, 6, 7, 9, 10)},
        numbers={"weak": {"scale": 0.1}, "strong": {"scale": 3.0}},
        regimes=("plain", "weak", "strong", "single"),
        upstream="",
        output="loss",
        gradients={"A": "backward"},
        called={"A": "dLdA"},
        words={"A": ""},
        see={"loss": f"equation {equations[0]}", "dLdA": f"equation {equations[1]}"},
        **more,  # type: ignore[arg-type]
    )


def statistics(Z: Tensor) -> tuple[Tensor, Tensor]:
    """Equations 50 and 51; where single precision is simulated to measure noise, the right formula that loses most."""
    from graders.checking import is_simulated

    mean = Z.mean(dim=0, keepdim=True)
    spread = Z.square().mean(dim=0, keepdim=True) - mean.square()
    return mean, spread if is_simulated() else (Z - mean).square().mean(dim=0, keepdim=True)


def normalised(Z: Tensor, BW: Tensor, Bb: Tensor, **_alpha: float) -> Tensor:
    """Equations 50 to 53, in training."""
    mean, variance = statistics(Z)
    return BW * (Z - mean) / (variance + EPS).sqrt() + Bb


def averaged(Z: Tensor, *_scaling: Tensor, alpha: float, **before: Tensor) -> dict[str, Tensor]:
    """Equations 54 and 55."""
    found = dict(zip(before, statistics(Z), strict=True))
    return {name: alpha * before[name] + (1 - alpha) * new for name, new in found.items()}


def evaluated(Z: Tensor, BW: Tensor, Bb: Tensor, running_M: Tensor, running_V: Tensor, **_alpha: float) -> Tensor:
    """Equations 56 and 57."""
    return BW * (Z - running_M) / (running_V + EPS).sqrt() + Bb


TINY = ["tiny", "tinier"]
"""Regimes of variances about eps, where a missing, another or a misplaced eps shows."""

BATCHNORM = Layer(
    name="mytorch.nn.BatchNorm1d",
    new={"num_features": "C", "alpha": "alpha"},
    defaults={"alpha": ALPHA},
    inputs={"Z": "N C"},
    parameters={"BW": "1 C", "Bb": "1 C"},
    options={"alpha": (ALPHA, 0.5)},
    torch=normalised,
    sizes={"N": (5, 11, 16)},  # two examples are always normalised to -1 and 1, and hardly any gradient is left
    kinds={"BW": {"offset": 1.0, "scale": 0.5}},
    numbers={
        "plain": {"spread": 1.0},
        "large": {"spread": 100.0},
        "single": {"spread": 1.0, "dtype": "float32"},
        "tiny": {"spread": 1e-4},
        "tinier": {"spread": 3e-5},
    },
    regimes=("plain", "large", "single"),
    upstream="dLdBZ",
    output="BZ",
    gradients={"Z": "backward", "BW": "layer.dLdBW", "Bb": "layer.dLdBb"},
    called={"Z": "dLdZ"},
    rows={"BW", "Bb"},
    initial={"BW": 1.0, "Bb": 0.0, "running_M": 0.0, "running_V": 1.0},
    state={"running_M": "1 C", "running_V": "1 C"},
    updated=averaged,
    evaluation=evaluated,
    evaluate={"eval": True},
    whole_batch=True,
    words={
        "Z": "input",
        "BW": "scale",
        "Bb": "shift",
        "state": "running_statistics",
        "evaluation": "eval_uses_running_statistics",
        "evaluation_keeps_state": "eval_leaves_running_statistics",
    },
    see={"BZ": "equations 50 to 53", "dLdZ": "equations 60 to 66", "dLdBW": "equation 59", "dLdBb": "equation 58"},
    checks={
        "forward_tiny_variance": Check(like="forward", regimes=TINY),
        "eval_tiny_variance": Check(like="eval_uses_running_statistics", regimes=TINY, options={"alpha": 0.0}),
        "backward_tiny_variance": Check(like="backward_input backward_scale", regimes=TINY),
    },
    advisory={"no_loop_over_examples"},
    family=families.NORM(
        x="Z", gamma="BW", beta="Bb", mean="running_M", variance="running_V", keep="alpha", normal="NZ"
    ),
)

SGD = Optimizer(
    name="mytorch.optim.SGD",
    layer="mytorch.nn.Linear",
    torch="reference.updates:sgd",
    parameters={"W": "out_features in_features", "b": "out_features 1"},
    sizes={"out_features": (4, 7, 10), "in_features": (3, 6, 9)},
    options={"lr": (0.1, 0.5, 0.003)},
    defaults={"lr": 0.1},
    words={"defaults": "default_rate"},
    family=families.SGD,
)

COMPONENTS = {
    "linear": LINEAR,
    "activations.sigmoid": activation("Sigmoid", lambda Z: Z.sigmoid(), (8, 11), large_inputs=AT_LARGE),
    "activations.tanh": activation("Tanh", lambda Z: Z.tanh(), (14, 16), large_inputs=AT_LARGE),
    "activations.relu": RELU,
    **MODELS,
    "losses.mse": loss(
        "MSELoss", halved_squares, (34, 35), kinds={"Y": ("real", "one-hot")},
        family=families.SQUARED_ERROR(x="A", y="Y"),
    ),
    "losses.cross_entropy": loss(
        "CrossEntropyLoss", cross_entropy, (42, 43), kinds={"Y": ("one-hot", "probabilities")},
        multiplied_by_batch={"A"},
        # in double precision, finite differences tell a log(p + 1e-12) from a log(p)
        checks={"finite_differences": Check(regimes=["single"]), "large_logits": AT_LARGE},
        advisory={"large_logits"},
        family=families.CROSS_ENTROPY(x="A", y="Y"),
    ),
    "sgd.plain": SGD,
    "sgd.momentum": replaced(
        SGD,
        options={"lr": (0.1, 0.5, 0.003), "momentum": (0.9, 0.5)},
        defaults={},
        words={"state": "velocity"},
        kept={"v": "optimizer.v_{name}[{layer}]"},
    ),
    "batchnorm": BATCHNORM,
}  # fmt: skip
