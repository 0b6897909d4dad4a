"""Fully connected networks: {affine, [norm], relu} several times, affine, softmax, with ½ reg on the weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking import CheckFailed, Remote, read_array, read_record
from graders.checking.components import Labels, Layer, families

if TYPE_CHECKING:
    from torch import Tensor

    from graders.checking.components.families import Family

BATCHNORM, LAYERNORM = "batchnorm", "layernorm"
EPS, MOMENTUM = 1e-5, 0.9
FEATURES = 6
"""Of an input (N, 2, 3)."""


def cross_entropy(scores: Tensor, y: Tensor) -> Tensor:
    """The softmax loss, averaged over the examples."""
    from torch.nn import functional  # here and not above: a pack is read without PyTorch

    return functional.cross_entropy(scores, y)


@dataclass(frozen=True)
class Net:
    """A network with hidden layers of these sizes; its functions take what a component's take."""

    hidden: Sequence[str]
    norm: str | None = None
    relu_first: bool = False
    """Whether there is an activation before the normalisation, and one after it: the first is a mistake."""
    relu_after: bool = True
    hidden_biases: bool = True

    @property
    def shapes(self) -> dict[str, str]:
        """Each parameter's."""
        sizes = [str(FEATURES), *self.hidden, "C"]
        found: dict[str, str] = {}
        for number, (before, after) in enumerate(pairwise(sizes), 1):
            found |= {f"W{number}": f"{before} {after}", f"b{number}": after}
            if self.norm and number < len(sizes) - 1:
                found |= {f"gamma{number}": after, f"beta{number}": after}
        return found

    @property
    def state(self) -> dict[str, str]:
        """The running values of each hidden layer, with their shapes."""
        kinds = ("running_mean", "running_var") if self.norm == BATCHNORM else ()
        return {f"{kind}{number}": size for number, size in enumerate(self.hidden, 1) for kind in kinds}

    def passed(
        self, X: Tensor, values: Mapping[str, Any], running: Mapping[str, Tensor] | None = None
    ) -> Iterator[Tensor]:
        """What is normalised in each hidden layer, and the scores."""
        x = X.flatten(1)
        for number in range(1, len(self.hidden) + 1):
            x = x @ values[f"W{number}"] + (values[f"b{number}"] if self.hidden_biases else 0)
            yield x
            x = self._activated(x, number, values, running) * values.get(f"mask{number}", 1)
        yield x @ values[f"W{len(self.hidden) + 1}"] + values[f"b{len(self.hidden) + 1}"]

    def _activated(
        self, x: Tensor, number: int, values: Mapping[str, Any], running: Mapping[str, Tensor] | None
    ) -> Tensor:
        x = self._normal(x.relu() if self.relu_first else x, number, values, running)
        return x.relu() if self.relu_after else x

    def _normal(
        self, x: Tensor, number: int, values: Mapping[str, Any], running: Mapping[str, Tensor] | None
    ) -> Tensor:
        if not self.norm:
            return x
        axis = 0 if self.norm == BATCHNORM else 1
        mean, variance = x.mean(axis, keepdim=True), x.var(axis, unbiased=False, keepdim=True)
        if running:
            mean, variance = running[f"running_mean{number}"], running[f"running_var{number}"]
        scale: Tensor = values[f"gamma{number}"]
        shifted: Tensor = scale * (x - mean) / (variance + EPS).sqrt() + values[f"beta{number}"]
        return shifted

    def penalised(self, loss: Tensor, values: Mapping[str, Tensor], reg: float) -> Tensor:
        """With ½ reg times the squares of all weights."""
        for name in self.shapes:
            if name[0] == "W":
                loss = loss + reg / 2 * (values[name] ** 2).sum()
        return loss

    def loss(self, X: Tensor, *given: Tensor, reg: float, **_options: object) -> Tensor:
        """Of parameters in their order, and labels."""
        values = dict(zip(self.shapes, given, strict=False))
        *_, scores = self.passed(X, values)
        return self.penalised(cross_entropy(scores, given[-1]), values, reg)

    def tested(self, X: Tensor, *given: Tensor, **known: Any) -> Tensor:
        """Scores without labels."""
        running = {name: known[name] for name in self.state}
        *_, scores = self.passed(X, dict(zip(self.shapes, given, strict=True)), running)
        return scores

    def updated(self, X: Tensor, *given: Tensor, **known: Any) -> dict[str, Tensor]:
        """The running values after a batch."""
        *inputs, _ = self.passed(X, dict(zip(self.shapes, given, strict=True)))
        found = {}
        for number, x in enumerate(inputs, 1):
            now = {"running_mean": x.mean(0), "running_var": x.var(0, unbiased=False)}
            for kind, value in now.items():
                found[f"{kind}{number}"] = MOMENTUM * known[f"{kind}{number}"] + (1 - MOMENTUM) * value
        return found


