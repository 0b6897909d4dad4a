"""Report files that are written before student code runs: in them every check without a result has failed."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from pathlib import Path

from graders import UsageError
from graders.cli.files import save
from graders.cli.outputs import Render
from graders.coursework.record import CheckResult, Report
from graders.coursework.whole_file import replaceable
from graders.marking.run import Request, report_of

SECONDS_BETWEEN = 0.5
"""A report is written at most that often while results come."""


class Ledger:
    """Keeps what is known of one marking, and the files that say so: where we are killed, the last ones are left.

    What is not a regular file, a pipe say, is written to once, at the end.
    """

    def __init__(self, request: Request, files: Mapping[Path, Render]) -> None:
        self._request = request
        self._files = files
        self._results: dict[str, CheckResult] = {}
        self._written = 0.0

    def begin(self) -> None:
        """List every check as failed; UsageError if that can't be written."""
        self._write_so_far()

    def add(self, result: CheckResult) -> None:
        """Keep a result. A file that can't be written now may be at the end, when it is said if not."""
        self._results[result.id] = result
        if time.monotonic() - self._written >= SECONDS_BETWEEN:
            with contextlib.suppress(UsageError):
                self._write_so_far()

    def so_far(self) -> Report:
        """What a marking that ends here has found."""
        return report_of(self._request, self._results, {"unfinished": True})

    def _write_so_far(self) -> None:
        files = {file: render for file, render in self._files.items() if replaceable(file)}
        if files:
            report = self.so_far()
            for file, render in files.items():
                save(file, render(report))
        self._written = time.monotonic()
