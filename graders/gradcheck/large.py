"""Arrays of a million entries, checked in the memory of a few: entries are moved, and outputs summed up, in blocks.

A block of entries is moved by one number, each entry with a random weight of its own, and a block of outputs answers
with one weighted sum. Of that smaller function the checker knows everything; a wrong entry makes its block's slope
wrong. Which entry it is, is looked for in the worst block afterwards.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graders.gradcheck.bands import bands, sampled
from graders.gradcheck.directions import scale_of, signed
from graders.gradcheck.problem import Backward, BackwardMany, Forward, MutatedInputError, Point, Returned
from graders.gradcheck.result import Array, GuardError, Verdict

LARGE = 2**17
"""Arrays of more entries are checked in blocks."""

BLOCKS = 4096
"""How many blocks an array has, about."""


COTANGENT = ""
"""The name under which the array of the last cotangent is kept: no input has it."""

UNHELD = 3
"""References to an array that only we hold: ours, a name's, and that of the call that counts them."""


@dataclass(frozen=True, eq=False)
class Stretch:
    """Entries of like size, one block after the other, all of one width but the last, which may be shorter.

    ``weights`` are read from one place further on for each block: few random numbers, and no two blocks alike.
    """

    start: int
    size: int
    width: int
    weights: Array

    @property
    def full(self) -> int:
        """How many blocks have the whole width."""
        return self.size // self.width

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return -(-self.size // self.width)

    def spread(self, moves: Array, out: Array) -> None:
        """Give each entry, in ``out``, its weight times its block's number."""
        mine, full = self._of(out), self.full
        np.multiply(moves[:full, None], self._windows(full), out=mine[: full * self.width].reshape(full, self.width))
        if full < self.count:
            mine[full * self.width :] = moves[full] * self._last()

    def summed(self, flat: Array) -> Array:
        """For each block the weighted sum of its entries."""
        mine, full = self._of(flat), self.full
        whole = mine[: full * self.width].reshape(full, self.width)
        sums = np.einsum("bw,bw->b", whole, self._windows(full))
        return np.append(sums, mine[full * self.width :] @ self._last()) if full < self.count else sums

    def entries(self, block: int) -> Array:
        """Where the entries of a block stand."""
        begin = self.start + block * self.width
        return np.arange(begin, min(begin + self.width, self.start + self.size))

    def _of(self, flat: Array) -> Array:
        return flat[self.start : self.start + self.size]

    def _windows(self, full: int) -> Array:
        return np.lib.stride_tricks.sliding_window_view(self.weights, self.width)[:full]

    def _last(self) -> Array:
        return self.weights[self.full : self.full + self.size - self.full * self.width]


@dataclass(frozen=True, eq=False)
class Blocks:
    """An array's entries in blocks of neighbours of like size: their order, and a stretch of blocks for each size.

    ``order`` is None where the entries stay as they are. ``values`` stand for the blocks: moving one by h moves each
    of its entries by h times its weight.
    """

    order: Array | None
    stretches: Sequence[Stretch]
    values: Array

    @property
    def size(self) -> int:
        """How many entries there are."""
        return sum(stretch.size for stretch in self.stretches)

    def spread(self, moves: Array, out: Array) -> Array:
        """For each entry its weight times its block's number, in this array, which is given back."""
        flat = out.reshape(-1)
        ordered = flat if self.order is None else np.empty_like(flat)
        first = 0
        for stretch in self.stretches:
            stretch.spread(moves[first : first + stretch.count], ordered)
            first += stretch.count
        if self.order is not None:
            flat[self.order] = ordered
        return out

    def summed(self, array: Array) -> Array:
        """For each block the weighted sum of its entries."""
        flat = array.reshape(-1)
        flat = flat if self.order is None else flat[self.order]
        sums = [stretch.summed(flat) for stretch in self.stretches]
        return sums[0] if len(sums) == 1 else np.concatenate(sums)

    def entries(self, block: int) -> Array:
        """The flat indices of a block's entries."""
        for stretch in self.stretches:
            if block < stretch.count:
                some = stretch.entries(block)
                break
            block -= stretch.count
        return some if self.order is None else self.order[some]


def blocks_of(x: Array, rng: np.random.Generator) -> Blocks:
    """Cut an array into blocks; entries of other sizes never share one."""
    masks = bands(x)
    order = None
    if len(masks) > 1:
        order = np.concatenate([np.flatnonzero(mask) for mask in masks])
    width, start = max(1, round(x.size / BLOCKS)), 0
    stretches, values = [], []
    for mask in masks:
        some = x if len(masks) == 1 else x[mask]
        stretch = Stretch(start, some.size, width, np.zeros(0))
        stretch = replace(stretch, weights=signed(rng, (stretch.count + width,)))
        stretches.append(stretch)
        values += [scale_of(sampled(some.reshape(-1)))] * stretch.count
        start += some.size
    return Blocks(order, stretches, np.array(values, dtype=x.dtype))


class Shrunk:
    """A forward and a backward pass as functions of blocks, and the way back from blocks to entries."""

    def __init__(
        self, forward: Forward, backward: BackwardMany, inputs: Point, wrt: Sequence[str], rng: np.random.Generator
    ) -> None:
        """Put the large ones among the inputs to differentiate into blocks."""
        self._forward, self._backward, self._inputs, self._rng = forward, backward, inputs, rng
        self.blocks = {name: blocks_of(inputs[name], rng) for name in wrt if inputs[name].size > LARGE}
        self._kept: dict[str, Array] = {}
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
        moves = values.astype(np.float64) - blocks.values
        moved = self._unused(name, x.shape)
        if not moves.any():
            np.copyto(moved, x)
        else:
            blocks.spread(moves, moved)
            moved += x
        return moved.astype(x.dtype, copy=False)

    def _unused(self, name: str, shape: tuple[int, ...]) -> Array:
        """An array for an input to be moved to: the one that was used before, if nobody holds it or a part of it."""
        kept = self._kept.get(name)
        if kept is None or sys.getrefcount(kept) > UNHELD:
            kept = self._kept[name] = np.empty(shape)
        return kept

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
        return self._out.spread(cotangent, self._unused(COTANGENT, self._shape)).astype(self._dtype, copy=False)

    def _slopes(self, name: str, gradient: object) -> object:
        if name not in self.blocks or gradient is None:
            return gradient
        array, x = np.asarray(gradient), self._inputs[name]
        if array.shape != x.shape:
            message = f"The gradient of {name} has shape {array.shape}, but should be {x.shape} like {name}."
            raise GuardError(Verdict.WRONG_SHAPE, message, name)
        return self.blocks[name].summed(array).astype(array.dtype, copy=False) if array.dtype.kind == "f" else array
