"""Mistakes that students of cs189 make in pooling. Images lie as (N, rows, columns, channels)."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from graders.checking.components import families

from .mistakes import COUNT, EARLIER, SECOND_WINDOW, Sizes
from .mistakes import windows as _windows

POOL = families.Family("pool", ("x", "mode", "kernel_shape", "stride"))
MAX, AVERAGE = "max", "average"


def _reduced(x: np.ndarray, dout: np.ndarray, mode: str, kernel: Sizes, stride: int, axes: tuple[int, ...]) -> Any:
    found, reduce = np.zeros_like(dout), np.max if mode == MAX else np.mean
    for place, window in _windows(dout, kernel, stride):
        found[place] = reduce(x[window], axis=axes) if len(axes) == 2 else reduce(x[window], axis=axes)[:, None]
    return found


def _shared(x: np.ndarray, dout: np.ndarray, kernel: Sizes, stride: int, share: Any, *, add: bool = True) -> Any:
    """`share` makes a window's gradient of its pixels and of its upstream gradient, (N, 1, 1, C)."""
    found = np.zeros_like(x)
    for place, window in _windows(dout, kernel, stride):
        given = np.broadcast_to(share(x[window], dout[place][:, None, None]), found[window].shape)
        found[window] = found[window] + given if add else given
    return found


def _largest(seen: np.ndarray) -> np.ndarray:
    return np.asarray(seen == seen.max(axis=(1, 2), keepdims=True))


def _first(seen: np.ndarray) -> np.ndarray:
    place = np.zeros((1, *seen.shape[1:3], 1))
    place[0, 0, 0] = 1
    return place


def _windows_overwrite(x: np.ndarray, dout: np.ndarray, mode: str, kernel_shape: Sizes, stride: int) -> Any:
    def share(seen: np.ndarray, g: np.ndarray) -> np.ndarray:
        return np.asarray(g * _largest(seen) if mode == MAX else g / seen[0, ..., 0].size)

    return _shared(x, dout, kernel_shape, stride, share, add=False)


def _winners_overwrite(x: np.ndarray, dout: np.ndarray, kernel_shape: Sizes, stride: int) -> Any:
    found = np.zeros_like(x)
    for place, window in _windows(dout, kernel_shape, stride):
        found[window] = np.where(_largest(x[window]), dout[place][:, None, None], found[window])
    return found


def _places_overwrite(right: Any, x: np.ndarray, dout: np.ndarray, mode: str, kernel_shape: Sizes, stride: int) -> Any:
    found, Y = np.zeros_like(x), right()["out"]
    for i, j in np.ndindex(*kernel_shape):
        rows = slice(i, i + stride * (dout.shape[1] - 1) + 1, stride)
        place = np.s_[:, rows, j : j + stride * (dout.shape[2] - 1) + 1 : stride]
        found[place] = dout * (x[place] == Y if mode == MAX else 1 / (kernel_shape[0] * kernel_shape[1]))
    return found


def _one_apart(right: Any, x: np.ndarray, dout: np.ndarray, kernel: Sizes, quantity: str) -> Any:
    rows, columns = dout.shape[1] + kernel[0] - 1, dout.shape[2] + kernel[1] - 1
    found = right(x=x[:, :rows, :columns], stride=1)[quantity]
    return (
        found if quantity == "out" else np.pad(found, [(0, a - b) for a, b in zip(x.shape, found.shape, strict=True)])
    )


