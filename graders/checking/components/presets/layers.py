"""Layers, each as a `Preset`. Words are PyTorch's where it has some; `names` says what a handout has in their place."""

from __future__ import annotations

from graders.checking.components import families
from graders.checking.components.chance import Chance
from graders.checking.components.families.family import Family
from graders.checking.components.presets.preset import Preset

_EXPONENTIALS = ("plain", "wide", "small", "single")
_SUMS = ("plain", "large", "small", "single")
_LINEAR = families.LINEAR(W="weight", b="bias")


def _activation(function: str, family: Family, **settings: object) -> Preset:
    return Preset(f"reference.activations:{function}", {"x": "N D"}, family, settings=settings)


RELU = _activation("relu", families.RELU)
SIGMOID = _activation("sigmoid", families.SIGMOID)
TANH = _activation("tanh", families.TANH)
GELU = _activation("gelu", families.GELU)
GELU_BY_TANH = _activation("gelu_tanh", families.GELU)
SWISH = _activation("swish", families.SWISH, beta=1.0)
"""SiLU; another beta is a setting."""
SOFTPLUS = _activation("softplus", families.SOFTPLUS)
LEAKY_RELU = _activation("leaky_relu", families.LEAKY_RELU, slope=0.01)
ELU = _activation("elu", families.ELU, alpha=1.0)

LINEAR = Preset("reference.linear:linear", {"x": "N D"}, _LINEAR, parameters={"weight": "M D", "bias": "M"})
DROPOUT = Preset(
    "reference.lookup:dropout",
    {"x": "N D"},
    families.DROPOUT,
    fields={
        "options": {"p": (0.2, 0.6)},
        "chance": Chance(kept=lambda p: 1 - p),
        "evaluation": "reference.lookup:not_dropped",
    },
)
"""p is the share that is dropped."""
DROPOUT_KEEPING = Preset(
    "reference.lookup:dropout_keeping",
    {"x": "N D"},
    families.DROPOUT,
    fields={
        "options": {"p": (0.3, 0.8)},
        "chance": Chance(kept=lambda p: p),
        "evaluation": "reference.lookup:not_dropped",
    },
)
"""p is the share that is kept."""

LAYER_NORM = Preset(
    "reference.normalization:layer_norm",
    {"x": "N D"},
    families.NORM,
    parameters={"gamma": "D", "beta": "D"},
    settings={"eps": 1e-5},
)
RMS_NORM = Preset(
    "reference.normalization:rms_norm",
    {"x": "N D"},
    families.RMS_NORM,
    parameters={"gamma": "D"},
    settings={"eps": 1e-5},
)
GROUP_NORM = Preset(
    "reference.normalization:group_norm",
    {"x": "N C 3 2"},
    families.NORM,
    parameters={"gamma": "C", "beta": "C"},
    fields={"sizes": {"C": (6,)}, "options": {"groups": (2, 3)}},
    settings={"eps": 1e-5},
)

_WINDOWS = {"options": {"stride": (1, 2), "padding": (0, 1)}, "sizes": {"N": (2, 4)}, "regimes": _SUMS}
CONV1D = Preset(
    "reference.convolution:conv1d",
    {"x": "N 3 9"},
    _LINEAR,
    parameters={"weight": "F 3 4", "bias": "F"},
    fields={**_WINDOWS, "sizes": {"N": (2, 4), "F": (5, 6)}},
)
CONV2D = Preset(
    "reference.convolution:conv2d_channels_first",
    {"x": "N 3 7 6"},
    _LINEAR,
    parameters={"weight": "F 3 3 3", "bias": "F"},
    fields={**_WINDOWS, "sizes": {"N": (2, 4), "F": (5, 6)}},
)
CONV_TRANSPOSE1D = Preset(
    "reference.convolution:conv_transpose1d",
    {"x": "N 3 6"},
    _LINEAR,
    parameters={"weight": "3 F 4", "bias": "F"},
    fields={**_WINDOWS, "sizes": {"N": (2, 4), "F": (5, 6)}},
)
CONV_TRANSPOSE2D = Preset(
    "reference.convolution:conv_transpose2d",
    {"x": "N 3 5 4"},
    _LINEAR,
    parameters={"weight": "3 F 3 3", "bias": "F"},
    fields={**_WINDOWS, "sizes": {"N": (2, 4), "F": (5, 6)}},
)
_POOL = {"options": {"kernel": (2, 3), "stride": (1, 2)}, "sizes": {"N": (2, 4)}, "regimes": _SUMS}
MAX_POOL2D = Preset("reference.pooling:max_pool2d_channels_first", {"x": "N 3 7 6"}, families.MAX_POOL, fields=_POOL)
AVERAGE_POOL2D = Preset(
    "reference.pooling:average_pool2d_channels_first", {"x": "N 3 7 6"}, families.AVERAGE_POOL, fields=_POOL
)
