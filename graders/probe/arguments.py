"""Which array is given for which argument of the forward pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graders.probe.drawing import Array, Drawing
from graders.probe.forms import Form
from graders.probe.request import Shape

INPUT, PARAMETER, LABELS, WHOLE, CONSTANT = "input", "parameter", "labels", "whole", "constant"
CONTEXT = "context"
POSITIVE = "between 0.1 and 0.9"


@dataclass(frozen=True)
class Argument:
    """One argument of forward: an `input`, a `parameter` (of a function), `labels`, `whole` numbers, or a `constant`.

    One that is `part_of` a list, or of a dict under its `key`, goes into it, with its neighbours.
    """

    name: str
    kind: str
    value: object
    by_name: bool = False
    about: str = ""
    part_of: str = ""
    key: str = ""
    form: Form | None = None

    @property
    def array(self) -> Array:
        """Its value, if it is no constant."""
        assert isinstance(self.value, np.ndarray)
        return self.value

    @property
    def is_checked(self) -> bool:
        """Whether it could have a gradient."""
        return self.kind in (INPUT, PARAMETER)


@dataclass(frozen=True)
class Slot:
    """An argument without its value: what `kind` it is, the shape to draw, or the value of a constant."""

    name: str
    kind: str
    by_name: bool
    shape: Shape = ()
    constant: object = None
    part_of: str = ""
    key: str = ""
    below: int | None = None


@dataclass(frozen=True)
class Plan:
    """The arguments, still without values; where they are a guess, `doubt` is what is said if it comes to nothing."""

    slots: tuple[Slot, ...]
    doubt: str = ""

    @property
    def labels(self) -> str:
        """Which of them the labels are, if any."""
        return next((slot.name for slot in self.slots if slot.kind == LABELS), "")

    def of(self, *kinds: str) -> list[Slot]:
        """Those of these kinds."""
        return [slot for slot in self.slots if slot.kind in kinds]

    def turned(self, names: Sequence[str], kind: str) -> Plan:
        """The same with these arguments of another kind."""
        return replace(self, slots=tuple(replace(one, kind=kind) if one.name in names else one for one in self.slots))

    def draw(self, drawing: Drawing, forms: Mapping[str, Form], *, positive: bool = False) -> tuple[Argument, ...]:
        """Values for all of them; labels and whole numbers in these forms."""
        return tuple(_drawn(slot, drawing, forms, positive) for slot in self.slots)


def _drawn(slot: Slot, drawing: Drawing, forms: Mapping[str, Form], positive: bool) -> Argument:
    name, kind = slot.name, slot.kind
    if kind in (CONSTANT, CONTEXT):
        return Argument(name, kind, slot.constant, slot.by_name)
    if kind in (LABELS, WHOLE):
        form = forms[name]
        return Argument(name, kind, drawing.form(form), slot.by_name, form.about, slot.part_of, slot.key, form)
    bounded = positive and kind == INPUT
    value = drawing.parameter(slot.shape) if kind == PARAMETER else drawing.input(slot.shape, positive=positive)
    return Argument(name, kind, value, slot.by_name, POSITIVE if bounded else "", slot.part_of, slot.key)


def written(arguments: Sequence[Argument]) -> str:
    """The call's arguments as a message shows them."""
    shown: dict[str, None] = {}
    for a in arguments:
        name = a.part_of or a.name
        shown[f"{name}={name}" if a.by_name else name] = None
    return ", ".join(shown)


def shapes_of(arguments: Sequence[Argument]) -> str:
    """`A is (5, 3), Y is (5,)`."""
    arrays = [a for a in arguments if isinstance(a.value, np.ndarray)]
    return ", ".join(f"{a.name} is {a.array.shape}" for a in arrays)
