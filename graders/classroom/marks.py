"""Marks by hand and late days: read from a file, and merged into what the program found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from graders import UsageError
from graders.classroom.result import Result
from graders.classroom.store import Store
from graders.coursework.lateness import penalised, policy_of
from graders.coursework.points import total
from graders.coursework.reading import read_ordinary
from graders.coursework.record import Report, SectionResult, SectionStatus
from graders.coursework.term.spreadsheet import read_sheet

DAYS = "days_late"
SUBMITTED = "submitted"
NAME = "name"
MOST_DAYS = 10_000
"""What is more isn't meant so, and from some number on no file could hold it."""
NONE = "none"
"""Takes a mark back."""
Entry = tuple[str, Mapping[str, object]]
"""A student, and what is in the file under each column."""


@dataclass(frozen=True)
class ByHand:
    """What was entered for one student: points of sections, days late, when. None takes back what was there."""

    sections: Mapping[str, float | None] = field(default_factory=dict)
    days_late: int | None = None
    submitted: str = ""
    """When it was handed in, as it was written."""


def read_marks(path: Path) -> dict[str, ByHand]:
    """Of each student what the file says; UsageError where a line can't be meant so.

    A `.csv` has the columns name, days_late, submitted and sections; a `.toml` has a table for each student.
    """
    found: dict[str, ByHand] = {}
    for name, row in _of_toml(path) if path.suffix.lower() == ".toml" else _of_csv(path):
        if name in found:
            raise UsageError(f"{path}: {name} is there twice")
        try:
            found[name] = _by_hand(row)
        except ValueError as error:
            raise UsageError(f"{path}: {name}: {error}") from None
    return found


def _of_toml(path: Path) -> list[Entry]:
    try:
        content = read_ordinary(path).decode("utf-8-sig")
        return list(msgspec.toml.decode(content, type=dict[str, dict[str, object]]).items())
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror})") from None
    except (ValueError, msgspec.DecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    except RecursionError:
        raise UsageError(f"{path}: its brackets go too deep") from None


def _of_csv(path: Path) -> Iterator[Entry]:
    sheet = read_sheet(path)
    columns = [column for column in sheet.columns if column]
    if NAME not in columns or len(set(columns)) < len(columns):
        raise UsageError(f"{path}: its first line has to name {NAME} and sections, each once")
    for _, row in sheet.rows:
        cells = {column: sheet.number(cell) for column, cell in row.items() if cell and column not in ("", NAME)}
        if name := row[NAME]:
            yield name, cells


def _by_hand(row: Mapping[str, object]) -> ByHand:
    sections = {section: _number(section, value) for section, value in row.items() if section not in (DAYS, SUBMITTED)}
    submitted = str(row.get(SUBMITTED, ""))
    days = _number(DAYS, row.get(DAYS, NONE))
    if days is not None and (not 0 <= days <= MOST_DAYS or days != int(days)):
        raise ValueError(f"{DAYS} is {days:g}, but should be a whole number of days from 0 to {MOST_DAYS}")
    if DAYS not in row:
        return ByHand(sections, submitted=submitted)
    return ByHand(sections, int(days or 0), submitted)


def _number(column: str, value: object) -> float | None:
    if value == NONE:
        return None
    try:
        number = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"{column} is {value!r}, but should be a number of points")
    return number


def named(marks: Mapping[str, ByHand], results: Mapping[str, Result]) -> dict[str, ByHand]:
    """The marks under the submissions' names; UsageError for a student or section that isn't there, or too many points.

    A student may be called by the submission's name or by the address that the platform gave.
    """
    found: dict[str, ByHand] = {}
    for student, by_hand in marks.items():
        name = (
            student if student in results else _only([one.name for one in results.values() if one.student == student])
        )
        if not name:
            raise UsageError(f"{student} has no submission here")
        if name in found:
            raise UsageError(f"{student} is there twice, as {name} too")
        must_fit(student, by_hand, results[name].report)
        found[name] = by_hand
    return found


def _only(names: list[str]) -> str:
    return names[0] if len(names) == 1 else ""


def must_fit(student: str, by_hand: ByHand, report: Report | None) -> None:
    """A section of 0 points can take points away; no other mark is below 0, and none above what the section has."""
    if report is None:
        raise UsageError(f"{student}'s submission couldn't be marked: nothing can be added to it")
    if by_hand.days_late and policy_of(report) is None:
        raise UsageError(
            f"{student}: {DAYS} is {by_hand.days_late}, but {report.homework}'s rubric.toml says nothing of late days: "
            "it lacks [late] with a line as per_day = 0.1"
        )
    rows = {section.id: section for section in report.sections}
    for name, score in by_hand.sections.items():
        section = rows.get(name)
        if section is None:
            raise UsageError(f"{student}: {report.homework} has no section {name}; it has {', '.join(rows)}")
        if score is None:
            continue
        if section.practice:
            raise UsageError(f"{student}: {name} is practice, which is worth nothing")
        if score > section.max_score or (score < 0 and section.max_score > 0):
            raise UsageError(f"{student}: {name} is {score:g}, but should be from 0 to {section.max_score:g}")


def finals(store: Store) -> Iterator[Result]:
    """Every result of a store as it counts, by name."""
    sections, days = store.by_hand(), store.lateness()
    for result in store.results():
        yield final(result, ByHand(sections.get(result.name, {}), days.get(result.name)))


def keep(store: Store, marks: Mapping[str, ByHand]) -> None:
    """Write marks that were entered, under the submissions' names."""
    sections = {(name, section): score for name, one in marks.items() for section, score in one.sections.items()}
    store.keep_by_hand(sections, {name: one.days_late for name, one in marks.items() if one.days_late is not None})


def final(result: Result, by_hand: ByHand) -> Result:
    """The result with marks by hand in it and the rubric's penalty for late days: what a student is to be told."""
    if result.report is None or by_hand == ByHand():
        return result
    return replace(result, report=penalised(with_marks(result.report, by_hand), by_hand.days_late or 0))


def with_marks(report: Report, by_hand: ByHand) -> Report:
    """The report with marks by hand in it."""
    if not by_hand.sections:
        return report
    sections = [_marked(section, by_hand.sections.get(section.id)) for section in report.sections]
    score, most = total(sections)
    return msgspec.structs.replace(report, sections=sections, score=score, max_score=most)


def _marked(section: SectionResult, score: float | None) -> SectionResult:
    if score is None:
        return section
    program = section.status is not SectionStatus.MANUAL
    note = f"marked by hand; the program gave {section.score:g}" if program else "marked by hand"
    if score >= section.max_score:
        status = SectionStatus.PASSED
    else:
        status = SectionStatus.PARTIAL if score > 0 else SectionStatus.FAILED
    notes = "; ".join(filter(None, [section.note, note]))
    return msgspec.structs.replace(section, score=score, status=status, note=notes)