IN_TURN = "Say which of the two sizes belongs to the rows."
DECIDED = "See which entry decided the window's output."
ONE_DECIDED = "Only one entry decided the maximum."
NEGATIVE = "Try a window of negative numbers."
# fmt: off
_pool: dict[str, dict[str, tuple[str, str, Any]]] = {
    "out": {
        "is the average where it should be the maximum": (MAX, "Look at what the mode decides.",
            lambda right: right.out(mode=AVERAGE)),
        "is the maximum where it should be the average": (AVERAGE, "Look at what the mode decides.",
            lambda right: right.out(mode=MAX)),
        "is the smallest of each window": ("", "Look at how the window is reduced.",
            lambda right, x: -right.out(x=-x, mode=MAX)),
        "is the largest absolute value of each window": (MAX, NEGATIVE, lambda right, x: right.out(x=np.abs(x))),
        "is never below zero": (MAX, NEGATIVE, lambda right: np.maximum(right()["out"], 0)),
        "takes windows as wide as the kernel is high": ("", "Say which of the kernel's sizes counts columns.",
            lambda x, dout, mode, kernel_shape, stride:
                _reduced(x, dout, mode, (kernel_shape[0],) * 2, stride, (1, 2))),
        "takes windows as high as the kernel is wide": ("", "Say which of the kernel's sizes counts rows.",
            lambda x, dout, mode, kernel_shape, stride:
                _reduced(x, dout, mode, (kernel_shape[1],) * 2, stride, (1, 2))),
        "is the window's sum": (AVERAGE, "An average is divided by how many there are.",
            lambda right, kernel_shape: right()["out"] * kernel_shape[0] * kernel_shape[1]),
        "is divided by the square of the kernel's height": (AVERAGE, COUNT,
            lambda right, kernel_shape: right()["out"] * kernel_shape[1] / kernel_shape[0]),
        "is divided by the square of the kernel's width": (AVERAGE, COUNT,
            lambda right, kernel_shape: right()["out"] * kernel_shape[0] / kernel_shape[1]),
        "has windows that start one apart, not a stride": ("", SECOND_WINDOW,
            lambda right, x, dout, kernel_shape: _one_apart(right, x, dout, kernel_shape, "out")),
        "moves its windows by the kernel's height, not by the stride": ("", "The stride is a separate argument.",
            lambda right, kernel_shape: right.out(stride=kernel_shape[0])),
        "goes over all channels at once": ("", "Channels are pooled one by one.",
            lambda x, dout, mode, kernel_shape, stride: _reduced(x, dout, mode, kernel_shape, stride, (1, 2, 3))),
        "swaps the kernel's height and width": ("", IN_TURN,
            lambda right, kernel_shape: right.out(kernel_shape=kernel_shape[::-1])),
    },
    "dx": {
        "gives the gradient to every entry of the window": (MAX, ONE_DECIDED,
            lambda x, dout, kernel_shape, stride: _shared(x, dout, kernel_shape, stride, lambda seen, g: g)),
        "shares the maximum's gradient among the window": (MAX, ONE_DECIDED, lambda right: right(mode=AVERAGE)["dx"]),
        "goes to the first entry of each window": (MAX, DECIDED,
            lambda x, dout, kernel_shape, stride:
                _shared(x, dout, kernel_shape, stride, lambda seen, g: g * _first(seen))),
        "goes to the smallest entry of each window": (MAX, DECIDED, lambda right, x: right(x=-x)["dx"]),
        "lacks the upstream gradient": ("", "Look at what the mask is multiplied by.",
            lambda right, dout: right(dout=np.ones_like(dout))["dx"]),
        "multiplies the gradient by the maximum itself": (MAX, "The slope of a maximum is 1 or 0.",
            lambda x, dout, kernel_shape, stride:
                _shared(x, dout, kernel_shape, stride, lambda seen, g: g * seen * _largest(seen))),
        "divides the maximum's gradient by the size of the window": (MAX, "A maximum isn't an average.",
            lambda right, kernel_shape: right()["dx"] / (kernel_shape[0] * kernel_shape[1])),
        "keeps only the last window's gradient where windows overlap": ("", EARLIER, _windows_overwrite),
        "gives an entry that wins several windows only the last one's gradient": (MAX, EARLIER, _winners_overwrite),
        "ignores the stride": ("", "Work out which entries of X the second window saw.",
            lambda right, x, dout, kernel_shape: _one_apart(right, x, dout, kernel_shape, "dx")),
        "isn't divided by the size of the window": (AVERAGE, "An average shares its gradient.",
            lambda right, kernel_shape: right()["dx"] * kernel_shape[0] * kernel_shape[1]),
        "is divided by the square of the kernel's height": (AVERAGE, COUNT,
            lambda right, kernel_shape: right()["dx"] * kernel_shape[1] / kernel_shape[0]),
        "is divided by the square of the kernel's width": (AVERAGE, COUNT,
            lambda right, kernel_shape: right()["dx"] * kernel_shape[0] / kernel_shape[1]),
        "keeps only what the window's last place gives where several overlap": (
            "", "See what happens to what its other places added.",
            _places_overwrite),
    },
}
# fmt: on


def _guarded(mode: str, formula: Callable[..., Any]) -> Callable[..., Any]:
    """The formula of a mistake that is one in this mode alone."""
    asked = list(inspect.signature(formula).parameters)

    def guarded(**known: Any) -> Any:
        return formula(**{name: known[name] for name in asked}) if known["mode"] == mode else None

    parameters = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in {*asked, "mode"}]
    guarded.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    guarded.__name__ = formula.__name__
    return guarded


for _quantity, _mistakes in _pool.items():
    for _says, (_mode, _look, _formula) in _mistakes.items():
        POOL.add(_quantity, _says, _look, _guarded(_mode, _formula) if _mode else _formula)
