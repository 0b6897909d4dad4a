"""Lets a state settle that the output depends on, so that no step of a check starts from a first, odd one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from graders.probe import parameters
from graders.probe.api import Api
from graders.probe.arguments import INPUT
from graders.probe.bench import Bench
from graders.probe.caller import Caller
from graders.sandbox.inside.wire import Reference

SETTLED = 0
"""The number of the state that each forward pass of a check begins in."""
WARMING, ROUNDS = 40, 25
"""Forward passes that a state is given to settle in, and how often while it still does: a power iteration converges."""
EXACT = 4 * float(np.finfo(float).eps)


def settled(bench: Bench, api: Api, roots: Sequence[Reference]) -> Api:
    """The API, and whether its output depends on a state, which is then kept after some passes."""
    one, two = parameters.output_now(bench, api), parameters.output_now(bench, api, go_on=True)
    if np.array_equal(one, two, equal_nan=True):
        return api
    rng = np.random.default_rng(2)
    before = np.inf
    for _ in range(ROUNDS):
        _warm(bench, api, rng)
        bench.put_back_generators(SETTLED)
        bench.keep_state(roots, SETTLED)
        one, two = (parameters.output_now(bench, api, go_on=k > 0) for k in range(2))
        difference = float(np.max(np.abs(one - two), initial=0.0))
        if difference <= EXACT * float(np.max(np.abs(one), initial=0.0)) or difference > before / 2:
            break
        before = difference
    return replace(api, moves=True)


def _warm(bench: Bench, api: Api, rng: np.random.Generator) -> None:
    """Forward passes one after the other, with other inputs: lest the state be one in which nothing moves."""
    caller = Caller(bench, api)
    names = [a.name for a in api.arguments if a.kind == INPUT]
    for _ in range(WARMING):
        values = api.values()
        moved = {name: values[name] * rng.uniform(0.5, 1.5, values[name].shape) for name in names}
        caller.forward(values | {name: x.astype(values[name].dtype) for name, x in moved.items()}, go_on=True)
