"""What is read of a submission as a whole: its notebooks, what of its practice is begun, remarks, its dialect.

Each is read in a fork of this process. What can't be read in time there costs nothing but itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from graders.coursework.begun import is_absent
from graders.coursework.dialects import dialect_of
from graders.coursework.notebooks import broken_module
from graders.coursework.outlined import Outlined
from graders.coursework.packs.pack import homework_ids
from graders.coursework.record import CheckResult, loses
from graders.coursework.rubric import RubricFile, Section
from graders.coursework.submission import add_module_of_notebook, add_modules_of_notebooks
from graders.sandbox.apart import ReaderFault, Unreadable, read_apart


def add_modules(copy: Path, files: Sequence[str]) -> None:
    """Beside each of these files that is a notebook, put the module that is made of it, or one that says why not."""
    add_modules_of_notebooks(copy, files, _add_module)


def _add_module(notebook: Path) -> None:
    try:
        read_apart(lambda: add_module_of_notebook(notebook), type(None), notebook.name)
    except Unreadable as error:
        notebook.with_suffix(".py").write_text(broken_module(str(error)), "utf-8")


def absent_sections(copy: Path, rubric: RubricFile) -> list[Section]:
    """The sections that are practice of which the submission has begun nothing."""
    outlined = Outlined(copy, read_apart)
    return [section for section in rubric.sections if is_absent(outlined, rubric, section)]


def remarks(copy: Path, rubric: RubricFile, modules: Sequence[str]) -> list[str]:
    """What to say about its imports, and costs nothing; that they couldn't be read is such a remark."""
    from graders.checking.rules.remarks import remarks as found  # here and not above: workers start first

    try:
        return read_apart(lambda: found(copy, rubric, modules), list[str])
    except Unreadable as error:
        return [f"{error}: its imports were not looked at"]
    except ReaderFault:  # no mark hangs on it
        return ["gradmark itself failed to look at the imports: tell whoever runs it"]


def dialect(copy: Path, rubric: RubricFile, results: Mapping[str, CheckResult]) -> str:
    """A line on what is another homework's way in it, empty mostly."""
    if not any(map(loses, results.values())):
        return ""
    try:
        return read_apart(lambda: dialect_of(rubric, copy, results, homework_ids), str)
    except (Unreadable, ReaderFault):
        return ""