def mistakes(shapes: Mapping[str, str]) -> Family:
    """What goes wrong in the loss and the gradients of a network with these parameters."""
    weights = [name for name in shapes if name[0] == "W"]
    return families.penalised(weights, [name for name in shapes if name not in weights])(x="X")


def mistakes_in(net: Net) -> Family:
    """And what goes wrong on the way to the scores."""
    family = mistakes(net.shapes)
    family.throughout(_words(net), "is computed without the biases of hidden layers", "Look at what a layer adds.")(
        _of(replace(net, hidden_biases=False), "no_hidden_biases")
    )
    return _with_norm(family, net) if net.norm else family


def _words(net: Net) -> str:
    return " ".join(["out", *(f"d{name}" for name in net.shapes)])


def _with_norm(family: Family, net: Net) -> Family:
    """Further ones: the order of activation and normalisation, and the one for the other."""
    words, other = _words(net), LAYERNORM if net.norm == BATCHNORM else BATCHNORM
    family.throughout(words, "has the ReLU before the normalisation", "Look at the order in which they are called.")(
        _of(replace(net, relu_first=True, relu_after=False), "relu_first")
    )
    family.throughout(words, "has a ReLU before the normalisation, too", "Look at what is normalised.")(
        _of(replace(net, relu_first=True), "relu_twice")
    )
    says = f"is normalised as by {other}, not by {net.norm}"
    family.throughout(words, says, "Look at which functions are called for each kind of normalisation.")(
        _of(replace(net, norm=other), f"with_{other}")
    )
    return family


def _of(net: Net, name: str) -> Any:
    """What another network gives in place of the right one."""

    def formula(right: Any) -> Any:
        return right.of(net.loss)

    formula.__name__ = name
    return formula


def of_dicts(shapes: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a component that is called as `loss(X, y)` and has `params` and `grads`."""
    return {
        "family": mistakes(shapes),
        "parameters": shapes,
        "set_at": {name: f"layer.params['{name}']" for name in shapes},
        "gradients": {name: f"forward[1]['{name}']" for name in shapes},
        "called": {name: f"grads['{name}']" for name in shapes},
        "kinds": {name: {"scale": 0.5} if name[0] == "W" else {"scale": 0.3, "offset": 0.2} for name in shapes},
        "initial": {name: float(name.startswith("gamma")) for name in shapes if name[0] != "W"},
        "labels": Labels("C"),
        "forward_method": "loss",
        "backward_method": "",
        "returns": "forward[0]",
        "output": "loss",
        "evaluation_takes": "X",
        "evaluation_returns": "forward",
        "evaluation_output": "scores",
        "together": True,
        "regimes": ("plain", "wide", "small"),
        "without": {"batch_size_changes"},
    }


def fully_connected(*hidden: str, norm: str | None = None) -> Layer:
    """FullyConnectedNet with hidden layers of these sizes."""
    net = Net(hidden, norm)
    fields = of_dicts(net.shapes) | {"family": mistakes_in(net)}
    places = {name: f"layer.bn_params[{int(name[-1]) - 1}]['{name[:-1]}']" for name in net.state}
    if norm == BATCHNORM:
        fields["without"] = {*fields["without"], "batch_of_one"}
    return Layer(
        name="cs231n.classifiers.fc_net.FullyConnectedNet",
        new={
            "hidden_dims": f"[{' '.join(hidden)}]",
            "input_dim": str(FEATURES),
            "num_classes": "C",
            **{name: name for name in ("normalization", "reg", "dtype")},
        },
        defaults={"normalization": None, "reg": 0.0, "dtype": "float32"},
        options={"reg": [0.0, 0.7], "normalization": [norm], "dtype": ["float64"]},
        inputs={"X": "N 2 3"},
        sizes={"N": (5, 11)},
        torch=net.loss,
        evaluation=net.tested,
        state=net.state,
        updated=net.updated if net.state else None,
        **fields
        | {
            "set_at": fields["set_at"] | places,
            "kinds": fields["kinds"] | {name: "positive" for name in net.state if "var" in name},
        },
    )


def check_params(made: Remote, names: Sequence[str], scale: float) -> None:
    """CheckFailed where `params` has other names, or weights aren't normal with about this deviation."""
    others = sorted({*read_record(made.params)} ^ {*names})
    if others:
        raise CheckFailed(f"params should have {', '.join(names)}: it differs in {', '.join(others)}")
    for name in (name for name in names if name[0] == "W"):
        array = read_array(made.params[name], floats=True)
        deviation, margin = float(np.std(array)), 6 * scale / np.sqrt(array.size)
        if abs(deviation - scale) > margin or abs(array.mean()) > margin:
            raise CheckFailed(
                f"params['{name}'] has mean {array.mean():.2g} and deviation {deviation:.2g}, but should be drawn "
                f"with mean 0 and deviation weight_scale, here {scale:g}"
            )
