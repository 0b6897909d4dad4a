"""Trusted side: an oracle is checked itself, on the very case, before a student loses a point for it.

Three ways have to agree: automatic differentiation, which the oracles use; finite differences of what it
differentiated; and the closed form of the handout, where the homework's closed_forms.py has one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch

from graders.gradcheck import Verdict, gradcheck
from graders.judging.diagnosis.origin import ClosedForm, Origin
from reference.autodiff import Differentiated, record_vjp_calls

MAX_EVALUATIONS = 60
AGREED = 1e-5
"""Of the largest entry: what rounding in double precision leaves far below, and no mistake does."""
NOTHING = 1e-20
"""What is left of 1 - p where p rounds to 1: one way to compute it says 0, another a very small number."""


def disagreement(origin: Origin, expected: np.ndarray, closed_forms: Mapping[str, ClosedForm]) -> str:
    """Why an expected value can't be trusted; empty if all that is known of it agrees."""
    if origin.compute is None:
        return ""
    with record_vjp_calls() as differentiated:
        origin.compute(origin.arguments)
    found = [*_by_finite_differences(differentiated), *_by_closed_form(origin, expected, closed_forms)]
    return f"{origin.oracle}.{origin.quantity}: {'; '.join(found)}" if found else ""


def _by_finite_differences(differentiated: Sequence[Differentiated]) -> Iterator[str]:
    for call in differentiated:
        verdict = _checked(call)
        if verdict is Verdict.WRONG_GRADIENT:
            yield "automatic differentiation and finite differences disagree"


def _checked(call: Differentiated) -> Verdict:
    """Whether the gradients of one call of `vjp` are the slopes of its function at its inputs."""
    inputs = {str(place): tensor.detach().numpy() for place, tensor in enumerate(call.inputs)}

    def forward(points: Sequence[Mapping[str, np.ndarray]]) -> list[np.ndarray]:
        with torch.no_grad():
            return [call.function(*map(torch.as_tensor, point.values())).numpy() for point in points]

    def backward(point: Mapping[str, np.ndarray], cotangent: np.ndarray) -> dict[str, np.ndarray]:
        leaves = [torch.tensor(array, requires_grad=True) for array in point.values()]
        output = call.function(*leaves)
        slopes = torch.autograd.grad((output * torch.as_tensor(cotangent)).sum(), leaves, allow_unused=True)
        found = [torch.zeros_like(leaf) if s is None else s for s, leaf in zip(slopes, leaves, strict=True)]
        return {name: slope.numpy() for name, slope in zip(point, found, strict=True)}

    return gradcheck(
        forward, backward, inputs, directions=1, planted=False, localise=False, max_evaluations=MAX_EVALUATIONS
    ).verdict


def _by_closed_form(origin: Origin, expected: np.ndarray, closed_forms: Mapping[str, ClosedForm]) -> Iterator[str]:
    form = closed_forms.get(origin.oracle)
    if form is None:
        return
    try:
        with np.errstate(all="ignore"):
            array = origin.pick(form(**{name: _double(value) for name, value in origin.arguments.items()}))
    except Exception as error:  # an author's slip: its text may hold what was expected
        yield f"the closed form raised {type(error).__name__}"
        return
    if array is None:
        return
    if array.shape != expected.shape:
        yield f"the closed form has shape {array.shape}, the oracle {expected.shape}"
    elif not (np.abs(array - expected) <= AGREED * np.abs(expected).max(initial=0.0) + NOTHING).all():
        yield "the closed form and the oracle disagree"


def _double(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.astype(np.float64) if value.dtype.kind == "f" else value
    return [_double(item) for item in value] if isinstance(value, list) else value
