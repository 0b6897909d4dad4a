"""Says in words where a gradient differs from the textbook's only by the batch size: a convention, or a mistake."""

from __future__ import annotations

from collections.abc import Sequence

from graders.gradcheck import InputResult, Verdict

CLOSE = 1e-6


def advice(items: Sequence[InputResult], size: int) -> str:
    """The factor and the option that declares it; empty where nothing differs by just that."""
    if size < 2:
        return ""
    lines = [_line(items, 1 / size, f"1/{size} of", size, "averages over the batch", "--divided-by-batch")]
    lines.append(_line(items, float(size), f"{size} times", size, "leaves out a division by it", "--times-batch"))
    return " ".join(line for line in lines if line)


def _line(items: Sequence[InputResult], factor: float, words: str, size: int, habit: str, option: str) -> str:
    names = [item.name for item in items if _differs_by(item, factor)]
    if not names:
        return ""
    whose = f"Each entry of the gradient of {_listing(names)} is {words} the slope"
    return f"{whose}; {size} is the batch size: if your homework {habit}, give {option} {','.join(names)}."


def _differs_by(item: InputResult, factor: float) -> bool:
    ratio = item.ratio if item.ratio is not None or len(item.wrong) != 1 else item.wrong[0].ratio
    return item.verdict is Verdict.WRONG_GRADIENT and ratio is not None and abs(ratio / factor - 1) < CLOSE


def _listing(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
