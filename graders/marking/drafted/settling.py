"""Narrows drafts until the worked solution has full marks: nothing is asked that the solution itself doesn't do."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graders import UsageError
from graders.coursework.packs.loading import all_problems
from graders.coursework.packs.pack import WORKED
from graders.coursework.record import CheckResult, Report, Status, loses
from graders.marking.drafted.files import Component, PackFiles
from graders.marking.validation.marker import Marker
from graders.probe.drafting.writing import LeftOver

MAX_ROUNDS = 12
NEVER_RIGHT = "the worked solution fails the checks that follow from it"


@dataclass
class Settled:
    """The drafts that the solution passes, what was left over, and the last marking of each section."""

    drafts: list[Component] = field(default_factory=list)
    left: list[LeftOver] = field(default_factory=list)


def settled(
    drafts: Sequence[Component], left: Sequence[LeftOver], files: PackFiles, place: Path, marker: Marker
) -> Settled:
    """Write and mark the pack again and again, in folders of `place`, until nothing is lost."""
    known = {draft.section: draft for draft in drafts}
    found = Settled(left=list(left))
    open_ = dict(known)
    for number in itertools.count():
        if not open_:
            break
        failed = _failed(open_, files, place / f"round{number}", marker)
        passed = [section for section in open_ if section not in failed]
        known |= {section: open_[section] for section in passed}
        open_ = {section: open_[section] for section in failed}
        for section, names in failed.items():
            narrower = open_[section].narrowed(names) if number < MAX_ROUNDS and names else None
            if narrower is None:
                del open_[section], known[section]
                found.left.append(LeftOver(section, drafts_title(drafts, section), NEVER_RIGHT))
            else:
                open_[section] = narrower
    found.drafts = [known[draft.section] for draft in drafts if draft.section in known]
    return found


def drafts_title(drafts: Sequence[Component], section: str) -> str:
    """What the section of a draft is called for people."""
    return next(draft.title for draft in drafts if draft.section == section)


def _failed(drafts: Mapping[str, Component], files: PackFiles, folder: Path, marker: Marker) -> dict[str, list[str]]:
    """The sections in which the solution loses anything, with the standard checks; none of them: it can't be marked."""
    files.write(folder, list(drafts.values()), [])
    broken = {section for section in drafts if any(f"[{section!r}]" in line for line in all_problems(str(folder)))}
    whole = {section: draft for section, draft in drafts.items() if section not in broken}
    failed: dict[str, list[str]] = {section: [] for section in broken}
    if not whole:
        return failed
    if broken:
        files.write(folder, list(whole.values()), [])
    problems = all_problems(str(folder))
    if problems:
        raise UsageError(problems[0])
    report = marker.mark(folder / WORKED, str(folder))
    return failed | _lost(report)


def _lost(report: Report) -> dict[str, list[str]]:
    found = {section.id: [c.id.partition(".")[2] for c in section.checks if _is_lost(c)] for section in report.sections}
    return {section: names for section, names in found.items() if names}


def _is_lost(check: CheckResult) -> bool:
    return loses(check) or check.status not in (Status.PASSED, Status.SKIPPED)
