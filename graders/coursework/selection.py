"""Which checks a run takes in: `--only` narrows it down, a flags file takes components out."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from graders import UsageError
from graders.coursework.packs.pack import Homework
from graders.coursework.rubric import selects


@dataclass(frozen=True)
class Selection:
    """What to run: `sections` and `checks` that --only takes in, `switched_off` by flags (each check with its flag).

    `not_begun` are checks of practice that the submission hasn't begun.
    """

    sections: frozenset[str]
    checks: frozenset[str]
    switched_off: Mapping[str, str]
    not_begun: frozenset[str] = frozenset()

    def runs(self, check: str) -> bool:
        """Whether this check is run."""
        return check in self.checks and check not in self.switched_off and check not in self.not_begun

    def without(self, not_begun: Iterable[str]) -> Selection:
        """The selection without these checks of practice."""
        return replace(self, not_begun=self.not_begun.union(not_begun))

    def leaving_out(self, known: Iterable[str]) -> Selection:
        """The selection without these checks, of which the results are known."""
        return replace(self, checks=self.checks.difference(known))

    def running(self, homework: Homework) -> list[str]:
        """The checks to run, in the rubric's order."""
        return [check for check in homework.checks if self.runs(check)]

    def why_not(self, check: str) -> str:
        """The reason why it isn't."""
        if check in self.switched_off:
            return f"{self.switched_off[check]} is False"
        if check in self.not_begun:
            return "not begun, and not asked for"
        return "not selected by --only"


def select(homework: Homework, only: Sequence[str], flags: Mapping[str, bool]) -> Selection:
    """UsageError for a section or check that the rubric doesn't have, or a flag that it doesn't know."""
    selectors = only or [section.id for section in homework.sections]
    checks = {check for selector in selectors for check in _selected(homework, selector)}
    sections = {s.id for s in homework.sections if s.id in selectors or checks.intersection(s.all_checks)}
    return Selection(frozenset(sections), frozenset(checks), _switched_off(homework, flags))


def _selected(homework: Homework, selector: str) -> list[str]:
    """The checks that a word of --only takes in: none of a section that is marked by hand."""
    found = [check for check in homework.checks if selects(selector, check)]
    if not found and not _has_section_without_checks(homework, selector):
        raise UsageError(f"--only {selector}: {homework.id} has no such section or check{_meant(homework, selector)}")
    return found


def _has_section_without_checks(homework: Homework, name: str) -> bool:
    return any(section.id == name and not section.all_checks for section in homework.sections)


def _meant(homework: Homework, selector: str) -> str:
    sections = [section.id for section in homework.sections]
    return _did_you_mean(selector, [*sections, *homework.checks]) or f"; its sections are {', '.join(sections)}"


def _switched_off(homework: Homework, flags: Mapping[str, bool]) -> dict[str, str]:
    """Each check that a flag takes out, with the flag."""
    known = homework.rubric.flags
    off: dict[str, str] = {}
    for flag, value in flags.items():
        if flag not in known:
            raise UsageError(f"unknown flag {flag}{_did_you_mean(flag, known)}")
        if not value:
            off |= {check: flag for check in homework.checks if selects(known[flag], check)}
    return off


def _did_you_mean(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    by_lower = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), list(by_lower), n=1)
    return f"; did you mean {by_lower[close[0]]}?" if close else ""
