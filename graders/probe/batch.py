"""Says in words where a gradient differs from the textbook's only by the batch size: a convention, or a mistake."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from graders.gradcheck import InputResult, Verdict
from graders.probe.describing import listing
from graders.probe.request import Request, Shape

CLOSE = 1e-6
Again = Callable[[Request], Sequence[InputResult]]
"""The outcome of the same check for other shapes; nothing where that isn't available."""


def advice(items: Sequence[InputResult], shape: Shape, request: Request, again: Again) -> str:
    """The factor and the option that declares it; empty unless it follows the batch size when that is another."""
    axis = request.batch_axis
    size = shape[axis] if axis < len(shape) else 1
    averaged, undivided = _named(items, 1 / size), _named(items, float(size))
    if size < 2 or not averaged + undivided:
        return ""
    other = again(_resized(request, size))
    averaged = [name for name in averaged if name in _named(other, 1 / (size + 1))]
    undivided = [name for name in undivided if name in _named(other, float(size + 1))]
    lines = [
        _line(averaged, f"1/{size} of", size, axis, "averages over the batch, give --divided-by-batch"),
        _line(undivided, f"{size} times", size, axis, "leaves out a division by it, give --times-batch"),
    ]
    return " ".join(line for line in lines if line)


def _resized(request: Request, size: int) -> Request:
    """The same with one sample more in every input whose axis of samples is that long."""
    axis = request.batch_axis
    inputs = tuple(
        (*shape[:axis], size + 1, *shape[axis + 1 :]) if axis < len(shape) and shape[axis] == size else shape
        for shape in request.inputs
    )
    return replace(request, inputs=inputs)


def _named(items: Sequence[InputResult], factor: float) -> list[str]:
    return [item.name for item in items if _differs_by(item, factor)]


def _line(names: Sequence[str], words: str, size: int, axis: int, advised: str) -> str:
    if not names:
        return ""
    option = f" --batch-axis {axis}" if axis else ""
    slope = f"Each entry of the gradient of {listing(names)} is {words} the slope; {size} is the batch size"
    return f"{slope}: if your homework {advised} {','.join(names)}{option}."


def _differs_by(item: InputResult, factor: float) -> bool:
    ratio = item.ratio if item.ratio is not None or len(item.wrong) != 1 else item.wrong[0].ratio
    return item.verdict is Verdict.WRONG_GRADIENT and ratio is not None and abs(ratio / factor - 1) < CLOSE
