"""Reads a homework's flags file: assignments of True or False to names. It is parsed, never run."""

from __future__ import annotations

import ast
from pathlib import Path

from graders import UsageError
from graders.coursework.reading import read_ordinary
from graders.coursework.syntax import has_endless_name

MAX_BYTES = 1 << 20


def read_flags(path: Path) -> dict[str, bool]:
    """Each name with its value; UsageError, with the line, for anything but assignments, docstrings and comments."""
    flags: dict[str, bool] = {}
    for statement in _parsed(path).body:
        match statement:
            case ast.Expr(value=ast.Constant(value=str())):
                continue
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=bool(value))):
                flags[name] = value
            case _:
                raise UsageError(f"{path}, line {statement.lineno}: only NAME = True or NAME = False may stand here")
    return flags


def line_of(path: Path, flag: str) -> int:
    """The line that sets a flag, the last of them; 0 where none does."""
    lines = [
        statement.lineno
        for statement in _parsed(path).body
        if isinstance(statement, ast.Assign)
        and any(isinstance(t, ast.Name) and t.id == flag for t in statement.targets)
    ]
    return max(lines, default=0)


def _parsed(path: Path) -> ast.Module:
    try:
        content = read_ordinary(path, MAX_BYTES)
        if has_endless_name(content):
            raise ValueError("a name has too many parts")
        return ast.parse(content)
    except OSError as error:
        raise UsageError(f"{path}: the flags file can't be read ({error.strerror})") from None
    except SyntaxError as error:
        line = f", line {error.lineno}" if error.lineno else ""
        raise UsageError(f"{path}{line}: {error.msg}; write NAME = True or NAME = False") from None
    except (ValueError, RecursionError, MemoryError):
        raise UsageError(f"{path}: the flags file is not Python text; write NAME = True or NAME = False") from None
