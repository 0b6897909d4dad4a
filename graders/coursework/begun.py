"""Whether a part of a submission is begun: it isn't if it is missing, or does nothing yet, as in starter code.

Sources are read, and nothing is run. A function does nothing yet if all that it has is `pass`, `...`, a raise, names
that it takes out of others (`rows, columns = X.shape`, `eps = param.get("eps", 1e-5)`), names for what is empty so far
(`loss, grads = 0.0, {}`), branches and loops with nothing else in them, a call of one of its methods whose result it
leaves, and `return` without a value, of None, of `...` or of a name that has no value, or an empty one.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from graders.coursework.reading import MAX_SOURCE, beginning
from graders.coursework.rubric import RubricFile, Section
from graders.coursework.syntax import has_endless_name

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BRANCHES = ("body", "orelse", "handlers", "finalbody")
_HARMLESS = (ast.Pass, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Raise, ast.Assert)
_TAKEN_OUT = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.Starred, ast.expr_context)
"""What an expression has that takes something out of something else, and computes nothing."""
_CHOICE = (ast.IfExp, ast.Compare, ast.cmpop, ast.keyword)
"""What it may have besides where names in a function are given their values."""
_FETCHING = frozenset({"get", "astype", "copy", "items", "range", "xrange", "enumerate", "len"})
"""Functions and methods that give what is there, or count it."""
_EMPTY = frozenset({"zeros", "zeros_like", "empty", "empty_like"})
"""Functions that make what is to be filled."""


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


@dataclass(frozen=True)
class Definition:
    """What a name stands for in a file: a class with its methods and bases by name, a function, an import, a value.

    `idle` is what does nothing yet: of a class the methods, of a function itself.
    """

    is_class: bool = False
    idle: bool = False
    methods: Mapping[str, bool] = field(default_factory=dict)
    """Whether each does nothing yet."""
    lines: Mapping[str, list[int]] = field(default_factory=dict)
    """Of each method, and of a function or an empty class under "", its first line, that in which its last statement
    begins, and its last."""
    keeping: Sequence[str] = ()
    """The methods that only keep what they are given, and may be all that they should be."""
    bases: Sequence[str] = ()
    imported_from: str | None = None
    """The module, "" for one beside the file; None for what isn't imported from one."""


Outline = Mapping[str, Definition]
"""What a file defines, by name."""
Outlines = Callable[[str], Outline | None]
"""The outline of a file of the submission, None where there is none; one that doesn't parse defines what it names."""


def is_absent(outlines: Outlines, rubric: RubricFile, section: Section) -> bool:
    """Whether a section is practice of which a submission has begun nothing."""
    parts = [part_of(rubric, name) for name in section.practice]
    return bool(parts) and not any(part is not None and is_begun(outlines, part) for part in parts)


def is_begun(outlines: Outlines, part: Part) -> bool:
    """Whether one of the files defines it with anything to do in it; a file that doesn't parse may."""
    return any(_begins(outline, part) for file in part.files if (outline := outlines(file)) is not None)


def files_of_practice(rubric: RubricFile) -> list[str]:
    """The files in which practice may be begun."""
    parts = [part_of(rubric, name) for section in rubric.sections for name in section.practice]
    return list(dict.fromkeys(file for part in parts if part is not None for file in part.files))


def outline(path: Path) -> dict[str, Definition] | None:
    """What a file defines, plain data; None where there is no file."""
    try:
        return {name: _definition(statement) for name, statement in _defined(parsed(source_of(path)).body)}
    except OSError:
        return None
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # thousands of branches go deep, too
        return mentioned(path)


def idle_script(path: Path) -> int | None:
    """The last line of a file that does nothing yet when run, unless all of its functions are begun; else None."""
    try:
        body = parsed(source_of(path)).body
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    functions = {name: _is_idle(statement) for name, statement in _defined(body) if isinstance(statement, _FUNCTIONS)}
    idle = {name for name, does_nothing in functions.items() if does_nothing}
    if (functions and not idle) or not all(_runs_nothing(statement, idle) for statement in body):
        return None
    return body[-1].lineno if body else 1


