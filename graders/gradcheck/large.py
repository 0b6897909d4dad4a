"""Arrays of a million entries, checked in the memory of a few: entries are moved, and outputs summed up, in blocks.

A block of entries is moved by one number, each entry with a random weight of its own, and a block of outputs answers
with one weighted sum. Of that smaller function the checker knows everything; a wrong entry makes its block's slope
wrong. Which entry it is, is looked for in the worst block afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graders.gradcheck.bands import bands
from graders.gradcheck.directions import scale_of, signed
from graders.gradcheck.problem import Backward, BackwardMany, Forward, MutatedInputError, Point, Returned
from graders.gradcheck.result import Array, GuardError, Verdict

LARGE = 2**17
"""Arrays of more entries are checked in blocks."""

BLOCKS = 4096
"""How many blocks an array has, about."""


@dataclass(frozen=True, eq=False)
class Blocks:
    """An array's entries in blocks of neighbours of like size: their order, where each begins, and their weights.

    ``order`` is None where the entries stay as they are. ``values`` stand for the blocks: moving one by h moves each
    of its entries by h times its weight.
    """

    order: Array | None
    starts: Array
    lengths: Array
    weights: Array
    values: Array

    def spread(self, moves: Array, shape: tuple[int, ...]) -> Array:
        """For each entry its weight times its block's number, in the shape of the array."""
        flat = np.repeat(moves.astype(np.float64), self.lengths)
        flat *= self.weights
        if self.order is not None:
            ordered, flat = flat, np.empty_like(flat)
            flat[self.order] = ordered
        return flat.reshape(shape)

    def summed(self, array: Array) -> Array:
        """For each block the weighted sum of its entries."""
        flat = array.reshape(-1)
        flat = flat if self.order is None else flat[self.order]
        return np.asarray(np.add.reduceat(flat * self.weights, self.starts))

    def entries(self, block: int) -> Array:
        """The flat indices of a block's entries."""
        some = np.arange(self.starts[block], self.starts[block] + self.lengths[block])
        return some if self.order is None else self.order[some]


def blocks_of(x: Array, rng: np.random.Generator) -> Blocks:
    """Cut an array into blocks; entries of other sizes never share one."""
    masks = bands(x)
    order = None
    sizes, values, weights = [], [], np.ones(x.size, dtype=np.float32)
    if len(masks) > 1:
        order = np.concatenate([np.flatnonzero(mask) for mask in masks]).astype(np.int32)
    begin = 0
    for mask in masks:
        count = int(np.count_nonzero(mask))
        parts = np.array_split(np.arange(count), max(1, round(count / x.size * BLOCKS)))
        scale = scale_of(x if len(masks) == 1 else x[mask])
        sizes += [len(part) for part in parts]
        values += [scale] * len(parts)
        weights[begin : begin + count] = signed(rng, (count,))
        begin += count
    lengths = np.array(sizes)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return Blocks(order, starts, lengths, weights, np.array(values, dtype=x.dtype))


class Shrunk:
    """A forward and a backward pass as functions of blocks, and the way back from blocks to entries."""

    def __init__(
        self, forward: Forward, backward: BackwardMany, inputs: Point, wrt: Sequence[str], rng: np.random.Generator
    ) -> None:
        """Put the large ones among the inputs to differentiate into blocks."""
        self._forward, self._backward, self._inputs, self._rng = forward, backward, inputs, rng
        self.blocks = {name: blocks_of(inputs[name], rng) for name in wrt if inputs[name].size > LARGE}
        self._out: Blocks | None = None
        self._shape: tuple[int, ...] = ()
        self._dtype: np.dtype = np.dtype(np.float64)

    @property
    def inputs(self) -> dict[str, Array]:
        """The inputs, with a number for each block of the large ones."""
        return {name: self.blocks[name].values if name in self.blocks else x for name, x in self._inputs.items()}

    def forward(self, points: Sequence[Point]) -> list[Array]:
        """One output, or one sum for each block of outputs, for each point."""
        return [self._output(point) for point in points]

    def backward_many(self, pairs: Sequence[tuple[Point, Array]]) -> list[Returned]:
        """The slopes of the blocks, for each pair."""
        return [self._pulled_back(point, cotangent) for point, cotangent in pairs]

    def index(self, name: str, entry: int) -> tuple[int, ...]:
        """Where an entry is in its array."""
        return tuple(int(k) for k in np.unravel_index(entry, self._inputs[name].shape))

    def within(self, name: str, entries: Array) -> tuple[Forward, Backward, dict[str, Array]]:
        """The same passes as functions of these entries of one input alone."""

        def whole(point: Point) -> dict[str, Array]:
            x = self._inputs[name].copy()
            x.reshape(-1)[entries] = point[name]
            return {**self._inputs, name: x}

        def forward(points: Sequence[Point]) -> list[Array]:
            return [self._shortened(self._forward([whole(point)])[0]) for point in points]

        def backward(point: Point, cotangent: Array) -> Returned:
            (returned,) = self._backward([(whole(point), self._lengthened(cotangent))])
            return {name: np.asarray(returned[name]).reshape(-1)[entries]}

        return forward, backward, {name: self._inputs[name].reshape(-1)[entries]}

    def _output(self, point: Point) -> Array:
        given = self._whole(point)
        (output,) = self._forward([given])
        self._guard(point, given)
        return self._shortened(output)

    def _pulled_back(self, point: Point, cotangent: Array) -> Returned:
        given = self._whole(point)
        (returned,) = self._backward([(given, self._lengthened(cotangent))])
        return {name: self._slopes(name, gradient) for name, gradient in returned.items()}

    def _whole(self, point: Point) -> dict[str, Array]:
        return {name: self._moved(name, x) if name in self.blocks else x for name, x in point.items()}

    def _moved(self, name: str, values: Array) -> Array:
        x, blocks = self._inputs[name], self.blocks[name]
        moved = blocks.spread(values.astype(np.float64) - blocks.values, x.shape)
        moved += x
        return moved.astype(x.dtype, copy=False)

    def _guard(self, point: Point, given: Mapping[str, Array]) -> None:
        """See at the inputs themselves whether forward changes a large one."""
        for name, blocks in self.blocks.items():
            if np.array_equal(point[name], blocks.values) and not np.array_equal(given[name], self._inputs[name]):
                raise MutatedInputError(
                    f"The forward pass changes its input {name} in place.\n"
                    "Work on a copy: the caller still needs the array it passed in."
                )

    def _shortened(self, output: object) -> Array:
        array = np.asarray(output)
        if self._out is None and array.size > LARGE and array.dtype.kind == "f" and np.isfinite(array).all():
            self._out, self._shape, self._dtype = blocks_of(array, self._rng), array.shape, array.dtype
        if self._out is None or array.shape != self._shape:
            return array
        return self._out.summed(array).astype(array.dtype)

    def _lengthened(self, cotangent: Array) -> Array:
        if self._out is None:
            return cotangent
        return self._out.spread(cotangent, self._shape).astype(self._dtype, copy=False)

    def _slopes(self, name: str, gradient: object) -> object:
        if name not in self.blocks or gradient is None:
            return gradient
        array, x = np.asarray(gradient), self._inputs[name]
        if array.shape != x.shape:
            message = f"The gradient of {name} has shape {array.shape}, but should be {x.shape} like {name}."
            raise GuardError(Verdict.WRONG_SHAPE, message, name)
        return self.blocks[name].summed(array).astype(array.dtype, copy=False) if array.dtype.kind == "f" else array
