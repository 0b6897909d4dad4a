"""Stored results of a toy homework with a penalty for lateness: nothing is marked, so a class costs nothing."""

from __future__ import annotations

from pathlib import Path

from graders.classroom.result import Result, State
from graders.classroom.store import Store
from graders.coursework.record import Report, SectionResult, SectionStatus
from tests.support import TOY_RUBRIC, toy_homework

LATE = "\n[late]\nper_day = 0.1\nbudget_days = 1\n"


def rubric(folder: Path, late: str = LATE, homework: str = "toy") -> Path:
    """A pack whose rubric says this of late days."""
    return toy_homework(folder, TOY_RUBRIC.replace('id = "toy"', f'id = "{homework}"') + late)


def result(pack: Path, name: str, score: float = 10.0, student: str = "", homework: str = "toy") -> Result:
    """So many points of 10 by the program; an essay of 10 waits for somebody."""
    rows = (("layer", score, SectionStatus.PARTIAL), ("essay", 0.0, SectionStatus.MANUAL))
    sections = [
        SectionResult(id=one, title=f"The {one}", score=points, max_score=10.0, status=status, checks=[])
        for one, points, status in rows
    ]
    report = Report(
        homework=homework,
        submission=name,
        score=score,
        max_score=20.0,
        sections=sections,
        environment={"rubric": str(pack)},
    )
    return Result(name, student, 0, "d", "{}", State.MARKED, "", report, "2026-01-01T00:00:00", 1.0)


def unusable(name: str) -> Result:
    """One that is empty."""
    return Result(name, "", 0, "", "{}", State.UNUSABLE, f"{name} is empty", None, "2026-01-01T00:00:00", 0.0)


def stored(folder: Path, *results: Result) -> Path:
    """A class's folder with these in its file."""
    folder.mkdir(parents=True, exist_ok=True)
    with Store(folder / "gradmark.sqlite") as store:
        for one in results:
            store.keep(one)
    return folder


def written(file: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file with this text."""
    file.write_bytes(text.encode(encoding))
    return file