def _runs_nothing(statement: ast.stmt, idle: set[str]) -> bool:
    """Whether a statement of a file only names things, or calls functions of it that do nothing yet."""
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))):
            return name in idle
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant)
        case ast.If(body=body, orelse=orelse):
            return all(_runs_nothing(one, idle) for one in [*body, *orelse])
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return value is None or not any(isinstance(node, ast.Call) for node in ast.walk(value))
    return isinstance(statement, _HARMLESS)


def mentioned(path: Path) -> dict[str, Definition]:
    """Every name in a file that can't be read as Python reads it, as one that may be begun."""
    return dict.fromkeys(re.findall(r"[^\W\d]\w*+", source_of(path)), Definition())


def source_of(path: Path) -> str:
    """The beginning of a file's source; of a notebook that of the module beside it which is made of it."""
    return beginning(path.with_suffix(".py"), MAX_SOURCE).decode("utf-8-sig", "replace")


def parsed(text: str) -> ast.Module:
    """A student's source as a tree; what Python would warn of is no matter here. ValueError where it is no source."""
    if has_endless_name(text):
        raise ValueError("a name has too many parts")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def _begins(outline: Outline, part: Part) -> bool:
    found = outline.get(part.name)
    if found is None:
        return False
    return _class_begins(part, outline) if found.is_class else not found.idle


def _class_begins(part: Part, outline: Outline) -> bool:
    """Whether the class, or one of the same file that it is made of, has the method, or any, with something in it."""
    waiting, seen = [part.name], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in outline:
            continue
        seen.add(name)
        found = outline[name]
        idle = _idle_in(found, part.method)
        if not all(idle) or _is_from_elsewhere(found):
            return True
        waiting += [] if idle else found.bases
    return False


def _idle_in(cls: Definition, method: str) -> list[bool]:
    """Of the methods of this name in the class itself, or of its public ones, whether they do nothing yet."""
    if method:
        return [cls.methods[method]] if method in cls.methods else []
    return [idle for name, idle in cls.methods.items() if not name.startswith("_")]


def _is_from_elsewhere(base: Definition) -> bool:
    """Whether it isn't known what a base has, for it comes from another file; the standard library's `abc` is known."""
    return base.imported_from not in (None, "abc")


def _definition(statement: ast.stmt) -> Definition:
    match statement:
        case ast.ClassDef(body=body, bases=bases):
            methods = {name: _is_idle(method) for name, method in _defined(body)}
            named = tuple(base.id for base in bases if isinstance(base, ast.Name))
            lines = {name: _lines(method) for name, method in _defined(body) if isinstance(method, _FUNCTIONS)}
            if not bases and all(_is_nothing(one, set()) for one in body):
                lines = {"": _lines(statement)}
            keeping = [
                name for name, method in _defined(body) if isinstance(method, _FUNCTIONS) and _only_keeps(method)
            ]
            return Definition(is_class=True, methods=methods, lines=lines, keeping=keeping, bases=named)
        case ast.ImportFrom(module=module):
            return Definition(imported_from=module or "")
    lines = {"": _lines(statement)} if isinstance(statement, _FUNCTIONS) else {}
    return Definition(idle=_is_idle(statement), lines=lines)


