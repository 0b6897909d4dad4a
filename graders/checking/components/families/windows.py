"""What becomes of overlapping windows where each one's part of a gradient is put in place of the last one's."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graders.checking.components.families.family import Right

MOST = 200
"""Positions of a window, at most."""


def replaced(right: Right, dout: np.ndarray) -> np.ndarray | None:
    """dx where the windows' parts replace each other, row by row.

    None where an output (N, C, L) or (N, C, H, W) has many of them.
    """
    positions = dout.shape[2:]
    if not positions or math.prod(positions) > MOST:
        return None
    found = np.zeros(1)
    for position in np.ndindex(*positions):
        only = np.zeros_like(dout)
        only[:, :, *position] = dout[:, :, *position]
        part = right(dout=only)["dx"]
        found = np.where(part != 0, part, found)
    return found


def at_one_position(dout: np.ndarray, position: int) -> np.ndarray | None:
    """The upstream gradient of the first, or the last, position of all alone; None where there are none."""
    if dout.ndim < 3:
        return None
    only = np.zeros_like(dout)
    chosen: tuple[slice | int, ...] = (slice(None), slice(None), *([position] * (dout.ndim - 2)))
    only[chosen] = dout[chosen]
    return only
