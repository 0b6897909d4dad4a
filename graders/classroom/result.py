"""The outcome of a submission: frozen records, and the text and rows in which the store keeps them."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from graders.coursework.record import Report

COLUMNS = "name, student, version, digest, settings, state, message, record, marked_at, seconds"
"""Of a row, in the order in which `of_row` takes them."""


class State(StrEnum):
    """The outcome of a submission."""

    MARKED = "marked"
    UNUSABLE = "unusable"
    """Empty, broken or of no homework: `message` says which."""
    FAULT = "fault"
    """Ours: it is marked again at the next start."""
    ABSENT = "absent"
    """Before a regrade that found it for the first time."""


@dataclass(frozen=True)
class Result:
    """A row: a submission with the outcome. `digest` is of its content, `settings` of how it was marked."""

    name: str
    student: str
    version: int
    digest: str
    settings: str
    state: State
    message: str
    report: Report | None
    marked_at: str
    seconds: float


class Earlier(msgspec.Struct, frozen=True):
    """What a submission had before it was marked again."""

    name: str
    digest: str
    state: State
    message: str
    report: Report | None


def of_row(row: tuple[str, str, int, str, str, str, str, str, str, float]) -> Result:
    """The result in a row with these columns; sqlite3.DatabaseError where it is damaged."""
    name, student, version, digest, settings, state, message, record, marked_at, seconds = row
    return Result(
        *(name, student, version, digest, settings, as_state(state), message, decoded(record), marked_at, seconds)
    )


def as_state(state: str) -> State:
    """The state in a row."""
    try:
        return State(state)
    except ValueError:
        raise sqlite3.DatabaseError(f"it has a submission that is {state!r}") from None


def encoded(report: Report | None) -> str:
    """A report as it is stored; empty where there is none."""
    return "" if report is None else msgspec.json.encode(report).decode()


def decoded(record: str) -> Report | None:
    """The report in a row."""
    try:
        return msgspec.json.decode(record, type=Report) if record else None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise sqlite3.DatabaseError(f"a report in it is damaged: {error}") from None
