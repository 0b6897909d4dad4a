"""Exceptions from what doesn't belong in a hand-in, and others whose text NumPy and Python word badly for beginners."""

from __future__ import annotations

import re

from graders.sandbox.explained.raised import Raised

_TRUTH = "The truth value of an array with more than one element is ambiguous"


def explained(raised: Raised) -> str:
    """What it comes from; empty where there is nothing to say."""
    if stops(raised):
        return "Take that line out."
    if raised.kind == "IndexError":
        return _index(raised)
    if raised.text.startswith(_TRUTH):
        return "`if`, `and`, `or`, max and min need one truth value: for entries use np.where, np.maximum, `&`, `|`."
    if raised.kind == "RecursionError":
        return f"{raised.place.function} never stops calling itself." if raised.place else ""
    if "Cannot cast ufunc" in raised.text:
        return "The array on the left holds whole numbers: make it of floats, with dtype=float, or write a = a + ..."
    if raised.kind == "ValueError" and "unpack" in raised.text:
        return _unpacking(raised)
    if raised.kind == "ZeroDivisionError":
        return "The divisor is 0 here: is it a count or a size that is set too late?"
    return ""


def stops(raised: Raised) -> str:
    """What waits for someone at a keyboard, or ends the program, named as what it is."""
    part = raised.place.code if raised.place else ""
    if raised.kind == "SystemExit":
        name = next((one for one in ("sys.exit", "exit", "quit") if one in part), "exit")
        return f"{name}() ends the whole program."
    if raised.kind == "BdbQuit":
        return "breakpoint() waits for someone at a keyboard, and nobody is there."
    if raised.kind == "EOFError" and "input" in part:
        return "input() waits for someone at a keyboard, and nobody is there."
    return ""


def _index(raised: Raised) -> str:
    array = next((one for one in raised.values if one.shape), None)
    if match := re.match(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)", raised.text):
        index, axis, size = match.groups()
        owner = f"{array.name} {array.text}" if array else "the array"
        return f"{owner} has {size} entries along axis {axis}, 0 to {int(size) - 1}: there is none at {index}."
    if raised.text.startswith("too many indices"):
        return f"{array.name} has shape {array.text}: fewer axes than indices." if array else ""
    return _of_no_array(raised)


def _of_no_array(raised: Raised) -> str:
    known = [str(one) for one in raised.values[:3]]
    if raised.text.startswith("only integers"):
        key = known[1] if len(known) > 1 else "An index may be anything but that"
        return f"{key}: an index is a whole number, `int(...)` or `//` make one."
    return f"{', '.join(known)}: entries are counted from 0." if known and "out of range" in raised.text else ""


def _unpacking(raised: Raised) -> str:
    known = ", ".join(map(str, raised.values[:2]))
    return f"There are other numbers of names on the left and values on the right{f': {known}' if known else ''}."
