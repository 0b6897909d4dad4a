"""What labels and whole numbers may look like, for inputs of these shapes: forms to be tried, likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graders.probe.request import Labels, Shape

KINDS: tuple[Labels, ...] = ("one-hot", "classes", "binary", "signs")
SIGNS = "signs, -1 and 1"
_SIZES = tuple(range(2, 11))
"""Numbers of classes that are tried for one-hot labels whose length no input tells."""


@dataclass(frozen=True)
class Form:
    """Labels (binary, signs, one-hot, classes) or other whole numbers (ids, lengths, mask) of a shape.

    There are `values` of them: the classes, or what ids are below. Where that is `fixed`, it is said or found out.
    """

    kind: str
    shape: Shape
    values: int = 2
    axis: int = -1
    fixed: bool = False

    @property
    def about(self) -> str:
        """As a reader is told."""
        match self.kind:
            case "one-hot":
                along = "" if self.axis % len(self.shape) == len(self.shape) - 1 else f" along axis {self.axis}"
                return f"one-hot{along}"
            case "classes":
                return f"classes 0 to {self.values - 1}"
            case "binary":
                return "binary, 0 and 1"
            case "signs":
                return SIGNS
            case "lengths":
                return f"1 to {self.values}"
            case "mask":
                return "a mask"
        return f"0 to {self.values - 1}"


def labels(
    shapes: Sequence[Shape], sizes: Sequence[int], batch_axis: int, kind: Labels | None, signed: bool
) -> list[Form]:
    """Forms of labels for inputs of these shapes, the likeliest first; `sizes` are lengths of parameters' axes."""
    found: dict[Form, None] = {}
    for shape in shapes:
        found |= dict.fromkeys(_for(shape, batch_axis))
    if shapes:
        found |= dict.fromkeys(_one_hot_of_sizes(shapes[0], sizes, batch_axis))
    listed = [form for form in found if kind in (None, form.kind)]
    return sorted(listed, key=lambda form: form.kind != "signs") if signed else listed


def of_shape(shape: Shape) -> list[Form]:
    """Forms of labels whose shape is given."""
    found = [Form("one-hot", shape, shape[axis], axis) for axis in (-1, 0)[: len(shape)] if shape[axis] > 1]
    return [*found, Form("binary", shape), Form("classes", shape), Form("signs", shape)]


def _for(shape: Shape, batch_axis: int) -> Iterator[Form]:
    if len(shape) < 2:
        yield from _for_vector(shape)
        return
    for axis in _class_axes(shape, batch_axis):
        rest = shape[:axis] + shape[axis:][1:]
        if shape[axis] > 1:
            yield Form("one-hot", shape, shape[axis], axis)
            yield Form("classes", rest, shape[axis])
        else:
            yield Form("binary", shape)
            yield Form("binary", rest)
            yield Form("classes", rest, 2)
    count = shape[min(batch_axis, len(shape) - 1)]
    row = (1, count) if batch_axis else (count, 1)
    several = dict.fromkeys([shape, (count,), row])
    yield from (Form("binary", one) for one in several)
    yield from (Form("classes", one, max(shape[-1], 2)) for one in dict.fromkeys([(count,), row]))
    yield from (Form("signs", one) for one in several)


def _for_vector(shape: Shape) -> Iterator[Form]:
    """For one number for each sample, or for one sample's classes."""
    yield Form("binary", shape)
    if shape and shape[0] > 1:
        yield Form("one-hot", shape, shape[0], 0)
        yield Form("classes", (), shape[0])
    yield Form("signs", shape)


def _class_axes(shape: Shape, batch_axis: int) -> list[int]:
    """The axes that may run over the classes: the last, or the first where samples are columns, or that of channels."""
    last = len(shape) - 1
    axes = [last, 1] if batch_axis != last else [0]
    return list(dict.fromkeys(axes))


def _one_hot_of_sizes(shape: Shape, sizes: Sequence[int], batch_axis: int) -> Iterator[Form]:
    """One-hot labels of a network, which has its own number of classes."""
    if not shape:
        return
    count = shape[min(batch_axis, len(shape) - 1)]
    for size in dict.fromkeys([*sizes, *_SIZES]):
        if size > 1:
            yield Form("one-hot", (size, count) if batch_axis else (count, size), size, 0 if batch_axis else 1)
    for size in dict.fromkeys(sizes):
        if size == 1:
            yield Form("binary", (1, count) if batch_axis else (count, 1))
