"""Watches a folder as the options of `gradmark watch` say, and writes its files; showing it is done elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from graders import UsageError
from graders.cli import INTERRUPTED
from graders.cli.files import must_be_instructors, must_be_writable, must_differ, save
from graders.cli.marking_options import WatchOptions
from graders.cli.options import names, processes
from graders.cli.recordings import with_recordings
from graders.coursework.clean import encoded
from graders.coursework.finding import opened
from graders.coursework.flags import read_flags
from graders.coursework.record import Report
from graders.coursework.selection import select
from graders.coursework.submission import find_homework
from graders.marking.run import Request, report_of
from graders.marking.watching.folder import Folder
from graders.marking.watching.loop import Show, Watching
from graders.reports.watched import Seen, breaks
from graders.sandbox.isolation.choice import Isolation

_LATER = "files were saved after this was marked"


@dataclass(frozen=True)
class Files:
    """Where the last report is: as a page, and as JSON."""

    html: Path | None
    json: Path | None

    @property
    def paths(self) -> list[Path]:
        """Those that were asked for."""
        return [path for path in (self.html, self.json) if path is not None]

    def check(self, *read: Path | None) -> None:
        """UsageError where one can't be written, or is to be read as well."""
        for path in self.paths:
            must_be_writable(path)
        must_differ(self.paths, [path for path in read if path is not None])

    def write(self, report: Report) -> None:
        """Write it, each file whole; the page looks for the next one."""
        if self.html is not None:
            from graders.reports.html.student import reloading

            save(self.html, reloading(report))
        self._write_json(report)

    def write_last(self, report: Report) -> None:
        """The same, once nothing more will come."""
        if self.html is not None:
            from graders.reports.html.student import student

            save(self.html, student(report))
        self._write_json(report)

    def _write_json(self, report: Report) -> None:
        if self.json is not None:
            save(self.json, encoded(report))


class Writing:
    """Shows what it is told, and writes the files before that."""

    def __init__(self, show: Show, files: Files) -> None:
        self._show = show
        self._files = files
        self.begins = show.begins
        self.goes_on = show.goes_on
        self.says = show.says
        self.glimpses = show.glimpses

    def breaks(self, broken: Mapping[str, str], seen: Seen | None) -> None:
        """The report that stays says that it is of other files."""
        self._show.breaks(broken, seen)
        if seen is not None:
            self._files.write(warning(seen.report, breaks(broken)))

    def shows(self, seen: Seen) -> None:
        """The report as it is now."""
        self._files.write(warning(seen.report, breaks(seen.broken) if seen.held else []))
        self._show.shows(seen)


@dataclass(frozen=True)
class Watch:
    """Watches one folder with these options."""

    options: WatchOptions
    isolation: Isolation

    @property
    def files(self) -> Files:
        """Where reports go."""
        return Files(self.options.html, self.options.json)

    def check(self) -> None:
        """UsageError for options that can't be used, before anything is marked."""
        options = self.options
        self.files.check(options.flags)
        must_be_instructors(options.keys, options.data)

    def run(self, target: Path, show: Show) -> int:
        """Until Ctrl-C; the exit status. UsageError where the folder can't be watched, or not any longer."""
        if not target.is_dir():
            raise UsageError(f"there is no folder {target}: give the folder that you work in")
        with opened(target, self.options.homework) as submission:
            request = self._request(submission, target)
            flags = [self.options.flags] if self.options.flags else []
            folder = Folder(submission, self.files.paths, flags)
            _ = self._switched_off(request)
            watching = Watching(request, folder, Writing(show, self.files), lambda: self._switched_off(request))
            self.files.write(report_of(request, {}, {"unfinished": True}))
            try:
                watching.run()
            except KeyboardInterrupt:
                return self._end(request, watching)

    def _request(self, submission: Path, target: Path) -> Request:
        options = self.options
        homework = find_homework(submission, options.homework, str(target)).with_keys(options.keys)
        request = Request(
            submission=submission,
            homework=homework,
            selection=select(homework, names(options.only), {}),
            profile=options.profile,
            seed=options.seed,
            processes=processes(options.n),
            keys=options.keys,
            data=options.data,
            name=str(target),
            isolation=self.isolation,
            look=False,  # that takes longer than the marks; gradmark grade does it
        )
        if not request.checks:
            raise UsageError("there is nothing to mark here: a person marks it")
        return with_recordings(request, None, quiet=False) if options.recordings else request

    def _switched_off(self, request: Request) -> Mapping[str, str]:
        """By the flags as they are now."""
        flags = read_flags(self.options.flags) if self.options.flags else {}
        return select(request.homework, names(self.options.only), flags).switched_off

    def _end(self, request: Request, watching: Watching) -> int:
        """Write the last report; its exit status, or that of a marking that was stopped."""
        state = watching.state
        report = state.report
        if report is None:
            self.files.write_last(report_of(request, state.results, {"unfinished": True}))
            return INTERRUPTED
        if state.is_current:
            self.files.write_last(report)
            return report.exit_status
        self.files.write_last(warning(report, breaks(state.broken) or [_LATER]))
        return INTERRUPTED


def warning(report: Report, lines: list[str]) -> Report:
    """The report, which warns of these besides."""
    if not lines:
        return report
    warnings = [*report.environment.get("warnings", ()), *lines]
    return msgspec.structs.replace(report, environment=report.environment | {"warnings": warnings})
