"""What finite differences could tell in a check's cases; the report mentions it only if they could tell in none."""

from __future__ import annotations


class Slopes:
    """Keeps a warning, in the check's own, until one of its cases could be told."""

    def __init__(self, warnings: dict[str, str]) -> None:
        self._warnings = warnings
        self._open: list[str] = []
        self._told = False

    def tell(self) -> None:
        """In this case they agree."""
        self._told = True
        for text in self._open:
            self._warnings.pop(text, None)

    def leave_open(self, text: str, discreet: str) -> None:
        """In this case they could not tell."""
        if not self._told:
            self._open.append(text)
            self._warnings[text] = discreet
