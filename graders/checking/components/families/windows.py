"""What happens to overlapping windows where each one's part of a gradient is put in place of the last one's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graders.checking.components.families.family import Right

MOST = 200
"""Positions of a window, at most."""

FIRST, LAST = 1, -1
"""Where channels are: (N, C, H, W), or (N, H, W, C) as sequences (N, T, D) have their features."""


def channels_of_bias(right: Right, b: np.ndarray) -> int:
    """The axis of the output that each entry of a bias belongs to."""
    risen = right(b=b + np.arange(1.0, b.size + 1).reshape(b.shape))["out"] - right()["out"]
    return FIRST if np.ptp(risen.mean(axis=0).reshape(risen.shape[1], -1).mean(axis=1)) > 0 else LAST


def channels_of_pooling(x: np.ndarray, dout: np.ndarray) -> int:
    """The axis along which nothing is pooled."""
    return FIRST if x.shape[1] == dout.shape[1] else LAST


def replaced(right: Right, dout: np.ndarray, channels: int) -> np.ndarray | None:
    """dx where the windows' parts replace each other, row by row; None where there are no positions, or many."""
    positions = _positions(dout.shape, channels)
    if not positions or math.prod(positions) > MOST:
        return None
    found = np.zeros(1)
    for position in np.ndindex(*positions):
        part = right(dout=_only(dout, position, channels))["dx"]
        found = np.where(part != 0, part, found)
    return found


def at_one_position(dout: np.ndarray, position: int, channels: int) -> np.ndarray | None:
    """The upstream gradient of the first, or the last, position of all alone; None where there are none."""
    return None if dout.ndim < 3 else _only(dout, (position,) * (dout.ndim - 2), channels)


def turned(W: np.ndarray, b: np.ndarray) -> np.ndarray | None:
    """Kernels (C_out, C_in, H, W), or (H, W, C_in, C_out), the other way round along height and width."""
    if W.ndim < 3:
        return None
    first = W.shape[0] == b.size
    return np.flip(W, axis=tuple(range(2, W.ndim) if first else range(W.ndim - 2))).copy()


def _positions(shape: tuple[int, ...], channels: int) -> tuple[int, ...]:
    return shape[2:] if channels == FIRST else shape[1:-1]


def _only(dout: np.ndarray, position: tuple[int, ...], channels: int) -> np.ndarray:
    """The upstream gradient with zeros but at this position."""
    every = slice(None)
    chosen: tuple[slice | int, ...] = (every, every, *position) if channels == FIRST else (every, *position, every)
    only = np.zeros_like(dout)
    only[chosen] = dout[chosen]
    return only
