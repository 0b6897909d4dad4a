"""What a student reads: one to three lines about a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graders.gradcheck.digits import apart, told_apart
from graders.gradcheck.result import InputResult, Verdict, WrongEntry

MEANS_LITTLE = 1e-6
"""A tolerance above this is named as the reason why something could not be checked."""

IN_DOUBLE = (
    "\nfloat32 has too few digits for differences near kinks: float64 inputs, if the code accepts them, tell more."
)
"""What would help."""


@dataclass(frozen=True)
class LeftOut:
    """How many outputs a check left out, of how many, and what the function raised beside the inputs, if it did."""

    on_kink: int
    unresolved: int
    outputs: int
    raised: str


NONE_OUT = LeftOut(0, 0, 0, "")


def passed(inputs: Sequence[InputResult], out: LeftOut, forward: int, backward: int) -> str:
    """Say what was certified, and how closely."""
    names = _listing([item.name for item in inputs])
    tolerance = max(item.tolerance for item in inputs)
    plural = "gradients" if len(inputs) > 1 else "gradient"
    text = f"{plural.capitalize()} of {names} certified to a relative {tolerance:.0e}"
    return f"{text} ({forward} forward and {backward} backward evaluations).{_kinked(out)}"


def wrong(item: InputResult, planted: bool = False) -> str:
    """Say which entries are wrong, worst first."""
    where = " where values are nearly tied or nearly on a kink" if planted else ""
    lines = [f"The gradient of {item.name} is wrong{where}: {_extent(item)}"]
    if item.wrong:
        lines.append("At " + "; ".join(_entry(entry) for entry in item.wrong[:3]) + ".")
    if item.ratio is not None and item.wrong_count > 1:
        lines.append(f"All of them are {item.ratio:.{apart(item.ratio, 1.0)}g} times what they should be.")
    if item.guard is not None:
        size, place = item.guard
        lines.append(f"It is right but for {size:.0e} {place}: forward and backward pass should have the same guard.")
    return "\n".join(lines)


def inconclusive(items: Sequence[InputResult], out: LeftOut) -> str:
    """Say what could not be checked, and why."""
    item = min(items, key=lambda item: item.seen)
    why = _why(item, out)
    if len(items) == 1 and item.unseen and item.seen > 0:
        unseen = item.size - round(item.seen * item.size)
        at = ", ".join(str(list(index)) for index in item.unseen[:3])
        more = ", ..." if unseen > 3 else ""
        return (
            f"{unseen} of {item.size} entries of the gradient of {item.name} could not be checked ({at}{more}): {why}"
        )
    plural = "gradients" if len(items) > 1 else "gradient"
    return f"The {plural} of {_listing([item.name for item in items])} could not be checked: {why}"


def _why(item: InputResult, out: LeftOut) -> str:
    if out.raised:
        return f"the function raises {out.raised} too close to these inputs on both sides."
    if out.unresolved or out.on_kink == out.outputs:
        nothing = out.on_kink == out.outputs
        left = "" if nothing else f"\n{out.unresolved} of {out.outputs} outputs were resolved by no step."
        return (
            "no step from these inputs is small enough to stay clear of kinks, of steep curves and of where the "
            f"function isn't finite, and large enough to stand out from rounding errors.{left}"
        )
    if np.isfinite(item.tolerance) and item.tolerance > MEANS_LITTLE:
        return f"its derivative is only known to a relative {item.tolerance:.0e}.{_kinked(out)}"
    return f"what they add to the output is lost in its rounding.{_kinked(out)}"


def _listing(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _kinked(out: LeftOut) -> str:
    if not out.on_kink:
        return ""
    return f"\n{out.on_kink} of {out.outputs} outputs are on a kink; only the range of their slopes was checked."


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
