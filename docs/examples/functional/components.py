"""Seven layers as pairs of functions: forward gives (out, cache), backward takes (dout, cache)."""

import torch
from torch.nn import functional as F

from graders.checking.components import Functions, Labels, families


def pair(name, **fields):
    return Functions(module="course.layers", forward=f"{name}_forward", backward=f"{name}_backward", **fields)


def normalised(axis):
    def function(x, gamma, beta, **options):
        mean, variance = x.mean(axis, keepdim=True), x.var(axis, unbiased=False, keepdim=True)
        return gamma * (x - mean) / torch.sqrt(variance + 1e-5) + beta

    return function


AFFINE = {"x": "N 2 3", "w": "6 M", "b": "M"}
NORM = {"inputs": {"x": "N D", "gamma": "D", "beta": "D"}, "family": families.NORM}
CONV = {"x": "N 3 5 7", "w": "K 3 3 3", "b": "K"}
LINEAR = families.LINEAR(W="w")

COMPONENTS = {
    "affine": pair("affine", inputs=AFFINE, torch=lambda x, w, b: x.flatten(1) @ w + b, family=LINEAR),
    "relu": pair("relu", inputs={"x": "N D"}, torch=torch.relu, family=families.RELU),
    "softmax": Functions(
        module="course.layers", forward="softmax_loss", output="loss",
        inputs={"x": "N C"}, labels=Labels("C"), torch=F.cross_entropy, family=families.CROSS_ENTROPY,
    ),
    "batchnorm": pair(
        "batchnorm", torch=normalised(0), options={"mode": ["train"]}, options_as="bn_param",
        sizes={"N": (5, 11)}, without={"batch_of_one"}, **NORM,
    ),
    "layernorm": pair("layernorm", torch=normalised(1), takes="x gamma beta options", options_as="ln_param", **NORM),
    "conv": pair(
        "conv", inputs=CONV, sizes={"N": (2, 4), "K": (2, 6)}, family=LINEAR,
        torch=lambda x, w, b, stride, pad: F.conv2d(x, w, b, stride=stride, padding=pad),
        options={"stride": [1, 2], "pad": [0, 1]}, options_as="conv_param",
    ),
    "pool": pair(
        "max_pool", inputs={"x": "N 3 4 5"}, sizes={"N": (2, 6)}, family=families.MAX_POOL,
        torch=lambda x, pool_height, pool_width, stride: F.max_pool2d(x, (pool_height, pool_width), stride),
        options={"pool_height": [2], "pool_width": [2, 3], "stride": [1, 2]}, options_as="pool_param",
    ),
}  # fmt: skip
