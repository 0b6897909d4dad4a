"""Inputs with infinite entries, masks of -inf say: these stay where they are, and the finite ones are checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from graders.gradcheck.problem import BackwardMany, Continuing, Forward, MutatedInputError, Point, Returned
from graders.gradcheck.result import Array, GuardError, InputResult, Result, Verdict


class Filled:
    """A forward and a backward pass as functions of the finite entries of some inputs, one after the other."""

    def __init__(self, inputs: Point, names: Sequence[str]) -> None:
        """Take out the finite entries of these inputs."""
        self._whole = inputs
        self.finite = {name: np.isfinite(inputs[name]) for name in names if np.isinf(inputs[name]).any()}

    @property
    def inputs(self) -> dict[str, Array]:
        """The inputs, but for infinite entries."""
        return {name: x[self.finite[name]] if name in self.finite else x for name, x in self._whole.items()}

    def forward(self, forward: Forward) -> Forward:
        """The forward pass."""

        def run(points: Sequence[Point]) -> Sequence[object]:
            given = [self._filled(point) for point in points]
            found = forward(given)
            for point, whole in zip(points, given, strict=True):
                if name := self._changed(point, whole):
                    raise MutatedInputError(_in_place("forward", name))
            return found

        return run

    def backward(self, backward: BackwardMany) -> BackwardMany:
        """The backward pass."""

        def run(pairs: Sequence[tuple[Point, Array]]) -> Sequence[Returned]:
            given = [(self._filled(point), cotangent) for point, cotangent in pairs]
            found = [self._taken(returned) for returned in backward(given)]
            for (point, _), (whole, _) in zip(pairs, given, strict=True):
                if name := self._changed(point, whole):
                    raise GuardError(Verdict.MUTATES_INPUT, _in_place("backward", name), name)
            return found

        return run

    def continuing(self, continuing: Continuing) -> Continuing:
        """Both, one after the other."""

        def run(pairs: Sequence[tuple[Point, Array]]) -> Sequence[tuple[object, Returned]]:
            found = continuing([(self._filled(point), cotangent) for point, cotangent in pairs])
            return [(output, self._taken(returned)) for output, returned in found]

        return run

    def in_place(self, result: Result) -> Result:
        """The result with the indices of the arrays themselves."""
        text = result.message
        for item in result.inputs:
            text = self._told(text, item) if item.name in self.finite else text
        return replace(result, message=text, inputs=tuple(self._item(item) for item in result.inputs))

    def _told(self, text: str, item: InputResult) -> str:
        """The message with these indices, for it was written about the finite entries in a row."""
        for entry in item.wrong:
            text = text.replace(f"{list(entry.index)} got", f"{list(self._index(item.name, entry.index))} got")
        unseen, places = item.unseen[:3], [self._index(item.name, one) for one in item.unseen[:3]]
        return text.replace(_listed(unseen), _listed(places)) if unseen else text

    def _index(self, name: str, flat: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(int(k) for k in np.argwhere(self.finite[name])[flat[0]])

    def _filled(self, point: Point) -> dict[str, Array]:
        return {name: self._with(name, x) if name in self.finite else x for name, x in point.items()}

    def _with(self, name: str, values: Array) -> Array:
        whole = self._whole[name].astype(values.dtype)
        whole[self.finite[name]] = values
        return whole

    def _changed(self, point: Point, whole: Mapping[str, Array]) -> str:
        """The input that a pass has changed in place, if any."""
        same = {
            name: np.array_equal(whole[name], self._with(name, point[name]), equal_nan=True) for name in self.finite
        }
        return next((name for name, is_same in same.items() if not is_same), "")

    def _taken(self, returned: Returned) -> Returned:
        return {name: self._of(name, x) if name in self.finite and x is not None else x for name, x in returned.items()}

    def _of(self, name: str, gradient: object) -> Array:
        """The finite entries' part of a gradient; a GuardError where it hasn't the input's shape, or isn't finite."""
        array, shape = np.asarray(gradient), self._whole[name].shape
        if array.shape != shape:
            message = f"The gradient of {name} has shape {array.shape}, but should be {shape} like {name}."
            raise GuardError(Verdict.WRONG_SHAPE, message, name)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            where = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
            raise GuardError(Verdict.NON_FINITE, f"The gradient of {name} is {array[where]} at {list(where)}.", name)
        return array[self.finite[name]]

    def _item(self, item: InputResult) -> InputResult:
        if item.name not in self.finite:
            return item
        wrong = tuple(replace(one, index=self._index(item.name, one.index)) for one in item.wrong)
        unseen = tuple(self._index(item.name, one) for one in item.unseen)
        errors = None
        if item.relative_error is not None:
            errors = np.full(self._whole[item.name].shape, np.nan)
            errors[self.finite[item.name]] = item.relative_error
        return replace(item, wrong=wrong, unseen=unseen, relative_error=errors)


def _in_place(stage: str, name: str) -> str:
    help_ = "Work on a copy: the caller still needs the array it passed in."
    return f"The {stage} pass changes its input {name} in place.\n{help_}"


def _listed(indices: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(str(list(index)) for index in indices)
