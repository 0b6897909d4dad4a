"""What components can't say of the networks: weights that are drawn, and dropout between layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

from graders.checking import Case, CheckFailed, Student, expect, few_cases, measured, read_array, section
from reference.autodiff import vjp

from ...cs231n.networks import FEATURES, Net, check_params

NET = Net(("H1", "H2"))
SIZES = {"H1": 60, "H2": 70, "C": 4}
FURTHEST = 0.3
"""From the keep ratio to the share of 130 units that are kept: six deviations at most."""


@dataclass(frozen=True)
class DropoutCase(Case):
    """One example, whose hidden units are all open, and a keep ratio."""

    p: float

    @property
    def X(self) -> np.ndarray:
        """One example."""
        return self.array("X", 1, 2, 3)

    @property
    def params(self) -> dict[str, np.ndarray]:
        """Biases are large, so that no unit is closed by ReLU: what is zero was dropped."""
        found = {}
        for name, spec in NET.shapes.items():
            shape = tuple(SIZES.get(word, FEATURES) for word in spec.split())
            hidden = name in ("b1", "b2")
            found[name] = self.array(name, *shape, scale=0.03 if shape[1:] or hidden else 0.3, offset=3.0 * hidden)
        return found


@measured
def dropped(X: Tensor, y: Tensor, mask1: Tensor, mask2: Tensor, **params: Tensor) -> dict[str, Tensor]:
    """Loss and gradients where these units are kept, and the scores without dropout."""

    def loss(*given: Tensor) -> Tensor:
        *_, scores = NET.passed(X, {**dict(zip(params, given, strict=True)), "mask1": mask1, "mask2": mask2})
        return functional.cross_entropy(scores, y)

    value, gradients = vjp(loss, list(params.values()), torch.ones((), dtype=X.dtype))
    *_, scores = NET.passed(X, params)
    return {"loss": value, "scores": scores, **dict(zip(params, gradients, strict=True))}


@section("fully_connected_net")
@few_cases
@given(case=st.builds(DropoutCase, st.integers(0, 2**32 - 1), st.sampled_from((0.25, 0.5, 0.75))))
def test_dropout(student: Student, case: DropoutCase) -> None:
    """Dropout: loss and gradients are those of the units that were kept, over dropout_keep_ratio; scores have none."""
    net = student("cs231n.classifiers.fc_net").FullyConnectedNet(
        *([SIZES["H1"], SIZES["H2"]], FEATURES, SIZES["C"]), dropout_keep_ratio=case.p, dtype="float64", seed=case.seed
    )
    for name, array in case.params.items():
        net.params[name] = array
    y = np.array([case.seed % SIZES["C"]])
    loss, grads = net.loss(case.X, y)
    kept = [(read_array(grads[name], case.params[name].shape) != 0).any(axis=1) for name in ("W2", "W3")]
    masks = {f"mask{number}": units / case.p for number, units in enumerate(kept, 1)}
    wanted = dropped(X=case.X, y=y, **masks, **case.params)
    expect(loss).to_equal(wanted.loss)
    for name in case.params:
        expect(grads[name]).to_equal(getattr(wanted, name))
    expect(net.loss(case.X)).to_equal(wanted.scores)
    share = np.concatenate(kept).mean()
    if kept[1].any() and abs(share - case.p) > FURTHEST:
        raise CheckFailed(f"of 130 hidden units {share:.0%} are kept, but should be about {case.p:.0%}")


@section("fully_connected_net")
def test_weights(student: Student) -> None:
    """params has the layers' names, and weights are drawn from a normal distribution with deviation weight_scale."""
    make = student("cs231n.classifiers.fc_net").FullyConnectedNet
    made = make([40, 30], input_dim=50, num_classes=20, normalization="batchnorm", weight_scale=0.03, dtype="float64")
    check_params(made, list(Net(("H1", "H2"), "batchnorm").shapes), 0.03)


@section("three_layer_convnet")
def test_weights_of_convnet(student: Student) -> None:
    """params has the layers' names, and weights are drawn from a normal distribution with deviation weight_scale."""
    make = student("cs231n.classifiers.cnn").ThreeLayerConvNet
    made = make((3, 8, 12), num_filters=10, filter_size=5, hidden_dim=20, weight_scale=0.03, dtype="float64")
    check_params(made, ["W1", "b1", "W2", "b2", "W3", "b3"], 0.03)
