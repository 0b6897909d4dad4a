"""Which checks a run takes in: `--only` narrows it down, a flags file takes components out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from graders import UsageError
from graders.coursework.naming import meant, short_names, suggestion
from graders.coursework.packs.pack import Homework
from graders.coursework.rubric import selects


@dataclass(frozen=True)
class Selection:
    """What to run: `sections` and `checks` that --only takes in, `switched_off` by flags (each check with its flag).

    `not_begun` are checks of practice that the submission hasn't begun. `taken_for` has the words of --only that are no
    name themselves, each with the sections and checks that it means.
    """

    sections: frozenset[str]
    checks: frozenset[str]
    switched_off: Mapping[str, str]
    not_begun: frozenset[str] = frozenset()
    taken_for: Mapping[str, Sequence[str]] = field(default_factory=dict)

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


def select(homework: Homework, only: Sequence[str], flags: Mapping[str, bool], option: str = "--only") -> Selection:
    """UsageError, about this option, for a word that means no section or check, or for a flag that isn't known."""
    named = {word: _meant(homework, word, option) for word in only}
    selectors = set(chain.from_iterable(named.values())) or {section.id for section in homework.sections}
    checks = {check for check in homework.checks if any(selects(selector, check) for selector in selectors)}
    taken_for = {word: found for word, found in named.items() if found != [word]}
    return Selection(
        _sections(homework, selectors, checks), frozenset(checks), _switched_off(homework, flags), taken_for=taken_for
    )


def _sections(homework: Homework, selectors: Collection[str], checks: set[str]) -> frozenset[str]:
    """Those that are named, or of which a check is selected."""
    return frozenset(s.id for s in homework.sections if s.id in selectors or checks.intersection(s.all_checks))


def _meant(homework: Homework, word: str, option: str) -> list[str]:
    """What a word of --only takes in: of a section that is marked by hand there is no check."""
    found = meant(homework, word)
    if found:
        return found
    sections = [section.id for section in homework.sections]
    known = [sections, short_names(homework), homework.checks] if "." not in word else [[*sections, *homework.checks]]
    close = next(filter(None, (suggestion(word, names) for names in known)), "")
    else_all = f"; its sections are {', '.join(sections)}"
    raise UsageError(f"{option} {word}: {homework.id} has no such section or check{close or else_all}")


def _switched_off(homework: Homework, flags: Mapping[str, bool]) -> dict[str, str]:
    """Each check that a flag takes out, with the flag."""
    known = homework.rubric.flags
    off: dict[str, str] = {}
    for flag, value in flags.items():
        if flag not in known:
            raise UsageError(f"unknown flag {flag}{suggestion(flag, list(known))}")
        if not value:
            off |= {check: flag for check in homework.checks if selects(known[flag], check)}
    return off
