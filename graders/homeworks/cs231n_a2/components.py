"""Assignment 2's layers as its docstrings describe them."""

from __future__ import annotations

from typing import Any

from graders.checking.components import Chance, Check, Default, Functions, Layer, families, replaced

from ..cs231n import networks

Fields = dict[str, Any]
"""Of a component."""


def pair(name: str, suffix: str = "", **fields: Any) -> Functions:
    """NAME_forward and NAME_backward of layers.py."""
    return Functions(
        module="cs231n.layers", forward=f"{name}_forward{suffix}", backward=f"{name}_backward{suffix}", **fields
    )


def normal(x, axes, eps):
    """x with mean 0 and, but for eps, biased variance 1 over the axes."""
    mean, variance = x.mean(axes, keepdim=True), x.var(axes, unbiased=False, keepdim=True)
    return (x - mean) / (variance + eps).sqrt()


def channels(x, like):
    """A vector beside the channels of a batch of rows, or of images."""
    return x.reshape(1, -1, *(1 for _ in like.shape[2:]))


def others(x):
    """All axes but that of the channels."""
    return [axis for axis in range(x.ndim) if axis != 1]


def batchnorm(x, gamma, beta, eps, **_):
    """In training."""
    return channels(gamma, x) * normal(x, others(x), eps) + channels(beta, x)


def running(x, *_, running_mean, running_var, momentum, **_options):
    """The running values after a batch."""
    axes = others(x)
    return {
        "running_mean": momentum * running_mean + (1 - momentum) * x.mean(axes),
        "running_var": momentum * running_var + (1 - momentum) * x.var(axes, unbiased=False),
    }


def tested(x, gamma, beta, running_mean, running_var, eps, **_):
    """In test mode."""
    normed = (x - channels(running_mean, x)) / (channels(running_var, x) + eps).sqrt()
    return channels(gamma, x) * normed + channels(beta, x)


def groupnorm(x, gamma, beta, G, eps):
    """Each group of neighbouring channels by itself."""
    groups = x.reshape(len(x), G, -1)
    return gamma * normal(groups, 2, eps).reshape(x.shape) + beta


def conv(x, w, b, stride, pad):
    """Cross-correlation."""
    from torch.nn import functional  # here and not above: a pack is read without PyTorch

    return functional.conv2d(x, w, b, stride=stride, padding=pad)


def max_pool(x, pool_height, pool_width, stride):
    """The largest entry of each window."""
    from torch.nn import functional

    return functional.max_pool2d(x, (pool_height, pool_width), stride)


def convnet(X, W1, b1, W2, b2, W3, b3, **_):
    """Scores of conv, relu, 2 x 2 max pool, affine, relu, affine."""
    pooled = max_pool(conv(X, W1, b1, stride=1, pad=1).relu(), 2, 2, 2)
    return (pooled.flatten(1) @ W2 + b2).relu() @ W3 + b3


def convnet_loss(X, W1, b1, W2, b2, W3, b3, y, reg, **_):
    """With ½ reg on the weights."""
    penalty = sum((W**2).sum() for W in (W1, W2, W3))
    return networks.cross_entropy(convnet(X, W1, b1, W2, b2, W3, b3), y) + reg / 2 * penalty


