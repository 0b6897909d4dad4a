"""Documents with parts that are made of the code: between two marks, whatever stands there is made again."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path


def between(text: str, begin: str, end: str, content: str) -> str:
    """The text with this content between the marks; ValueError where they aren't there."""
    before, found, rest = text.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"there is no {begin.strip()} followed by {end.strip()}")
    return before + begin + content + end + after


def descriptions(file: Path, name: str) -> dict[str, str]:
    """What is below the fields of a class in its source, by field."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    body = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name).body
    found = {}
    for field, text in pairwise(body):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(said))):
                found[name] = " ".join(said.split())
    return found
