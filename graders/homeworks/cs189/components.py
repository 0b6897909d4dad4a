"""The activations, layers and losses of cs189, as sections 3 to 5 of the handout describe them.

PyTorch is imported by the functions that need it: a pack is read without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking import Remote, Student
from graders.checking.components import Check, Labels, Layer, families

from . import mistakes, pool_mistakes

if TYPE_CHECKING:
    from torch import Tensor

ACTIVATIONS = {
    "linear": "Linear",
    "sigmoid": "Sigmoid",
    "tanh": "TanH",
    "arctan": "ArcTan",
    "relu": "ReLU",
    "softmax": "SoftMax",
}
"""Their classes by the names that layers are given."""
KERNELS = ((3, 2), (2, 3), (1, 3), (4, 3), (3, 3))


def activated(Z: Tensor, activation: str) -> Tensor:
    """Section 3's activation of this name."""
    import torch

    from reference import guards

    if activation == "softmax":
        return guards.softmax(Z, dim=-1)
    return Z if activation == "linear" else getattr(torch, activation)(Z)


def cross_entropy(Y_hat: Tensor, Y: Tensor) -> Tensor:
    """Section 3.4: the mean over the batch."""
    from reference import guards

    return -(Y * guards.log(Y_hat)).sum() / len(Y)


def conv(X: Tensor, W: Tensor, b: Tensor, stride: int, pad: object, activation: str) -> Tensor:
    """Equation 1 with stride, zeros around the image, and an activation; b is (1, n_out)."""
    from reference.convolution import conv2d

    return activated(conv2d(X, W, b[0], stride, mistakes.padding((W.shape[0], W.shape[1]), pad)), activation)


def pool(X: Tensor, kernel_shape: tuple[int, int], mode: str, stride: int) -> Tensor:
    """The maximum or the average of each window; meant for images without ties."""
    from reference.pooling import average_pool2d, max_pool2d

    return (max_pool2d if mode == "max" else average_pool2d)(X, kernel_shape, stride)


def shape_of(student: Student, known: Mapping[str, Any]) -> Remote:
    """The kernel's shape as a tuple in the worker: what travels as itself would come as a list."""
    shape = known.get("kernel_shape") or (known["k_height"], known["k_width"])
    return student.sent(np.empty(shape)).shape


def activation_name(student: Student, known: Mapping[str, Any]) -> str:
    """What the submission calls an activation: in some years' starter code Linear is Identity."""
    module, name = student("neural_networks.activations"), str(known["activation"])
    other = name == "linear" and not module.has("Linear") and module.has("Identity")
    return "identity" if other else name


def right_activation(student: Student, case: Any) -> None:
    """Put a right one in place of the submission's: what is marked is the layer around it."""
    from .stand_ins import replace_activation

    replace_activation(student, dict(case.options)["activation"])


def activation(name: str, family: families.Family, **more: Any) -> Layer:
    """One of section 3, whose backward(Z, dY) is given all that it needs."""
    return Layer(
        name=f"neural_networks.activations.{ACTIVATIONS[name]}",
        inputs={"Z": "N C"},
        torch=lambda Z: activated(Z, name),
        numbers={"weak": {"scale": 0.3}, "strong": {"scale": 3.0}},
        regimes=("plain", "weak", "strong"),
        upstream="dY",
        backward_takes="Z dY",
        stateless=True,
        output="Y",
        words={"Z": ""},
        titles={
            "forward": f"{ACTIVATIONS[name]}.forward(Z) is right{more.pop('where', '')}.",
            "backward": f"{ACTIVATIONS[name]}.backward(Z, dY) is the gradient in Z, without a forward before it.",
        },
        family=family(x="Z"),
        **more,
    )


RELU = activation("relu", families.RELU, where=" for both signs", at_zero="between")
SOFTMAX = activation("softmax", families.SOFTMAX, where=" for each row")

