"""What is wrong with a rubric: a line for each problem, held against the checks that its pack has."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from graders import UsageError
from graders.coursework.begun import part_of
from graders.coursework.packs.checks import Checks
from graders.coursework.rubric import ARCHIVES, CHECKS_FOLDER, HandIn, Late, Policy, RubricFile, Section, selects
from graders.coursework.term.moments import moment, named_zone
from graders.sandbox.light import LIGHT

Problems = Iterator[str]


def problems(rubric: RubricFile, checks: Checks) -> list[str]:
    """Every problem, in a line each; none for a rubric that can be marked by."""
    return [problem for rule in RULES for problem in rule(rubric, checks)]


def _of_the_run(rubric: RubricFile, _: Checks) -> Problems:
    if not rubric.modules:
        yield "modules names no file that a submission consists of"
    if rubric.memory_mib < 1:
        yield f"memory_mib is {rubric.memory_mib}, but should be 1 or more"
    for name in rubric.light:
        if name not in LIGHT:
            yield f"light: there is no small {name!r}, only {', '.join(LIGHT)}"


def _of_sections(rubric: RubricFile, checks: Checks) -> Problems:
    for section in rubric.sections:
        found = [
            *_of_points(section),
            *_of_policy(section),
            *_of_checks(section, rubric, checks),
            *_of_weights(section),
            *_of_practice(section, rubric),
        ]
        yield from (f"section {section.id!r}: {problem}" for problem in found)


def _of_points(section: Section) -> Problems:
    if section.points < 0 or not math.isfinite(section.points):
        yield f"points are {section.points:g}, but should be 0 or more"


def _of_policy(section: Section) -> Problems:
    if section.policy is Policy.MANUAL and section.checks:
        yield "a manual section has no checks"
    if section.policy is not Policy.MANUAL and not section.checks:
        yield 'has no checks, so its points would be out of reach (policy = "manual" is for marks by hand)'


def _of_checks(section: Section, rubric: RubricFile, checks: Checks) -> Problems:
    for check in section.all_checks:
        source = checks.sources.get(check)
        if source is None and checks.whole:
            yield f"check {check!r} has no function in {CHECKS_FOLDER}/"
        elif source is not None and not (source.title or check in rubric.titles):
            yield f"check {check!r} has no docstring: its first line is the title that students read"
        if not check.startswith(section.id + "."):
            yield f"check {check!r} should be called {section.id}.something"


def _of_weights(section: Section) -> Problems:
    weights = section.weights
    if not weights:
        return
    if section.policy is not Policy.PER_CHECK:
        yield f"has weights, which only the policy {Policy.PER_CHECK} uses"
    elif set(weights) != set(section.checks):
        yield "weights must name exactly its checks"
    elif min(weights.values()) < 0:
        yield "weights must be 0 or more"
    elif not math.isclose(math.fsum(weights.values()), section.points):
        found = math.fsum(weights.values())
        yield f"weights add up to {found:g}, but should add up to its points, {section.points:g}"


def _of_practice(section: Section, rubric: RubricFile) -> Problems:
    if not section.is_practice:
        return
    if section.points:
        yield f"is practice, so its points should be 0, not {section.points:g}"
    if section.policy is Policy.MANUAL or section.key:
        yield "is practice, which the program marks: it can be neither manual nor have a key"
    if section.extra:
        yield "is practice, which is worth nothing: it can't be extra"
    for name in section.practice:
        if part_of(rubric, name) is None:
            yield f"practice names {name!r}, which modules doesn't have"


def _of_the_handin(rubric: RubricFile, _: Checks) -> Problems:
    handin = rubric.handin
    if handin is None:
        return
    if handin.archive and not handin.archive.endswith(ARCHIVES):
        yield f"handin: archive is {handin.archive!r}, but should end in one of {', '.join(ARCHIVES)}"
    yield from _of_its_names(handin)
    if not handin.required:
        yield "handin: required names no file"


def _of_its_names(handin: HandIn) -> Problems:
    for text in (handin.archive, handin.folder):
        if "/" in text or set(re.findall(r"[{}][^{}]*[{}]?", text)) - {"{name}"}:
            yield f"handin: {text!r} should be a plain name, where {{name}} may stand for the student's"


RATES = ("per_day", "per_hour", "points_per_day", "points_per_hour")


def _of_late_days(rubric: RubricFile, _: Checks) -> Problems:
    late = rubric.late
    if late is None:
        return
    yield from _of_rates({name: getattr(late, name) for name in RATES if getattr(late, name)})
    if _days_are_off(late):
        yield "late: free_days should be 0 or more, and most_days no less than these"
    if not 0 <= late.grace_minutes < math.inf or late.budget_days < 0:
        yield "late: grace_minutes and budget_days should be 0 or more"
    yield from _of_times(late)


def _of_rates(given: Mapping[str, float]) -> Problems:
    if len(given) > 1:
        yield f"late: {' and '.join(given)} are given, but should be one of {', '.join(RATES)}"
    for name, rate in given.items():
        most, wanted = (1e6, "0 or more points") if name.startswith("points") else (1, "a share from 0 to 1")
        if not 0 <= rate <= most:
            yield f"late: {name} is {rate:g}, but should be {wanted}"


def _of_times(late: Late) -> Problems:
    try:
        zone = named_zone(late.zone) if late.zone else None
        if late.due:
            moment(late.due, zone)
    except UsageError as error:
        yield f"late: {error}"


def _days_are_off(late: Late) -> bool:
    return late.free_days < 0 or (late.most_days is not None and late.most_days < late.free_days)


def _of_names(rubric: RubricFile, checks: Checks) -> Problems:
    yield from (f"section {name!r} is listed twice" for name in _doubled([row.id for row in rubric.sections]))
    yield from (f"check {name!r} is listed twice" for name in _doubled(_listed(rubric)))
    listed = set(_listed(rubric))
    for name, source in checks.sources.items():
        if name in checks.own and name not in listed:
            yield f"check {name!r} in {source.file.name} is in no section"
    for name in rubric.titles:
        if name not in listed:
            yield f"titles names {name!r}, which is in no section"


def _of_the_total(rubric: RubricFile, _: Checks) -> Problems:
    counting = [section for section in rubric.sections if not section.extra]
    total = math.fsum(section.points for section in counting)
    if not math.isclose(total, rubric.total):
        rows = " + ".join(f"{section.id} {section.points:g}" for section in counting)
        yield f"total is {rubric.total:g}, but the sections add up to {total:g} ({rows})"


def _of_flags(rubric: RubricFile, _: Checks) -> Problems:
    sections, listed = [section.id for section in rubric.sections], _listed(rubric)
    for flag, selector in rubric.flags.items():
        if selector not in sections and not any(selects(selector, check) for check in listed):
            yield f"flag {flag!r} names {selector!r}, which is neither a section nor a check"


RULES: Sequence[Callable[[RubricFile, Checks], Problems]] = (
    _of_the_run,
    _of_sections,
    _of_the_handin,
    _of_late_days,
    _of_names,
    _of_the_total,
    _of_flags,
)
"""In the order in which their problems are told."""


def clashing(rubric: RubricFile, checks: Checks) -> list[str]:
    """A line for each check that is written twice, where it is the pack's own or listed."""
    counting = checks.own.union(_listed(rubric))
    return [line for check, line in checks.clashes if check in counting]


def _listed(rubric: RubricFile) -> list[str]:
    return [check for section in rubric.sections for check in section.all_checks]


def _doubled(names: Sequence[str]) -> list[str]:
    """The names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]
