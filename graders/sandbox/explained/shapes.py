"""Shapes that don't go together: which operation they would go with, and which axis it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest
from typing import NamedTuple

from graders.sandbox.explained.raised import Raised, Shape, shown

MOST = 2
"""Ways to multiply that are named."""
_SYMBOLS = re.compile(r"(?<![*@+\-/<>=!])(\*\*|//|[*@+\-/])=?(?![*@+\-/])")


class Pair(NamedTuple):
    """Two operands: as they are written, and their shapes."""

    left: str
    right: str
    a: Shape
    b: Shape


def explained(raised: Raised) -> str:
    """What to write where shapes don't fit; empty where there is nothing to say."""
    text = raised.text
    if text.startswith("operands could not be broadcast"):
        return _of_entries(raised)
    if "mismatch in its core dimension" in text or "not aligned" in text:
        return _of_products(raised)
    if "does not have enough dimensions" in text:
        return _of_numbers(raised)
    return _of_sizes(raised)


def pair(raised: Raised) -> Pair | None:
    """The two operands, from the line if it has two with shapes, else from the exception's text."""
    known = [(one.name, one.shape) for one in raised.values if one.shape is not None]
    sides = _sides(raised.part)
    if len(known) == 1 and sides == (known[0][0], known[0][0]):
        known *= 2
    if len(known) == 2:
        (left, a), (right, b) = known
        return Pair(left, right, a, b)
    return Pair(*sides, *raised.shapes) if len(raised.shapes) == 2 else None


def _sides(part: str) -> tuple[str, str]:
    symbols = list(_SYMBOLS.finditer(part))
    if len(symbols) == 1:
        (found,) = symbols
        return part[: found.start()].strip() or "a", part[found.end() :].strip() or "b"
    return "a", "b"


def _of_entries(raised: Raised) -> str:
    found = pair(raised)
    if found is None:
        return ""
    a, b = found.a, found.b
    operator = symbol(raised.part)
    both = f"{found.left} {shown(a)} and {found.right} {shown(b)}"
    if operator == "*" and len(a) == len(b) == 2 and a[1] == b[0]:
        return f"`*` multiplies entry by entry; {both} fit the matrix product: {found.left} @ {found.right}."
    if lost := _lost_axis(found):
        return lost
    if a == b[::-1] and len(a) == 2:
        return f"{both}: one of them is transposed, {found.right}.T has shape {shown(a)}."
    if len(a) == len(b) == 2 and a[0] == b[0]:
        return f"{both} have as many rows but other columns: is one of them another layer's, or another variable?"
    return f"{both} don't fit entry by entry: {_differing(found)}."


def symbol(part: str) -> str:
    """The one operator of an expression; empty where it has several, or none."""
    found = {match.group(1) for match in _SYMBOLS.finditer(part)}
    return found.pop() if len(found) == 1 else ""


def _lost_axis(found: Pair) -> str:
    """Where one of the two has one axis less, which it would need at size 1."""
    (less, small), (more, large) = sorted(
        [(found.left, found.a), (found.right, found.b)], key=lambda side: len(side[1])
    )
    if len(large) != len(small) + 1 or not small:
        return ""
    for axis in range(len(large)):
        if (*large[:axis], *large[axis + 1 :]) == small:
            index = ", ".join("None" if place == axis else ":" for place in range(len(large)))
            return (
                f"{less} {shown(small)} has lost axis {axis} of {more} {shown(large)}: with keepdims=True where it is "
                f"summed or averaged it keeps it, or write {less}[{index}]."
            )
    return ""


def _differing(found: Pair) -> str:
    for place, (one, other) in enumerate(zip_longest(reversed(found.a), reversed(found.b)), 1):
        if one is not None and other is not None and one != other and 1 not in (one, other):
            axis = "last axis" if place == 1 else f"axis {place} from the end"
            return f"the {axis} is {one} in one, {other} in the other"
    return "their axes differ"


