"""What is wrong with a rubric: a line for each problem, held against the checks that its pack has."""

from __future__ import annotations

import math
import re
from collections import Counter

from graders.checks import CheckSource
from graders.pack_modules import CHECKS
from graders.rubric import ARCHIVES, HandIn, Late, Policy, RubricFile, Section, selects
from graders.worker.light import LIGHT


def problems(rubric: RubricFile, sources: dict[str, CheckSource]) -> list[str]:
    """Every problem, in a line each; none for a rubric that can be marked by."""
    problems = []
    if rubric.memory_mib < 1:
        problems.append(f"memory_mib is {rubric.memory_mib}, but should be 1 or more")
    strangers = [name for name in rubric.light if name not in LIGHT]
    problems += [f"light: there is no small {name!r}, only {', '.join(LIGHT)}" for name in strangers]
    for section in rubric.sections:
        row = f"section {section.id!r}"
        problems += [f"{row}: {problem}" for problem in _section_problems(section, sources)]
    problems += _handin_problems(rubric.handin) if rubric.handin else []
    problems += _late_problems(rubric.late) if rubric.late else []
    listed = [check for section in rubric.sections for check in section.all_checks]
    sections = [section.id for section in rubric.sections]
    problems += [f"section {name!r} is listed twice" for name in doubled_names(sections)]
    problems += [f"check {name!r} is listed twice" for name in doubled_names(listed)]
    strays = [source for name, source in sources.items() if name not in listed]
    problems += [f"check {source.id!r} in {source.file.name} is in no section" for source in strays]
    counting = [section for section in rubric.sections if not section.extra]
    total = math.fsum(section.points for section in counting)
    if not math.isclose(total, rubric.total):
        rows = " + ".join(f"{section.id} {section.points:g}" for section in counting)
        problems.append(f"total is {rubric.total:g}, but the sections add up to {total:g} ({rows})")
    for flag, selector in rubric.flags.items():
        if selector not in sections and not any(selects(selector, check) for check in listed):
            problems.append(f"flag {flag!r} names {selector!r}, which is neither a section nor a check")
    return problems


def _handin_problems(handin: HandIn) -> list[str]:
    problems = []
    if handin.archive and not handin.archive.endswith(ARCHIVES):
        problems.append(f"handin: archive is {handin.archive!r}, but should end in one of {', '.join(ARCHIVES)}")
    problems += [
        f"handin: {text!r} should be a plain name, where {{name}} may stand for the student's"
        for text in (handin.archive, handin.folder)
        if "/" in text or set(re.findall(r"[{}][^{}]*[{}]?", text)) - {"{name}"}
    ]
    if not handin.required:
        problems.append("handin: required names no file")
    return problems


def _late_problems(late: Late) -> list[str]:
    problems = []
    if not 0 <= late.per_day <= 1:
        problems.append(f"late: per_day is {late.per_day:g}, but should be a share from 0 to 1")
    if late.free_days < 0 or (late.most_days is not None and late.most_days < late.free_days):
        problems.append("late: free_days should be 0 or more, and most_days no less than these")
    return problems


def doubled_names(names: list[str]) -> list[str]:
    """The names that occur more than once."""
    return [name for name, count in Counter(names).items() if count > 1]


def _section_problems(section: Section, sources: dict[str, CheckSource]) -> list[str]:
    problems = []
    if section.points < 0 or not math.isfinite(section.points):
        problems.append(f"points are {section.points:g}, but should be 0 or more")
    if section.policy is Policy.MANUAL and section.checks:
        problems.append("a manual section has no checks")
    if section.policy is not Policy.MANUAL and not section.checks:
        problems.append('has no checks, so nobody could earn its points (policy = "manual" is for marks by hand)')
    for check in section.all_checks:
        if check not in sources:
            problems.append(f"check {check!r} has no function in {CHECKS}/")
        elif not sources[check].title:
            problems.append(f"check {check!r} has no docstring: its first line is the title that students read")
        if not check.startswith(section.id + "."):
            problems.append(f"check {check!r} should be called {section.id}.something")
    if section.weights and section.policy is not Policy.PER_CHECK:
        problems.append(f"has weights, which only the policy {Policy.PER_CHECK} uses")
    elif section.weights:
        if set(section.weights) != set(section.checks):
            problems.append("weights must name exactly its checks")
        elif min(section.weights.values()) < 0:
            problems.append("weights must be 0 or more")
        elif not math.isclose(math.fsum(section.weights.values()), section.points):
            weights = math.fsum(section.weights.values())
            problems.append(f"weights add up to {weights:g}, but should add up to its points, {section.points:g}")
    return problems
