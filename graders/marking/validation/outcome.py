"""The outcome of marking a mutant or a variant, compared with what was expected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from graders.coursework.record import CheckResult, Report, Status, loses
from graders.marking.validation.kinds import VALUES

_SHAPE = re.compile(r"\(\d+,?(?: \d+,?)*\)")
_SIZE = re.compile(r"\b(?!1\b)\d+")
_CERTAINTY = re.compile(r" \(in (?:all of \d+ different cases|both cases tried|the one case tried)\).*", re.DOTALL)


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """One case: the sections that failed and that should have, the explanations that were given, in their order."""

    homework: str
    name: str
    kind: str
    """`mutant` or `variant`."""
    fails: list[str]
    should_fail: list[str]
    points_lost: float
    faults: list[str]
    said: list[str]
    should_say: list[str] | None
    """What may be said, the first of it first; empty if nothing fits, None if nobody has looked at it yet."""
    told: bool
    """Whether the first failure's message is about more than values: it raised, returned nothing, has a wrong shape."""
    reasons: list[str]
    seconds: float
    unread: bool = False
    """Whether it has no entry in a diagnoses.toml that others have one in: what is said about it is no verdict yet."""
    twice: list[str] = []
    """Explanations that one check gives more than once: two formulas of a catalogue say the same."""
    shows: str = VALUES
    """How it shows in the first check that it costs: an exception by its name, or in words."""
    insides: list[str] = []
    """Texts for students that show an inside of gradmark's own."""
    lines: str = ""
    """Of a mutant that fails: whether the line at fault is named, `alone` or `among` others; see `Lines`."""
    dialect: str = ""
    """What the report opens with: a single mistake is none of another homework's."""

    @property
    def right(self) -> bool:
        """Whether exactly the right sections failed; a variant must keep its points, too."""
        lost = self.kind == "variant" and self.points_lost > 0
        return not self.faults and not lost and not self.dialect and self.fails == self.should_fail

    @property
    def lives(self) -> bool:
        """Whether a mutant lost nothing."""
        return self.kind == "mutant" and not set(self.fails) & set(self.should_fail)

    @property
    def named(self) -> bool:
        """Whether the right explanation was given in first place."""
        approved = _approved(self.should_say or [])
        return bool(self.said and approved) and _without_sizes(self.said[0]) == approved[0]

    @property
    def vanished(self) -> list[str]:
        """Explanations that have been approved and weren't given, beyond the first, whose absence is told apart."""
        given = set(_approved(self.said))
        return [text for text in (self.should_say or [])[1:] if _without_sizes(text) not in given]

    @property
    def misled(self) -> list[str]:
        """Explanations that were given and haven't been approved."""
        if self.should_say is None:
            return []
        approved = _approved(self.should_say)
        return [text for text in self.said if _without_sizes(text) not in approved]


def _approved(texts: Sequence[str]) -> list[str]:
    return [_without_sizes(text) for text in texts]


def _without_sizes(text: str) -> str:
    """A text whose shapes have 1 where they have 1, and anything else where they have that: cases come with others."""
    return _SHAPE.sub(lambda found: _SIZE.sub("N", found[0]), text)


def failing(report: Report) -> list[str]:
    """The sections with a check that stands against them, whatever their points, in the rubric's order."""
    return [section.id for section in report.sections if any(map(loses, section.checks))]


def reasons(report: Report) -> list[str]:
    """Every check that didn't pass, with what it says."""
    return [f"{check.id}: {check.status}: {check.message}" for check in _checks(report) if not _passed(check)]


def faults(report: Report) -> list[str]:
    """The checks that ended for a reason of the grader's own."""
    return [check.id for check in _checks(report) if check.status is Status.GRADER_FAULT]


def points_lost(report: Report) -> float:
    """How many points the sections that a program marks are short of."""
    return sum(section.max_score - section.score for section in report.sections if section.status != "manual")


def said(report: Report) -> list[str]:
    """Every explanation that is given for a lost check, once, without the words on how certain it is."""
    texts = (text for check in _checks(report) if loses(check) for text in check.diagnosis)
    return list(dict.fromkeys(_CERTAINTY.sub("", text) for text in texts))


def said_twice(report: Report) -> list[str]:
    """The explanations that one check gives more than once."""
    counts = (Counter(_CERTAINTY.sub("", text) for text in check.diagnosis) for check in _checks(report))
    return list(dict.fromkeys(text for count in counts for text, times in count.items() if times > 1))


def told(report: Report) -> bool:
    """Whether the first failure is one that its message names: raised, missing, timed out, wrong kind or shape."""
    first = first_lost(report)
    return first is not None and "index" not in first.counterexample


def first_lost(report: Report) -> CheckResult | None:
    """The first check that a submission loses, if any."""
    return next((check for check in _checks(report) if loses(check)), None)


def _checks(report: Report) -> Iterator[CheckResult]:
    return (check for section in report.sections for check in section.checks)


def _passed(check: CheckResult) -> bool:
    return check.status is Status.PASSED
