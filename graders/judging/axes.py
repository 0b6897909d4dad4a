"""Which axis it is where a shape is wrong: sizes of a case never coincide, so a length tells what it is of."""

from __future__ import annotations

from collections.abc import Mapping

Shape = tuple[int, ...]


def said_of_axes(got: Shape, expected: Shape, sizes: Mapping[str, object]) -> str:
    """What is wrong with a shape, by the names of the case's sizes; empty where that can't be told."""
    if got != expected and got == tuple(length for length in expected if length != 1):
        return "It lacks the axis of length 1: a sum or a mean keeps it with keepdims=True."
    if got == expected[::-1]:
        return "It is turned: its transpose (.T) has the right shape."
    if len(got) != len(expected):
        return ""
    names = {size: name for name, size in sizes.items() if type(size) is int and size > 1 and name != "seed"}
    wrong = [(came, should) for came, should in zip(got, expected, strict=True) if came != should]
    if len(wrong) != 1 or not {*wrong[0]} <= names.keys():
        return ""
    came, should = wrong[0]
    return f"{came} is {names[came]} where {names[should]}, {should}, belongs: is it summed over the wrong axis?"