def _lines(defined: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> list[int]:
    return [defined.lineno, defined.body[-1].lineno, defined.end_lineno or defined.lineno]


def _defined(body: Sequence[ast.stmt]) -> Iterator[tuple[str, ast.stmt]]:
    """What statements give names to, in branches too; of several of one name the last one counts."""
    waiting: list[ast.AST] = [*reversed(body)]
    while waiting:
        statement = waiting.pop()
        if isinstance(statement, ast.stmt):
            yield from ((name, statement) for name in _names(statement))
        if not isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
            inside = [one for part in _BRANCHES for one in getattr(statement, part, [])]
            waiting += reversed(inside)


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


def _is_idle(statement: ast.stmt) -> bool:
    return isinstance(statement, _FUNCTIONS) and _does_nothing(statement)


def _does_nothing(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    bound = {argument.arg for argument in ast.walk(function.args) if isinstance(argument, ast.arg)}
    return all(_is_nothing(statement, bound) for statement in function.body)


def _only_keeps(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether all of it is to keep what it is given, `self.X = X`, with nothing that is left to be done."""
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    keeps = any(isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) for node in nodes)
    return keeps and not any(_is_left(node) for node in nodes)


def _is_left(node: ast.AST) -> bool:
    """Whether it stands where something is to be written."""
    nothing = isinstance(node, ast.Constant) and (node.value is None or node.value is ...)
    return nothing or isinstance(node, ast.Pass | ast.Raise | ast.Return)


def _is_nothing(statement: ast.stmt, bound: set[str]) -> bool:
    """Whether a statement of a function computes nothing; names that it gives a value to are `bound` from then on."""
    match statement:
        case ast.Expr(value=value):
            return isinstance(value, ast.Constant) or _is_own_call(value) or _called(value) == "seed"
        case ast.Return(value=value):
            return value is None or _is_no_value(value, bound)
        case ast.Assign(value=value) | ast.AnnAssign(value=value):
            return value is None or _takes_out(statement, value, bound)
        case ast.If(body=body, orelse=orelse):
            return all(_is_nothing(one, bound) for one in [*body, *orelse])
        case ast.For(iter=over, body=body, orelse=orelse):
            bound.update(_stored(statement.target))
            return _only_fetches(over) and all(_is_nothing(one, bound) for one in [*body, *orelse])
    return isinstance(statement, _HARMLESS)


def _takes_out(statement: ast.stmt, value: ast.expr, bound: set[str]) -> bool:
    if _is_local(statement) and _is_empty(value):
        return True
    if not (_only_fetches(value) if _is_local(statement) else _only_has(value, _TAKEN_OUT)):
        return False
    if not _is_no_value(value, bound):
        bound.update(_names(statement))
    return True


def _is_local(statement: ast.stmt) -> bool:
    """Whether it gives values to names of the function alone, and to none that other functions see."""
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return bool(targets) and all(isinstance(target, ast.Name | ast.Tuple) for target in targets)


def _only_has(value: ast.expr, kinds: tuple[type[ast.AST], ...]) -> bool:
    return all(isinstance(node, kinds) for node in ast.walk(value))


def _only_fetches(value: ast.expr) -> bool:
    """Whether it takes something out of something else, with a default that may be empty."""
    if isinstance(value, ast.Call) and _called(value) in _FETCHING:
        arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
        return all(_is_empty(one) or _only_fetches(one) for one in arguments)
    return _only_has(value, (*_TAKEN_OUT, *_CHOICE))


def _called(value: ast.expr) -> str:
    """The last name of what is called: `zeros` of `np.zeros(3)`; empty for what is no call."""
    match value:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name
    return ""


def _is_empty(value: ast.expr) -> bool:
    """`0.0`, `{}`, `np.zeros((N, D))`: what is to be filled."""
    match value:
        case ast.Constant(value=int() | float() as number):
            return number == 0
        case ast.Dict(keys=[]) | ast.List(elts=[]):
            return True
        case ast.Tuple(elts=[_, *_] as parts):
            return all(_is_empty(part) for part in parts)
        case ast.Call():
            return _called(value) in _EMPTY
    return False


def _is_no_value(value: ast.expr, bound: set[str]) -> bool:
    """Whether it has none; of several, since nothing is computed, one that has none is enough."""
    match value:
        case ast.Constant(value=constant):
            return constant is None or constant is ...
        case ast.Name(id=name) | ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="astype")):
            return name not in bound
        case ast.Tuple(elts=parts):
            return not parts or any(_is_no_value(part, bound) for part in parts)
    return False


def _is_own_call(value: ast.expr) -> bool:
    """`self._init_parameters(X.shape)`: what it returns is left."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="self"))):
            return True
    return False
