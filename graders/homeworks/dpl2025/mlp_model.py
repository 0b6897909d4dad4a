"""A submission's NumpyDenseResMLP under one check: made, given parameters, trained, read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from graders.checking import CheckFailed, Expected, Remote, Student, StudentError, compare, examine, expect
from graders.probe.anatomy import Anatomy, Parameter, describe

from .mlp_cases import MLPCase, one_hot
from .mlp_interface import (
    CALLED_WITH,
    CLASSES,
    EXAMPLES,
    HIDDEN,
    INPUT,
    LABELS,
    OUTPUT,
    RATE,
    SEED,
    SWITCH,
    UPDATES,
    arguments_of,
    made_with,
    plain,
    role_of,
    switch_of,
    takes_one_hot,
)
from .mlp_parameters import Parameters, assign, find_parameters, follow

MODULE = "numpy_mlp"
PROBE = MLPCase(seed=0, B=3, d=4, h=6, C=10)
_BY_NAME = ("W", "gamma", "beta")


@dataclass(frozen=True)
class Training:
    """How the model is trained: labels one-hot or not, and a method that updates if backward doesn't."""

    one_hot: bool
    update: str = ""


_training: WeakKeyDictionary[Student, Training] = WeakKeyDictionary()
_constructors: WeakKeyDictionary[Student, tuple[Parameter, ...]] = WeakKeyDictionary()


def constructor(student: Student) -> tuple[Parameter, ...]:
    """The parameters of NumpyDenseResMLP()."""
    if student not in _constructors:
        _constructors[student] = describe(student(MODULE).NumpyDenseResMLP).calls.get("", ())
    return _constructors[student]


class Model:
    """A new model with the case's sizes. Its parameters are as it made them, until `give` sets them."""

    def __init__(self, student: Student, case: MLPCase, *, layernorm: bool = True, seed: int | None = None) -> None:
        self.student = student
        self.case = case
        takes = constructor(student)
        values: dict[str, Any] = {INPUT: case.d, HIDDEN: case.h, CLASSES: case.C, RATE: case.rate, SWITCH: layernorm}
        if seed is not None:
            values[SEED] = seed
        if not layernorm and switch_of(takes) is None:
            raise CheckFailed(
                "NumpyDenseResMLP has no parameter that switches LayerNorm off",
                "The starter code has use_layernorm=True in __init__.",
            )
        self.remote = student(MODULE).NumpyDenseResMLP(**made_with(takes, values))
        self.anatomy: Anatomy = describe(self.remote)
        self.places: Parameters = find_parameters(self.anatomy.arrays, case.d, case.h, case.C, norms=layernorm)

    def give(self) -> Model:
        """Set the case's parameters, and those of LayerNorm if it is on."""
        for name in _BY_NAME:
            for k, (paths, value) in enumerate(
                zip(getattr(self.places, name), self.case.parameters[name], strict=False)
            ):
                shaped = self.case.keep(f"{name}{k + 1} row", value[None, :]) if self._is_row(name) else value
                for path in paths:
                    assign(self.remote, path, shaped)
        return self

    def parameters(self) -> Iterator[tuple[str, int, Remote]]:
        """Each parameter's group, its place in it, and where it is now."""
        for name in _BY_NAME:
            for place, paths in enumerate(getattr(self.places, name)):
                yield name, place, follow(self.remote, paths[0])

    def forward(self, X: np.ndarray) -> Remote:
        """The log-probabilities."""
        arguments = arguments_of("forward", self._takes("forward"), {EXAMPLES: X})
        return self.remote.forward(*arguments.values())

    def backward(self, X: np.ndarray, y: np.ndarray, output: Remote, rate: float, training: Training) -> None:
        """One step of SGD after a forward pass."""
        labels = one_hot(y, self.case.C) if training.one_hot else y
        values = {EXAMPLES: X, LABELS: labels, OUTPUT: output, RATE: rate}
        self.remote.backward(**arguments_of("backward", self._takes("backward"), values))
        if training.update:
            takes = self._takes(training.update)
            getattr(self.remote, training.update)(**arguments_of(training.update, takes, values))

    def train(self, X: np.ndarray, y: np.ndarray, rate: float) -> Remote:
        """A forward pass and a step; the log-probabilities before it."""
        training = training_of(self.student)
        output = self.forward(X)
        self.backward(X, y, output, rate, training)
        return output

    def expect_parameters(self, name: str, wanted: list[Expected]) -> None:
        """All parameters of a group are as expected."""
        for group, place, remote in self.parameters():
            if group == name:
                expect_value(remote, wanted[place], row=self._is_row(name))

    def expect_all(self, answer: Any) -> None:
        """All parameters, after a step or several."""
        for name in _BY_NAME:
            if getattr(self.places, name):
                self.expect_parameters(name, getattr(answer, f"{name}_after"))

    def takes_rate(self) -> bool:
        """Whether the rate of a step is given with the step, not in the constructor."""
        training = training_of(self.student)
        calls = [self._takes("backward"), *([self._takes(training.update)] if training.update else [])]
        return any(RATE in _roles(takes) for takes in calls)

    def _is_row(self, name: str) -> bool:
        return self.places.row and name != "W"

    def _takes(self, method: str) -> tuple[Parameter, ...]:
        if method not in self.anatomy.calls:
            raise CheckFailed(f"NumpyDenseResMLP has no {method}()", "The starter code has forward and backward.")
        return self.anatomy.calls[method]


def _roles(takes: tuple[Parameter, ...]) -> set[str]:
    return {role for p in takes if (role := role_of(p.name, CALLED_WITH)) is not None}


def expect_value(remote: Remote, wanted: Expected, *, row: bool = False) -> None:
    """A value (h,) as expected, or (1, h) where the student's parameters are so."""
    if not row:
        expect(remote).to_equal(wanted)
        return

    def verdict(array: np.ndarray) -> None:
        flat = array[0] if array.ndim == 2 and len(array) == 1 else array
        found = compare(flat, wanted).difference
        if found is not None:
            raise CheckFailed.of(repr(remote), found)

    examine(remote, verdict)


def training_of(student: Student) -> Training:
    """How models are trained, tried out once on a small one."""
    if student not in _training:
        _training[student] = _tried(student)
    return _training[student]


def _tried(student: Student) -> Training:
    model = Model(student, PROBE)
    one_hot = takes_one_hot(model._takes("backward")) or False
    try:
        changed = _changes(model, Training(one_hot))
    except StudentError as error:
        if one_hot or error.record.get("type") == "NotImplementedError":
            raise
        model, one_hot = Model(student, PROBE), True
        try:
            changed = _changes(model, Training(one_hot))
        except StudentError:
            raise error from None
    update = "" if changed else next((name for name in model.anatomy.calls if plain(name) in UPDATES), "")
    return Training(one_hot, update)


def _changes(model: Model, training: Training) -> bool:
    """Whether backward() alone changes a weight."""
    output = model.forward(PROBE.X)
    model.backward(PROBE.X, PROBE.y, output, PROBE.rate, training)
    before = {held.path: held.digest for held in model.anatomy.arrays}
    after = {held.path: held.digest for held in describe(model.remote).arrays}
    return any(after.get(path) != before[path] for paths in model.places.W for path in paths)
