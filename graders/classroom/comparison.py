"""Old marks against new ones: whose changed, in which checks, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from graders.classroom.result import Earlier, Result, State
from graders.classroom.store import Store
from graders.coursework.record import CheckResult, Report


@dataclass(frozen=True)
class CheckChange:
    """A check that ended in another way than before; empty where there was none."""

    id: str
    old: str
    new: str
    message: str


@dataclass(frozen=True)
class Change:
    """A submission whose mark or checks changed. `score` is None where it couldn't be marked."""

    name: str
    old_score: float | None
    new_score: float | None
    checks: list[CheckChange]
    why: str

    @property
    def dropped(self) -> bool:
        """Whether the mark is lower, or there is none any more."""
        return self.old_score is not None and (self.new_score is None or self.new_score < self.old_score)


def compare(store: Store, regrade: int) -> Iterator[Change]:
    """What a regrade has changed, by name."""
    for old in store.earlier(regrade):
        new = store.result(old.name)
        if old.state is not State.ABSENT and new is not None and (change := _change(old, new)) is not None:
            yield change


def _change(old: Earlier, new: Result) -> Change | None:
    checks = list(_checks(old.report, new.report))
    scores = _score(old.report), _score(new.report)
    if not checks and scores[0] == scores[1]:
        return None
    return Change(new.name, *scores, checks, "; ".join(_why(old, new)))


def _score(report: Report | None) -> float | None:
    return None if report is None else report.score


def _checks(old: Report | None, new: Report | None) -> Iterator[CheckChange]:
    before, after = _by_id(old), _by_id(new)
    for check in {**before, **after}:
        was, now = before.get(check), after.get(check)
        if (was and was.status) != (now and now.status):
            told = now if now and now.message else was
            yield CheckChange(check, was.status if was else "", now.status if now else "", told.message if told else "")


def _by_id(report: Report | None) -> dict[str, CheckResult]:
    return {check.id: check for section in report.sections for check in section.checks} if report else {}


def _why(old: Earlier, new: Result) -> Iterator[str]:
    """What else is different: the code, how it was marked and with what, or whether it could be marked at all."""
    if old.digest != new.digest:
        yield "the submission changed"
    if old.report and new.report:
        yield from _differences(old.report.environment, new.report.environment)
        if old.report.homework != new.report.homework:
            yield f"marked as {new.report.homework}, before as {old.report.homework}"
        if old.report.max_score != new.report.max_score:
            yield f"out of {new.report.max_score:g}, before out of {old.report.max_score:g}"
    if State.MARKED in (old.state, new.state) and old.state is not new.state:
        yield new.message or f"before: {old.message}"


WARNINGS = "warnings"
"""Of an environment, what marks don't depend on."""


def _differences(old: dict[str, object], new: dict[str, object]) -> Iterable[str]:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name) and name != WARNINGS]
    return [f"{name} {new.get(name, 'none')}, before {old.get(name, 'none')}" for name in names]
