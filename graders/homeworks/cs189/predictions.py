"""Reads tables of predictions, the student's and the instructor's, and says what is wrong with one in a line."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from graders import UsageError
from graders.checking import CheckFailed, content_of, reads_files

NAME = "predictions.csv"
MOST_BYTES = 2_000_000
"""Of a table: the test images of MNIST and CIFAR-10 are 10 000."""
MOST_NUMBER = 1 << 53
"""Of a number in one: up to here each whole number is a float."""


def accuracy(submission: Path, keys: Path) -> float:
    """The share of rows where the submission's prediction is the key's; CheckFailed for a table that isn't one."""
    wanted = _key(keys / NAME)
    path = next((path for path in (submission / NAME, submission / "neural_networks" / NAME) if path.is_file()), None)
    if path is None:
        raise CheckFailed("there is no predictions.csv")
    found = _handed_in(path)
    missing = wanted.keys() - found.keys()
    if missing:
        raise CheckFailed(f"predictions.csv: {_rows(missing)} missing, the first is {min(missing)}")
    extra = found.keys() - wanted.keys()
    if extra:
        raise CheckFailed(f"predictions.csv: {_rows(extra)} too many, the first is {min(extra)}")
    return sum(found[number] == label for number, label in wanted.items()) / len(wanted)


@reads_files
def _handed_in(path: Path) -> dict[int, int]:
    """The student's table."""
    return read(path, NAME)


def _key(path: Path) -> dict[int, int]:
    """The instructor's table; UsageError where it can't be used, which is nobody's fault who handed in."""
    try:
        return read(path, NAME)
    except CheckFailed as error:
        raise UsageError(f"{path}: the key can't be used: {error}") from None


def _rows(numbers: Collection[int]) -> str:
    return "1 row is" if len(numbers) == 1 else f"{len(numbers)} rows are"


def read(path: Path, name: str) -> dict[int, int]:
    """Predictions by number: `Id,Category` rows, or one column, numbered from 0; a line of headings may stand first."""
    rows = _table(path, name)
    first = 1 if rows and not any(_is_number(cell) for cell in rows[0]) else 0
    found: dict[int, int] = {}
    for position, row in enumerate(rows[first:]):
        key, label = _prediction(row, position, f"{name}, row {position + first + 1}")
        if key in found:
            raise CheckFailed(f"{name}, row {position + first + 1}: {key} is there twice")
        found[key] = label
    if not found:
        raise CheckFailed(f"{name} has no predictions")
    return found


def _table(path: Path, name: str) -> list[list[str]]:
    """The rows of a file that have anything in them."""
    content = content_of(path.parent, path.name, MOST_BYTES)
    if len(content) > MOST_BYTES:
        raise CheckFailed(f"{name} is larger than {MOST_BYTES // 10**6} MB")
    try:
        return [row for row in csv.reader(content.decode("utf-8-sig").splitlines()) if row]
    except (UnicodeDecodeError, csv.Error):
        raise CheckFailed(f"{name} is not a table of text") from None


def _prediction(row: list[str], position: int, where: str) -> tuple[int, int]:
    """A row's number, which is its position where it has none, and its label."""
    if len(row) > 2 or not all(_is_number(cell) for cell in row):
        raise CheckFailed(f"{where}: {','.join(row)[:40]!r} should be whole numbers, Id and Category")
    numbers = [int(float(cell)) for cell in row]
    return numbers[0] if len(row) == 2 else position, numbers[-1]


def _is_number(cell: str) -> bool:
    """Whether a cell is a whole number, written as 3 or 3.0."""
    try:
        return float(cell).is_integer() and abs(float(cell)) < MOST_NUMBER
    except ValueError:
        return False
