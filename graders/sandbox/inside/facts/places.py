"""The lines of the submission that an exception went through: each with the part that was at work, and its values."""

from __future__ import annotations

import ast
import contextlib
import linecache
import os
import re
from collections.abc import Iterator
from itertools import islice
from textwrap import dedent
from types import FrameType, ModuleType, TracebackType
from typing import NamedTuple

from ..origin import is_below
from .values import MAX_TEXT, Value, callable_kind, described, leaves, operands, shape_of

MOST_PLACES, MOST_VALUES = 3, 6
MAX_CODE = 200
_STOPS = re.compile(r"\b(?:breakpoint|set_trace)\s*\(")
_MAX_LINES = 12
"""Of an expression that goes over several."""

Place = list[object]
"""File, line, function, code, where the part at work begins and ends, and values: as it goes through the wire."""


class Step(NamedTuple):
    """A line that was being run, in a frame."""

    frame: FrameType
    line: int
    instruction: int


class Part(NamedTuple):
    """What of a line was at work: as it is written, the line without its margin, and from where to where in that."""

    source: str
    code: str
    caret: list[int]


def steps(trace: TracebackType | None, root: str) -> list[Step]:
    """The lines of the submission, the innermost last."""
    found = []
    while trace is not None:
        if is_below(trace.tb_frame.f_code.co_filename, root):
            found.append(Step(trace.tb_frame, trace.tb_lineno, trace.tb_lasti))
        trace = trace.tb_next
    return found


def stopped_at(error: BaseException, path: str, line: int) -> int:
    """The line of the breakpoint() that an exception comes from: the debugger stops at the one that follows."""
    if type(error).__name__ != "BdbQuit":
        return line
    before = (number for number in range(line, max(line - _MAX_LINES, 0), -1))
    return next((number for number in before if _STOPS.search(linecache.getline(path, number)[:MAX_CODE])), line)


def places(found: list[Step], root: str) -> list[Place]:
    """The innermost line, and those that called it, each once."""
    told: dict[tuple[str, int], Place] = {}
    for step in reversed(found):
        key = (step.frame.f_code.co_filename, step.line)
        if key not in told:
            told[key] = _place(step, root)
        if len(told) == MOST_PLACES:
            break
    return list(told.values())


def _place(step: Step, root: str) -> Place:
    code = step.frame.f_code
    known = part(step)
    values: list[object] = []
    with contextlib.suppress(BaseException):  # what can't be told of theirs is left out
        values = [value.plain for value in islice(_values(known, step.frame), MOST_VALUES)]
    file = os.path.relpath(code.co_filename, root)[:MAX_CODE]
    return [file, step.line, code.co_name[:MAX_TEXT], known.code, known.caret, values]


def part(step: Step) -> Part:
    """What was at work in a line, by the positions that the compiler has noted."""
    line = linecache.getline(step.frame.f_code.co_filename, step.line).rstrip()
    code = line.strip()
    position = _position(step)
    if position is None:
        return Part(code, code[:MAX_CODE], [])
    last, start, end = position
    path, margin = step.frame.f_code.co_filename, len(line) - len(line.lstrip())
    lines = [linecache.getline(path, number).rstrip("\n") for number in range(step.line, last + 1)]
    stop = _characters(lines[0], end) if len(lines) == 1 else len(line)
    caret = [max(_characters(lines[0], start) - margin, 0), min(stop - margin, MAX_CODE)]
    return Part(_cut(lines, start, end), code[:MAX_CODE], caret)


def _position(step: Step) -> tuple[int, int, int] | None:
    """The line where what was at work ends, and the columns in bytes where it begins and ends."""
    if step.instruction < 0:  # another line than the one that was being run
        return None
    found = next(islice(step.frame.f_code.co_positions(), step.instruction // 2, None), None)
    first, last, start, end = found or (None, None, None, None)
    if first != step.line or last is None or start is None or end is None:
        return None
    return (last, start, end) if last - first <= _MAX_LINES else None


def _characters(line: str, count: int) -> int:
    """How many characters this many bytes of UTF-8 are."""
    return len(line.encode()[:count].decode(errors="replace"))


def _cut(lines: list[str], start: int, end: int) -> str:
    encoded = [line.encode() for line in lines]
    encoded[-1] = encoded[-1][:end]
    encoded[0] = encoded[0][start:]
    return b"\n".join(encoded).decode(errors="replace")


def parsed(source: str) -> ast.AST | None:
    """An expression or a statement, whatever the part at work is."""
    for text in (f"({source}\n)", dedent(source)):
        with contextlib.suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            body = ast.parse(text).body[0]
            return body.value if isinstance(body, ast.Expr) else body
    return None


def _read(node: ast.AST | None, code: str) -> ast.AST | None:
    """What is taken apart, where the part at work are the names that get the values."""
    if isinstance(node, ast.Tuple):
        whole = parsed(code)
        return ast.Starred(whole.value) if isinstance(whole, ast.Assign) else node
    return node


def _values(known: Part, frame: FrameType) -> Iterator[Value]:
    """The operands, each once: modules and what is called by its own name tell nothing."""
    node = _read(parsed(known.source), known.code)
    seen = set[str]()
    for operand in operands(node) if node is not None else ():
        for leaf, value in leaves(operand, frame):
            name = ast.unparse(leaf)[:MAX_TEXT]
            is_whole = leaf is operand and not isinstance(node, ast.Call)
            if (
                name in seen
                or name == "self"
                or isinstance(value, ModuleType)
                or (callable_kind(value) and not is_whole)
            ):
                continue
            seen.add(name)
            yield Value(name, described(value), shape_of(value))
