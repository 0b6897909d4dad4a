"""Marks mutants and variants in forks of one process that has imported torch once.

Failing cases are hardly made smaller: that takes most of the time of a wrong submission, and changes no verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import msgspec

from graders.coursework.record import Report
from graders.marking.warm.job import Job
from graders.marking.warm.process import WarmProcess

SECONDS = 1200
"""Wall clock after which marking one submission is given up."""

SHRINKS = 2
"""Attempts to make a failing case smaller where mistakes are explained."""


class Marker:
    """The process that marks, seen from another: `marker.mark(folder, "ai702")` gives the report."""

    def __init__(self, *, prerecords: bool = True, recorded: str = "") -> None:
        """Checks are recorded in advance as in a class, repeated from a folder with recordings, or run as if alone."""
        self._process = WarmProcess()
        self._prerecords, self._recorded = prerecords, recorded

    def mark(
        self,
        folder: Path,
        homework: str,
        only: Sequence[str] = (),
        profile: str = "grading",
        *,
        explain: bool = False,
    ) -> Report:
        """Mark a submission: these sections or checks, or all; RuntimeError if that ends without a report.

        Mistakes are looked for only where they are to be explained: that takes further cases.
        """
        shrinks = SHRINKS if explain else 0
        job = Job(
            path=str(folder),
            homework=homework,
            only=tuple(only),
            profile=profile,
            seconds=SECONDS,
            shrinks=shrinks,
            prerecords=self._prerecords,
            recorded=self._recorded,
        )
        answer = self._process.mark(job)
        if not answer.report:
            raise RuntimeError(f"marking {folder}: {answer.unusable or answer.fault}")
        return msgspec.json.decode(answer.report, type=Report)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.close()
