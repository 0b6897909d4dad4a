"""The PyTorch functions that a layer is held against, as texts: what agrees is written into a pack as it stands.

`{x}` stands for an array by its role, `{stride}` for an option of the layer's, or a number where it has none.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

Numbers = Sequence[object]


@dataclass(frozen=True)
class Known:
    """A function of arrays in these roles, and the labels `y` where it has some; `says` is what it is, in words.

    `options` are its settings, each with the numbers that it may be where the layer has no option for it; `family` has
    its mistakes, and `words` says which role is which word there, if not the word itself.
    """

    says: str
    text: str
    roles: tuple[str, ...]
    family: str = ""
    options: Mapping[str, Numbers] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    labels: str = ""
    """`classes` or `one-hot`: of which kind the labels are."""
    scalar: bool = False


DATA = ("x", "y", "z", "h", "Q", "K", "V")
"""The roles of data; others are parameters."""
EPS: Numbers = (1e-5, 1e-8, 1e-6, 1e-7, 1e-3, 1e-4, 1e-12, 1e-10, 1e-9, 0.0)
SLOPES: Numbers = (0.01, 0.1, 0.2, 0.3, 0.05, 1.0)
STRIDE: Numbers = (1, 2, 3)
PADDING: Numbers = (0, 1, 2)
KERNEL: Numbers = (2, 3)

ACTIVATIONS = {
    "ReLU": ("torch.relu({x})", "RELU"),
    "sigmoid": ("torch.sigmoid({x})", "SIGMOID"),
    "tanh": ("torch.tanh({x})", "TANH"),
}
SMOOTH = {
    "softplus": "F.softplus({x}, threshold=100)",
    "GELU": "F.gelu({x})",
    "GELU by tanh": "F.gelu({x}, approximate='tanh')",
    "SiLU (swish)": "F.silu({x})",
    "mish": "F.mish({x})",
    "SELU": "F.selu({x})",
    "softsign": "F.softsign({x})",
    "log sigmoid": "F.logsigmoid({x})",
    "hard sigmoid": "F.hardsigmoid({x})",
    "hard swish": "F.hardswish({x})",
    "hard tanh": "F.hardtanh({x})",
    "ReLU6": "F.relu6({x})",
    "tanh shrink": "F.tanhshrink({x})",
    "exponential": "torch.exp({x})",
    "sine": "torch.sin({x})",
    "square": "{x} ** 2",
    "identity": "1 * {x}",
}
WITH_SLOPE = {
    "leaky ReLU": "F.leaky_relu({x}, {slope})",
    "ELU": "F.elu({x}, {slope})",
    "swish with a factor": "{x} * torch.sigmoid({slope} * {x})",
    "softplus with a factor": "F.softplus({x}, beta={slope}, threshold=100)",
    "CELU": "F.celu({x}, {slope})",
    "multiple": "{slope} * {x}",
}


def functions() -> Iterator[Known]:
    """All of them: of several that agree the first is taken."""
    yield from _linear()
    yield from _elementwise()
    yield from _by_rows()
    yield from _norms()
    yield from _convolutions()
    yield from _pools()
    yield from _of_several()
    yield from _recurrent()


def _linear() -> Iterator[Known]:
    products = [
        "{x} @ {W}",
        "{x} @ {W}.T",
        "{W} @ {x}",
        "{W}.T @ {x}",
        "{x}.flatten(1) @ {W}",
        "{x}.flatten(1) @ {W}.T",
    ]
    for product in products:
        says = "linear layer" if product.startswith("{x}") else "linear layer of columns"
        bias = "reshape(-1)" if product.startswith("{x}") else "reshape(-1, 1)"
        for shift in ("{b}", f"{{b}}.{bias}"):
            whole = f"{product} + {shift}"
            yield Known(says, whole, ("x", "W", "b"), "LINEAR")
            for name, (text, _) in ACTIVATIONS.items():
                yield Known(f"{says}, then {name}", text.format(x=whole), ("x", "W", "b"), "LINEAR")
        yield Known(f"{says} without a bias", product, ("x", "W"), "LINEAR")
    yield Known("linear layer with the bias in W", "F.pad({x}, (0, 1), value=1.0) @ {W}", ("x", "W"), "LINEAR")
    yield Known("linear layer with the bias in W", "F.pad({x}, (1, 0), value=1.0) @ {W}", ("x", "W"), "LINEAR")


def _elementwise() -> Iterator[Known]:
    for says, (text, family) in ACTIVATIONS.items():
        yield Known(says, text, ("x",), family)
    for says, text in SMOOTH.items():
        yield Known(says, text, ("x",), "SMOOTH")
    for says, text in WITH_SLOPE.items():
        yield Known(says, text, ("x",), "SMOOTH", {"slope": SLOPES})
    yield Known("PReLU", "torch.where({x} > 0, {x}, {a} * {x})", ("x", "a"))
    yield Known("scale and shift", "{gamma} * {x} + {beta}", ("x", "gamma", "beta"))


def _by_rows() -> Iterator[Known]:
    for axis in (1, 0, -1):
        yield Known("softmax", f"guards.softmax({{x}}, {axis})", ("x",), "SOFTMAX")
        yield Known("log softmax", f"torch.log_softmax({{x}}, {axis})", ("x",), "SMOOTH")
    yield Known("flatten", "{x}.flatten(1)", ("x",))
    yield Known("transpose", "{x}.mT", ("x",))
    yield Known("global average pooling", "{x}.mean((2, 3))", ("x",))
    yield Known("global average pooling", "{x}.mean((2, 3), keepdim=True)", ("x",))
    yield Known("mean over time", "{x}.mean(1)", ("x",))
    yield Known("sum of squares", "({x} ** 2).sum()", ("x",), scalar=True)
    yield Known("normalised rows", "{x} / {x}.norm(dim=1, keepdim=True)", ("x",))


def _norms() -> Iterator[Known]:
    kinds = [
        ("batch normalisation", "0", ""),
        ("batch normalisation of channels", "(0, 2, 3)", ".reshape(1, -1, 1, 1)"),
        ("batch normalisation of channels, last", "(0, 1, 2)", ""),
        ("layer normalisation", "-1", ""),
        ("layer normalisation of images", "(1, 2, 3)", ".reshape(1, -1, 1, 1)"),
        ("layer normalisation of images", "(1, 2, 3)", ""),
        ("instance normalisation", "(2, 3)", ".reshape(1, -1, 1, 1)"),
        ("batch normalisation of columns", "1", ""),
    ]
    roots = ["torch.sqrt({var} + {eps})", "(torch.sqrt({var}) + {eps})"]
    for (says, axes, fit), root, unbiased in itertools.product(kinds, roots, (False, True)):
        var = f"{{x}}.var({axes}, unbiased={unbiased}, keepdim=True)"
        scaled = f"({{x}} - {{x}}.mean({axes}, keepdim=True)) / {root.replace('{var}', var)}"
        roles, words = ("x", "gamma", "beta"), {"eps": EPS}
        yield Known(says, f"{{gamma}}{fit} * {scaled} + {{beta}}{fit}", roles, "NORM", words)
        yield Known(f"{says} without scale and shift", scaled, ("x",), "", words)
    yield Known(
        "RMS normalisation",
        "{gamma} * {x} / torch.sqrt(({x} ** 2).mean(-1, keepdim=True) + {eps})",
        ("x", "gamma"),
        "NORM",
        {"eps": EPS},
    )
    yield Known(
        "group normalisation",
        "F.group_norm({x}, {groups}, {gamma}.reshape(-1), {beta}.reshape(-1), {eps})",
        ("x", "gamma", "beta"),
        "NORM",
        {"eps": EPS, "groups": (2, 4)},
    )


def _convolutions() -> Iterator[Known]:
    options = {"stride": STRIDE, "padding": PADDING}
    settings = "stride={stride}, padding={padding}"
    for weights, says in (("{W}", "convolution"), ("{W}.flip(-1, -2)", "convolution with turned kernels")):
        for function, rank in (("conv2d", "2d"), ("conv1d", "1d")):
            if rank == "1d" and "flip" in weights:
                weights = "{W}.flip(-1)"
            for swap in ("", ".transpose(0, 1)"):
                w = f"{weights}{swap}"
                yield Known(says, f"F.{function}({{x}}, {w}, {{b}}.reshape(-1), {settings})", _XWB, "LINEAR", options)
                yield Known(says, f"F.{function}({{x}}, {w}, None, {settings})", _XWB[:2], "LINEAR", options)
    last = "F.conv2d({x}.permute(0, 3, 1, 2), {W}.permute(3, 2, 0, 1), {b}.reshape(-1), %s).permute(0, 2, 3, 1)"
    yield Known("convolution, channels last", last % settings, _XWB, "LINEAR", options)
    last = "F.conv1d({x}.mT, {W}.permute(2, 1, 0), {b}.reshape(-1), %s).mT"
    yield Known("convolution over time, channels last", last % settings, _XWB, "LINEAR", options)
    for function in ("conv_transpose2d", "conv_transpose1d"):
        text = f"F.{function}({{x}}, {{W}}, {{b}}.reshape(-1), {settings})"
        yield Known("transposed convolution", text, _XWB, "LINEAR", options)
    depthwise = f"F.conv2d({{x}}, {{W}}, {{b}}.reshape(-1), {settings}, groups={{x}}.shape[1])"
    yield Known("depthwise convolution", depthwise, _XWB, "LINEAR", options)


_XWB = ("x", "W", "b")


def _pools() -> Iterator[Known]:
    windows = {"kernel": KERNEL}
    strided = {**windows, "stride": STRIDE}
    for says, kind, family in (("max pooling", "max", "MAX_POOL"), ("average pooling", "avg", "AVERAGE_POOL")):
        for rank in ("2d", "1d"):
            yield Known(says, f"F.{kind}_pool{rank}({{x}}, {{kernel}})", ("x",), family, windows)
        high = f"F.{kind}_pool2d({{x}}, ({{height}}, {{width}}), {{stride}})"
        yield Known(says, high, ("x",), family, {"height": KERNEL, "width": KERNEL, "stride": STRIDE})
        for rank in ("2d", "1d"):
            yield Known(says, f"F.{kind}_pool{rank}({{x}}, {{kernel}}, {{stride}})", ("x",), family, strided)
        last = f"F.{kind}_pool2d({{x}}.permute(0, 3, 1, 2), {{kernel}}, {{stride}}).permute(0, 2, 3, 1)"
        yield Known(f"{says}, channels last", last, ("x",), "", strided)
        padded = f"F.{kind}_pool2d({{x}}, {{kernel}}, {{stride}}, {{padding}})"
        yield Known(says, padded, ("x",), family, {**strided, "padding": PADDING})
    up = "{x}.repeat_interleave({kernel}, 2).repeat_interleave({kernel}, 3)"
    yield Known("upsampling by repetition", up, ("x",), "", windows)
    border = "F.pad({x}, ({padding}, {padding}, {padding}, {padding}))"
    yield Known("zero padding", border, ("x",), "", {"padding": PADDING})


def _of_several() -> Iterator[Known]:
    yield Known("embedding", "F.embedding({y}, {W})", ("W",), labels="ids")
    for says, text in (("sum", "{x} + {z}"), ("product, entry by entry", "{x} * {z}"), ("matrix product", "{x} @ {z}")):
        yield Known(says, text, ("x", "z"))
    attention = "torch.softmax({Q} @ {K}.mT / {Q}.shape[-1] ** 0.5, -1) @ {V}"
    yield Known("scaled dot-product attention", attention, ("Q", "K", "V"))


def _recurrent() -> Iterator[Known]:
    for x, h in itertools.product(("{x} @ {Wx}", "{x} @ {Wx}.T"), ("{h} @ {Wh}", "{h} @ {Wh}.T")):
        for text, roles in (
            (f"torch.tanh({x} + {h} + {{b}})", ("x", "h", "Wx", "Wh", "b")),
            (f"torch.tanh({x} + {{b}} + {h} + {{c}})", ("x", "h", "Wx", "Wh", "b", "c")),
        ):
            yield Known("step of a recurrent network", text, roles)
