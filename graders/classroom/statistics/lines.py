"""Which lines go wrong most in a class, told by the functions and statements of the worked submission.

A student's line is held against the worked function of its name: by what it assigns, then by its text. Nothing that
students wrote is parsed.
"""

from __future__ import annotations

import ast
import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import msgspec

from graders import UsageError
from graders.classroom.store import Store
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Cause, Code
from graders.reports.html.overview import LineSummary

_CAUSES = (
    "SELECT name, json_extract(record, '$.causes') FROM submissions"
    " WHERE homework = ? AND instr(record, '\"look_at\"') > 0 AND json_extract(record, '$.causes') IS NOT NULL"
)
MOST = 12
"""Lines that are told."""
LEAST_ALIKE = 0.45
"""How alike a line has to be to a worked statement; of others the function alone is told."""
SAME_TARGET = 0.5
_DEF = re.compile(r"\s*(?:async )?def (\w+)")
_TARGET = re.compile(r"\s*([\w.]+(?:\[[^\]]*\])?)\s*(?:[-+*/@]|\*\*|//)?=(?!=)|\s*(return)\b")


@dataclass(frozen=True)
class Worked:
    """A function of the worked submission: `name` with its class, and the first line of each of its statements."""

    file: str
    name: str
    first: int
    statements: dict[int, str] = field(hash=False)

    @property
    def is_called(self) -> str:
        """Its name without the class."""
        return self.name.rpartition(".")[2]


def lines(store: Store, homework: str, names: Collection[str]) -> list[LineSummary]:
    """The worked statements at whose counterparts most of these submissions are to look, the most frequent first."""
    worked = list(_functions(homework))
    known: dict[object, tuple[Worked, int] | None] = {}
    counts: Counter[tuple[Worked, int]] = Counter()
    for name, told in store.select(_CAUSES, [homework]):
        if name in names:
            counts.update({place for one in _looks(told) if (place := _told(*one, worked, known)) is not None})
    ranked = sorted(counts.items(), key=lambda one: (-one[1], one[0][0].file, one[0][1]))
    return [
        LineSummary(of.file, of.name, line, of.statements.get(line, ""), count) for (of, line), count in ranked[:MOST]
    ]


def _looks(told: str) -> Iterator[tuple[Code, int]]:
    """The lines that stand alone, each with its function: of several it isn't known which it is."""
    try:
        causes = msgspec.json.decode(told, type=list[Cause])
    except msgspec.DecodeError:  # an older file's
        return
    for cause in causes:
        if len(cause.look_at) == 1:
            (look,) = cause.look_at
            yield from ((code, look.line) for code in cause.code if code.file == look.file and code.line(look.line))


def _told(
    code: Code, line: int, worked: Sequence[Worked], known: dict[object, tuple[Worked, int] | None]
) -> tuple[Worked, int] | None:
    """The worked function, and the line in it; many students have the same."""
    key = code.file, line - code.first, *code.lines
    if key not in known:
        known[key] = counterpart(code, line, worked)
    return known[key]


def counterpart(code: Code, line: int, worked: Sequence[Worked]) -> tuple[Worked, int] | None:
    """The worked function of a submission's, and the line that does what its line does; None where there is none."""
    found = _DEF.match(code.lines[0])
    same = [one for one in worked if found and one.is_called == found[1] and _name(one.file) == _name(code.file)]
    if not same:
        return None
    own = {text.strip() for text in code.lines}
    of = max(same, key=lambda one: len(own & set(one.statements.values())))
    best = max(of.statements, key=lambda number: _alike(code.line(line), of.statements[number]), default=of.first)
    is_it = best in of.statements and _alike(code.line(line), of.statements[best]) >= LEAST_ALIKE
    return of, best if is_it else of.first


def _alike(text: str, worked: str) -> float:
    one, other = _TARGET.match(text), _TARGET.match(worked)
    same = one is not None and other is not None and one.groups() == other.groups()
    return difflib.SequenceMatcher(None, text.strip(), worked, autojunk=False).ratio() + SAME_TARGET * same


def _name(file: str) -> str:
    return PurePosixPath(file).name.casefold()


def _functions(homework: str) -> Iterator[Worked]:
    """Those of the files that students write; nothing where there is no worked submission here."""
    try:
        found = load_homework(homework)
    except UsageError:
        return
    if found.worked is None:
        return
    for file in found.files:
        if file.endswith(".py") and (path := found.worked / file).is_file():
            yield from functions_of(path, file)


def functions_of(path: Path, file: str) -> Iterator[Worked]:
    """The functions of a worked file."""
    text = path.read_text(encoding="utf-8")
    yield from _in(ast.parse(text).body, file, text.splitlines(), "")


def _in(body: Sequence[ast.stmt], file: str, texts: Sequence[str], around: str) -> Iterator[Worked]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from _in(node.body, file, texts, f"{around}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            inner = [one for one in ast.walk(node) if isinstance(one, ast.stmt) and one is not node]
            told = {one.lineno: texts[one.lineno - 1].strip() for one in inner if not _is_text(one)}
            yield Worked(file, f"{around}{node.name}", node.lineno, told)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
