"""The building blocks of a4's question 1: a dense layer, activations and the loss, interchangeable with PyTorch's.

PyTorch is imported by the functions that need it: a pack is read without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from graders.checking import forbidden
from graders.checking.components import Check, Labels, Layer, families

from . import rules

if TYPE_CHECKING:
    from torch import Tensor


def softmax(x: Tensor) -> Tensor:
    """Each row's."""
    from reference import guards

    return guards.softmax(x, dim=1)


def cross_entropy(prediction: Tensor, target: Tensor) -> Tensor:
    """The mean of -log p of the right class."""
    import torch

    from reference import guards

    return -guards.log(prediction[torch.arange(len(target)), target]).mean()


def own_code(name: str) -> Check:
    """No new files are allowed."""
    rule = partial(rules.check_own_code, file="q1.py", name=name)
    return Check(title=f"{name} is written in q1.py, not in a file of its own.", rule=rule)


def not_from(
    what: str, said: str, name: str, at_run_time: tuple[str, ...], patterns: tuple[str, ...]
) -> dict[str, Check]:
    """A library's function that may not be used, looked for in the source and at run time."""
    source = partial(rules.check_not_used, file="q1.py", name=name, patterns=patterns)
    return {
        f"no_library_{what}": Check(title=f"{name} doesn't use {said}, or another library's.", rule=source),
        f"no_library_{what}_at_run_time": Check(
            like="forward backward",
            title=f"{name} works where {said} can't be called.",
            regimes=("plain",),
            before=lambda student, _case: forbidden(student, *at_run_time),
            few=True,
        ),
    }


DENSE = Layer(
    name="q1.Dense",
    new={"input_size": "d", "output_size": "m"},
    once_made="init_weights",
    inputs={"x": "N d"},
    parameters={"weights": "m d", "bias": "1 m"},
    layouts={"weights": "d m", "bias": "m"},
    torch=lambda x, weights, bias: x @ weights.T + bias,
    upstream="output_grad",
    output="outputs",
    gradients={"x": "backward", "weights": "layer.weights_grad", "bias": "layer.bias_grad"},
    called={"x": "input_grad"},
    initial={"bias": 0.0},
    words={"x": "input"},
    titles={
        "init": "Dense(d, m) has weights of shape (m, d), or (d, m), and a bias of zeros, (m,) or (1, m).",
        "forward": "forward(x) returns x Wᵀ + b.",
        "backward_weights": "backward(output_grad) leaves weights_grad: laid out like weights, summed over the batch.",
        "backward_bias": "backward(output_grad) leaves bias_grad, summed over the batch.",
    },
    checks={
        "forward_bias": Check(
            like="forward",
            title="forward(x) adds each output's bias to every example of the batch.",
            zero=["weights"],
            few=True,
        ),
        "square": Check(
            like="forward backward_input backward_weights backward_bias",
            title="A layer with as many outputs as inputs works like any other.",
            sizes={"d": 6, "m": 6},
            few=True,
        ),
        "own_code": own_code("Dense"),
    },
    family=families.LINEAR(W="weights", b="bias"),
)


def activation(
    name: str,
    function: Callable[[Tensor], Tensor],
    family: families.Family,
    titles: Mapping[str, str],
    checks: Mapping[str, Check] | None = None,
    **more: Any,
) -> Layer:
    """One whose backward(output_grad) is the whole step of the chain rule."""
    return Layer(
        name=f"q1.{name}",
        inputs={"x": "N C"},
        torch=function,
        numbers={"offset": {"offset": 3.0}, "huge": {"scale": 1e3}},
        regimes=("plain", "wide", "offset", "small", "single"),
        upstream="output_grad",
        output="outputs",
        gradients={"x": "backward"},
        called={"x": "input_grad"},
        words={"x": ""},
        titles=titles,
        checks={"own_code": own_code(name), **(checks or {})},
        family=family,
        **more,
    )


SOFTMAX = activation(
    "SoftmaxLayer",
    softmax,
    families.SOFTMAX,
    {
        "forward": "forward(x) returns exp(x_j) / sum_k exp(x_k), for each row.",
        "backward": "backward(output_grad) returns the gradient times each row's whole Jacobian.",
    },
    not_from(
        "softmax",
        "scipy.special.softmax",
        "SoftmaxLayer",
        ("torch.softmax", "torch.Tensor.softmax", "torch.nn.functional.softmax", "torch.nn.Softmax"),
        rules.SOFTMAX,
    ),
)
TANH = activation(
    "TanhLayer",
    lambda x: x.tanh(),
    families.TANH,
    {
        "forward": "forward(x) returns (exp(x) - exp(-x)) / (exp(x) + exp(-x)), elementwise.",
        "backward": "backward(output_grad) returns output_grad times 1 - tanh(x)².",
    },
    {
        **not_from("tanh", "np.tanh", "TanhLayer", rules.AT_RUN_TIME, rules.TANH),
        "large_inputs": Check(
            like="forward backward",
            title="forward and backward are finite and right for inputs as large as 1000.",
            regimes=("huge",),
            few=True,
        ),
    },
)
RELU = activation(
    "ReLULayer",
    lambda x: x.relu(),
    families.RELU,
    {
        "forward": "forward(x) returns max(x, 0), elementwise.",
        "backward": "backward(output_grad) returns output_grad where x is positive, 0 where it is negative.",
    },
    at_zero="either",
)

CROSS_ENTROPY = Layer(
    name="q1.CrossEntropyLossLayer",
    inputs={"prediction": "N C"},
    labels=Labels("C", "target"),
    kinds={"prediction": "probabilities"},
    torch=cross_entropy,
    regimes=("plain", "single"),
    upstream="",
    backward_takes="1",
    output="loss",
    gradients={"prediction": "backward"},
    called={"prediction": "prediction_grad"},
    words={"prediction": ""},
    titles={
        "forward": "forward(prediction, target) returns the mean over the batch of -log p of the right class.",
        "backward": "backward(1) returns the gradient with respect to the probabilities, divided by N as the loss is.",
    },
    checks={"own_code": own_code("CrossEntropyLossLayer")},
    family=families.LOG_LOSS(x="prediction", y="target"),
)

COMPONENTS = {
    "dense": DENSE,
    "softmax": SOFTMAX,
    "tanh": TANH,
    "relu": RELU,
    "cross_entropy": CROSS_ENTROPY,
}
