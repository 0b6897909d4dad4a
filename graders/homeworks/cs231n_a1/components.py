"""Assignment 1's functions, networks and update rules as its docstrings describe them."""

from __future__ import annotations

from typing import Any

from graders.checking.components import Functions, Labels, Layer, families

from ..cs231n import networks, updates

HALF = "reg counts half here: the notebooks have reg times the sum of squares, and 2 reg W in the gradient"


def linear(name: str, loss: Any, module: str, family: Any, **fields: Any) -> Functions:
    """NAME(W, X, y, reg) of a linear classifier: (loss, dW)."""

    def penalised(factor: float) -> Any:
        return lambda W, X, y, reg: loss(X @ W, y) + factor * reg * (W**2).sum()

    return Functions(
        module=f"cs231n.classifiers.{module}", forward=name, output="loss", labels=Labels("C"),
        inputs={"W": "D C", "X": "N D"}, takes="W X y reg", gradients={"W": "forward[1]"}, called={"W": "dW"},
        options={"reg": [0.0, 0.3]}, torch=penalised(1.0), also={HALF: penalised(0.5)}, family=family(x="X"),
        **fields,
    )  # fmt: skip


def hinge(scores, y):
    """Mean over the examples of the margins that are too small, those of the right class left out."""
    margins = (scores - scores.gather(1, y[:, None]) + 1).relu()
    return (margins.sum() - len(y)) / len(y)


def two_layer() -> Layer:
    """TwoLayerNet."""
    net = networks.Net(("H",))
    new = {"input_dim": str(networks.FEATURES), "hidden_dim": "H", "num_classes": "C", "reg": "reg"}
    return Layer(
        name="cs231n.classifiers.fc_net.TwoLayerNet", inputs={"X": "N 2 3"}, new=new, defaults={"reg": 0.0},
        options={"reg": [0.0, 0.7]}, torch=net.loss, evaluation=net.tested,
        **networks.of_dicts(net.shapes) | {"family": networks.mistakes_in(net)},
    )  # fmt: skip


LAYERS = "cs231n.layers"
AFFINE = {"x": "N 2 3", "w": "6 M", "b": "M"}
COMPONENTS = {
    "softmax.naive": linear("softmax_loss_naive", networks.cross_entropy, "softmax", families.SOFTMAX_CLASSIFIER),
    "softmax.vectorized": linear(
        "softmax_loss_vectorized", networks.cross_entropy, "softmax", families.SOFTMAX_CLASSIFIER
    ),
    "layers.affine": Functions(
        module=LAYERS, forward="affine_forward", backward="affine_backward", inputs=AFFINE,
        torch=lambda x, w, b: x.flatten(1) @ w + b, family=families.LINEAR(W="w"),
    ),
    "layers.relu": Functions(
        module=LAYERS, forward="relu_forward", backward="relu_backward", inputs={"x": "N D"}, torch="torch:relu",
        family=families.RELU, may_change={"dout"},
    ),
    "layers.softmax_loss": Functions(
        module=LAYERS, forward="softmax_loss", inputs={"x": "N C"}, labels=Labels("C"), output="loss",
        torch=networks.cross_entropy, family=families.CROSS_ENTROPY, finite_at=1000.0,
    ),
    "two_layer_net": two_layer(),
    "fully_connected_net.shallow": networks.fully_connected("H1"),
    "fully_connected_net.deep": networks.fully_connected("H1", "H2", "H3"),
    **updates.RULES,
}  # fmt: skip
