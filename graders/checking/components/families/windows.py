"""What becomes of overlapping windows where each one's part of a gradient is put in place of the last one's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from graders.checking.components.families.family import Right

MOST = 200
"""Positions of a window, at most."""


def replaced(right: Right, dout: np.ndarray) -> np.ndarray | None:
    """dx where the windows' parts replace each other, row by row; None for an output (N, C, H, W) with many of them."""
    rows, columns = dout.shape[2:]
    if rows * columns > MOST:
        return None
    found = np.zeros(1)
    for row, column in np.ndindex(rows, columns):
        only = np.zeros_like(dout)
        only[:, :, row, column] = dout[:, :, row, column]
        part = right(dout=only)["dx"]
        found = np.where(part != 0, part, found)
    return found
