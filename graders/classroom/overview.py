"""Reads from the store what a class's report shows, by columns: a report of ten thousand needs no record of each."""

from __future__ import annotations

import re
import statistics
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from graders.classroom.course.shown import Shown, without_name
from graders.classroom.course.standings import NOTHING
from graders.classroom.marks import ByHand, final
from graders.classroom.result import Result, State
from graders.classroom.statistics.beside import groups, identical
from graders.classroom.statistics.items import discriminations, told_elsewhere
from graders.classroom.statistics.lines import lines
from graders.classroom.store import Store
from graders.coursework.lateness import LATE
from graders.coursework.pair import Pair
from graders.coursework.record import Report, Status
from graders.reports.html.classroom import MOST_HELPED, needs_help
from graders.reports.html.overview import CheckSummary, Group, HomeworkSummary, Overview, Row, Section

ROWS = (
    "SELECT name, student, homework, score, max_score, state, message, seconds, marked_at FROM submissions"
    " ORDER BY name"
)
SECTIONS = "SELECT name, section, score FROM sections ORDER BY name, place"
CHECKS = "SELECT id, status, seconds, name FROM checks ORDER BY id, status, seconds"
DIAGNOSES = "SELECT diagnosis, name FROM checks WHERE diagnosis != '' ORDER BY diagnosis"
REASON = (
    "SELECT id, message FROM checks WHERE name = ? AND advisory = 0 AND status NOT IN ('passed', 'skipped')"
    " ORDER BY place LIMIT 1"
)
_CERTAINTY = re.compile(r" \((?:in all of \d+ different cases|in both cases tried|in the one case tried)\)")


def overview(
    store: Store,
    title: str,
    pages: Mapping[str, str],
    known: Collection[str] | None = None,
    shown: Shown | None = None,
    earlier: tuple[str, Store] | None = None,
) -> Overview:
    """What the store has of the known submissions, or of all; `shown` makes of it a row for each student.

    `earlier` is another class by its name, to be held beside this one.
    """
    handed = {student.submission for student in shown.students} if shown is not None else known
    rows = {row.name: row for row in _rows(store) if handed is None or row.name in handed}
    found, timed = _diagnoses(store, rows), _timed(store, rows)
    homeworks = []
    for homework in _homeworks(rows.values()):
        common = _common(found[homework])
        homeworks.append(_homework(store, homework, list(rows.values()), common, timed[homework]))
        for name, causes in _causes(found[homework], common).items():
            rows[name] = replace(rows[name], causes=causes)
    students = list(rows.values()) if shown is None else list(_of_students(shown, rows))
    called = _called(students)
    return Overview(
        title,
        homeworks,
        students,
        _reasons(store, students),
        pages,
        groups=_groups(students, homeworks, earlier),
        identical=_identical(store, rows, called),
        pairs=_pairs(store, rows, called),
    )


def _groups(
    rows: Sequence[Row], homeworks: Sequence[HomeworkSummary], earlier: tuple[str, Store] | None
) -> list[Group]:
    """Nothing where there are several homeworks: their sections can't stand in one table."""
    if len(homeworks) != 1:
        return []
    return groups(rows, homeworks[0], (earlier[0], list(_rows(earlier[1]))) if earlier is not None else None)


def _identical(store: Store, rows: Mapping[str, Row], called: Mapping[str, list[str]]) -> list[list[str]]:
    """Under the names that the rows have."""
    found = identical(store, rows.keys(), store.homeworks())
    return [[", ".join(called.get(name, [name])) for name in same] for same in found]


def _of_students(shown: Shown, rows: Mapping[str, Row]) -> Iterator[Row]:
    """A row for each student. Records are read where something counts that the columns don't have."""
    for student in shown.students:
        name = student.submission
        row = rows.get(name) or Row("", "", "", None, 0.0, {}, problem=NOTHING, state="nothing")
        section = "" if shown.numbers is not None else student.person.section
        if name in rows and not shown.found.is_as_stored(student.person, name):
            standing = shown.found.row(student.person, name)
            row = _as_standing(row, standing.report)
        problem = row.problem if shown.numbers is None else without_name(row.problem, student)
        yield replace(
            row,
            name=student.label,
            student=student.about or student.label,
            submission=name,
            section=section,
            problem=problem,
        )


def _as_standing(row: Row, report: Report | None) -> Row:
    if report is None:
        return row
    scores = {section.id: section.score for section in report.counting}
    state = f"{row.state} late" if LATE in scores else row.state
    return replace(row, score=report.score, most=report.max_score, sections=scores, state=state)


def _homeworks(rows: Iterable[Row]) -> list[str]:
    return sorted({row.homework for row in rows if row.homework})


def _reasons(store: Store, rows: Sequence[Row]) -> dict[str, str]:
    return {row.name: _reason(store, row.submission or row.name) for row in needs_help(rows)[:MOST_HELPED]}


