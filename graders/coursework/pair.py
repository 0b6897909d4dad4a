"""Two submissions with similar code: a hint for a person who compares them, not a proof."""

from __future__ import annotations

import msgspec

POINTER = "A pointer, not a proof: homework with short answers forces alike code. Compare the lines before you judge."
"""Stands wherever pairs are shown."""


class Passage(msgspec.Struct, frozen=True):
    """Lines that say the same on both sides, from the first to the last; of a notebook the file names the cell too."""

    first_file: str
    first_lines: tuple[int, int]
    second_file: str
    second_lines: tuple[int, int]


class Pair(msgspec.Struct, frozen=True):
    """Two submissions by name, of each the share of its fingerprints (0 to 1) that the other has, longest passages."""

    first: str
    second: str
    first_share: float
    second_share: float
    passages: list[Passage]

    @property
    def share(self) -> float:
        """The larger share: who copies a part has all of it, whatever else they wrote."""
        return max(self.first_share, self.second_share)
