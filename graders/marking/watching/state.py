"""What is known of a folder that is watched: its files, the results of its checks, and which of these still hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec

from graders.coursework.packs.pack import Homework
from graders.coursework.record import CheckResult, Report, loses
from graders.marking.watching.folder import Files
from graders.marking.watching.imports import Imports
from graders.marking.watching.messages import Marked, Names, Sources
from graders.marking.watching.reach import Reaches
from graders.marking.watching.source import Source, joined
from graders.reports.news import Changes


@dataclass
class State:
    """The state of one folder. A check is `stale` whose result may be another one now; flags switch some off."""

    homework: Homework
    checks: Sequence[str]
    switched_off: Mapping[str, str] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    results: dict[str, CheckResult] = field(default_factory=dict)
    stale: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    """Those of them whose results stay as they were, for what they hang on doesn't compile."""
    report: Report | None = None
    """The last one that was whole."""
    reaches: Reaches | None = None
    shown: Report | None = None
    """The last one that was shown whole."""

    def know(self, by_check: Mapping[str, Names | None]) -> None:
        """From now on less is marked again: this is what checks ask for."""
        self.reaches = Reaches(self.homework, by_check)

    def saw(self, names: set[str], found: Sources, files: Files) -> None:
        """These files were changed; the files that there are now, and what those of them are that are Python's."""
        before, after = self.sources, {name: source for name, source in self.sources.items() if name not in names}
        after |= {name: _as_before(before.get(name), source) for name, source in found.found.items()}
        known = found.in_place and all(_is_alike(before.get(name), after.get(name)) for name in names)
        both = after | {name: joined(before[name], after[name]) for name in names if known}
        self.sources = {name: source for name, source in after.items() if name in files}
        self.stale |= self._touched(names, both) if known else set(self.checks)
        self.held = self._hanging_on_broken() & self.stale & self.results.keys()

    def switch(self, off: Mapping[str, str]) -> None:
        """These checks are switched off from now on, each by its flag."""
        if off != self.switched_off:
            self.switched_off = off
            self.stale = set(self.checks)

    @property
    def broken(self) -> dict[str, str]:
        """The files that don't compile, each with the line and the reason."""
        return {name: source.broken for name, source in sorted(self.sources.items()) if source.broken}

    @property
    def wanted(self) -> list[str]:
        """The checks to mark now, in the rubric's order."""
        not_now = self.held.union(self.switched_off)
        return [check for check in self.checks if check in self.stale and check not in not_now]

    @property
    def is_current(self) -> bool:
        """Whether the last whole report is of the files as they are."""
        return self.report is not None and self.switched_off.keys() >= self.stale

    def kept(self, wanted: Iterable[str]) -> list[CheckResult]:
        """The results of all other checks."""
        asked = set(wanted)
        return [result for check, result in self.results.items() if check not in asked]

    def came(self, result: CheckResult) -> None:
        """A check has ended. It holds even if the marking is left off."""
        self.results[result.id] = result
        self.stale.discard(result.id)

    def marked(self, asked: Iterable[str], marked: Marked) -> None:
        """A marking has ended that was asked for these checks."""
        self.results = {result.id: result for result in marked.results}
        self.stale = self.stale.difference(asked).union(marked.left).intersection(self.checks)
        if not marked.left:
            self.report = marked.report

    def changes(self, report: Report, waiting: Collection[str] = ()) -> Changes:
        """What this report has, but for what is waited for, that the one that was shown last hadn't."""
        if self.shown is None:
            return Changes()
        was, now = _losing(self.shown), _losing(report)
        both = [check for check in self.checks if check in was and check in now and check not in waiting]
        return Changes(
            [check for check in both if was[check] and not now[check]],
            [check for check in both if now[check] and not was[check]],
        )

    def _touched(self, names: set[str], sources: Mapping[str, Source]) -> set[str]:
        if self.reaches is None:
            return set(self.checks)
        return self.reaches.touched(names, self._imports(sources)).intersection(self.checks)

    def _hanging_on_broken(self) -> set[str]:
        broken = list(self.broken)
        if not broken:
            return set()
        if self.reaches is None:
            return set(self.checks)
        return self.reaches.hanging_on(broken, self._imports(self.sources))

    def _imports(self, sources: Mapping[str, Source]) -> Imports:
        return Imports(sources, self.homework.rubric.search, self.homework.modules)


def _as_before(before: Source | None, after: Source) -> Source:
    """A file that doesn't compile any more is, for whatever depends on it, what it was when it did."""
    return after if before is None or not after.broken else msgspec.structs.replace(before, broken=after.broken)


def _is_alike(before: Source | None, after: Source | None) -> bool:
    """Whether a file is there as it was before, and imports the same: else modules may be run in another order."""
    return before is not None and after is not None and before.imports == after.imports


def _losing(report: Report) -> dict[str, bool]:
    return {check.id: loses(check) for section in report.sections for check in section.checks}
