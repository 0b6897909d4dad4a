"""Parameters that backward itself moves: by how much, and whether that is a learning rate times one gradient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from graders.probe.anatomy import Held
from graders.probe.api import Api, Rate
from graders.probe.bench import Bench
from graders.probe.caller import Caller, scalar_or_array
from graders.probe.drawing import Array
from graders.probe.words import is_rate

RATE_GIVEN = 0.5
"""A power of two: dividing by it rounds nothing."""
CLOSE = 1e-6


def held_rate(bench: Bench, held: Sequence[Held]) -> Rate | None:
    """The learning rate that the object holds, by its name."""
    for one in held:
        if one.is_number and is_rate(str(one.path[-1][1])):
            bench.read(bench.follow("rate", bench.slot("object"), one.path, "the learning rate"), "the learning rate")
            value = bench.send()[-1]
            if isinstance(value, int | float | np.ndarray) and float(value) > 0:
                return Rate(RATE_GIVEN, one.path)
    return None


def is_step(bench: Bench, api: Api) -> bool:
    """Whether half the learning rate moves every parameter half as far."""
    assert api.rate is not None
    steps, halves = _steps(bench, api), _steps(bench, replace(api, rate=replace(api.rate, value=api.rate.value / 2)))
    pairs = zip(api.sources, steps, halves, strict=True)
    return all(_is_close(step, 2 * half, api.values()[name]) for name, step, half in pairs)


def _is_close(one: Array, other: Array, moved: Array) -> bool:
    """Whether two steps are one, as far as what was moved by them tells."""
    rounding = 8 * float(np.finfo(moved.dtype).eps) * float(np.max(np.abs(moved), initial=0.0))
    allowed = CLOSE * float(np.max(np.abs(one), initial=0.0)) + rounding
    return one.shape == other.shape and bool(np.all(np.abs(one - other) <= allowed))


def _steps(bench: Bench, api: Api) -> list[Array]:
    """How far each parameter is moved, from the API's own values."""
    assert api.rate is not None
    caller = Caller(bench, api)
    caller.forward(api.values())
    caller.backward(scalar_or_array(np.random.default_rng(0).standard_normal(api.shape)))
    for name in api.sources:
        bench.read(caller.gradient(name), name)
    values = api.values()
    return [values[name] - np.asarray(now) for name, now in zip(api.sources, bench.send(), strict=True)]
