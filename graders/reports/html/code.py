"""The functions of a submission in a page, with the line at fault marked; Pygments tells what is coloured."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import dedent
from typing import NamedTuple

from markupsafe import Markup, escape
from pygments.lexers.python import PythonLexer  # type: ignore[import-untyped]
from pygments.token import Comment, Keyword, Number, Operator, String, _TokenType  # type: ignore[import-untyped]

from graders.coursework.record import Cause, CheckResult, Code, Report

NEAR = 2
"""Lines before and after one at fault that are shown with it."""
WORTH_FOLDING = 3
_CLASSES = ((Comment, "c"), (Keyword, "k"), (Operator.Word, "k"), (String, "s"), (Number, "n"))
"""By the kind of a token: the first that it is one of."""


class Line(NamedTuple):
    """A line with its number, and whether the mistake is there, or may be."""

    number: int
    text: Markup
    at_fault: bool


class Part(NamedTuple):
    """Lines that follow each other; those that are far from any at fault are folded."""

    lines: list[Line]
    folded: bool


class Function(NamedTuple):
    """A function, by its file."""

    file: str
    lines: list[Line]

    @property
    def parts(self) -> list[Part]:
        """The lines in order, those near the ones at fault apart from the others."""
        at_fault = [line.number for line in self.lines if line.at_fault]
        found = groupby(self.lines, key=lambda line: any(abs(line.number - other) <= NEAR for other in at_fault))
        parts = ((near, list(lines)) for near, lines in found)
        return [Part(lines, not near and len(lines) >= WORTH_FOLDING) for near, lines in parts]


def functions(report: Report, check: CheckResult) -> list[Function]:
    """Those with the lines that a check is told to look at; none under a check whose cause another one tells."""
    cause = report.cause_of(check)
    if cause is None or not check.look_at or check.same_as:
        return []
    return [Function(code.file, list(_lines(code, cause))) for code in cause.code]


def _lines(code: Code, cause: Cause) -> Iterator[Line]:
    marked = {look.line for look in cause.look_at if look.file == code.file}
    for number, text in enumerate(_coloured(dedent("\n".join(code.lines))), code.first):
        yield Line(number, text, number in marked)


def _coloured(text: str) -> list[Markup]:
    """The lines of a source, its tokens in elements of their kind."""
    lines = [Markup("")]
    for kind, part in PythonLexer(stripnl=False, ensurenl=False).get_tokens(text):
        first, *rest = part.split("\n")
        lines[-1] += _element(kind, first)
        lines += [_element(kind, one) for one in rest]
    return lines


def _element(kind: _TokenType, text: str) -> Markup:
    name = next((name for known, name in _CLASSES if kind in known), "")
    return Markup('<span class="{}">{}</span>').format(name, text) if name and text else escape(text)
