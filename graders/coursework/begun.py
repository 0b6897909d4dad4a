"""Whether a part of a submission is begun: what isn't there, or does nothing yet, as starter code leaves it, is not.

Sources are read, and nothing is run. A function does nothing yet if all that it has is `pass`, `...`, a raise, names
that it takes out of others (`rows, columns = X.shape`), a call of a method of its own whose result it leaves, and
`return` without a value, of None, of `...` or of a name that nothing was assigned to.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from graders.coursework.rubric import RubricFile, Section

MAX_BYTES = 1 << 20
"""Of a file that is read."""
MAX_BASES = 8
"""Of classes that a method is looked for in."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_HARMLESS = (ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Raise, ast.Assert)
_TAKEN_OUT = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.Starred, ast.expr_context)
"""What an expression has that takes something out of something else, and computes nothing."""


class Part(NamedTuple):
    """A class, a function or a method, and the files that may define it; `method` is empty for a class as a whole."""

    name: str
    method: str
    files: Sequence[str]


def part_of(rubric: RubricFile, dotted: str) -> Part | None:
    """The part that a dotted name means, `neural_networks.layers.Conv2D.forward` say; None where modules lacks it."""
    for module, names in rubric.modules.items():
        name, _, method = dotted.removeprefix(f"{module}.").partition(".")
        if dotted.startswith(f"{module}.") and name in names:
            return Part(name, method, names[name])
    return None


def is_absent(folder: Path, rubric: RubricFile, section: Section) -> bool:
    """Whether a section is practice of which a submission has begun nothing."""
    parts = [part_of(rubric, name) for name in section.practice]
    return bool(parts) and not any(part is not None and is_begun(folder, part) for part in parts)


def is_begun(folder: Path, part: Part) -> bool:
    """Whether one of the files defines it with anything to do in it; a file that doesn't parse may."""
    return any(_begins(folder / file, part) for file in part.files)


def _begins(path: Path, part: Part) -> bool:
    try:
        text = source_of(path)
    except OSError:
        return False
    try:
        return _defines(_defined(parsed(text).body), part)
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # thousands of branches go deep, too
        return part.name in text


def source_of(path: Path) -> str:
    """The beginning of a file's source; of a notebook that of the module beside it which is made of it."""
    return path.with_suffix(".py").read_bytes()[:MAX_BYTES].decode("utf-8-sig", "replace")


def parsed(text: str) -> ast.Module:
    """A student's source as a tree; what Python would warn of is no matter here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _defines(defined: Mapping[str, ast.stmt], part: Part) -> bool:
    found = defined.get(part.name)
    if isinstance(found, ast.ClassDef):
        return _class_begins(found, part.method, defined)
    return found is not None and not _is_idle(found)


def _defined(body: Sequence[ast.stmt]) -> dict[str, ast.stmt]:
    """What statements give names to, in branches too; of several of one name the last."""
    found: dict[str, ast.stmt] = {}
    for statement in body:
        for field in ("body", "orelse", "handlers", "finalbody"):
            if not isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
                found |= _defined(getattr(statement, field, []))
        found |= dict.fromkeys(_names(statement), statement)
    return found


def _names(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield statement.name
        case ast.Import() | ast.ImportFrom():
            yield from (alias.asname or alias.name for alias in statement.names)
        case ast.Assign(targets=targets):
            yield from (name for target in targets for name in _stored(target))
        case ast.AnnAssign(target=target, value=ast.expr()):
            yield from _stored(target)


def _stored(target: ast.expr) -> Iterator[str]:
    return (node.id for node in ast.walk(target) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _class_begins(cls: ast.ClassDef, method: str, defined: Mapping[str, ast.stmt], left: int = MAX_BASES) -> bool:
    """Whether the class, or one of the same file that it is made of, has the method, or any, with something in it."""
    here = _methods(cls, method)
    if here or left == 0:
        return not all(map(_is_idle, here))
    bases = [defined.get(base.id) for base in cls.bases if isinstance(base, ast.Name)]
    return any(_base_begins(base, method, defined, left - 1) for base in bases)


def _methods(cls: ast.ClassDef, method: str) -> list[ast.stmt]:
    """What defines the method in the class itself; without one, its public methods."""
    own = _defined(cls.body)
    if method:
        return [own[method]] if method in own else []
    return [statement for name, statement in own.items() if not name.startswith("_")]


def _is_idle(statement: ast.stmt) -> bool:
    return isinstance(statement, _FUNCTIONS) and _does_nothing(statement)


def _base_begins(base: ast.stmt | None, method: str, defined: Mapping[str, ast.stmt], left: int) -> bool:
    """Of one that comes from another file it isn't known, but for those of the standard library's `abc`."""
    if isinstance(base, ast.ClassDef):
        return _class_begins(base, method, defined, left)
    return isinstance(base, ast.ImportFrom) and base.module != "abc"


def _does_nothing(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    bound = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    return all(_is_nothing(statement, bound) for statement in function.body)


def _is_nothing(statement: ast.stmt, bound: set[str]) -> bool:
    """Whether a statement of a function computes nothing; names that it gives a value to are `bound` from then on."""
    match statement:
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant) or _is_own_call(value)
        case ast.Return(value=value):
            return value is None or _is_no_value(value, bound)
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return value is None or _takes_out(statement, value, bound)
        case ast.If(body=body, orelse=orelse):
            return all(_is_nothing(one, bound) for one in [*body, *orelse])
    return isinstance(statement, _HARMLESS)


def _takes_out(statement: ast.stmt, value: ast.expr, bound: set[str]) -> bool:
    if not all(isinstance(node, _TAKEN_OUT) for node in ast.walk(value)):
        return False
    if not _is_no_value(value, bound):
        bound.update(_names(statement))
    return True


def _is_no_value(value: ast.expr, bound: set[str]) -> bool:
    match value:
        case ast.Constant(value=constant):
            return constant is None or constant is ...
        case ast.Name(id=name):
            return name not in bound
        case ast.Tuple(elts=parts):
            return all(_is_no_value(part, bound) for part in parts)
    return False


def _is_own_call(value: ast.expr) -> bool:
    """`self._init_parameters(X.shape)`: what it returns is left."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"))):
            return True
    return False
