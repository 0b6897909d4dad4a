"""What a component's student code can be asked for, whether it is a pair of functions or an object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from graders.checking.components.calling.layouts import Layout
from graders.checking.components.places import Place
from graders.checking.student import Remote

Values = Mapping[str, np.ndarray]
"""Inputs, parameters and labels by name; None for what is left out."""


class Calls(Protocol):
    """One object of the student's, or a pair of functions, under one check."""

    def forward(self, values: Values) -> Remote:
        """The output for these inputs, parameters and labels; the first one where there are several."""

    def outputs(self) -> dict[str, Remote]:
        """Each output of the last forward by its name."""

    def backward(self, upstream: Values) -> dict[str, Remote]:
        """Each gradient by its input's name, after forward, from upstream gradients by their names."""

    def get(self, name: str) -> Remote:
        """A parameter, or a state, of an object as it is now."""

    def held(self, where: Place) -> Remote:
        """What is there now."""

    def called(self, name: str) -> str:
        """What a parameter, or a state, is called in messages."""

    def set_state(self, state: Values) -> None:
        """Give it running averages and the like."""

    def state(self) -> dict[str, Remote]:
        """What they are now, by name."""

    def evaluate(self, values: Values) -> Remote:
        """The output in evaluation."""

    @property
    def layout(self) -> Layout:
        """How its parameters lie."""
