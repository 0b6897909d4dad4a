"""Chooses among several components what the worked solution is: all are sections of one pack, which is marked once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from graders.coursework.packs.loading import all_problems
from graders.coursework.packs.pack import WORKED, load_homework
from graders.coursework.record import Status
from graders.marking.drafted.files import Component, PackFiles
from graders.marking.validation.marker import Marker

One = TypeVar("One", bound=Component)


def chosen(
    ways: Mapping[str, Sequence[One]],
    asks: Callable[[One, str], bool],
    files: PackFiles,
    folder: Path,
    marker: Marker,
) -> dict[str, One]:
    """Of each section's ways the first whose checks that `asks` names all pass; a section may be left with none."""
    trials = {f"{section}_way{k}": one for section, several in ways.items() for k, one in enumerate(several)}
    if not trials:
        return {}
    files.write(folder, [one.called(name) for name, one in trials.items()], [])
    while broken := _broken(trials, folder):
        trials = {name: one for name, one in trials.items() if name not in broken}
        if not trials:
            return {}
        files.write(folder, [one.called(name) for name, one in trials.items()], [])
    parts = [(check, *check.split(".", 1)) for check in load_homework(str(folder)).checks]
    asked = [check for check, section, name in parts if asks(trials[section], name)]
    report = marker.mark(folder / WORKED, str(folder), asked, "quick")
    ended = {section.id: {check.status for check in section.checks if check.id in asked} for section in report.sections}
    passed = {section for section, statuses in ended.items() if statuses == {Status.PASSED}}
    found = {}
    for section, several in ways.items():
        right = next((one for k, one in enumerate(several) if f"{section}_way{k}" in passed), None)
        if right is not None:
            found[section] = right
    return found


def _broken(trials: Mapping[str, object], folder: Path) -> set[str]:
    problems = all_problems(str(folder))
    return {name for name in trials if any(f"[{name!r}]" in line for line in problems)} or (
        {*trials} if problems else set()
    )
