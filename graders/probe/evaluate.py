"""The code under check as the checker's forward and backward: many evaluations travel in one message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np

from graders import UsageError
from graders.gradcheck import Convention, Result, gradcheck
from graders.probe.api import Api, first_shape
from graders.probe.bench import Bench
from graders.probe.caller import Caller, scalar_or_array
from graders.probe.drawing import Array
from graders.probe.request import Request
from graders.probe.returned import not_an_array
from graders.sandbox.faults import StudentError

MESSAGE_BYTES = 8 * 1024 * 1024
Point = Mapping[str, Array]
Item = TypeVar("Item")


def check(bench: Bench, api: Api, request: Request) -> Result:
    """Hold the gradients against finite differences of forward."""
    evaluation = Evaluation(bench, api)
    return gradcheck(
        evaluation.forward,
        None,
        api.values(),
        seed=request.seed,
        directions=request.directions,
        wrt=tuple(api.sources),
        convention=convention_of(api, request),
        backward_many=evaluation.backward,
        outside=(StudentError,),
    )


def convention_of(api: Api, request: Request) -> Convention:
    """What the homework defines otherwise than the textbook, from the command's options and the shape of its API."""
    shape = first_shape(api)
    if request.batch_axis >= max(len(shape), 1):
        raise UsageError(f"--batch-axis {request.batch_axis}: the first input is {shape}")
    size = float(shape[request.batch_axis]) if shape else 1.0
    factors = dict.fromkeys(request.divided_by_batch, 1 / size) | dict.fromkeys(request.times_batch, size)
    return Convention(scale_by=factors, local=api.local, ignores_cotangent=api.scalar and not api.takes_upstream)


class Evaluation:
    """Runs forward and backward for many points. What student code does to its arrays is done to ours as well.

    So the checker sees inputs and cotangents that are changed in place, as it would in its own process.
    """

    def __init__(self, bench: Bench, api: Api) -> None:
        self._bench = bench
        self._caller = Caller(bench, api)
        self._api = api

    def forward(self, points: Sequence[Point]) -> list[Array]:
        """One output for each point."""
        outputs = []
        for some in _chunks(points, self._weight(points[0])):
            for point in some:
                self._caller.forward(point)
                self._bench.read(self._caller.output(), self._caller.call)
                self._read_back(point)
            values = iter(self._bench.send())
            for point in some:
                output = _array(next(values), self._caller.call)
                outputs.append(output.sum() if self._api.summed else output)
                self._write_back(point, values)
        return outputs

    def backward(self, pairs: Sequence[tuple[Point, Array]]) -> list[dict[str, Array | None]]:
        """One gradient for each name, for each point and cotangent."""
        found = []
        for some in _chunks(pairs, 2 * self._weight(pairs[0][0])):
            for point, cotangent in some:
                self._caller.forward(point)
                self._caller.backward(scalar_or_array(cotangent))
                for name in self._api.sources:
                    self._bench.read(self._caller.gradient(name), f"the gradient of {name}")
                self._read_back(point)
                self._bench.read(self._bench.slot("upstream"), "the upstream gradient")
            values = iter(self._bench.send())
            for point, cotangent in some:
                found.append({name: _gradient(next(values), name) for name in self._api.sources})
                self._write_back(point, values)
                _overwrite(cotangent, next(values))
        return found

    def _weight(self, point: Point) -> int:
        return 3 * sum(x.nbytes for x in point.values()) + 16 * int(np.prod(self._api.shape))

    def _read_back(self, point: Point) -> None:
        for name in point:
            self._bench.read(self._caller.sent(name), name)

    def _write_back(self, point: Point, values: Iterator[object]) -> None:
        for x in point.values():
            _overwrite(x, next(values))


def _overwrite(ours: Array, theirs: object) -> None:
    if not isinstance(theirs, np.ndarray) or theirs.shape != ours.shape or np.array_equal(ours, theirs, equal_nan=True):
        return
    ours.setflags(write=True)
    ours[...] = theirs


def _chunks(items: Sequence[Item], weight: int) -> list[Sequence[Item]]:
    """The items in groups that fit into one message."""
    count = max(1, MESSAGE_BYTES // max(weight, 1))
    return [items[start : start + count] for start in range(0, len(items), count)]


def _array(value: object, call: str) -> Array:
    """An output, which discovery has seen to be an array or a number."""
    if isinstance(value, np.ndarray):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return np.asarray(value)
    raise not_an_array(value, call)


def _gradient(value: object, name: str) -> Array | None:
    """A gradient as an array, or None where there is none."""
    if value is None or isinstance(value, np.ndarray):
        return value
    if isinstance(value, int | float):
        return np.asarray(value)
    raise not_an_array(value, f"the gradient of {name}:")
