"""How a homework defines its gradients, where that differs from the textbook's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from graders.gradcheck.result import Array, GuardError, Verdict


@dataclass(frozen=True)
class Convention:
    """What the homework's backward pass returns, said in terms of the true gradient.

    - ``scale_by``: the returned gradient is this factor times the true one; ``{"W": 1 / N}`` for a gradient
      averaged over the batch, ``{"Z": N}`` for a mean loss whose gradient was not divided by N. A factor may
      be an array that broadcasts against the input.
    - ``local``: names whose gradient is the elementwise derivative dA/dZ, to be multiplied by the cotangent.
    - ``ignores_cotangent``: the backward pass of a scalar function takes no cotangent and answers for 1.
    - ``shapes``: the shape in which a gradient is returned where it isn't the input's own, same order.
    """

    scale_by: Mapping[str, float | Array] = field(default_factory=dict)
    local: tuple[str, ...] = ()
    ignores_cotangent: bool = False
    shapes: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse factors that nothing can be divided by."""
        for name, factor in self.scale_by.items():
            if not np.all(np.isfinite(factor)) or not np.all(factor):
                raise ValueError(f"scale_by[{name!r}]={factor!r}, but should be finite and not zero")
        if isinstance(self.local, str):
            raise TypeError(f"local={self.local!r}, but should be a tuple of names")

    @property
    def uses_cotangent(self) -> bool:
        """Whether two cotangents have to give two different gradients."""
        return not (self.ignores_cotangent or self.local)

    @property
    def is_the_same_for_all_entries(self) -> bool:
        """Whether it is one factor for each input, if any, and gradients come in their inputs' shapes."""
        return not self.local and not self.shapes and all(np.ndim(by) == 0 for by in self.scale_by.values())

    def returned_shape(self, name: str, x: Array) -> tuple[int, ...]:
        """The shape in which the gradient of ``x`` is returned."""
        return tuple(self.shapes.get(name, x.shape))

    def true_gradient(self, name: str, returned: Array, cotangent: Array, x: Array) -> Array:
        """Turn what was returned for ``x`` into the textbook gradient, in float64 or better."""
        gradient = returned.astype(np.float64, copy=False).reshape(x.shape)
        if name in self.scale_by:
            gradient = gradient / self.scale_by[name]
        if name in self.local:
            if cotangent.shape != x.shape:
                raise GuardError(
                    Verdict.WRONG_SHAPE,
                    f"the output has shape {cotangent.shape}, but should be {x.shape} like {name}: "
                    "a local derivative is elementwise",
                    name,
                )
            return np.asarray(gradient * cotangent)
        if self.ignores_cotangent:
            gradient = gradient * float(cotangent.reshape(-1)[0])
        return np.asarray(gradient)
