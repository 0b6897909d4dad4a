"""The function under test as arrays and callables: evaluates it, counts, and guards its shapes and inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from graders.gradcheck.conventions import Convention
from graders.gradcheck.domains import Domain
from graders.gradcheck.result import Array, GuardError, Verdict

Point = Mapping[str, Array]
Returned = Mapping[str, object]
"""What a backward pass returned: arrays, if it is right."""
Forward = Callable[[Sequence[Point]], Sequence[object]]
Backward = Callable[[Point, Array], Returned]
BackwardMany = Callable[[Sequence[tuple[Point, Array]]], Sequence[Returned]]
Continuing = Callable[[Sequence[tuple[Point, Array]]], Sequence[tuple[object, Returned]]]
"""Runs forward and backward for some pairs, one after the other, with whatever state each leaves for the next."""

TINY, HUGE = 1e-90, 1e90
"""Outputs beyond these are counted in another unit: squares of their rounding errors would be 0 or infinite."""

FAINT = 1e-50
"""Outputs below this fraction of the largest are counted each in its own unit, in which they are ``LIFTED``."""

VANISHED = 1e-280
"""Below this, numbers run out of digits."""

LIFTED = 1e-45
"""Small enough, beside the largest output, not to be heard with it: they are weighed up where outputs are unequal."""

OVERFLOW = 1e100
"""In its unit, an output beyond this is no longer near the inputs."""

MOST_UNIT = 640
"""The unit is a power of two with an exponent up to this, so that cotangents leave room for factors of the code's."""

MOST_LIFT = 900
"""The same for an output alone, whose factors are small."""


class MutatedInputError(Exception):
    """Raised by a forward that has seen its own input change, where this package can't see it."""


def pointwise(function: Callable[..., object]) -> Forward:
    """Lift ``function(**inputs) -> array`` to many points; arrays have any shape, and outputs are copied.

    What ``function`` raises, a ValueError say, passes through.
    """

    def forward(points: Sequence[Point]) -> list[Array]:
        return [np.array(function(**point)) for point in points]

    return forward


def one_by_one(backward: Backward, copied: bool = True) -> BackwardMany:
    """Lift a backward pass to many pairs; gradients are copied, should later calls overwrite them."""

    def backward_many(pairs: Sequence[tuple[Point, Array]]) -> list[Returned]:
        found = (backward(point, cotangent) for point, cotangent in pairs)
        return [_copied(gradients) if copied else gradients for gradients in found]

    return backward_many


def _copied(gradients: Returned) -> Returned:
    return {name: g.copy() if isinstance(g, np.ndarray) else g for name, g in gradients.items()}


def _unit_of(sizes: Array) -> float | Array:
    """The unit in which outputs of these sizes are counted, a power of two: one for all, or one for each."""
    largest = float(sizes.max())
    if not 0.0 < largest < np.inf:
        return 1.0
    unit = _power(largest) if largest < TINY or largest > HUGE else 1.0
    faint = (sizes > VANISHED) & (sizes < FAINT * largest)
    if not faint.any():
        return unit
    units = np.full(sizes.shape, unit)
    units[faint] = [_power(size / LIFTED * (unit / largest), MOST_LIFT) for size in sizes[faint]]
    return units


def _power(size: float, most: int = MOST_UNIT) -> float:
    return float(2.0 ** np.clip(np.floor(np.log2(size)), -most, most))