CROSS_ENTROPY = Layer(
    name="neural_networks.losses.CrossEntropy",
    given={"name": lambda _student, _known: "cross_entropy"},
    inputs={"Y_hat": "N C"},
    labels=Labels("C", "Y", one_hot=True),
    kinds={"Y_hat": "probabilities"},
    torch=cross_entropy,
    regimes=("plain",),
    upstream="",
    takes="Y Y_hat",
    backward_takes="Y Y_hat",
    stateless=True,
    output="loss",
    gradients={"Y_hat": "backward"},
    called={"Y_hat": "slope"},
    words={"Y_hat": ""},
    titles={
        "forward": "CrossEntropy.forward(Y, Y_hat) is the mean over the batch.",
        "backward": "CrossEntropy.backward(Y, Y_hat) is its gradient in Y_hat, divided by the batch size.",
    },
    family=families.LOG_LOSS(x="Y_hat", y="Y"),
)

L2 = Layer(
    name="neural_networks.losses.L2",
    given={"name": lambda _student, _known: "l2"},
    inputs={"Y_hat": "N C", "Y": "N C"},
    options={"factor": (1.0,)},
    torch=lambda Y_hat, Y, factor: factor * (Y_hat - Y).square().sum(),
    regimes=("plain",),
    upstream="",
    takes="Y Y_hat",
    backward_takes="Y Y_hat",
    stateless=True,
    output="loss",
    gradients={"Y_hat": "backward"},
    called={"Y_hat": "slope"},
    family=families.SQUARED_ERROR(x="Y_hat", y="Y"),
)


def layer(name: str, X: str, W: str, titles: Mapping[str, str], **more: Any) -> Layer:
    """A layer of section 3.2, or 5: parameters, gradients and cache are dicts, and the first forward fills them."""
    every = "forward backward_input backward_weight backward_bias"
    seen = "(seen with a right TanH in place of yours)"
    return Layer(
        name=f"neural_networks.layers.{name}",
        made_by_forward=True,
        inputs={"X": X},
        parameters={"W": W, "b": "1 n_out"},
        set_at={"W": "layer.parameters['W']", "b": "layer.parameters['b']"},
        gradients={"X": "backward", "W": "layer.gradients['W']", "b": "layer.gradients['b']"},
        called={"X": "dX", "W": "dW", "b": "db"},
        initial={"b": 0.0},
        rows={"b"},
        regimes=("plain",),
        upstream="dLdY",
        output="Y",
        words={"X": "input", "W": "weight", "b": "bias", "init": "init_parameters"},
        titles={
            "backward_weight": 'backward stores the gradient in W, a sum over the batch, in gradients["W"].',
            "backward_bias": 'backward stores the gradient in b, (1, n_out), a sum over the batch, in gradients["b"].',
            **titles,
        },
        checks={
            "activation": Check(
                like=every,
                title=f"The activation is applied in forward, and its slope in backward {seen}.",
                options={"activation": "tanh"},
                before=right_activation,
                few=True,
            ),
            **more.pop("checks", {}),
        },
        **more,
    )


def dense(X: Tensor, W: Tensor, b: Tensor, activation: str) -> Tensor:
    """Section 3.2: XW + 1b, through the activation."""
    return activated(X @ W + b, activation)


mistakes.of_activated(mistakes.DENSE, dense, activated)
mistakes.of_activated(mistakes.CONV, conv, activated)

FULLY_CONNECTED = layer(
    "FullyConnected",
    "N n_in",
    "n_in n_out",
    {
        "init_parameters": "The first forward makes W (n_in, n_out), not all zero, and b (1, n_out) of zeros.",
        "forward": "forward(X) returns XW + b, through the activation.",
    },
    new="n_out",
    given={"activation": activation_name},
    options={"activation": ("linear",)},
    torch=dense,
    checks={
        "whole_rows": Check(
            like="forward backward_input",
            title="The activation gets whole rows at once (seen with a right SoftMax in place of yours).",
            options={"activation": "softmax"},
            before=right_activation,
            few=True,
        ),
    },
    family=mistakes.DENSE(x="X"),
)

