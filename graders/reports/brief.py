"""Cuts what is said about a check down to what a tired student reads."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from graders.reports.wording import Line

MAX_LINES = 14
"""Of what is said about one check under the line with its title; the rest is for --verbose."""
WIDTH = 110
SHARE = {"": 8, "perhaps": 2, "where": 2, "look at": 4, "try": 2, "printed": 2}
"""Lines that each part may take; one, if nothing is said."""
WHOLE = ("script", "again")
"""What a student copies isn't cut."""


def brief(lines: Iterator[Line], width: int = WIDTH) -> list[Line]:
    """As much of them as a tired student reads: MAX_LINES in all, each cut to its share; the last always stays."""
    cut = [(label, text if label in WHOLE else _folded(text, width, SHARE.get(label, 1))) for label, text in lines]
    room = MAX_LINES - sum(_height(text) for _, text in cut[-1:])
    kept = []
    for label, text in cut[:-1]:
        room -= _height(text)
        if room >= 0:
            kept.append((label, text))
    return [*kept, *cut[-1:]]


def _folded(text: str, width: int, most: int) -> str:
    wrapped = [part for line in text.splitlines() for part in textwrap.wrap(line, width) or [""]] or [""]
    if len(wrapped) <= most:
        return "\n".join(wrapped)
    last = wrapped[most - 1]
    return "\n".join([*wrapped[: most - 1], f"{last[: width - 4]} ..."])


def _height(text: str) -> int:
    return text.count("\n") + 1
