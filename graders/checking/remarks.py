"""What a check says about a submission that costs nothing: warnings, each with what may be said where values hide."""

from __future__ import annotations

from graders.checking.guards import Guards


class Remarks:
    """Those of one check; the guards that it has seen put theirs in."""

    def __init__(self) -> None:
        self.warnings: dict[str, str] = {}
        """Each warning's text, with what may be said about it where the rubric hides what was expected."""
        self.guards = Guards(self.warnings)

    def warn(self, text: str, *, discreet: str = "") -> None:
        """Put a line into the report that costs nothing; `discreet` says the same without any value expected."""
        self.warnings[text] = discreet
