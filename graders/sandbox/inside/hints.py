"""What may help with an exception of student code: where an attribute would have been assigned, what to import."""

from __future__ import annotations

import ast
import contextlib
import difflib
import linecache
import os
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

from .elsewhere import NEARLY, places
from .faces import is_face
from .origin import is_below

_MAX = 200


class _Assignment(NamedTuple):
    """A line that assigns an attribute, in a function, under the `if` of another line (0 for none)."""

    condition: int
    line: int
    function: str


def assignment(owner: object, name: object, root: str) -> dict[str, str]:
    """Where the class of an object assigns an attribute that the object lacks, and under which `if`, if it does.

    Of what only passes for one of theirs there is nothing to say: their lines haven't run.
    """
    if is_face(type(owner)):
        return {}
    with contextlib.suppress(Exception):  # the object, its class and its file are the student's
        for kind in type(owner).__mro__:
            path = str(getattr(sys.modules.get(kind.__module__), "__file__", None))
            found = list(_in_class(path, kind.__name__, name)) if is_below(path, root) else []
            if found:
                condition, line, function = min(found, key=lambda one: one.condition)  # one without, if there is
                under = linecache.getline(path, condition).strip() if condition else ""
                place = f"{os.path.relpath(path, root)}, line {line}, in {function}"
                return {"assigned": place[:_MAX], "under": under[:_MAX]}
    return {}


def import_that_works(code: str, missing: object, path: str, root: str) -> dict[str, str]:
    """The name under which a module can be imported that is in the submission, but not where the code looks for it.

    Where several are there of its name, these.
    """
    match = re.match(r"(?:from|import)\s+([\w.]+)", code)
    parts = match.group(1).split(".") if match else []
    if not isinstance(missing, str):
        return {}
    if parts[: missing.count(".") + 1] == missing.split("."):
        beside = os.path.relpath(os.path.dirname(path), root).split(os.sep)
        for names in [*(parts[start:] for start in range(1, len(parts))), [*beside, *parts]]:
            if os.path.isfile(os.path.join(root, *names) + ".py"):
                return {"meant": ".".join(names)[:_MAX]}
    return near(missing, root)


def near(module: str, root: str) -> dict[str, str]:
    """What the submission has of nearly that module's name: the one that is meant, or all that may be."""
    known = places(root)
    last = module.rpartition(".")[2].casefold()
    close = [last] if last in known else difflib.get_close_matches(last, known, n=1, cutoff=NEARLY)
    found = [place for name in close for place in known[name] if place != module]
    if len(found) == 1:
        return {"meant": found[0][:_MAX]}
    return {"near": " or ".join(f"{place.replace('.', '/')}.py" for place in found)[:_MAX]} if found else {}


def foreign(missing: object, root: str) -> dict[str, str]:
    """The package that was looked for, unless the submission has something of the name."""
    top = missing.partition(".")[0] if isinstance(missing, str) else ""
    is_own = any(os.path.exists(os.path.join(root, name)) for name in (top, f"{top}.py"))
    return {} if not top or is_own else {"banned": top[:_MAX]}


def _in_class(path: str, kind: str, name: object) -> Iterator[_Assignment]:
    """The assignments to attributes of this name in a class of a file."""
    for node in ast.parse("".join(linecache.getlines(path))).body:
        if isinstance(node, ast.ClassDef) and node.name == kind:
            yield from _below(node, name, "", 0)
            return


def _below(node: ast.AST, name: object, function: str, condition: int) -> Iterator[_Assignment]:
    """Those below a node that is in this function, and under the `if` of this line."""
    if isinstance(node, ast.FunctionDef):
        function = node.name
    if function and isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store):
        yield _Assignment(condition, node.lineno, function)
    for field, child in _children(node):
        inside = node.lineno if isinstance(node, ast.If) and field == "body" else condition
        yield from _below(child, name, function, inside)


def _children(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """The nodes of each field, but for the target of `+=`: that adds to what has to be there already."""
    for field, value in ast.iter_fields(node):
        if isinstance(node, ast.AugAssign) and field == "target":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield field, child
