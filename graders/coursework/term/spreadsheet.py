"""A table as a spreadsheet saves it: commas, semicolons or tabs, UTF-8 or what Windows writes, read with bounds."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders import UsageError
from graders.coursework.clean import one_line
from graders.coursework.reading import read_ordinary

MAX_BYTES = 16 << 20
MAX_ROWS = 100_000
MAX_COLUMNS = 2_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
"""What a file begins with that says how it is written."""
_SEPARATORS = {";": "semicolons", "\t": "tabs", ",": "commas"}
_SAID = re.compile(r"sep=([;,\t])\r?\n", re.IGNORECASE)
"""A first line that Excel understands."""
_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d*,\d+\s*", re.ASCII)


@dataclass(frozen=True)
class Sheet:
    """A table: the names in its first line, and its rows by these names, each with the number of its line."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, Mapping[str, str]]]
    separator: str
    encoding: str
    """As people call it: UTF-8, UTF-16, Windows-1252."""
    marked: bool = False
    """Whether the file begins with a byte order mark."""

    @property
    def said(self) -> str:
        """How it was read, where that isn't the plain way; to be told."""
        unusual = [] if self.separator == "," else [_SEPARATORS[self.separator]]
        return ", ".join(unusual + ([] if self.encoding == "UTF-8" else [self.encoding]))

    def number(self, cell: str) -> str:
        """A cell with its decimal comma as a point, where commas don't separate the cells."""
        return cell.replace(",", ".") if self.separator != "," and _DECIMAL_COMMA.fullmatch(cell) else cell


def read_sheet(path: Path) -> Sheet:
    """The table in a file; UsageError, with the line where there is one, for what is no table."""
    try:
        content = read_ordinary(path, MAX_BYTES)
    except OSError as error:
        raise UsageError(f"{path} can't be read ({error.strerror})") from None
    try:
        return parsed(content)
    except ValueError as error:
        raise UsageError(f"{path}: {error}") from None


def parsed(content: bytes, *, raw: bool = False) -> Sheet:
    """The table in these bytes; ValueError for anything else. `raw` cells keep their blanks and line ends."""
    text, encoding, marked = _decoded(content)
    if "\0" in text:
        raise ValueError("it is no text, but should be a table as CSV: save it as CSV in the spreadsheet")
    said = _SAID.match(text)
    text = text[said.end() :] if said else text
    separator = said[1] if said else _separator(text)
    try:
        header, *lines = _lines(text, separator)
    except csv.Error as error:
        raise ValueError(str(error)) from None
    except StopIteration:
        raise ValueError("it is empty") from None
    tidy = str if raw else one_line
    columns = [tidy(cell) for cell in header[1]]
    rows = [(number, _row(columns, number, [tidy(cell) for cell in cells])) for number, cells in lines]
    return Sheet(columns, rows, separator, encoding, marked)


def _decoded(content: bytes) -> tuple[str, str, bool]:
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return content.decode(codec), name, True
    try:
        return content.decode(), "UTF-8", False
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "Windows-1252", False
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 text (byte {error.start}): save it as CSV in UTF-8") from None


def _separator(text: str) -> str:
    """What stands most often in the first line outside of quotes: names there have no semicolons or tabs."""
    first = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").partition("\n")[0])
    return max(_SEPARATORS, key=lambda separator: (first.count(separator) > 0, _RANK[separator]))


_RANK = {"\t": 2, ";": 1, ",": 0}


def _lines(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The lines that hold something, with their numbers; ValueError for more than a class could have."""
    found = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            found += 1
            if found > MAX_ROWS or len(cells) > MAX_COLUMNS:
                raise ValueError(f"it has more than {MAX_ROWS} rows or {MAX_COLUMNS} columns")
            yield reader.line_num, cells
    if not found:
        raise ValueError("it is empty")


def _row(columns: Sequence[str], number: int, cells: Sequence[str]) -> Mapping[str, str]:
    if len(cells) != len(columns):
        raise ValueError(f"line {number} has another number of cells than the first line")
    return dict(zip(columns, cells, strict=True))
