"""What is said about a submission's imports and costs nothing: missing packages, old names of NumPy, files elsewhere.

It is read off the source on the trusted side: code that runs is not asked about itself.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from functools import cache
from pathlib import Path

from graders.checking.failures import RuleBroken
from graders.checking.rules.own_files import Import, OwnFiles, lines_of_imports
from graders.checking.rules.source import Use, uses
from graders.coursework.rubric import RubricFile
from graders.sandbox import packages
from graders.sandbox.inside.absent import in_words, is_misspelt
from graders.sandbox.inside.old_numpy import missing_names

MOST = 20
"""Remarks of one submission."""
NOT_THERE = "it isn't available where homework is marked"
WITHOUT_DISPLAY = ("curses", "idlelib", "nis", "readline", "sqlite3", "tkinter", "turtle", "turtledemo")
OF_WINDOWS = (
    "_winapi",
    "asyncio.windows_events",
    "asyncio.windows_utils",
    "msilib",
    "msvcrt",
    "nt",
    "winreg",
    "winsound",
)
NOWHERE = (*WITHOUT_DISPLAY, *OF_WINDOWS)
"""What of the standard library isn't there where homework is marked."""
UsesOf = Callable[[str], Sequence[Use]]
"""What a file of the submission uses, read once."""


def remarks(submission: Path, rubric: RubricFile, modules: Sequence[str]) -> list[str]:
    """A line for each, at most MOST; `modules` are those that the homework asks for."""
    own = OwnFiles(submission, [*rubric.files, *_handed_in(rubric)], rubric.search, modules)
    used = cache(lambda file: _uses(own.sources[file]))
    found = [*_of_packages(own, rubric, used), *_of_old_names(own, used), *_of_places(own)]
    return found[:MOST]


def _handed_in(rubric: RubricFile) -> list[str]:
    return [path for paths in rubric.handin.alternatives for path in paths] if rubric.handin else []


def _uses(content: bytes) -> list[Use]:
    try:
        return uses(content)
    except RuleBroken:
        return []


def _of_packages(own: OwnFiles, rubric: RubricFile, uses_of: UsesOf) -> Iterator[str]:
    lines = lines_of_imports(own.imports)
    allowed = _allowed(rubric)
    found: dict[tuple[str, str], Import] = {}
    for one in own.imports:
        missing = None if one.guarded or own.is_own(one.module) else _missing(one, allowed, rubric.light)
        if missing is not None:
            found.setdefault((one.file, missing), one)
    for (file, missing), one in list(found.items())[:MOST]:
        if is_misspelt(one.top, list(own.places)):
            continue
        used = _lines_that_use(missing, uses_of(file), lines[file])
        todo = f"line {used[0]} uses it" if used else "nothing uses it, so delete this import"
        banned = one.top not in allowed
        why = f"this homework allows {in_words(rubric.packages)} only" if banned else NOT_THERE
        yield f"{one.place} imports {missing}: {why}; {todo}"


def _lines_that_use(module: str, found: Iterable[Use], imports: set[int]) -> list[int]:
    inside = (use.line for use in found if f"{use.name}.".startswith(f"{module}."))
    return sorted({line for line in inside if line not in imports})


def _allowed(rubric: RubricFile) -> set[str]:
    parts = [*packages.parts(tuple(rubric.packages)), *packages.light(rubric.light)]
    return {part.name.partition(".")[0] for part in parts} | sys.stdlib_module_names


def _missing(one: Import, allowed: Set[str], light: Sequence[str]) -> str | None:
    """What is missing for an import: the package, or a part of an installed one."""
    if one.top not in allowed:
        return one.top
    within = [name for name in one.candidates if any(f"{name}.".startswith(f"{gone}.") for gone in NOWHERE)]
    if within:
        return within[0]
    if one.top in light:
        return _missing_of_light(one)
    return _missing_of_numpy(one) if one.top == "numpy" else None


def _missing_of_light(one: Import) -> str | None:
    (folder,) = (part for part in packages.light([one.top]) if part.name == one.top)
    place = folder.joinpath(*one.module.split(".")[1:])
    source = next((path for path in (place / "__init__.py", place.with_suffix(".py")) if path.is_file()), None)
    if source is None:
        return one.module
    known = {*_defined(source), *(path.stem for path in place.glob("*"))}
    return next((f"{one.module}.{name}" for name in one.names if name not in known and name != "*"), None)


def _defined(source: Path) -> Iterator[str]:
    for node in ast.parse(source.read_bytes()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _missing_of_numpy(one: Import) -> str | None:
    if not _has_module(one.module):
        return one.module
    module = sys.modules.get(one.module)
    names = [] if module is None else [name for name in one.names if name != "*" and name not in missing_names()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of names that NumPy will soon have no more
        gone = (name for name in names if not hasattr(module, name) and not _has_module(f"{one.module}.{name}"))
        return next((f"{one.module}.{name}" for name in gone), None)


def _has_module(name: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def _may_name(gone: Iterable[str], content: bytes) -> bool:
    """Whether it is worth a closer look, which takes its time."""
    names = "|".join(gone)
    return re.search(rf"\.\s*(?:{names})\b|\bfrom\s+numpy\s+import\b".encode(), content) is not None


def _of_old_names(own: OwnFiles, uses_of: UsesOf) -> Iterator[str]:
    gone = missing_names()
    places: dict[str, dict[str, None]] = {}
    for file in filter(lambda name: _may_name(gone, own.sources[name]), own.sources):
        for use in uses_of(file):
            module, _, name = use.name.partition(".")
            name = name.partition(".")[0]
            if module == "numpy" and name in gone:
                places.setdefault(name, {})[f"{file}, line {use.line}"] = None
    for name, found in places.items():
        first, *others = found
        more = f" (and {len(others)} more)" if others else ""
        old = gone[name]
        yield f"{first}{more} uses np.{name}, which NumPy {old.version} removed: write {old.instead}"


def _of_places(own: OwnFiles) -> Iterator[str]:
    """One line for all, with the first of them."""
    asked = [(one, module) for one in own.imports for module in own.asked_for(one)]
    found = {module: (one, place) for one, module in asked if (place := own.elsewhere(module)) is not None}
    for module, (one, place) in list(found.items())[:1]:
        more = f", and so for {len(found) - 1} more modules" if found.keys() - {module} else ""
        yield f"{one.place} imports {module}: {place.replace('.', '/')}.py was taken for it{more}"
