"""Float64 tensors from a seed, and closeness at float64's precision."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def drawn(seed: int, *shapes: Sequence[int]) -> list[Tensor]:
    """Normal entries, one tensor for each shape."""
    generator = torch.Generator().manual_seed(seed)
    return [torch.randn(tuple(shape), generator=generator, dtype=torch.float64) for shape in shapes]


def equal(ours: Tensor, theirs: Tensor | None, rtol: float = 1e-10) -> None:
    """Same shape and dtype, and the same values but for float64's roundings."""
    assert theirs is not None
    theirs = theirs.detach()
    scale = float(theirs.abs().max()) if theirs.numel() else 0.0
    torch.testing.assert_close(ours, theirs, rtol=rtol, atol=rtol * max(scale, 1e-3))
