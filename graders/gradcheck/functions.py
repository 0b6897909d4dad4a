"""A function and its gradient, checked in this process: what a notebook calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from graders.gradcheck.check import gradcheck
from graders.gradcheck.complexes import as_complex, as_pairs
from graders.gradcheck.problem import Point, Returned
from graders.gradcheck.result import Array, Result
from graders.gradcheck.state import State

Function = Callable[..., object]


def check_function(
    function: Function,
    gradient: Function,
    *inputs: object,
    order: int = 1,
    hvp: Function | None = None,
    names: Sequence[str] | None = None,
    **options: Any,
) -> Result:
    """Check ``gradient(*inputs, cotangent)`` of ``function(*inputs)``, in a notebook say.

    ``gradient`` returns one array per floating or complex input, as a tuple when there are several. Lists and numbers
    become arrays. Options are those of ``gradcheck``; inputs are called by ``names``, else ``x0``, ``x1``, ...

    Inputs may have any shape; the cotangent has the output's shape, and each gradient that of its input.

    Before every call of ``function`` what both keep between calls, and the random generators, are put back; each call
    of ``gradient`` follows one of ``function`` for the same inputs, so that a layer with a cache can be checked.
    Complex inputs and outputs are taken as pairs of reals, and gradients as dL/dx + i dL/dy.

    ``order=2`` checks Hessian-vector products: ``hvp(*inputs, cotangent, *vectors)`` is the derivative of
    ``gradient(*inputs, cotangent)`` along the vectors, one for each floating input. Without ``hvp``, ``function`` is
    itself the gradient of a scalar, and ``gradient(*inputs, vector)`` the product.

    Raises ValueError or TypeError for arguments that can't be checked, and what ``function`` or ``gradient`` raises.
    """
    if order not in (1, 2):
        raise ValueError(f"order={order}, but should be 1 or 2")
    if hvp is not None and order == 1:
        raise ValueError("hvp is given with order=1, but should come with order=2")
    called = names or [f"x{k}" for k in range(len(inputs))]
    if len(set(called)) != len(inputs):
        raise ValueError(f"names={called}, but should be {len(inputs)} different names")
    first = _Called(function, gradient, dict(zip(called, inputs, strict=True)), options)
    if order == 2 and first.complex:
        raise ValueError("order=2 takes real inputs; check the gradient as a function of pairs of reals")
    result = first.check(options)
    if hvp is None or not _passed(result):
        return result
    return _second_order(first, hvp, options)


def _passed(result: Result) -> bool:
    return result.verdict.value == "pass"


def _second_order(first: _Called, hvp: Function, options: Mapping[str, Any]) -> Result:
    """Hold the products against differences of the gradient, for one upstream gradient."""
    upstream = first.cotangent(np.random.default_rng(options.get("seed", 0)))

    def stacked(*values: Array) -> Array:
        return np.concatenate([part.reshape(-1) for part in first.gradients(values, upstream)])

    def product(*values: object) -> object:
        *inputs, vector = values
        parts = np.split(np.asarray(vector), np.cumsum([first.arrays[name].size for name in first.names])[:-1])
        shaped = [part.reshape(first.arrays[name].shape) for name, part in zip(first.names, parts, strict=True)]
        return hvp(*inputs, upstream, *shaped)

    return _Called(stacked, product, first.arrays, options).check(options)


class _Called:
    """A function and its gradient as the checker calls them, with the state of both put back each time."""

    def __init__(
        self, function: Function, gradient: Function, inputs: Mapping[str, object], options: Mapping[str, Any]
    ) -> None:
        given = {name: np.asarray(x) for name, x in inputs.items()}
        self._function, self._gradient = function, gradient
        self.complex = {name for name, x in given.items() if x.dtype.kind == "c"}
        self.arrays = {name: as_pairs(x) for name, x in given.items()}
        self.names = tuple(options.get("wrt") or (name for name, x in self.arrays.items() if x.dtype.kind == "f"))
        self._state = State(function, gradient)
        self._returns_complex = False

    def check(self, options: Mapping[str, Any]) -> Result:
        """Check it; afterwards everything is as it was."""
        wanted = {"outside": (Exception,), "continuing": self._continuing, **options}
        try:
            return gradcheck(self._forward, self._backward, self.arrays, **wanted)
        finally:
            self._state.put_back()

    def cotangent(self, rng: np.random.Generator) -> Array:
        """A random upstream gradient in the shape of an output."""
        self._state.put_back()
        output = self._call(self.arrays)
        return np.asarray(rng.standard_normal(output.shape), dtype=output.dtype)

    def gradients(self, values: Sequence[Array], cotangent: Array) -> list[Array]:
        """What the gradient function returns after a forward pass at these values, in the order of ``names``."""
        returned = self._backward(dict(zip(self.arrays, values, strict=True)), cotangent)
        return [np.asarray(returned[name]) for name in self.names]

    def _forward(self, points: Sequence[Point]) -> list[Array]:
        found = []
        for point in points:
            self._state.put_back()
            output = self._call(point)
            found.append(output.copy() if len(points) > 1 else output)  # later calls may write over it
        return found

    def _backward(self, point: Point, cotangent: Array) -> Returned:
        self._state.put_back()
        self._call(point)
        return self._pulled_back(point, cotangent)

    def _continuing(self, pairs: Sequence[tuple[Point, Array]]) -> list[tuple[object, Returned]]:
        self._state.put_back()
        found: list[tuple[object, Returned]] = []
        for point, cotangent in pairs:
            self._state.put_back_generators()
            output = self._call(point).copy()
            returned = self._pulled_back(point, cotangent)
            found.append((output, {name: np.array(gradient) for name, gradient in returned.items()}))
        return found

    def _call(self, point: Point) -> Array:
        """One forward pass."""
        output = np.asarray(self._function(*self._values(point)))
        self._returns_complex = output.dtype.kind == "c"
        return as_pairs(output)

    def _pulled_back(self, point: Point, cotangent: Array) -> Returned:
        upstream = as_complex(cotangent) if self._returns_complex else cotangent
        returned = self._gradient(*self._values(point), upstream)
        if self._returns_complex and not np.array_equal(as_pairs(upstream), cotangent):
            cotangent[...] = as_pairs(upstream)
        parts = returned if isinstance(returned, tuple) else (returned,)
        if len(parts) != len(self.names):
            raise ValueError(
                f"the gradient returned {len(parts)} arrays, but should return {len(self.names)}: {self.names}"
            )
        return {name: self._real(name, part) for name, part in zip(self.names, parts, strict=True)}

    def _values(self, point: Point) -> list[Array]:
        return [as_complex(x) if name in self.complex else x for name, x in point.items()]

    def _real(self, name: str, gradient: object) -> object:
        if name not in self.complex or gradient is None:
            return gradient
        array = np.asarray(gradient)
        return as_pairs(array.astype(np.result_type(array.dtype, np.complex64), copy=False))
