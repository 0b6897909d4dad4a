"""Which axis is wrong in a shape: sizes of a case never coincide, so a length tells what it counts."""

from __future__ import annotations

from collections.abc import Mapping

Shape = tuple[int, ...]


def said_of_axes(got: Shape, expected: Shape, sizes: Mapping[str, object]) -> str:
    """What is wrong with a shape, by the names of the case's sizes; empty where that can't be told."""
    if got != expected and got == tuple(length for length in expected if length != 1):
        return "It lacks the axis of length 1: a sum or a mean keeps it with keepdims=True."
    if got == expected[::-1]:
        return "It is transposed: its .T has the right shape."
    if not got and expected:
        return "It is a single number: without axis= a sum or a mean goes over everything."
    got, expected = _paired(got, expected)
    names = {size: name for name, size in sizes.items() if type(size) is int and size > 1 and name != "seed"}
    wrong = [(came, should) for came, should in zip(got, expected, strict=False) if came != should]
    if len(got) != len(expected) or len(wrong) != 1 or not {*wrong[0]} <= names.keys():
        return ""
    came, should = wrong[0]
    return f"{came} is {names[came]} where {names[should]}, {should}, belongs: is it summed over the wrong axis?"


def _paired(got: Shape, expected: Shape) -> tuple[Shape, Shape]:
    """Both, of which each length is compared with the other's; without those of 1 where these stand elsewhere."""
    ones = [[axis for axis, length in enumerate(shape) if length == 1] for shape in (got, expected)]
    if ones[0] == ones[1]:
        return got, expected
    return tuple(length for length in got if length != 1), tuple(length for length in expected if length != 1)
