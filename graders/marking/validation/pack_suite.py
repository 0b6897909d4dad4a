"""The suite of a pack: the `SUITE` of its module `validation`, and its mutants.toml; with those of what it extends.

Those of what it extends are left out where it has a worked submission of its own: they are changes of another one; and
where its mutants.toml says that it inherits none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from graders import UsageError
from graders.coursework.packs.layers import Layer
from graders.coursework.packs.pack import Homework, read_homework, works
from graders.coursework.rubric import selects
from graders.marking.validation.plain import FILE, inherits, read_suite
from graders.marking.validation.suite import Case, Mutant, Suite, Variant

MODULE = "validation"


def suite_of(name: str) -> Suite:
    """The suite of a homework, by its id or path; UsageError if it has none, or one that can't be used."""
    homework = read_homework(name)
    if not has_suite(homework):
        raise UsageError(f"{homework.folder} has neither a {FILE} nor a module {MODULE}: there is nothing to validate")
    return _joined(homework)


def with_suites(names: Sequence[str]) -> list[str]:
    """Those of these homeworks that have anything to validate them with."""
    return [name for name in names if has_suite(read_homework(name))]


def has_suite(homework: Homework) -> bool:
    """Whether a pack, or what it extends, has mutants or variants."""
    return _module_file(homework) is not None or bool(_plain_files(homework))


def _joined(homework: Homework) -> Suite:
    """All suites in one: a case takes the place of later ones with its name, and is marked with the first's profile."""
    suites = [*_of_module(homework), *(read_suite(path, homework) for path in _plain_files(homework))]
    if len(case_layers(homework)) == len(suites) == 1:
        return suites[0]
    return Suite(
        _mutants(suites, homework), _variants(suites, homework), profile=suites[0].profile, explains=suites[0].explains
    )


def _mutants(suites: Sequence[Suite], homework: Homework) -> list[Mutant]:
    """Those that lose a section of the pack."""
    sections = {section.id for section in homework.sections}
    found: dict[str, Mutant] = {}
    for suite in reversed(suites):
        found |= {case.name: replace(case, marked=_marked(suite, case, homework)) for case in suite.mutants}
    return [case for case in found.values() if case.loses & sections]


def _variants(suites: Sequence[Suite], homework: Homework) -> list[Variant]:
    """Those that a section of the pack sees, and that no pack that extends another has made a mutant of."""
    found: dict[str, Variant] = {}
    wrong = {case.name for case in _mutants(suites, homework)}
    for suite in reversed(suites):
        found |= {case.name: replace(case, marked=_marked(suite, case, homework)) for case in suite.variants}
    return [case for case in found.values() if case.marked and case.name not in wrong]


def _marked(suite: Suite, case: Case, homework: Homework) -> tuple[str, ...]:
    """What is marked for a case of a pack that may lack sections of the one whose case it is."""
    named = suite.marked(case) or [section.id for section in homework.sections]
    return tuple(name for name in named if any(selects(name, check) for check in homework.checks))


def _of_module(homework: Homework) -> Iterator[Suite]:
    if _module_file(homework) is None:
        return
    module = homework.modules_of_pack.module(MODULE)
    suite = getattr(module, "SUITE", None)
    if not isinstance(suite, Suite):
        raise UsageError(f"{homework.modules_of_pack.file(MODULE)}: SUITE should be a {Suite.__name__}")
    yield suite


def _plain_files(homework: Homework) -> list[Path]:
    places = [layer.folder / FILE for layer in case_layers(homework)]
    return [path for path in places if path.is_file()]


def _module_file(homework: Homework) -> Path | None:
    file = homework.modules_of_pack.file(MODULE)
    is_ours = file is not None and any(file.is_relative_to(layer.folder) for layer in case_layers(homework))
    return file if is_ours else None


def case_layers(homework: Homework) -> Sequence[Layer]:
    """Those whose cases it has: down to the first with a worked submission, or with cases that stand alone."""
    last = next((index for index, layer in enumerate(homework.layers) if works(layer) or _stands_alone(layer)), None)
    return homework.layers if last is None else homework.layers[: last + 1]


def _stands_alone(layer: Layer) -> bool:
    path = layer.folder / FILE
    return path.is_file() and not inherits(path)
