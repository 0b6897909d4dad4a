"""Logarithms and softmax with a small number against a division by 0 or a logarithm of 0, where one is put in.

An oracle that says `guards.log(p)` computes log p. In the context of `guarding(guard, eps)` it computes what somebody
gets who writes log(p + eps), say, or divides by max(p, eps) in the gradient: what of it is guarded, and how, is the
`Guard`. Value and slope are guarded separately, since they are in a backward pass that is written by hand. Without a
guard the functions are PyTorch's, of any shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import torch
from torch import Tensor


class Place(StrEnum):
    """What is guarded."""

    LOGARITHM = "logarithm"
    """The p of a log p, in the value alone."""
    SLOPE = "slope"
    """The p of the 1 / p that is log p's slope, in the gradient alone."""
    BOTH = "logarithm and slope"
    """The p of a log p which is differentiated as it is written."""
    SUM = "sum of exponentials"
    """The denominator of a softmax of exponentials as they are."""
    SHIFTED_SUM = "sum of shifted exponentials"
    """The denominator of a softmax of exponentials of what was shifted by its maximum."""
    PROBABILITIES = "softmax"
    """What a softmax gives, and goes on with in its gradient."""
    PROBABILITIES_GIVEN = "softmax, value"
    """What a softmax gives; its gradient goes on with what it had before."""


class Form(StrEnum):
    """How a number p is kept away from 0."""

    ADDED = "added"
    """p + eps."""
    LEAST = "least"
    """max(p, eps)."""
    CLIPPED = "clipped"
    """p between eps and 1 - eps."""


@dataclass(frozen=True)
class Guard:
    """One way to guard a formula, whatever the size.

    `masked`: a slope is 0 where p was replaced. `shared`: eps is added to N p, and so is eps / N for a p of N rows.
    """

    place: Place
    form: Form
    masked: bool = False
    shared: bool = False


GUARDS = (
    *(Guard(Place.LOGARITHM, form) for form in Form),
    *(Guard(Place.SLOPE, form) for form in Form),
    *(Guard(Place.SLOPE, form, shared=True) for form in (Form.ADDED, Form.LEAST)),
    *(Guard(Place.SLOPE, form, masked=True) for form in (Form.LEAST, Form.CLIPPED)),
    *(Guard(Place.BOTH, form) for form in Form),
    *(Guard(Place.SUM, form) for form in (Form.ADDED, Form.LEAST)),
    Guard(Place.SHIFTED_SUM, Form.ADDED),
    *(
        Guard(place, form)
        for place in (Place.PROBABILITIES, Place.PROBABILITIES_GIVEN)
        for form in (Form.LEAST, Form.CLIPPED)
    ),
)
"""All that are known, the likeliest first."""


@dataclass(frozen=True)
class _Active:
    guard: Guard
    eps: float

    def kept_away(self, p: Tensor) -> Tensor:
        """The p that is used from then on."""
        eps = self.eps / len(p) if self.guard.shared else self.eps
        match self.guard.form:
            case Form.ADDED:
                return p + eps
            case Form.LEAST:
                return p.clamp(min=eps)
            case Form.CLIPPED:
                return p.clamp(eps, 1 - eps)


_ACTIVE: ContextVar[_Active | None] = ContextVar("the guard that is put in", default=None)
_NOTING: ContextVar[set[Place] | None] = ContextVar("where a guard could be put in", default=None)
_IN_LOG = frozenset({Place.LOGARITHM, Place.SLOPE, Place.BOTH})
_IN_SOFTMAX = frozenset(Place) - _IN_LOG


@contextmanager
def noting_places() -> Iterator[set[Place]]:
    """The places at which what is computed in this context could be guarded, as a set that grows."""
    found: set[Place] = set()
    token = _NOTING.set(found)
    try:
        yield found
    finally:
        _NOTING.reset(token)


def _note(places: frozenset[Place]) -> None:
    noted = _NOTING.get()
    if noted is not None:
        noted |= places


@contextmanager
def guarding(guard: Guard, eps: float) -> Iterator[None]:
    """Put this guard of this size into every formula of this module; a negative size is taken off, not added."""
    token = _ACTIVE.set(_Active(guard, eps))
    try:
        yield
    finally:
        _ACTIVE.reset(token)


def log(p: Tensor) -> Tensor:
    """log p, elementwise."""
    _note(_IN_LOG)
    active = _ACTIVE.get()
    if active is None:
        return p.log()
    match active.guard.place:
        case Place.LOGARITHM:
            return _with_slope(p, active.kept_away(p).log(), 1 / p)
        case Place.SLOPE:
            kept = active.kept_away(p)
            slope = torch.where(kept == p, 1 / kept, torch.zeros_like(p)) if active.guard.masked else 1 / kept
            return _with_slope(p, p.log(), slope)
        case Place.BOTH:
            return active.kept_away(p).log()
    return p.log()


def softmax(inputs: Tensor, dim: int) -> Tensor:
    """exp(x_j) / sum_k exp(x_k) along this axis."""
    _note(_IN_SOFTMAX)
    active = _ACTIVE.get()
    if active is None:
        return torch.softmax(inputs, dim)
    match active.guard.place:
        case Place.SUM:
            return _over_guarded_sum(inputs, dim, active)
        case Place.SHIFTED_SUM:
            return _over_guarded_sum(inputs - inputs.detach().amax(dim, keepdim=True), dim, active)
        case Place.PROBABILITIES:
            kept = active.kept_away(torch.softmax(inputs.detach(), dim))
            return _as_softmax(inputs, kept, dim)
        case Place.PROBABILITIES_GIVEN:
            p = torch.softmax(inputs, dim)
            return p + (active.kept_away(p) - p).detach()
    return torch.softmax(inputs, dim)


def log_softmax(inputs: Tensor, dim: int) -> Tensor:
    """The logarithm of a softmax; with a guard in it the logarithm of probabilities, which is where guards are put."""
    if _ACTIVE.get() is None:
        _note(_IN_LOG | _IN_SOFTMAX)
        return torch.log_softmax(inputs, dim)
    return log(softmax(inputs, dim))


def _over_guarded_sum(inputs: Tensor, dim: int, active: _Active) -> Tensor:
    powers = inputs.exp()
    return powers / active.kept_away(powers.sum(dim, keepdim=True))


_Apply = Callable[[Tensor, Tensor, Tensor, "int | None"], Tensor]


class _Replaced(torch.autograd.Function):
    """A value whose gradient is another function's: what comes of a backward pass written by hand."""

    @staticmethod
    def forward(ctx: Any, inputs: Tensor, value: Tensor, slope: Tensor, dim: int | None) -> Tensor:  # noqa: ARG004
        ctx.save_for_backward(slope)
        ctx.dim = dim
        return value.clone()

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, None, None, None]:
        (slope,) = ctx.saved_tensors
        (given,) = upstream
        if ctx.dim is None:
            return given * slope, None, None, None
        return slope * (given - (given * slope).sum(ctx.dim, keepdim=True)), None, None, None


def _with_slope(inputs: Tensor, value: Tensor, slope: Tensor) -> Tensor:
    """This value, with this elementwise derivative in the inputs."""
    apply: _Apply = _Replaced.apply
    found: Tensor = apply(inputs, value.detach(), slope.detach(), None)
    return found


def _as_softmax(inputs: Tensor, probabilities: Tensor, dim: int) -> Tensor:
    """These probabilities, with the Jacobian diag(p) - p pT of a softmax that gave them."""
    apply: _Apply = _Replaced.apply
    found: Tensor = apply(inputs, probabilities, probabilities, dim)
    return found
