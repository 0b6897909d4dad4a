"""Imports everything that marking needs from a pack, before student code runs; one line for what is wrong in it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType

from graders import UsageError
from graders.coursework.check_sources import CHECK_ID, CheckSource
from graders.coursework.packs.pack import Homework, load_homework, must_be_none, read_homework, static_problems

FIXTURES = ("student", "submission", "keys", "data", "pack")
"""What gradmark gives to checks that ask for it by these names."""
OF_PYTEST = (
    "capfd",
    "capfdbinary",
    "capsys",
    "capsysbinary",
    "monkeypatch",
    "pytestconfig",
    "recwarn",
    "request",
    "tmp_path",
    "tmp_path_factory",
)


def load(homework: Homework) -> None:
    """Import everything that marking may ask for; UsageError, with file and line, for what can't be."""
    must_be_none(loading_problems(homework), str(homework.folder))


def load_whole(name: str) -> Homework:
    """A homework for many submissions: what doesn't load is said once, and not of each; ours are known to load."""
    homework = load_homework(name)
    if not homework.bundled:
        load(homework)
    return homework


def all_problems(name: str) -> list[str]:
    """Everything that is wrong with a pack, a line each; modules are imported unless they come with gradmark."""
    try:
        homework = read_homework(name)
    except UsageError as error:
        return [str(error)]
    return [*static_problems(homework), *([] if homework.bundled else loading_problems(homework))]


def loading_problems(homework: Homework) -> list[str]:
    """Every problem once, in the order in which it is met; none for a pack that can mark."""
    problems = [problem for check in _listed(homework) for problem in _of_check(homework, check)]
    contents: tuple[Callable[[], object], ...] = (
        lambda: homework.closed_forms,
        lambda: homework.stand_ins,
        lambda: homework.misconceptions,
    )
    problems += [problem for content in contents for problem in _of(content)]
    problems += homework.components.failures()
    return list(dict.fromkeys(problems))


def _listed(homework: Homework) -> list[CheckSource]:
    return [homework.sources[check] for check in homework.checks if check in homework.sources]


def _of(content: Callable[[], object]) -> Iterator[str]:
    try:
        content()
    except UsageError as error:
        yield str(error)


def _of_check(homework: Homework, check: CheckSource) -> Iterator[str]:
    """Whether the check's module loads, and whether there is all that its function asks for."""
    try:
        module = homework.module_of(check.file)
    except UsageError as error:
        yield str(error)
        return
    function = getattr(module, check.function, None)
    where = f"{check.file}, line {check.line}: "
    if getattr(function, CHECK_ID, None) != check.id:
        yield f"{where}when the file is imported, {check.function} is not the check {check.id!r}"
        return
    for name in _arguments(function):
        if name not in FIXTURES and name not in OF_PYTEST and not _is_given(name, function, module):
            yield f"{where}{check.function} asks for {name!r}, but there are only {', '.join(FIXTURES)}"


def _arguments(function: object) -> list[str]:
    """What a check has to be given, besides the cases that Hypothesis draws."""
    assert callable(function)
    kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.kind in kinds and one.default is inspect.Parameter.empty]


def _is_given(name: str, function: object, module: ModuleType) -> bool:
    """Whether the file has a fixture of that name, or Pytest is told values for it."""
    marks = getattr(function, "pytestmark", [])
    told = [mark.args[0] for mark in marks if mark.name == "parametrize" and mark.args]
    names = [one.strip() for text in told for one in (text.split(",") if isinstance(text, str) else text)]
    return name in names or type(getattr(module, name, None)).__name__ == "FixtureFunctionDefinition"
