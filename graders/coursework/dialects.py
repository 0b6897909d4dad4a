"""Whose homework is it? Several sections that fail in the way of another course or year show a dialect, in a line.

A sign is one place where student code keeps to another convention. A single mistake shows in several sections where
one is built on another, but always in the same component: so a sign counts in the first section that shows its
component, and sections have to agree: two in one manner, or three in several.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from graders.coursework.begun import parsed, source_of
from graders.coursework.record import CheckResult, Manner, Sign, loses
from graders.coursework.rubric import Dialect, Reveal, RubricFile, Section

AGREEING = 2
"""Sections that have to show one manner."""
AGREEING_IN_SEVERAL = 3
"""Sections that have to show a manner each."""
WORDS = {
    Manner.MORE: "functions take more than they are given",
    Manner.FEWER: "functions take less than they are given",
    Manner.BATCH: "the division by the batch size is in another place",
    Manner.TUPLE: "functions return a tuple where an array is expected",
    Manner.ALTERNATING: "layers and activations alternate in one list",
    Manner.NAMES: "gradients have other names",
}
_PARAMETER = r"(?P<{}>w|b)(?:eights?|ias(?:es)?)?"
_GRADIENT = re.compile(
    rf"(?:d|dl_?d|dj_?d|grad|delta)_?{_PARAMETER.format('after')}|{_PARAMETER.format('before')}_?grads?", re.IGNORECASE
)
"""What courses call the gradient in a weight or a bias."""
Known = Callable[[], Collection[str]]
Shown = Mapping[Manner, Sequence[str]]
"""By manner the sections that show it, in the rubric's order."""


def dialect_of(rubric: RubricFile, folder: Path, results: Mapping[str, CheckResult], known: Known) -> str:
    """A line on what is another homework's way in a submission, empty mostly; `known` says which homeworks there are.

    A sign of an attribute that isn't there counts where the class in `folder` shows why.
    """
    if rubric.reveal is Reveal.NOTHING:
        return ""
    shown = _shown(rubric.sections, _Classes(folder, rubric.files), results)
    agreeing = {section for sections in shown.values() for section in sections}
    if not any(len(found) >= AGREEING for found in shown.values()) and len(agreeing) < AGREEING_IN_SEVERAL:
        return ""
    ways = "; ".join(f"{WORDS[manner]} ({', '.join(sections)})" for manner, sections in shown.items())
    return f"This looks like the homework of another course or year: {ways}. {_whose(rubric, shown, known)}"


def _whose(rubric: RubricFile, shown: Shown, known: Known) -> str:
    fitting = [one for one in rubric.dialects if shown.keys() <= set(one.manners)]
    if not fitting:
        return "No homework that gradmark knows asks for it."
    return _named(fitting[0], known)


def _named(dialect: Dialect, known: Known) -> str:
    if dialect.homework in known():
        return f"{dialect.title} asks for it: --homework {dialect.homework} marks it by that rubric."
    return f"{dialect.title} asks for it, but gradmark doesn't have that homework."


def _shown(sections: Iterable[Section], classes: _Classes, results: Mapping[str, CheckResult]) -> Shown:
    found: dict[Manner, list[str]] = {}
    first: dict[str, str] = {}
    for section in sections:
        for sign in _signs(section, classes, results):
            if first.setdefault(sign.of, section.id) == section.id and section.id not in found.get(sign.manner, ()):
                found.setdefault(sign.manner, []).append(section.id)
    return found


def _signs(section: Section, classes: _Classes, results: Mapping[str, CheckResult]) -> Iterator[Sign]:
    """Those of the checks that cost the section, unless it fails for its parts."""
    found = list(_raw(section, results))
    if any(sign.manner is Manner.NONE for sign in found):
        return
    for sign in found:
        manner = classes.why_missing(sign) if sign.manner is Manner.MISSING else sign.manner
        if manner is not None:
            yield Sign(manner=manner, of=sign.of)


def _raw(section: Section, results: Mapping[str, CheckResult]) -> Iterator[Sign]:
    failed = [results[check] for check in section.checks if check in results and loses(results[check])]
    yield from (check.sign for check in failed if isinstance(check.sign, Sign))


class _Classes:
    """The classes of a submission by their names in small letters, as instances are called in a check."""

    def __init__(self, folder: Path, files: Sequence[str]) -> None:
        self._folder = folder
        self._files = files
        self._found: dict[str, ast.ClassDef] | None = None

    def why_missing(self, sign: Sign) -> Manner | None:
        """Which manner makes an attribute missing, if one does."""
        if self._found is None:
            self._found = {cls.name.lower(): cls for file in self._files for cls in _classes(self._folder / file)}
        cls = self._found.get(sign.of)
        if cls is None:
            return None
        if _alternates(cls):
            return Manner.ALTERNATING
        return Manner.NAMES if _has_under_another_name(cls, sign.asked) else None


def _classes(path: Path) -> list[ast.ClassDef]:
    try:
        return [node for node in ast.walk(parsed(source_of(path))) if isinstance(node, ast.ClassDef)]
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _alternates(cls: ast.ClassDef) -> bool:
    """Whether a list of new objects has one kind at its even places and others at its odd ones."""
    lists = [node.elts for node in ast.walk(cls) if isinstance(node, ast.List)]
    return any(_is_alternating([_called(entry) for entry in entries]) for entries in [*lists, _appended(cls)])


def _is_alternating(names: Sequence[str]) -> bool:
    even, odd = set(names[::2]), set(names[1::2])
    return len(even) == 1 and bool(odd) and "" not in even | odd and even.isdisjoint(odd)


def _appended(cls: ast.ClassDef) -> list[ast.expr]:
    """What is appended to lists, one after the other."""
    calls = [node for node in ast.walk(cls) if isinstance(node, ast.Call) and len(node.args) == 1]
    return [node.args[0] for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "append"]


def _called(entry: ast.expr) -> str:
    """`Linear` for `Linear(2, 3)` and `nn.Linear(2, 3)`; empty for anything else."""
    match entry:
        case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
            return name
    return ""


def _has_under_another_name(cls: ast.ClassDef, asked: str) -> bool:
    """Whether the class never assigns this gradient, but one in the same parameter as another attribute or entry."""
    stored = [node for node in ast.walk(cls) if isinstance(getattr(node, "ctx", None), ast.Store)]
    names = {name for node in stored for name in _stored_under(node)}
    return asked not in names and _parameter(asked) in {_parameter(name) for name in names} - {""}


def _parameter(name: str) -> str:
    """`w` for `dLdW`, `grad_W`, `weights_grad`; empty for what is no gradient."""
    found = _GRADIENT.fullmatch(name)
    return (found["after"] or found["before"]).lower() if found else ""


def _stored_under(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Attribute(attr=name) | ast.Subscript(slice=ast.Constant(value=str(name))):
            yield name
