"""Mistakes that students of cs189 make in activated layers and in those of images, besides what goes wrong in all.

Images lie as (N, rows, columns, channels), kernels as (height, width, n_in, n_out).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from graders.checking.components import families

if TYPE_CHECKING:
    from torch import Tensor

Sizes = tuple[int, int]
TRY_NOT_SQUARE = "Try a kernel that isn't square."
COUNT = "Count the entries of a window that isn't square."
SECOND_WINDOW = "Work out by hand where the second window starts."
EARLIER = "See what happens to what earlier windows added."


def padding(kernel: Sizes, pad: Any) -> Sizes:
    """Zeros above and below, left and right: `same`, `valid`, a number, or a pair of them."""
    if isinstance(pad, tuple):
        return pad
    if pad == "same":
        return (kernel[0] - 1) // 2, (kernel[1] - 1) // 2
    return (0, 0) if isinstance(pad, str) else (int(pad), int(pad))


def of_activated(family: families.Family, layer: Callable[..., Tensor], activated: Callable[..., Tensor]) -> None:
    """Add what goes wrong where a layer has an activation at its end."""

    def linear(*given: Tensor, activation: str, **options: object) -> Tensor:  # noqa: ARG001 - left out
        return layer(*given, activation="linear", **options)

    def twice(*given: Tensor, activation: str, **options: object) -> Tensor:
        return activated(layer(*given, activation=activation, **options), activation)

    def at_output(*given: Tensor, activation: str, **options: object) -> Tensor:
        Z = linear(*given, activation=activation, **options)
        return activated(activated(Z, activation).detach() + Z - Z.detach(), activation)

    def gradient(quantity: str, function: Callable[..., Tensor]) -> Callable[..., np.ndarray]:
        return lambda right: right.of(function)[quantity]

    family.add("out", "isn't activated", "Look at what comes after the sum.", gradient("out", linear))
    family.add("out", "is activated twice", "Count the activations after the sum.", gradient("out", twice))
    for quantity in ("dx", "dW", "db"):
        first = "Look at what dLdY is multiplied by first."
        family.add(quantity, "lacks the activation's slope", first, gradient(quantity, linear))
        kept = "Look at which Z backward finds in the cache."
        family.add(quantity, "takes the activation's slope at its output", kept, gradient(quantity, at_output))


DENSE = families.LINEAR.extended()

CONV = families.LINEAR.extended(
    "stride", "pad", without=("kernel_turned", "input_gradient_kernel_turned", "input_gradient_replaced")
)


def _framed(x: np.ndarray, W: np.ndarray, pad: Any, rows: Sizes = (1, 1), columns: Sizes = (1, 1), **how: Any) -> Any:
    """The image with its frame's rows above and below, and columns left and right, this many times."""
    above, left = padding(W.shape[:2], pad)
    frame = ((0, 0), (above * rows[0], above * rows[1]), (left * columns[0], left * columns[1]), (0, 0))
    return np.pad(x, frame, **how)


def _padded_by(other: Sizes, right: Any, W: np.ndarray, pad: Any, *, only: bool) -> Any:
    return right.out(pad=other) if only and other != padding(W.shape[:2], pad) else None


def _fewer(found: np.ndarray, dout: np.ndarray) -> np.ndarray:
    return found[:, : dout.shape[1], : dout.shape[2]]


def _same(pad: Any, W: np.ndarray) -> bool:
    return padding(W.shape[:2], pad) == padding(W.shape[:2], "same")


def _counted(found: np.ndarray, x: np.ndarray, W: np.ndarray, pad: Any, stride: int, axis: int) -> Any:
    """As many positions along this axis as the kernel's other side allows."""
    count = (x.shape[1 + axis] + 2 * padding(W.shape[:2], pad)[axis] - W.shape[1 - axis]) // stride + 1
    return None if count >= found.shape[1 + axis] else np.take(found, range(max(count, 0)), 1 + axis)


