"""The checks in a pack's files, listed from their source without running a line."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from graders import UsageError

CHECK_ID = "gradmark_check_id"
"""The attribute of a check's function that says which check it is."""


def check_id(section_id: str, function_name: str) -> str:
    """`linear.forward` for the function `test_forward` in section `linear`."""
    return f"{section_id}.{function_name.removeprefix('test_')}"


@dataclass(frozen=True)
class CheckSource:
    """Where a check is written, and its title: the first line of its docstring."""

    id: str
    title: str
    file: Path
    function: str
    line: int


@dataclass(frozen=True)
class CheckFile:
    """The checks of a file, and a line for each function that takes the name of an earlier one."""

    checks: tuple[CheckSource, ...] = ()
    doubled: tuple[str, ...] = ()


def read_checks(folder: Path) -> list[CheckSource]:
    """The checks in a folder's `test_*.py` files, from their source alone; UsageError for a file that doesn't parse."""
    return [check for file in check_files(folder) for check in read_check_file(file).checks]


def check_files(folder: Path) -> list[Path]:
    """A folder's files of checks, by their names."""
    return sorted(folder.glob("test_*.py"))


def read_check_file(file: Path) -> CheckFile:
    """The checks in a file, from its source alone; UsageError where that doesn't parse."""
    try:
        return _checks_in(file.read_text(encoding="utf-8"), file)
    except (SyntaxError, UnicodeDecodeError, OSError) as error:
        raise UsageError(f"{file}: the checks can't be read: {error}") from None


@lru_cache(maxsize=256)
def _checks_in(source: str, file: Path) -> CheckFile:
    """A class asks for the same files with every submission."""
    functions = [node for node in ast.parse(source, str(file)).body if isinstance(node, ast.FunctionDef)]
    return CheckFile(tuple(_found(functions, file)), tuple(_doubled(functions, file)))


def _found(functions: Sequence[ast.FunctionDef], file: Path) -> Iterator[CheckSource]:
    for node in functions:
        for decorator in node.decorator_list:
            name = _section_name(decorator)
            if name is not None:
                title = (ast.get_docstring(node) or "").partition("\n")[0]
                yield CheckSource(check_id(name, node.name), title, file, node.name, node.lineno)


def _doubled(functions: Sequence[ast.FunctionDef], file: Path) -> Iterator[str]:
    first: dict[str, int] = {}
    for node in functions:
        if node.name in first:
            yield f"{file}, line {node.lineno}: {node.name} is there already, in line {first[node.name]}: rename one"
        first.setdefault(node.name, node.lineno)


def _section_name(decorator: ast.expr) -> str | None:
    match decorator:
        case ast.Call(func=ast.Name(id="section"), args=[ast.Constant(value=str(name))]):
            return name
    return None