def _of_products(raised: Raised) -> str:
    found = pair(raised)
    if found is None or not found.a or not found.b:
        return _of_lengths(raised)
    inner = (
        f"`@` sums over the last axis of {found.left} {shown(found.a)} and the first of {found.right} {shown(found.b)}"
    )
    if len(found.b) > 2:
        inner = f"`@` sums over the last axis of {found.left} {shown(found.a)} and the last but one of {shown(found.b)}"
    ways = list(products(found))
    if found.a == found.b:
        told = f"`*` multiplies entry by entry, and their shapes are equal{_or(ways)}"
    elif ways:
        told = f"what would fit: {_listed(ways)}"
    else:
        told = f"transposing doesn't help either: is one of them the wrong variable{_entrywise(found)}?"
    return f"{inner}, which differ; {told}{'' if told.endswith('?') else '.'}"


def _of_lengths(raised: Raised) -> str:
    """Where only the two lengths are known."""
    match = re.search(r"size (\d+) is different from (\d+)", raised.text)
    if match is None:
        return ""
    return (
        f"`@` sums over the last axis of the left, which has length {match.group(2)} here, and the first of the right, "
        f"which has {match.group(1)}: should one of them be transposed (.T), or did you mean `*`?"
    )


def _entrywise(found: Pair) -> str:
    fits = all(1 in (one, other) or one == other for one, other in zip(found.a[::-1], found.b[::-1], strict=False))
    return ", or did you mean `*`, which they fit" if fits else ""


def _or(ways: list[str]) -> str:
    return f"; as matrices {_listed(ways)} would fit" if ways else ""


def products(found: Pair) -> Iterator[str]:
    """The ways in which two matrices can be multiplied, each with the shape that comes."""
    if len(found.a) != 2 or len(found.b) != 2:
        return
    left, right, a, b = found
    left, right = _bracketed(left), _bracketed(right)
    turned = [(f"{left}", a), (turn(left), a[::-1])], [(f"{right}", b), (turn(right), b[::-1])]
    for one, other in (turned, turned[::-1]):
        for name, shape in one:
            for named, shaped in other:
                if shape[1] == shaped[0]:
                    yield f"{name} @ {named} {shown((shape[0], shaped[1]))}"


def turn(name: str) -> str:
    """The transpose of what is written so."""
    return name.removesuffix(".T") if name.endswith(".T") else f"{name}.T"


def _bracketed(name: str) -> str:
    return name if re.fullmatch(r"[\w.\[\]'\"()]+", name) else f"({name})"


def _listed(ways: list[str]) -> str:
    return " or ".join(ways[:MOST])


def _of_numbers(raised: Raised) -> str:
    number = next((one for one in raised.values if one.shape == ()), None)
    who = f"{number.name} is a number" if number else "one of the two is a number"
    return f"`@` is for arrays with axes, and {who}: multiply by it with `*`."


def _of_sizes(raised: Raised) -> str:
    text = raised.text
    if match := re.match(r"axis (-?\d+) is out of bounds for array of dimension (\d+)", text):
        axis, count = match.groups()
        owner = next((f"{one.name} {one.text}" for one in raised.values if one.shape is not None), "the array")
        return f"{owner} has {count} {'axis' if count == '1' else 'axes'}, counted from 0: there is no axis {axis}."
    if match := re.match(r"cannot reshape array of size (\d+) into shape \(([\d,\s]+)\)", text):
        size, shape = match.groups()
        return f"The array has {size} entries, which shape ({shape.strip()}) doesn't hold."
    if text.startswith("non-broadcastable output operand"):
        return "`+=` and the like write into the array on their left, whose shape stays: write `a = a + ...` instead."
    if text.startswith("setting an array element with a sequence"):
        return "What is put there is an array, or rows of unequal lengths, where one number belongs."
    if "input array from shape" in text and len(raised.shapes) == 2:
        source, target = raised.shapes
        return f"What is assigned has shape {shown(source)}, the place has {shown(target)}."
    return ""