PADS = (0, "valid", "same", 1, 2)
CONV = layer(
    "Conv2D",
    "N rows columns n_in",
    "k_height k_width n_in n_out",
    {"init_parameters": "The first forward makes W (kernel height and width, n_in, n_out) and b (1, n_out) of zeros."},
    new="n_out stride pad",
    given={"kernel_shape": shape_of, "activation": activation_name},
    by_name={"n_out", "kernel_shape", "activation", "stride", "pad"},
    options={"stride": (1, 2, 3), "pad": PADS, "activation": ("linear",)},
    sizes={
        "N": (1, 2, 4),
        "rows": (6, 9, 7),
        "columns": (8, 10, 5),
        "k_height": (3, 2, 1, 4),
        "k_width": (2, 3, 5),
        "n_in": (2, 3, 1),
        "n_out": (5, 11, 4),
    },
    torch=conv,
    whole_batch=True,
    advisory={"no_loop_over_examples"},
    cpu_seconds=15,
    checks={
        "no_padding": Check(
            like="forward",
            title='forward(X) is the cross-correlation of equation 1, here with padding 0 or "valid" and stride 1.',
            options={"stride": 1},
            among={"pad": (0, "valid")},
        ),
        "padding": Check(
            like="forward",
            title='forward(X) puts zeros around the image: "same" is (k - 1) // 2 of them on each side.',
            options={"stride": 1},
            among={"pad": ("same", 1, 2)},
        ),
        "forward_stride": Check(
            like="forward",
            title="forward(X) moves the filter by the stride, which need not divide the image.",
            among={"stride": (2, 3)},
        ),
    },
    family=mistakes.CONV(x="X"),
)

POOLED = {
    "forward": 'Pool2D(mode="{0}").forward(X) is the {0} of each window in each channel.',
    "backward": 'Pool2D(mode="{0}").backward(dLdP) gives each gradient to the window that it comes from.',
}
POOL = Layer(
    name="neural_networks.layers.Pool2D",
    new={"mode": "mode", "stride": "stride", "pad": "0"},
    given={"kernel_shape": shape_of},
    by_name={"kernel_shape", "mode", "stride", "pad"},
    inputs={"X": "N rows columns n_in"},
    options={"kernel_shape": KERNELS, "mode": ("max", "average"), "stride": (1, 2, 3)},
    sizes={"N": (1, 2, 4), "rows": (6, 9, 7), "columns": (8, 10, 5), "n_in": (2, 3, 1)},
    torch=pool,
    regimes=("plain",),
    upstream="dLdP",
    output="Y",
    gradients={"X": "backward"},
    called={"X": "dX"},
    words={"X": ""},
    whole_batch=True,
    advisory={"no_loop_over_examples"},
    cpu_seconds=15,
    checks={
        **{
            f"{mode}_{what}": Check(like=what, title=title.format(mode), options={"mode": mode})
            for mode in ("max", "average")
            for what, title in POOLED.items()
        },
        "overlapping": Check(
            like="forward backward",
            title="Where windows overlap, an entry collects the gradients of all of them.",
            options={"stride": 1},
        ),
        "gaps": Check(
            like="forward backward",
            title="Entries that no window reaches have gradient 0.",
            options={"stride": 4},
            few=True,
        ),
    },
    family=pool_mistakes.POOL(x="X"),
)

COMPONENTS = {
    "relu": RELU,
    "activations.sigmoid": activation("sigmoid", families.SIGMOID),
    "activations.tanh": activation("tanh", families.TANH),
    "activations.arctan": activation("arctan", families.ARCTAN),
    "activations.linear": activation("linear", families.SMOOTH),
    "fully_connected": FULLY_CONNECTED,
    "softmax": SOFTMAX,
    "cross_entropy": CROSS_ENTROPY,
    "l2": L2,
    "conv": CONV,
    "pool": POOL,
}
