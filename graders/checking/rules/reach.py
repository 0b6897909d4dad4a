"""A source as Python reads it, and which of its statements a class or function depends on."""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Iterator

from graders.checking.failures import RuleBroken
from graders.coursework.reading import MAX_SOURCE
from graders.coursework.syntax import MAX_PARTS, has_endless_name
from graders.sandbox.apart import with_memory_to_spare

_SPLIT = "Split its longest expression."


def parsed(source: str | bytes) -> ast.Module:
    """Its tree. As bytes: Python obeys a byte order mark and a line that names an encoding, which in a str it doesn't.

    CheckFailed for what can't be read here and could run all the same; SyntaxError, ValueError or MemoryError for what
    can't run: whatever runs it says so.
    """
    content = source if isinstance(source, bytes) else source.encode()
    if len(content) > MAX_SOURCE:
        raise RuleBroken(f"the source has more than {MAX_SOURCE >> 10} KiB", "Leave data and generated code out.")
    if has_endless_name(content):
        raise RuleBroken(f"the source has a name of more than {MAX_PARTS} parts", "Leave data and generated code out.")
    try:
        return ast.parse(content)
    except RecursionError:
        raise RuleBroken("the source is nested too deeply to be read", _SPLIT) from None
    except MemoryError:
        if _can_run(content):
            raise RuleBroken("the source takes too much memory to be read", _SPLIT) from None
        raise
    except SyntaxError as error:
        if str(error).startswith("unknown encoding"):  # a codec that other code of the submission makes, perhaps
            raise RuleBroken(f"the source names an {error.msg}", "Save it as UTF-8.") from None
        raise


def _can_run(content: bytes) -> bool:
    """Whether it is memory alone that lacks for a tree: the parser says the same of too many brackets in each other.

    Code takes less than the tree, and is made by the same parser.
    """
    try:
        with with_memory_to_spare():
            compile(content, "<source>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


@contextlib.contextmanager
def deep_recursion() -> Iterator[None]:
    """Python reads expressions three thousand deep; following one takes several calls for each level."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(100_000)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def reached(tree: ast.Module, name: str) -> list[ast.stmt]:
    """Those that bind this name, and whatever they name, and so on; with all that `from x import *` may bring."""
    with deep_recursion():
        top = _top_level(tree.body)
    found: dict[int, ast.stmt] = {}
    waiting, followed = [name], set[str]()
    while waiting:
        wanted = waiting.pop()
        key = wanted if wanted in top else "*"
        if key in followed:
            continue
        followed.add(key)
        for statement in top.get(key, []):
            if id(statement) not in found:
                found[id(statement)] = statement
                waiting += [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
    return list(found.values())


def lines_of(statement: ast.stmt) -> range:
    """The numbers of its lines."""
    return range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)


def _top_level(body: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """The statements that bind each name of a module; those under "*" may bind any."""
    top: dict[str, list[ast.stmt]] = {}
    for statement in body:
        for name in _bound(statement):
            top.setdefault(name, []).append(statement)
    return top


def _bound(statement: ast.stmt) -> Iterator[str]:
    match statement:
        case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in aliases)
        case ast.Assign() | ast.AnnAssign():
            yield from filter(None, map(_stored, ast.walk(statement)))
        case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
            for inner in ast.iter_child_nodes(statement):
                if isinstance(inner, ast.stmt):
                    yield from _bound(inner)
        case _:
            pass


def _stored(node: ast.AST) -> str | None:
    """The name that is assigned to, or whose attribute is: `TanhLayer.forward = ...`."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(value=ast.Name(id=name), ctx=ast.Store()):
            return name
    return None
