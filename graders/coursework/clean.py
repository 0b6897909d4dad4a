"""The record without what could harm a report: control characters, halves of characters, endless text.

Student code chooses some of a record's text (its errors, what it prints, the name of its folder), and whoever reads a
report may be a terminal, a spreadsheet or a parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from graders.coursework.record import Report

MAX_TEXT = 8000
"""Characters of one text: more helps nobody to find a mistake."""
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HARMFUL = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # controls other than tab and newline: an escape recolours a terminal
    "\u200e\u200f\u202a-\u202e\u2066-\u2069"  # text that is shown in another order than it has
    "\ud800-\udfff\ufffe\uffff]"  # neither UTF-8 nor XML can hold these
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_NO_BYTES = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Halves of characters that stand for no byte of a file's name."""
_ESCAPED = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]")
"""What JSON may hold as it is, and a terminal should not."""


def harmless(report: Report, most: int = MAX_TEXT) -> Report:
    """The same record; each text has at most about `most` characters, all of them printable, tabs or newlines.

    A name is on one line: in a report by lines it could begin one that isn't ours.
    """
    shown = _with_texts(report, lambda text: clean(shortened(text, most)))
    return msgspec.structs.replace(shown, submission=clean(printable(report.submission)))


def printable(name: str) -> str:
    """A name that can be printed and stored: bytes that aren't UTF-8 and control characters are spelt out."""
    text = _NO_BYTES.sub("\ufffd", name).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def clean(text: str) -> str:
    """The text with newlines as its only line ends, and a replacement character for each one that does harm."""
    return _HARMFUL.sub("\ufffd", _LINE_ENDS.sub("\n", text))


def shortened(text: str, most: int) -> str:
    """The beginning and the end of a text that is longer than `most`, and how much is left out between them."""
    if len(text) <= most:
        return text
    end = most // 4
    return f"{text[: most - end]}\n... {len(text) - most} characters left out ...\n{text[len(text) - end :]}"


def one_line(text: str) -> str:
    """The text with single spaces for all of its white space."""
    return " ".join(text.split())


def encoded(report: Report) -> bytes:
    """The record as indented JSON: all of it, what does harm as an escape; a half of a character, which UTF-8 can't
    hold, is replaced."""
    try:
        plain = msgspec.json.encode(report)
    except UnicodeEncodeError:
        plain = msgspec.json.encode(_with_texts(report, lambda text: _SURROGATES.sub("\ufffd", text)))
    written = msgspec.json.format(plain, indent=2).decode()
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", written).encode() + b"\n"


def _with_texts(report: Report, change: Callable[[str], str]) -> Report:
    return msgspec.convert(_changed(msgspec.to_builtins(report), change), Report)


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {_changed(key, change): _changed(item, change) for key, item in value.items()}
    return [_changed(item, change) for item in value] if isinstance(value, list) else value
