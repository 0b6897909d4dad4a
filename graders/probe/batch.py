"""Says in words where a gradient differs from the textbook's only by the batch size: a convention, or a mistake."""

from __future__ import annotations

from collections.abc import Sequence

from graders.gradcheck import InputResult, Verdict

CLOSE = 1e-6


def advice(items: Sequence[InputResult], shape: tuple[int, ...]) -> str:
    """The factor and the option that declares it; empty where nothing differs by just the length of an axis."""
    for axis, size in enumerate(shape[:2]):
        lines = [_averaged(items, size, axis), _undivided(items, size, axis)] if size > 1 else []
        if any(lines):
            return " ".join(line for line in lines if line)
    return ""


def _averaged(items: Sequence[InputResult], size: int, axis: int) -> str:
    names = [item.name for item in items if _differs_by(item, 1 / size)]
    if not names:
        return ""
    return _line(names, f"1/{size} of", size, axis, "averages over the batch, give --divided-by-batch")


def _undivided(items: Sequence[InputResult], size: int, axis: int) -> str:
    names = [item.name for item in items if _differs_by(item, float(size))]
    if not names:
        return ""
    return _line(names, f"{size} times", size, axis, "leaves out a division by it, give --times-batch")


def _line(names: Sequence[str], words: str, size: int, axis: int, advised: str) -> str:
    option = f" --batch-axis {axis}" if axis else ""
    what = "the batch size if samples are columns" if axis else "the batch size"
    slope = f"Each entry of the gradient of {_listing(names)} is {words} the slope; {size} is {what}"
    return f"{slope}: if your homework {advised} {','.join(names)}{option}."


def _differs_by(item: InputResult, factor: float) -> bool:
    ratio = item.ratio if item.ratio is not None or len(item.wrong) != 1 else item.wrong[0].ratio
    return item.verdict is Verdict.WRONG_GRADIENT and ratio is not None and abs(ratio / factor - 1) < CLOSE


def _listing(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
