"""Watches a folder: hears of saves, has helpers read and mark, and tells the outcome."""

from __future__ import annotations

import select
from collections.abc import Callable, Mapping
from typing import NoReturn, Protocol

from graders import UsageError
from graders.coursework.record import Report
from graders.marking.run import Request, missing, report_of
from graders.marking.watching.folder import Files, Folder, changed
from graders.marking.watching.helpers import Helpers
from graders.marking.watching.interrupts import Interrupts
from graders.marking.watching.messages import (
    Came,
    Failed,
    Glimpsed,
    Mark,
    Marked,
    News,
    Reach,
    Reached,
    Read,
    Ready,
    Sources,
)
from graders.marking.watching.notices import Notices
from graders.marking.watching.source import KINDS
from graders.marking.watching.state import State
from graders.reports.watched import Seen

LOOK_SECONDS = 1.0
"""After so long without a word from the system the folder is looked at all the same."""


class Show(Protocol):
    """Shows it to whoever watches."""

    def begins(self, checks: int) -> None:
        """So many checks are being marked."""

    def goes_on(self) -> None:
        """One of them has ended."""

    def says(self, line: str) -> None:
        """The files as they are can't be marked."""

    def breaks(self, broken: Mapping[str, str], seen: Seen | None) -> None:
        """Files were saved that don't compile, each with its line and the reason; results stay as they were."""

    def glimpses(self, seen: Seen) -> None:
        """Marks are known, but for what is waited for, and reasons are being looked for."""

    def shows(self, seen: Seen) -> None:
        """A marking has ended; its marks are those that were glimpsed, if there was time for that."""


class Watching:
    """Watches one folder until it goes away, which is a UsageError; `folder` is that of the request's submission.

    `switched_off` tells which checks flags switch off now, each with its flag; UsageError where that can't be read.
    """

    def __init__(
        self, request: Request, folder: Folder, show: Show, switched_off: Callable[[], Mapping[str, str]] = dict
    ) -> None:
        self._request = request
        self._show = show
        self._folder = folder
        self._switched_off = switched_off
        self.state = State(request.homework, request.checks)
        self._files: Files = {}
        self._pending: set[str] = set()
        """Files that were changed, and not yet read again."""
        self._saved: set[str] = set()
        """Those since something was shown."""
        self._asked: list[str] = []
        self._marked: set[str] = set()
        self._tried: set[str] = set()
        """Checks that aren't as they were recorded, in the files as they are."""

    def run(self) -> NoReturn:
        """Mark what is there, and again whatever is saved; KeyboardInterrupt at Ctrl-C."""
        _ = self._folder.identity
        with Interrupts() as interrupts, Helpers(self._request) as helpers:
            self._helpers = helpers
            while True:
                self._watch(interrupts)

    def _watch(self, interrupts: Interrupts) -> None:
        """Until another folder stands in this one's place."""
        identity = self._folder.identity
        with Notices(self._folder.path) as notices:
            self._look()
            while self._folder.identity == identity:
                pipes = [interrupts.pipe, notices.pipe, *self._helpers.pipes]
                ready = select.select(pipes, [], [], LOOK_SECONDS)[0]
                if interrupts.pipe in ready:
                    raise KeyboardInterrupt
                if notices.pipe in ready or not ready:
                    notices.clear()
                    self._look()
                for news in self._helpers.news(ready):
                    self._hear(news)

    def _look(self) -> None:
        """See what was saved; what is being marked is left off for that."""
        files = self._folder.files()
        names = changed(self._files, files)
        if not names:
            return
        self._files = files
        self._pending |= names
        self._saved |= names
        self._tried.clear()
        python = [name for name in sorted(self._pending) if name in files and name.endswith(KINDS)]
        self._helpers.ask(lambda number: Read(number, python))

    def _hear(self, news: News) -> None:
        match news:
            case Sources():
                self._read(news)
            case Came():
                self._marked.add(news.result.id)
                self.state.came(news.result)
                self._show.goes_on()
            case Glimpsed():
                self._show.glimpses(self._seen_of(news.report, frozenset(news.left)))
            case Marked():
                self._end(news)
            case Reached():
                self.state.know(news.by_check)
            case Failed():
                self._fail(news)
            case Ready() if not self._helpers.is_busy and self.state.wanted:
                self._mark()

    def _read(self, found: Sources) -> None:
        names, self._pending = self._pending, set()
        self.state.saw(names, found, self._files)
        try:
            self.state.switch(self._switched_off())
        except UsageError as error:
            self._show.says(f"{error}: checks are switched off as before")
        broken = {name: why for name, why in self.state.broken.items() if name in names}
        if broken:
            self._show.breaks(broken, self._seen())
        self._mark(begins=True)

    def _mark(self, *, begins: bool = False) -> None:
        """Have marked what is to be marked, as far as that can be done now."""
        wanted = self.state.wanted
        if begins and wanted:
            self._show.begins(len(wanted))
        elif not wanted:
            self._saved.clear()
            return
        if not self._helpers.can_run_checks:
            wanted = [check for check in wanted if check not in self._tried]
        if wanted:
            self._asked = wanted
            kept, off = self.state.kept(wanted), dict(self.state.switched_off)
            self._helpers.ask(lambda number: Mark(number, wanted, kept, off))

    def _end(self, marked: Marked) -> None:
        first = self.state.report is None
        self.state.marked(self._asked, marked)
        self._tried.update(marked.left)
        if not marked.left:
            self._shows(marked.report)
        elif first:
            self._show.glimpses(self._seen_of(marked.report, frozenset(marked.left)))
        if marked.left and self._helpers.can_run_checks:
            self._mark()

    def _shows(self, report: Report) -> None:
        self._show.shows(self._seen_of(report))
        self.state.shown = report
        self._saved.clear()
        self._marked.clear()
        if self.state.reaches is None:
            self._helpers.ask(Reach)

    def _seen_of(self, report: Report, waiting: frozenset[str] = frozenset()) -> Seen:
        return Seen(
            report,
            sorted(self._saved),
            len(self._marked.union(self._asked)),
            changes=self.state.changes(report, waiting),
            waiting=waiting,
            held=frozenset(self.state.held),
            broken=self.state.broken,
        )

    def _seen(self) -> Seen | None:
        """What was shown last, with what is held now."""
        report = self.state.report
        if report is None:
            return None
        held = frozenset(self.state.held)
        return Seen(report, sorted(self._saved), 0, held=held, broken=self.state.broken)

    def _fail(self, failed: Failed) -> None:
        if not failed.fault:
            self._show.says(failed.why)
        elif self._pending:
            raise RuntimeError(failed.why)  # nothing of the submission has run yet
        else:
            self._give_up(failed.why)

    def _give_up(self, why: str) -> None:
        """The checks that were asked for have no result, and that is our fault."""
        asked = [check for check in self._asked if check in self.state.stale]
        lost = missing(self._request, {result.id: result for result in self.state.kept(asked)}, [why])
        results = {**self.state.results, **lost}
        report = report_of(self._request, results, {})
        self.state.marked(self._asked, Marked(0, report, list(results.values()), []))
        self._shows(report)