class Problem:
    """A forward and a backward pass at a base point, with what is known about the output."""

    def __init__(
        self,
        forward: Forward,
        backward: BackwardMany,
        inputs: Point,
        wrt: tuple[str, ...],
        convention: Convention,
        output_shape: tuple[int, ...] | None,
        domains: Mapping[str, Domain],
        outside: tuple[type[Exception], ...] = (),
    ) -> None:
        """Copy the inputs, twice: once to hand out, once to see whether they come back unchanged."""
        self._forward = forward
        self._backward = backward
        self.base: dict[str, Array] = {name: np.array(x) for name, x in inputs.items()}
        self._pristine = {name: x.copy() for name, x in self.base.items()}
        self.wrt = wrt
        self.convention = convention
        self.shape = output_shape
        self.domains = domains
        self.dtype: np.dtype = np.dtype(np.float64)
        self.precision: np.dtype = np.dtype(np.float64)
        self.outside = outside
        self.raised = ""
        self.unit: float | Array = 1.0
        self.forward_evaluations = 0
        self.backward_evaluations = 0
        self.round_trips = 0

    @property
    def eps(self) -> float:
        """The machine epsilon of the coarsest floating dtype among the inputs to check and the output."""
        dtypes = {self.base[name].dtype for name in self.wrt} | {self.dtype, self.precision}
        return max(float(np.finfo(dtype).eps) for dtype in dtypes)

    def note_precision(self, outputs: Array) -> None:
        """See whether outputs that claim to be float64 were computed in float32: all of them would fit it."""
        with np.errstate(over="ignore", invalid="ignore"):
            if np.array_equal(outputs.astype(np.float32), outputs) and outputs.any():
                self.precision = np.dtype(np.float32)

    @property
    def grain(self) -> float | Array:
        """The distance between the smallest numbers that an output may hold, in the unit of ``evaluate``."""
        dtype = self.dtype if self.precision == np.float64 else self.precision
        return float(np.finfo(dtype).smallest_subnormal) / self.unit

    @property
    def lifts(self) -> bool:
        """Whether some outputs are counted in their own unit."""
        return isinstance(self.unit, np.ndarray)

    def evaluate(self, points: Sequence[Point]) -> Array:
        """Evaluate at all points in one round trip: one row of outputs each, in float64, in a unit of ours.

        A row is not a number where the function raised what says that a point is outside its domain.
        """
        self.forward_evaluations += len(points)
        self.round_trips += 1
        with np.errstate(all="ignore"):  # steps may leave a function's domain
            outputs = self._outputs(points)
        self._guard_inputs("forward")
        if len(outputs) != len(points):
            raise ValueError(f"forward returned {len(outputs)} outputs, but should return {len(points)}")
        rows = np.empty((len(points), int(np.prod(self._shape_of(outputs)))))
        for row, output in zip(rows, outputs, strict=True):
            if output is None:
                row[:] = np.nan
                continue
            array = output if isinstance(output, np.ndarray) else np.asarray(output)
            if array.shape != self.shape:
                self._guard_output(array)
            row[:] = array.reshape(-1)
        return self._in_unit(rows)

    def _outputs(self, points: Sequence[Point]) -> Sequence[object]:
        """What forward gives; None where it raises, but for the first point, before an output's shape is known."""
        try:
            return self._forward(points)
        except MutatedInputError as error:
            raise GuardError(Verdict.MUTATES_INPUT, str(error)) from error
        except self.outside:
            if len(points) == 1 and self.shape is None:
                raise
        return [self._output(point) for point in points]

    def _output(self, point: Point) -> object:
        try:
            (output,) = self._forward([point])
        except MutatedInputError as error:
            raise GuardError(Verdict.MUTATES_INPUT, str(error)) from error
        except self.outside as error:
            if self.shape is None:
                raise
            self.raised = self.raised or type(error).__name__
            return None
        self._guard_output(output)
        return output

    def _shape_of(self, outputs: Sequence[object]) -> tuple[int, ...]:
        first = next((output for output in outputs if output is not None), None)
        return self._guard_output(first) if self.shape is None or first is not None else self.shape

    def _in_unit(self, rows: Array) -> Array:
        """Rows whose squares are numbers: outputs may be very small or very large, all of them together or some."""
        if self.forward_evaluations == len(rows) and rows.size and self.dtype == np.float64:
            self.unit = _unit_of(np.abs(rows[0]))
        if isinstance(self.unit, float) and self.unit == 1.0:
            return rows
        with np.errstate(over="ignore"):
            found = rows / self.unit
        return np.where(np.abs(found) < OVERFLOW, found, np.nan) if self.lifts else found

    def pull_back(self, pairs: Sequence[tuple[Point, Array]]) -> list[dict[str, Array]]:
        """Run the backward pass for all pairs in one round trip: textbook gradients, in float64."""
        cotangents = [cotangent.copy() for _, cotangent in pairs]
        self.backward_evaluations += len(pairs)
        self.round_trips += 1
        returned = self._backward(pairs)
        self._guard_inputs("backward")
        for (_, cotangent), before in zip(pairs, cotangents, strict=True):
            if not np.array_equal(cotangent, before, equal_nan=True):
                raise GuardError(Verdict.MUTATES_COTANGENT, "The backward pass changes the upstream gradient in place.")
        return [self._gradients(r, g) for r, g in zip(returned, cotangents, strict=True)]

    def go_on(self, run: Continuing, pairs: Sequence[tuple[Point, Array]]) -> list[tuple[Array, dict[str, Array]]]:
        """Outputs and textbook gradients of passes that are run one after the other without putting state back."""
        self.forward_evaluations += len(pairs)
        self.backward_evaluations += len(pairs)
        self.round_trips += 1
        cotangents = [cotangent.copy() for _, cotangent in pairs]
        found = run(pairs)
        return [
            (np.asarray(output, dtype=np.float64), self._gradients(returned, cotangent))
            for (output, returned), cotangent in zip(found, cotangents, strict=True)
        ]

    def as_cotangent(self, flat: Array) -> Array:
        """Give a flat cotangent, for outputs in our unit, the output's shape and dtype."""
        if self.lifts or self.unit != 1.0:
            flat = flat / self.unit
        return flat.astype(self.dtype).reshape(self.shape or ())

    def _guard_inputs(self, stage: str) -> None:
        for name, x in self.base.items():
            if not np.array_equal(x, self._pristine[name], equal_nan=x.dtype.kind in "fc"):
                raise GuardError(
                    Verdict.MUTATES_INPUT,
                    f"The {stage} pass changes its input {name} in place.\n"
                    "Work on a copy: the caller still needs the array it passed in.",
                    name,
                )

    def _guard_output(self, output: object) -> tuple[int, ...]:
        array = np.asarray(output)
        if array.dtype.kind != "f":
            raise GuardError(Verdict.WRONG_DTYPE, f"The output has dtype {array.dtype}, but should be floating point.")
        if self.shape is None:
            self.shape = array.shape
        if array.shape != self.shape:
            raise GuardError(Verdict.WRONG_SHAPE, f"The output has shape {array.shape}, but should be {self.shape}.")
        self.dtype = array.dtype if array.dtype.itemsize >= 4 else np.dtype(np.float32)
        return self.shape

    def _gradients(self, returned: Returned, cotangent: Array) -> dict[str, Array]:
        return {name: self._gradient(name, returned, cotangent) for name in self.wrt}

    def _gradient(self, name: str, returned: Returned, cotangent: Array) -> Array:
        x = self.base[name]
        if returned.get(name) is None:
            raise GuardError(Verdict.MISSING_GRADIENT, f"The backward pass returned no gradient of {name}.", name)
        gradient = np.asarray(returned[name])
        expected = self.convention.returned_shape(name, x)
        if gradient.shape != expected:
            raise GuardError(
                Verdict.WRONG_SHAPE,
                f"The gradient of {name} has shape {gradient.shape}, but should be {expected} like {name}.",
                name,
            )
        self._guard_gradient_dtype(name, gradient, x)
        if not np.isfinite(gradient).all():
            where = tuple(int(i) for i in np.argwhere(~np.isfinite(gradient))[0])
            raise GuardError(Verdict.NON_FINITE, f"The gradient of {name} is {gradient[where]} at {list(where)}.", name)
        return self.convention.true_gradient(name, gradient, cotangent, x)

    def _guard_gradient_dtype(self, name: str, gradient: Array, x: Array) -> None:
        """A gradient may be more precise than its input, never less."""
        if gradient.dtype.kind != "f" or gradient.dtype.itemsize < min(x.dtype.itemsize, self.dtype.itemsize):
            raise GuardError(
                Verdict.WRONG_DTYPE,
                f"The gradient of {name} has dtype {gradient.dtype}, but should be {x.dtype} like {name}.",
                name,
            )
