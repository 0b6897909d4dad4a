"""What an expected value is: which oracle computed it, and from what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Origin:
    """Which of an oracle's values something is, and what the oracle was asked: `linear`, `dLdW`, A, W, b and dLdZ."""

    oracle: str
    quantity: str
    index: int | None
    arguments: Mapping[str, Any]
    compute: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = field(default=None, compare=False, repr=False)
    """Has the oracle compute everything from these arguments."""
