"""Every message that a student can meet: the texts in the code, by file, with the code of values in braces."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.support import ROOT

FOLDER = ROOT / "fixtures" / "messages" / "all"
ROOMS = ("cli", "coursework", "sandbox", "checking", "judging", "gradcheck", "probe", "marking", "reports", "homeworks")
"""The rooms whose texts students meet; what is for instructors alone is left out by its folder or file."""
FOR_INSTRUCTORS = re.compile(
    r"cli/(course|pipelines)/|cli/(class|marks|mechanical|new|pairs|pipeline|similar|validate|webpages|drafting|report\b)|"
    r"coursework/(packs|term)/|marking/(validation|drafted)/|probe/drafting/|homeworks/(\w+/)*(validation|oracle|stand_ins|cases)|"
    r""
    r"reports/(gradebooks/|catalogue|drafted|gradebook)|html/(classroom|overview)"
)
LEAST_WORDS = 3


def texts(room: str) -> str:
    """The texts of a room, by file."""
    lines: list[str] = []
    for path in sorted((ROOT / "graders" / room).rglob("*.py")):
        name = path.relative_to(ROOT / "graders").as_posix()
        found = [] if FOR_INSTRUCTORS.match(name) else list(dict.fromkeys(_texts(path)))
        lines += [f"# {name}", *found, ""] if found else []
    for path in sorted((ROOT / "graders" / room).rglob("*mistakes.toml")):
        lines += [f"# {path.relative_to(ROOT / 'graders').as_posix()}", *_said(path), ""]
    return "\n".join(lines)


def _said(path: Path) -> Iterator[str]:
    """What mistakes that are data say, and where they send a student."""
    for entries in tomllib.loads(path.read_text(encoding="utf-8")).values():
        yield from (entry[key] for entry in entries for key in ("says", "look"))


def _texts(path: Path) -> Iterator[str]:
    module = ast.parse(path.read_text(encoding="utf-8"))
    skipped = set(_documentation(module))
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(part) for part in node.values}
    for node in ast.walk(module):
        if id(node) not in skipped and (text := _template(node)) and _is_message(text):
            yield text.replace("\n", "\\n")


def _documentation(module: ast.Module) -> Iterator[int]:
    """Strings that stand alone, and formats inside of others."""
    for node in ast.walk(module):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield id(node.value)
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            yield id(node.format_spec)


def _template(node: ast.AST) -> str:
    """A text with the code in its braces."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}" for part in node.values
        )
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_message(text: str) -> bool:
    """Whether it has words enough, and is no pattern or piece of code."""
    bare = re.sub(r"\{[^}]*\}", "", text)
    words = re.findall(r"(?<![\w.\\-])[a-zA-Z][a-z']*(?![\w(])", bare)
    return len(words) >= LEAST_WORDS and not re.search(r"\(\?|\\[bswd]|^\s*(import|def|from) |</|SELECT|CREATE", text)
