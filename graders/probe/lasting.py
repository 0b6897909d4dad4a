"""What stays from one backward pass to the next: gradients that add up, or that are never computed again.

Each pass of a check begins in the same state, which would hide both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from graders.probe.api import Api
from graders.probe.bench import Bench
from graders.probe.caller import Caller
from graders.probe.drawing import SPREAD, Array
from graders.probe.evaluate import Evaluation, Point
from graders.probe.faults import Finding
from graders.probe.settling import SETTLED

CLOSE = 1e-6
Gradients = Mapping[str, Array | None]


def adding_up(bench: Bench, api: Api) -> tuple[Api, list[str]]:
    """The API with what had been added up before in its `offsets`, and the names of gradients that add up.

    A Finding where a later backward pass gives what an earlier one gave, or should have.
    """
    names = [name for name, source in api.sources.items() if source.root != "moved"]
    if not names:
        return api, []
    if api.moves:
        return _adding_up_to_what_is_held(bench, api, [name for name in names if api.sources[name].root == "object"])
    here = api.values()
    rng = np.random.default_rng(1)
    there = {name: _beside(x, rng) for name, x in here.items()}
    upstreams = [rng.standard_normal(api.shape) for _ in range(2)]
    along = [(here, upstreams[0]), (here, upstreams[0]), (there, upstreams[1])]
    first, second, third = _passes(bench, api, along)
    (fresh,) = _passes(bench, api, along[2:])
    added = [name for name in names if not _same(second[name], first[name])]
    stale = [name for name in names if name not in added and not _same(third[name], fresh[name])]
    if stale:
        raise _stale(stale[0])
    offsets = {}
    for name in added:
        offset = _offset(first[name], second[name], third[name], fresh[name])
        if offset is None:
            raise _stale(name)
        offsets[name] = offset
    return replace(api, offsets=offsets), added


def _adding_up_to_what_is_held(bench: Bench, api: Api, names: Sequence[str]) -> tuple[Api, list[str]]:
    """The same where outputs depend on the state: that is put back, but for the gradients of a pass before."""
    rng = np.random.default_rng(1)
    here = api.values()
    there = {name: _beside(x, rng) for name, x in here.items()}
    upstreams = [rng.standard_normal(api.shape) for _ in range(2)]
    first, fresh = (_passes(bench, api, [pair])[0] for pair in ((here, upstreams[0]), (there, upstreams[1])))
    bench.put_back_state(SETTLED)
    for name in names:
        value = bench.put(f"gradient of {name} before", first[name])
        bench.assign(bench.slot("object"), api.sources[name].path, value, f"the gradient of {name}")
    (second,) = _passes(bench, api, [(there, upstreams[1])], go_on=True)
    offsets = {}
    for name in names:
        before, alone, after = first[name], fresh[name], second[name]
        if before is None or alone is None or after is None or _same(after, alone):
            continue
        if _same(after, before):
            raise _stale(name)
        offset = alone + before - after
        offsets[name] = np.where(np.abs(offset) <= CLOSE * float(np.max(np.abs(after), initial=0.0)), 0.0, offset)
    return replace(api, offsets=offsets), list(offsets)


def _beside(x: Array, rng: np.random.Generator) -> Array:
    """Another point, near enough to stay where the function is defined."""
    return np.asarray(x * (1 + 0.2 * SPREAD * rng.standard_normal(x.shape)), dtype=x.dtype)


def _passes(bench: Bench, api: Api, pairs: Sequence[tuple[Point, Array]], *, go_on: bool = False) -> list[Gradients]:
    """The gradients of passes one after the other, from the state that a check begins in, or that there is."""
    evaluation, caller = Evaluation(bench, api), Caller(bench, api)
    found: list[Gradients] = []
    for k, (point, upstream) in enumerate(pairs):  # each in its own message: arrays may be large
        caller.forward(point, go_on=go_on or k > 0)
        evaluation.pull(point, upstream)
        found.append(evaluation.gradients(point, iter(bench.send())))
    return found


def _same(one: Array | None, other: Array | None) -> bool:
    if one is None or other is None or one.shape != other.shape:
        return True  # the checker has more to say of it
    return bool(np.allclose(one, other, rtol=CLOSE, atol=CLOSE * float(np.max(np.abs(other), initial=0.0))))


def _offset(first: Array | None, second: Array | None, third: Array | None, fresh: Array | None) -> Array | None:
    """What a gradient that adds up holds before the first pass; None if it doesn't add up."""
    if first is None or second is None or third is None or fresh is None:
        return None
    one = second - first
    if not _same(third, fresh + 2 * one):
        return None
    offset = first - one
    small = CLOSE * max(float(np.max(np.abs(one), initial=0.0)), float(np.max(np.abs(first), initial=0.0)))
    return np.where(np.abs(offset) <= small, 0.0, offset)


def _stale(name: str) -> Finding:
    return Finding(
        "stale cache",
        f"After another forward pass, the gradient of {name} isn't the one that this pass gives by itself: "
        "something is kept from a pass before.",
        "Every forward pass has to overwrite what backward reads, and backward what it returned before.",
    )
