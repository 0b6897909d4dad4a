"""Draws mechanical mistakes in the files that a homework's rubric names, and marks them.

A mistake that a few cases don't catch is marked once more with as many as marks are given for.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from graders import UsageError
from graders.coursework.packs.pack import Homework, read_homework
from graders.coursework.rubric import Policy
from graders.marking.profiles import Profile
from graders.marking.validation.changes import Changes, worked_submission_of
from graders.marking.validation.mechanical.operators import BEGIN, Source
from graders.marking.validation.outcome import Outcome
from graders.marking.validation.run import Task, validate
from graders.marking.validation.suite import Mutant, Suite

SURVIVORS = "survivors.toml"
"""A pack's file with those that are no mistakes: why, by the change's name."""


def drawn(homework: str, count: int, seed: int) -> list[Task]:
    """So many mistakes, the same for the same seed; UsageError for a homework in which none can be made."""
    found = list(candidates(read_homework(homework), homework))
    if not found:
        raise UsageError(f"{homework}: nothing can be changed in the files of its worked submission")
    return random.Random(seed).sample(found, min(count, len(found)))


def candidates(homework: Homework, name: str) -> Iterator[Task]:
    """Every small change of what students write, as a mutant that should lose something."""
    sections = frozenset(section.id for section in homework.sections if section.policy is not Policy.MANUAL)
    for file, text in _written_by_students(worked_submission_of(homework), homework.files).items():
        yield from mistakes(name, file, text, sections)


def _written_by_students(worked: Path, files: Sequence[str]) -> dict[str, str]:
    """The source of each file in which students write; where some say between which lines, others were handed out."""
    paths = {file: worked / file for file in files if file.endswith(".py")}
    texts = {file: path.read_text(encoding="utf-8") for file, path in paths.items() if path.is_file()}
    return {file: text for file, text in texts.items() if BEGIN in text} or texts


def mistakes(homework: str, file: str, text: str, loses: frozenset[str], first: tuple[str, ...] = ()) -> Iterator[Task]:
    """Every small change of a file, as a mutant that loses these sections; of them `first` are marked, or all."""
    suite, source = Suite([], [], profile=str(Profile.QUICK), explains=False), Source(text)
    for change in source.changes():
        changes = Changes(files={file: change.apply(source.text)})
        yield Task(homework, suite, Mutant(f"{file}, {change.name}", changes, loses, first))


def marked(tasks: Sequence[Task], processes: int) -> Iterator[Outcome]:
    """The outcome of each."""
    known = {(task.homework, task.case.name): task for task in tasks}
    left = []
    for outcome in validate(tasks, processes):
        if outcome.fails:
            yield outcome
        else:
            left.append(_in_full(known[outcome.homework, outcome.name]))
    yield from validate(left, processes)


def _in_full(task: Task) -> Task:
    """The same with as many cases as marks are given for, and in every section that it should lose."""
    suite, case = replace(task.suite, profile=str(Profile.GRADING)), task.case
    return task._replace(suite=suite, case=Mutant(case.name, case.changes, case.loses, tuple(sorted(case.loses))))


def reasons(homework: Homework) -> dict[str, str]:
    """Why survivors are no mistakes, by their names; UsageError for a file that can't be read."""
    found: dict[str, str] = {}
    for layer in reversed(homework.layers):
        path = layer.folder / SURVIVORS
        if path.is_file():
            found |= _read(path)
    return found


def _read(path: Path) -> dict[str, str]:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from None
    for name, reason in table.items():
        if not isinstance(reason, str) or not reason.strip():
            raise UsageError(f"{path}: {name!r} should have its reason, in words")
    return table
