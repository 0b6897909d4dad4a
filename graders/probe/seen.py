"""Whether labels have shown what they should: both values, and that 0 means something to the loss."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from graders.probe.api import Api
from graders.probe.arguments import INPUT, LABELS
from graders.probe.bench import Bench
from graders.probe.caller import Caller
from graders.probe.drawing import Array


def zeros_mean_nothing(bench: Bench, api: Api) -> bool:
    """Whether binary labels of 0 silence their samples, though the loss isn't a sum of what the labels pick.

    max(0, 1 - y z) is 1 for y = 0, whatever z is; a gradient that is wrong for y = -1 would pass.
    """
    labels = next((a for a in api.arguments if a.kind == LABELS), None)
    if labels is None or labels.form is None or labels.form.kind != "binary":
        return False
    predicted = next((a for a in api.arguments if a.kind == INPUT and a.array.size == labels.array.size), None)
    if predicted is None:
        return False
    values = api.values()
    moved = np.where(labels.array.reshape(predicted.array.shape) == 0, predicted.array * 0.9, predicted.array)
    plain, silent = _loss(bench, api, values), _loss(bench, api, {**values, predicted.name: moved})
    if not np.array_equal(plain, silent):
        return False
    return bool(_loss(bench, api, {**values, labels.name: np.zeros_like(labels.array)}) != 0)


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
