"""What a source says when its names, numbers, strings, comments and layout are put aside.

A lexer, not Python's tokenize: that one stops at the first mistake, and a copy may be broken.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

NAME, NUMBER, STRING = "n", "0", '"'
"""What stands for every name that is the student's to choose, for every number and every string."""

_LEXER = re.compile(
    r"""
    (?: [^\S\n]++ | \\\n | \#[^\n]*+ )*+
    (?:
      (?P<end> \Z )
    | (?P<line> \n )
    | (?P<string> (?i:[rbuft]{0,2})
        (?: \"\"\"(?:[^"\\]|\\.|"(?!""))*+(?:\"\"\"|\Z) | '''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)
          | "(?:[^"\\\n]|\\.)*+"? | '(?:[^'\\\n]|\\.)*+'? ) )
    | (?P<number> \.?[0-9](?:[0-9a-zA-Z_.]|(?<=[0-9._][eE])[+-])*+ )
    | (?P<name> [^\W\d]\w*+ )
    | (?P<operator> \*\*=|//=|<<=|>>=|\.\.\.|->|:=|==|!=|<=|>=|\*\*|//|<<|>>|[-+*/%@&|^]=|. )
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_LINE_END = re.compile(r"[^\S\n]*+(?:\#|\n|\Z)")
_LAYOUT = {"(", ")", ",", ";"}
"""Brackets and commas that may stand or not, and what puts two statements into one line."""
_KEYWORDS = {*keyword.kwlist}
_BUILTINS = {name for name in dir(builtins) if not name.startswith("_")}
_SCOPES = {"def", "class"}
_OPENING, _CLOSING = set("([{"), set(")]}")
_END_OF_HEADER = 0, ":"
_BEFORE_ANNOTATION = {(1, ":"), (0, "->")}
"""In how many brackets of a function's header an annotation follows on what."""
_AFTER_ANNOTATION = {(1, ","), (1, "="), (0, ")")}


class Token(NamedTuple):
    """A token and its lines, from 1."""

    text: str
    first_line: int
    last_line: int

    @property
    def starts(self) -> bool:
        """Whether a function or a class begins here: what is before it may be moved elsewhere."""
        return self.text in _SCOPES


def tokens(source: str) -> list[Token]:
    """The tokens of any text at all.

    Names become `n`, but keywords stay, and what is called keeps its name where the student didn't choose it: a
    builtin, or a method of anything but self (np.exp). Dropped are comments, docstrings, annotations in the headers of
    functions, round brackets, commas, and how lines are broken and indented.
    """
    return list(_normalised(list(_without_annotations(_lexed(source)))))


def _lexed(source: str) -> Iterator[Token]:
    """The tokens as they stand, without blanks, comments, and strings that are alone on their lines."""
    line, at_start = 1, True
    for match in _LEXER.finditer(source):
        kind = match.lastgroup or ""
        if kind == "end":
            return
        if kind == "line":
            line += match[0].count("\n")
            at_start = True
            continue
        text = match[kind]
        first = line + source.count("\n", match.start(), match.start(kind))
        line = first + (text.count("\n") if kind == "string" else 0)
        if kind != "string":
            yield Token(NUMBER if kind == "number" else text, first, line)
        elif not (at_start and _LINE_END.match(source, match.end())):
            yield Token(STRING, first, line)
        at_start = False


def _without_annotations(found: Iterable[Token]) -> Iterator[Token]:
    """A function's header without what its parameters and its value are said to be."""
    place = _Place()
    for token in found:
        place.move_on(token.text)
        if not place.in_annotation:
            yield token


class _Place:
    """Where a token stands: in the header of a function or not, in how many brackets, in an annotation or not."""

    def __init__(self) -> None:
        self.in_annotation = False
        self._in_header = False
        self._depth = 0

    def move_on(self, text: str) -> None:
        """The place of the next token, which is this one."""
        if text == "def":
            self._in_header, self._depth, self.in_annotation = True, 0, False
        elif self._in_header:
            self._move_on_in_header(text)

    def _move_on_in_header(self, text: str) -> None:
        self._depth += (text in _OPENING) - (text in _CLOSING)
        place = self._depth, text
        if place == _END_OF_HEADER:
            self._in_header = self.in_annotation = False
        elif place in _AFTER_ANNOTATION:
            self.in_annotation = False
        elif place in _BEFORE_ANNOTATION:
            self.in_annotation = True


def _normalised(found: list[Token]) -> Iterator[Token]:
    for place, token in enumerate(found):
        text = token.text
        if text in _LAYOUT:
            continue
        if text in _KEYWORDS or not text.isidentifier():
            yield token
        else:
            yield Token(_name(found, place), token.first_line, token.last_line)


def _name(found: list[Token], place: int) -> str:
    """`np.exp(` is .exp, `len(` is len(), and any other name is like every other."""
    text = found[place].text
    if _text(found, place + 1) != "(":
        return NAME
    if _text(found, place - 1) == ".":
        return NAME if _text(found, place - 2) == "self" else f".{text}"
    return f"{text}()" if text in _BUILTINS else NAME


def _text(found: list[Token], place: int) -> str:
    return found[place].text if 0 <= place < len(found) else ""