def _called(rows: Sequence[Row]) -> Mapping[str, list[str]]:
    """Of each submission the names of its rows."""
    called: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        called[row.submission or row.name].append(row.name)
    return called


def _pairs(store: Store, names: Container[str], called: Mapping[str, list[str]]) -> list[Pair]:
    """Under the names that the rows have."""
    return [
        msgspec.structs.replace(pair, first=", ".join(called[pair.first]), second=", ".join(called[pair.second]))
        for pair in store.pairs()
        if pair.first in names and pair.second in names
    ]


def _rows(store: Store) -> Iterator[Row]:
    """Every submission as it counts. Where something was entered by hand, and only there, its record is read."""
    sections: dict[str, dict[str, float]] = defaultdict(dict)
    for name, section, score in store.select(SECTIONS):
        sections[name][section] = score
    by_hand, days = store.by_hand(), store.lateness()
    for name, student, homework, score, most, state, message, seconds, marked_at in store.select(ROWS):
        row = Row(name, student, homework, score, most or 0.0, sections[name], (), seconds, marked_at, state=state)
        if score is None:
            row = replace(row, problem=message or f"{State(state)}", state=state)
        elif name in by_hand or name in days:
            row = _as_it_counts(row, store.result(name), ByHand(by_hand.get(name, {}), days.get(name)))
        yield row


def _as_it_counts(row: Row, result: Result | None, by_hand: ByHand) -> Row:
    return _as_standing(row, final(result, by_hand).report if result is not None else None)


Found = Mapping[str, set[str]]
"""Of each misconception's words the submissions in which it was found."""


def _diagnoses(store: Store, rows: Mapping[str, Row]) -> Mapping[str, Found]:
    """By homework."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for diagnosis, name in store.select(DIAGNOSES):
        if name in rows:
            for line in diagnosis.splitlines():
                found[rows[name].homework][_CERTAINTY.sub("", line)].add(name)
    return found


def _common(found: Found) -> list[tuple[str, int]]:
    return sorted(((text, len(names)) for text, names in found.items()), key=lambda one: (-one[1], one[0]))


def _causes(found: Found, common: Sequence[tuple[str, int]]) -> Mapping[str, list[int]]:
    """Of each submission the places of its misconceptions."""
    causes: dict[str, list[int]] = defaultdict(list)
    for place, (text, _) in enumerate(common):
        for name in found[text]:
            causes[name].append(place)
    return causes


@dataclass
class _Timed:
    """What the class's runs of one check came to; `seconds` of those that were not skipped."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0


def _timed(store: Store, rows: Mapping[str, Row]) -> Mapping[str, Mapping[str, _Timed]]:
    """By homework and check."""
    found: dict[str, dict[str, _Timed]] = defaultdict(lambda: defaultdict(_Timed))
    for check, status, seconds, name in store.select(CHECKS):
        if name in rows and status != Status.SKIPPED:
            one = found[rows[name].homework][check]
            one.seconds.append(seconds)
            one.failed += status != Status.PASSED
    return found


def _homework(
    store: Store, homework: str, rows: Sequence[Row], common: Sequence[tuple[str, int]], timed: Mapping[str, _Timed]
) -> HomeworkSummary:
    """With the titles of one of its records, the one that has the most sections."""
    mine = [row for row in rows if row.homework == homework]
    widest = max(mine, key=lambda row: (len(row.sections), row.most))
    result = store.result(widest.name)
    assert result is not None
    assert result.report is not None
    report = final(result, ByHand(days_late=store.lateness().get(widest.name))).report or result.report
    titles = {check.id: check.title for section in report.counting for check in section.checks}
    sections = [Section(section.id, section.title, section.max_score) for section in report.counting]
    checks = _items(store, mine, [_summary(check, titles.get(check, ""), one) for check, one in timed.items()])
    places = lines(store, homework, {row.name for row in mine})
    return HomeworkSummary(homework, widest.most, sections, common, checks, places)


def _items(store: Store, rows: Sequence[Row], checks: Sequence[CheckSummary]) -> list[CheckSummary]:
    """The checks, with what they say as items of a test."""
    names = {row.name for row in rows}
    elsewhere, apart = told_elsewhere(store, names), discriminations(store, names)
    return [replace(one, elsewhere=elsewhere.get(one.id, 0), tells_apart=apart.get(one.id)) for one in checks]


def _summary(check: str, title: str, runs: _Timed) -> CheckSummary:
    median, longest = statistics.median(runs.seconds), max(runs.seconds)
    return CheckSummary(check, title, len(runs.seconds), runs.failed, median, longest)


def _reason(store: Store, name: str) -> str:
    """The first check that cost the submission points, with its message."""
    return next((f"{check}: {message}" for check, message in store.select(REASON, [name])), "")
