"""What a file of a submission's says without being run: whether it compiles, what it imports, and what it defines."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from graders.coursework.notebooks import MAX_BYTES as MAX_NOTEBOOK
from graders.coursework.notebooks import module_source
from graders.coursework.reading import MAX_SOURCE, beginning
from graders.coursework.syntax import has_endless_name

KINDS = (".py", ".ipynb")
"""Files that are modules, or become ones."""
_IMPORTING = ("importlib", "runpy", "imp")
"""Modules with which others are imported whose names only a run would show; and all that begin alike."""
_HARMLESS_DECORATORS = {"staticmethod", "classmethod", "property"}


class Source(msgspec.Struct, frozen=True):
    """A Python file, or the module that a notebook makes.

    `imports` are modules, with as many dots before them as are written; of `from a import b` both `a` and `a.b`.
    `names` are those that it defines at its top. It is `quiet` if importing it does nothing but define. `broken` says
    why it doesn't compile, with the line.
    """

    imports: list[str] = []
    names: list[str] = []
    quiet: bool = False
    broken: str = ""


def joined(before: Source, after: Source) -> Source:
    """What holds of a file before and after it was changed, for whatever depended on it, or does so now."""
    return Source(
        imports=sorted({*before.imports, *after.imports}),
        names=sorted({*before.names}.intersection(after.names)),
        quiet=(before.quiet or bool(before.broken)) and (after.quiet or bool(after.broken)),
        broken=before.broken and after.broken,
    )


def source_of(file: Path) -> Source:
    """What a file is; one that can't be read is as one that may do anything."""
    try:
        content = _python(file)
        if len(content) > MAX_SOURCE or has_endless_name(content):
            return Source()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(content)
            compile(tree, file.name, "exec", dont_inherit=True)  # some mistakes show only then: `return` outside
    except SyntaxError as error:
        return Source(broken=_where(error))
    except (OSError, ValueError, RecursionError, MemoryError):
        return Source()
    return Source(sorted(set(_imports(tree))), sorted(set(_names(tree.body))), _is_quiet(tree.body))


def _python(file: Path) -> bytes:
    if file.suffix != ".ipynb":
        return beginning(file)
    return module_source(beginning(file, MAX_NOTEBOOK), file.name).encode()


def _where(error: SyntaxError) -> str:
    line = f"line {error.lineno}: " if error.lineno else ""
    return f"{line}{error.msg}"


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                yield from (ANYTHING if alias.name.startswith(_IMPORTING) else alias.name for alias in node.names)
            case ast.ImportFrom(module=str(name)) if name.startswith(_IMPORTING):
                yield ANYTHING
            case ast.ImportFrom():
                module = "." * node.level + (node.module or "")
                yield module
                dot = "" if module.endswith(".") else "."
                yield from (f"{module}{dot}{alias.name}" for alias in node.names if alias.name != "*")
            case ast.Call(func=ast.Name("__import__" | "exec" | "eval")):
                yield ANYTHING


ANYTHING = "*"
"""Stands among imports for those that only a run would show."""


def _names(body: Iterable[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign():
                yield from (target.id for target in node.targets if isinstance(target, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                yield name


def _is_quiet(body: Iterable[ast.stmt]) -> bool:
    return all(map(_defines, body))


def _defines(node: ast.stmt) -> bool:
    """Whether a statement only defines something: no other file can find anything changed by it."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Pass() | ast.Expr(value=ast.Constant()):
            return True
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            defaults = [default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None]
            return not any(map(_calls, defaults)) and all(map(_is_harmless, node.decorator_list))
        case ast.ClassDef(decorator_list=[], keywords=[]):
            return not any(map(_calls, node.bases)) and _is_quiet(node.body)
        case ast.Assign():
            return all(isinstance(target, ast.Name) for target in node.targets) and not _calls(node.value)
        case ast.AnnAssign(target=ast.Name()):
            return node.value is None or not _calls(node.value)
        case ast.If(test=ast.Compare(left=ast.Name(id="__name__")), orelse=[]):
            return True
        case ast.Expr(value=ast.Call(func=ast.Attribute(ast.Name("standard_library"), "install_aliases"))):
            return True  # of `future`, as courses' starter code has it: Python 3 has nothing to install
        case ast.Try(finalbody=[]):
            return _is_quiet([*node.body, *node.orelse, *(inner for each in node.handlers for inner in each.body)])
    return False


def _is_harmless(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Name) and decorator.id in _HARMLESS_DECORATORS


def _calls(expression: ast.expr) -> bool:
    """Whether it may run code: a call, or a comprehension that could hold one."""
    return any(isinstance(node, ast.Call | ast.NamedExpr | ast.Await) for node in ast.walk(expression))
