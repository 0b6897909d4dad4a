"""Numbers that differ, written so that a reader sees it: with as many digits as that takes."""

from __future__ import annotations

MOST = 17
"""Significant digits with which any two floats of double precision are written differently."""


def apart(one: float, other: float, least: int = 6) -> int:
    """The significant digits with which two numbers are written differently, `least` or more."""
    found = next((digits for digits in range(least, MOST) if f"{one:.{digits}g}" != f"{other:.{digits}g}"), MOST)
    return least if one == other else found


def told_apart(one: float, other: float, least: int = 6) -> tuple[str, str]:
    """Two numbers in as many digits as it takes to see that they aren't the same."""
    digits = apart(one, other, least)
    return f"{one:.{digits}g}", f"{other:.{digits}g}"