EPS = [Default(1e-5), 1e-2]
BATCHNORM: Fields = {
    "torch": batchnorm, "updated": running, "evaluation": tested, "evaluate": {"mode": "test"},
    "options": {"mode": ["train"], "eps": EPS, "momentum": [Default(0.9), 0.6]}, "options_as": "bn_param",
    "initial": {"running_mean": 0.0, "running_var": 0.0}, "kinds": {"running_var": "positive"},
    "checks": {"other_options": Check(
        like="state evaluation", options={"momentum": 0.6, "eps": 1e-2}, title="Other momentum and eps are used.",
    )},
    "family": families.NORM(mean="running_mean", variance="running_var", keep="momentum"), "without": {"batch_of_one"},
}  # fmt: skip
ROWS, IMAGES = {"x": "N D", "gamma": "D", "beta": "D"}, {"x": "N C 3 4", "gamma": "C", "beta": "C"}
OF_ROWS: Fields = {"inputs": ROWS, "state": {"running_mean": "D", "running_var": "D"}}
OF_IMAGES: Fields = {"inputs": IMAGES, "state": {"running_mean": "C", "running_var": "C"}}
CONVNET = {"W1": "5 2 3 3", "b1": "5", "W2": "30 H", "b2": "H", "W3": "H C", "b3": "C"}
FEW = {"N": (5, 11)}
CONV = pair(
    "conv", "_naive", inputs={"x": "N 4 5 8", "w": "K 4 3 2", "b": "K"}, sizes={"N": (6, 7), "K": (7, 6)},
    torch=conv,
    options={"stride": [1, 2], "pad": [0, 1, 2]}, options_as="conv_param", family=families.LINEAR(W="w"),
)  # fmt: skip
MAX_POOL = pair(
    "max_pool", "_naive", inputs={"x": "N 6 4 7"}, sizes={"N": (5, 8)}, family=families.MAX_POOL,
    torch=max_pool,
    options={"pool_height": [2], "pool_width": [3], "stride": [1, 2]}, options_as="pool_param",
)  # fmt: skip
FAST = (
    replaced(CONV, module="cs231n.fast_layers", forward="conv_forward_fast", backward="conv_backward_fast").right
    | replaced(
        MAX_POOL, module="cs231n.fast_layers", forward="max_pool_forward_fast", backward="max_pool_backward_fast"
    ).right
)
"""Right ones in place of fast_layers.py, whose compiled part isn't handed in."""

COMPONENTS = {
    "batchnorm": pair("batchnorm", sizes=FEW, **OF_ROWS, **BATCHNORM),
    "batchnorm.alt": Functions(
        module="cs231n.layers", forward="batchnorm_forward", backward="batchnorm_backward_alt", sizes=FEW,
        **OF_ROWS, **BATCHNORM | {"checks": {}, "without": {
            "forward", "shapes", "state", "evaluation", "evaluation_keeps_state", "batch_of_one",
        }},
    ),
    "layernorm": pair(
        "layernorm", inputs=ROWS, family=families.NORM, options={"eps": EPS}, options_as="ln_param",
        torch=lambda x, gamma, beta, eps: gamma * normal(x, 1, eps) + beta,
    ),
    "dropout": pair(
        "dropout", inputs={"x": "N D"}, options={"p": [0.3, 0.6, 0.8], "mode": ["train"]}, options_as="dropout_param",
        chance=Chance(kept=lambda p, mode: p, seed="seed"), torch=lambda x, mask, p, mode: x * mask / p,
        evaluation=lambda x, p, mode: x, evaluate={"mode": "test"},
    ),
    "fully_connected_net.batchnorm": networks.fully_connected("H1", "H2", norm=networks.BATCHNORM),
    "fully_connected_net.layernorm": networks.fully_connected("H1", "H2", norm=networks.LAYERNORM),
    "conv": CONV,
    "max_pool": MAX_POOL,
    "spatial_batchnorm": pair("spatial_batchnorm", sizes={"N": (2, 5), "C": (6, 7)}, **OF_IMAGES, **BATCHNORM),
    "spatial_groupnorm": pair(
        "spatial_groupnorm", inputs={"x": "N 6 2 3", "gamma": "1 6 1 1", "beta": "1 6 1 1"}, sizes={"N": (4, 5)},
        torch=groupnorm, options={"G": [1, 2, 3, 6], "eps": EPS}, takes="x gamma beta G options",
        options_as="gn_param", family=families.NORM(groups="G"),
    ),
    "three_layer_convnet": Layer(
        name="cs231n.classifiers.cnn.ThreeLayerConvNet", inputs={"X": "N 2 4 6"},
        sizes={"N": (7, 8), "H": (9, 11), "C": (10, 12)},
        new={
            "input_dim": "(2 4 6)", "num_filters": "5", "filter_size": "3", "hidden_dim": "H", "num_classes": "C",
            "reg": "reg", "dtype": "dtype",
        }, defaults={"reg": 0.0, "dtype": "float32"}, options={"reg": [0.0, 0.7], "dtype": ["float64"]},
        torch=convnet_loss, evaluation=convnet, right_parts=FAST, **networks.of_dicts(CONVNET),
    ),
}  # fmt: skip
