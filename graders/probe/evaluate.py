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
from graders.probe.returned import is_number, not_an_array
from graders.sandbox.faults import StudentError

MESSAGE_BYTES = 8 * 1024 * 1024
Point = Mapping[str, Array]
Item = TypeVar("Item")


def check(bench: Bench, api: Api, request: Request, *, localise: bool = True) -> tuple[Result, list[str]]:
    """Hold the gradients against finite differences of forward; and remarks on what was made of them."""
    evaluation = Evaluation(bench, api)
    result = gradcheck(
        evaluation.forward,
        None,
        api.values(),
        seed=request.seed,
        directions=request.directions,
        wrt=tuple(api.sources),
        convention=convention_of(api, request),
        backward_many=evaluation.backward,
        localise=localise,
        planted=not api.moves,
        outside=(StudentError,),
    )
    return result, list(evaluation.remarks)


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

    So the checker sees inputs and cotangents that are changed in place, as it would in its own process. `remarks` say
    what was made of gradients that are whole numbers.
    """

    def __init__(self, bench: Bench, api: Api) -> None:
        self._bench = bench
        self._caller = Caller(bench, api)
        self._api = api
        self.remarks: dict[str, None] = {}

    def forward(self, points: Sequence[Point]) -> list[Array]:
        """One output for each point: several are put into one array."""
        outputs = []
        for some in _chunks(points, self._weight(points[0])):
            for point in some:
                self._caller.forward(point)
                for output in self._caller.outputs():
                    self._bench.read(output, self._caller.call)
                self._read_back(point)
            values = iter(self._bench.send())
            for point in some:
                outputs.append(self._together([_array(next(values), self._caller.call) for _ in self._api.outputs]))
                self._write_back(point, values)
        return outputs

    def _together(self, outputs: Sequence[Array]) -> Array:
        if self._api.reduced:
            return np.asarray(outputs[0].mean() if self._api.reduced == "mean" else outputs[0].sum())
        if len(outputs) == 1:
            return outputs[0]
        for found, known in zip(outputs, self._api.outputs, strict=True):
            if found.shape != known.shape:
                return found  # the checker says so: its shape isn't what it was
        return np.concatenate([output.reshape(-1) for output in outputs])

    def backward(self, pairs: Sequence[tuple[Point, Array]]) -> list[dict[str, Array | None]]:
        """One gradient for each name, for each point and cotangent."""
        found = []
        for some in _chunks(pairs, 2 * self._weight(pairs[0][0])):
            for point, cotangent in some:
                self._caller.forward(point)
                self.pull(point, cotangent)
            values = iter(self._bench.send())
            for point, cotangent in some:
                found.append(self.gradients(point, values))
                self._write_back(point, values)
                parts = [next(values) for _ in self._caller.upstreams()]
                _overwrite(cotangent, parts[0] if len(parts) == 1 else _joined(parts))
        return found

    def pull(self, point: Point, cotangent: Array) -> None:
        """Queue a backward pass, and all that is read after it."""
        self._caller.backward(scalar_or_array(cotangent))
        for name in self._api.sources:
            self._bench.read(self._caller.gradient(name), f"the gradient of {name}")
        self._read_back(point)
        for upstream in self._caller.upstreams():
            self._bench.read(upstream, "the upstream gradient")

    def gradients(self, point: Point, values: Iterator[object]) -> dict[str, Array | None]:
        """The gradients among what was read after a backward pass."""
        return {name: self._gradient(next(values), name, point) for name in self._api.sources}

    def _gradient(self, value: object, name: str, point: Point) -> Array | None:
        gradient = _as_gradient(value, name)
        if gradient is None:
            return None
        if gradient.dtype.kind in "biu":
            self.remarks[f"The gradient of {name} has dtype {gradient.dtype}; its values are what was checked."] = None
            gradient = gradient.astype(point[name].dtype)
        if self._api.sources[name].root == "moved" and self._api.rate is not None:
            return (point[name] - gradient) / self._api.rate.value if gradient.shape == point[name].shape else gradient
        offset = self._api.offsets.get(name)
        return gradient if offset is None or offset.shape != gradient.shape else gradient - offset

    def _weight(self, point: Point) -> int:
        return 3 * sum(x.nbytes for x in point.values()) + 16 * int(np.prod(self._api.shape))

    def _read_back(self, point: Point) -> None:
        for name in self._not_updated(point):
            self._bench.read(self._caller.sent(name), name)

    def _write_back(self, point: Point, values: Iterator[object]) -> None:
        for name in self._not_updated(point):
            _overwrite(point[name], next(values))

    def _not_updated(self, point: Point) -> list[str]:
        """What backward has no business to change: parameters that it updates are the optimiser's."""
        return [name for name in point if name not in self._api.updated]


def _joined(parts: Sequence[object]) -> Array:
    return np.concatenate(
        [np.asarray(part, dtype=float).reshape(-1) for part in parts if is_number(part)] or [np.zeros(0)]
    )


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


def _as_gradient(value: object, name: str) -> Array | None:
    """A gradient as an array, or None where there is none."""
    if value is None or isinstance(value, np.ndarray):
        return value
    if isinstance(value, int | float):
        return np.asarray(value)
    raise not_an_array(value, f"the gradient of {name}:")
