"""Whether labels have shown what they should: both values, and that 0 means something to the loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from graders.probe.api import Api
from graders.probe.arguments import INPUT, LABELS, Argument
from graders.probe.bench import Bench
from graders.probe.caller import Caller
from graders.probe.drawing import Array
from graders.sandbox.faults import StudentError

_FACTORS = (-2.0, -1.0, 0.0, 1.0, 2.0, 4.0)
"""What labels are multiplied by to see whether the loss is a sum of what they pick."""
CLOSE = 1e-9


def zeros_mean_nothing(bench: Bench, api: Api) -> bool:
    """Whether binary labels of 0 silence their samples, where -1 wouldn't, in a loss that isn't linear in its labels.

    max(0, 1 - y z) is 1 for y = 0, whatever z is; a gradient that is wrong for y = -1 would pass. A sum of y log p is
    linear in y: there 0 leaves out what isn't meant.
    """
    labels = next((a for a in api.arguments if a.kind == LABELS), None)
    if labels is None or labels.form is None or labels.form.kind != "binary":
        return False
    try:
        return _is_silent(bench, api, labels)
    except StudentError:
        return False  # it takes no other labels


def _is_silent(bench: Bench, api: Api, labels: Argument) -> bool:
    moved = _moved_where_zero(api, labels)
    if moved is None:
        return False
    values, signed = api.values(), {labels.name: 2 * labels.array - 1}
    if not np.array_equal(_loss(bench, api, values), _loss(bench, api, values | moved)):
        return False
    if np.array_equal(_loss(bench, api, values | signed), _loss(bench, api, values | signed | moved)):
        return False
    return not _is_linear([float(_loss(bench, api, {**values, labels.name: k * labels.array})) for k in _FACTORS])


def _moved_where_zero(api: Api, labels: Argument) -> dict[str, Array] | None:
    """Inputs moved in the entries, or the samples, whose label is 0; None where no input belongs to the labels."""
    zero = labels.array == 0
    for a in api.arguments:
        if a.kind != INPUT or not a.array.ndim:
            continue
        if a.array.size == zero.size:
            return {a.name: np.where(zero.reshape(a.array.shape), a.array * 0.9, a.array)}
        if zero.size == len(a.array):
            return {a.name: np.where(zero.reshape(-1, *(1,) * (a.array.ndim - 1)), a.array * 0.9, a.array)}
    return None


def _is_linear(losses: Sequence[float]) -> bool:
    """Whether these lie on a line over the factors."""
    at = losses[2] + np.array(_FACTORS) * (losses[3] - losses[2])
    return bool(np.allclose(losses, at, rtol=CLOSE, atol=CLOSE * max(map(abs, losses))))


def with_other_label(api: Api) -> Api | None:
    """The same with the other of two labels, where there is but one: what is right for both has seen both."""
    for k, a in enumerate(api.arguments):
        if a.kind == LABELS and a.form is not None and a.form.kind in ("binary", "signs") and a.array.size == 1:
            other = 1 - a.array if a.form.kind == "binary" else -a.array
            return replace(api, arguments=(*api.arguments[:k], replace(a, value=other), *api.arguments[k + 1 :]))
    return None


def _loss(bench: Bench, api: Api, values: Mapping[str, Array]) -> Array:
    """The loss for these values, summed."""
    caller = Caller(bench, api)
    caller.forward(values)
    bench.read(caller.outputs()[0], caller.call)
    return np.asarray(np.sum(np.asarray(bench.send()[-1], dtype=float)))