SIGNS = "Compare the signs of the indices in equation 1 with those in your loop."
ADDS_UP = "Equation 1 adds up over the channels."
BOTH = "Look for the stride in both directions."
PAIRS = "Look at the pairs that np.pad is given."
# fmt: off
_out = {
    "is a true convolution, with the kernel flipped in both directions": (SIGNS,
        lambda right, W: right.out(W=W[::-1, ::-1].copy())),
    "adds the bias once for each entry of the kernel": ("Count how often a sum is given its bias.",
        lambda right, W, b: right.out(b=W[..., 0, 0].size * b)),
    "ignores the padding": ("Look at which image your windows are taken from.",
        lambda right, W, pad: right.out(pad=0) if any(padding(W.shape[:2], pad)) else None),
    "puts all of the padding above and to the left": (PAIRS,
        lambda right, x, W, pad: right.out(x=_framed(x, W, pad, (2, 0), (2, 0)), pad=0)),
    "puts all of the padding below and to the right": (PAIRS,
        lambda right, x, W, pad: right.out(x=_framed(x, W, pad, (0, 2), (0, 2)), pad=0)),
    "pads with the image's edge, not with zeros": ("Look at the mode that np.pad is given.",
        lambda right, x, W, pad: right.out(x=_framed(x, W, pad, mode="edge"), pad=0)),
    "has its columns counted with the kernel's height": ("Say which of the kernel's sizes counts columns.",
        lambda right, x, W, pad, stride: _counted(right()["out"], x, W, pad, stride, 1)),
    "has its rows counted with the kernel's width": ("Say which of the kernel's sizes counts rows.",
        lambda right, x, W, pad, stride: _counted(right()["out"], x, W, pad, stride, 0)),
    "pads rows and columns the other way round": ("Say which of the two paddings belongs to the rows.",
        lambda right, W, pad: _padded_by(padding(W.shape[:2], pad)[::-1], right, W, pad, only=True)),
    'takes half the kernel, k // 2, for the padding of "same"': ("Try a kernel with an even side.",
        lambda right, W, pad: _padded_by((W.shape[0] // 2, W.shape[1] // 2), right, W, pad, only=_same(pad, W))),
    'takes the padding of "same" from the kernel\'s height alone': (TRY_NOT_SQUARE,
        lambda right, W, pad: _padded_by(((W.shape[0] - 1) // 2,) * 2, right, W, pad, only=_same(pad, W))),
    'takes the padding of "same" from the kernel\'s width alone': (TRY_NOT_SQUARE,
        lambda right, W, pad: _padded_by(((W.shape[1] - 1) // 2,) * 2, right, W, pad, only=_same(pad, W))),
    "pads by one where there should be no padding": ('Look at what "valid" and 0 come to.',
        lambda right, W, pad: _padded_by((1, 1), right, W, pad, only=not any(padding(W.shape[:2], pad)))),
    "ignores the stride": ("Look at how far apart two windows start.",
        lambda right, stride: right.out(stride=1) if stride > 1 else None),
    "has as many windows as it should, but they start one apart, not a stride": (SECOND_WINDOW,
        lambda right, dout: _fewer(right.out(stride=1), dout)),
    "uses the stride for rows only": (BOTH, lambda right, stride: right.out(stride=1)[:, ::stride]),
    "uses the stride for columns only": (BOTH, lambda right, stride: right.out(stride=1)[:, :, ::stride]),
    "sees the first channel only": (ADDS_UP, lambda right, x, W: right.out(x=x[..., :1], W=W[:, :, :1])),
    "averages over the channels": (ADDS_UP, lambda right, x: right.out(x=x / x.shape[3])),
    "takes the channels in reverse order": ("Compare the channel of X with the one of W in each product.",
        lambda right, x: right.out(x=x[..., ::-1].copy())),
    "is divided by the size of the kernel": ("Equation 1 is a sum.",
        lambda right, W: right.out(W=W / W[..., 0, 0].size)),
}
# fmt: on
_formula: Any
for _says, (_look, _formula) in _out.items():
    CONV.add("out", _says, _look, _formula)


def _places(shape: tuple[int, ...]) -> Iterator[tuple[Sizes, Any]]:
    """Each position of a window in an output of this shape, with the index of the outcome."""
    for r, c in np.ndindex(*shape[1:3]):
        yield (r, c), np.s_[:, r, c]


def windows(dout: np.ndarray, kernel: Sizes, stride: int) -> Iterator[tuple[Any, Any]]:
    """The index of each output with that of its window."""
    for (r, c), place in _places(dout.shape):
        yield place, np.s_[:, r * stride : r * stride + kernel[0], c * stride : c * stride + kernel[1]]


def _scattered(x: np.ndarray, W: np.ndarray, dout: np.ndarray, stride: int, pad: Any, *, add: bool = True) -> Any:
    """Each window's gradient put where the window was in the padded image, one window after another."""
    found = np.zeros_like(_framed(x, W, pad))
    for place, window in windows(dout, W.shape[:2], stride):
        share = np.einsum("nf,ijcf->nijc", dout[place], W)
        found[window] = found[window] + share if add else share
    return found


def _cut(framed: np.ndarray, x: np.ndarray, W: np.ndarray, pad: Any) -> np.ndarray:
    above, left = padding(W.shape[:2], pad)
    return framed[:, above : above + x.shape[1], left : left + x.shape[2]]


def _by_entries(x: np.ndarray, W: np.ndarray, dout: np.ndarray, stride: int, pad: Any) -> Any:
    """The last of the kernel's entries overwrites what others gave."""
    found = np.zeros_like(_framed(x, W, pad))
    for i, j in np.ndindex(*W.shape[:2]):
        rows = slice(i, i + stride * (dout.shape[1] - 1) + 1, stride)
        found[:, rows, j : j + stride * (dout.shape[2] - 1) + 1 : stride] = dout @ W[i, j].T
    return _cut(found, x, W, pad)


def _cut_at_minus(framed: np.ndarray, W: np.ndarray, pad: Any) -> Any:
    above, left = padding(W.shape[:2], pad)
    return None if above and left else framed[:, above:-above, left:-left]


def _only(dout: np.ndarray, place: Any) -> np.ndarray:
    kept = np.zeros_like(dout)
    kept[place] = dout[place]
    return kept


def _unpadded(found: np.ndarray, W: np.ndarray, pad: Any) -> Any:
    return found if any(padding(W.shape[:2], pad)) else None


WINDOWS_ADD = "Look at whether windows add up or replace one another."
EVERY_WINDOW = "Every window adds to the gradient."
# fmt: off
_gradients: dict[str, dict[str, tuple[str, Any]]] = {
    "dx": {
        "uses the kernel the wrong way round": ("Follow one entry of X to all sums that it is part of.",
            lambda right, W: right(W=W[::-1, ::-1].copy())["dx"]),
        "keeps only the last window's gradient where several overlap": (EARLIER,
            lambda x, W, dout, stride, pad: _cut(_scattered(x, W, dout, stride, pad, add=False), x, W, pad)),
        "keeps only what the kernel's last entry gives": ("See what happens to what its other entries added.",
            _by_entries),
        "ignores the stride": ("Work out which entries of X the second window saw.",
            lambda x, W, dout, pad: _cut(_scattered(x, W, dout, 1, pad), x, W, pad)),
        "has the padding cut off at the end only": ("Look at where X is in the padded image.",
            lambda x, W, dout, stride, pad: _scattered(x, W, dout, stride, pad)[:, : x.shape[1], : x.shape[2]]),
        "is the gradient of the padded image": ("Compare its shape with that of X.",
            lambda x, W, dout, stride, pad: _unpadded(_scattered(x, W, dout, stride, pad), W, pad)),
        "is cut at minus the padding, which leaves nothing where that is 0": ("Try x[p:-p] with p = 0.",
            lambda x, W, dout, stride, pad: _cut_at_minus(_scattered(x, W, dout, stride, pad), W, pad)),
        "is made of the first filter only": ("Every filter has seen X.",
            lambda right, dout: right(dout=_only(dout, np.s_[..., :1]))["dx"]),
        "gives every channel the same gradient": ("Each channel has its own part of the kernel.",
            lambda right, x: np.broadcast_to(right()["dx"].sum(axis=3, keepdims=True), x.shape)),
    },
    "dW": {
        "is averaged over the windows' positions": (EVERY_WINDOW,
            lambda right, dout: right()["dW"] / dout[0, ..., 0].size),
        "is averaged over images and positions": (EVERY_WINDOW, lambda right, dout: right()["dW"] / dout[..., 0].size),
        "is that of the last window": (WINDOWS_ADD,
            lambda right, dout: right(dout=_only(dout, np.s_[:, -1, -1]))["dW"]),
        "is flipped": ("Compare the window that an entry of W meets with the one in your loop.",
            lambda right: right()["dW"][::-1, ::-1]),
        "takes its windows one apart, not a stride": (SECOND_WINDOW,
            lambda right, x, W, dout, pad: right(x=_seen_one_apart(x, W, dout, pad), stride=1, pad=0)["dW"]),
    },
    "db": {
        "is averaged over the windows' positions": ("The bias is part of every sum.",
            lambda right, dout: right()["db"] / dout[0, ..., 0].size),
        "is that of the first position": ("Look at which axes the sum goes over.",
            lambda right, dout: right(dout=_only(dout, np.s_[:, 0, 0]))["db"]),
        "is that of the last position": (WINDOWS_ADD,
            lambda right, dout: right(dout=_only(dout, np.s_[:, -1, -1]))["db"]),
    },
}
# fmt: on


def _seen_one_apart(x: np.ndarray, W: np.ndarray, dout: np.ndarray, pad: Any) -> Any:
    rows, columns = (size + side - 1 for size, side in zip(dout.shape[1:3], W.shape[:2], strict=True))
    return _framed(x, W, pad)[:, :rows, :columns]


for _quantity, _mistakes in _gradients.items():
    for _says, (_look, _formula) in _mistakes.items():
        CONV.add(_quantity, _says, _look, _formula)
