"""What a student reads: one to three lines about a check."""

from __future__ import annotations

from collections.abc import Sequence

from graders.gradcheck.digits import told_apart
from graders.gradcheck.result import InputResult, Verdict, WrongEntry


def passed(inputs: Sequence[InputResult], unchecked: int, outputs: int, forward: int, backward: int) -> str:
    """Say what was certified, and how closely."""
    names = _listing([item.name for item in inputs])
    tolerance = max(item.tolerance for item in inputs)
    plural = "gradients" if len(inputs) > 1 else "gradient"
    text = f"{plural.capitalize()} of {names} certified to a relative {tolerance:.0e}"
    return f"{text} ({forward} forward and {backward} backward evaluations).{_kinked(unchecked, outputs)}"


def wrong(item: InputResult, planted: bool = False) -> str:
    """Say which entries are wrong, worst first."""
    where = " where values are nearly tied or nearly on a kink" if planted else ""
    lines = [f"The gradient of {item.name} is wrong{where}: {_extent(item)}"]
    if item.wrong:
        lines.append("At " + "; ".join(_entry(entry) for entry in item.wrong[:3]) + ".")
    if item.ratio is not None and item.wrong_count > 1:
        lines.append(f"All of them are {item.ratio:.6g} times what they should be.")
    return "\n".join(lines)


def inconclusive(item: InputResult, unchecked: int, outputs: int) -> str:
    """Say why nothing could be certified."""
    if unchecked == outputs:
        return (
            f"The gradient of {item.name} could not be checked: no step from these inputs is small enough to stay "
            "clear of kinks, and of where the function isn't finite, and large enough to be heard over rounding."
        )
    return (
        f"The gradient of {item.name} could not be checked: its derivative is only known to a relative "
        f"{item.tolerance:.0e}.{_kinked(unchecked, outputs)}"
    )


def _listing(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _kinked(unchecked: int, outputs: int) -> str:
    if not unchecked:
        return ""
    return f"\n{unchecked} of {outputs} outputs are on a kink; only the range of their slopes was checked."


def _extent(item: InputResult) -> str:
    mismatch = f"off by a relative {item.mismatch:.1e}"
    if not item.examined:
        return f"{mismatch}."
    if not item.wrong_count:
        return f"{mismatch}, too little in each entry to say where."
    if item.wrong_count == 1:
        return f"1 of {item.size} entries, {mismatch} in all."
    if item.examined < item.size:
        return f"{item.wrong_count} of {item.examined} entries looked at (it has {item.size}), {mismatch}."
    return f"{item.wrong_count} of {item.size} entries, {mismatch}."


def _entry(entry: WrongEntry) -> str:
    got, expected = told_apart(entry.got, entry.expected)
    return f"{list(entry.index)} got {got}, should be {expected}"


VERDICT_ORDER = (Verdict.WRONG_GRADIENT, Verdict.INCONCLUSIVE, Verdict.PASS)
"""The verdict of a check is the first of these that one of its inputs has."""
