"""The SQLite file with a class's results: what is written there is there, whenever the run is killed.

Each result is one transaction in a write-ahead log that is flushed to the disk. Reports read it with the methods here,
or with plain SQL: the tables' columns are stable within a version of the schema.
"""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import msgspec

from graders.errors import UsageError
from graders.record import FINE, Report
from graders.similarity.pair import Pair, Passage

VERSION = 2
APPLICATION = 0x6772616D
"""What SQLite files of ours say that they are."""

SCHEMA = """
CREATE TABLE submissions (
    name TEXT PRIMARY KEY,
    student TEXT NOT NULL,
    version INTEGER NOT NULL,
    digest TEXT NOT NULL,
    settings TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    homework TEXT NOT NULL,
    score REAL,
    max_score REAL,
    marked_at TEXT NOT NULL,
    seconds REAL NOT NULL,
    record TEXT NOT NULL
) STRICT;
CREATE INDEX submissions_by_homework ON submissions (homework, score);
CREATE INDEX submissions_by_state ON submissions (state);
CREATE TABLE sections (
    name TEXT NOT NULL REFERENCES submissions ON DELETE CASCADE,
    place INTEGER NOT NULL,
    section TEXT NOT NULL,
    score REAL NOT NULL,
    max_score REAL NOT NULL,
    extra INTEGER NOT NULL,
    status TEXT NOT NULL,
    PRIMARY KEY (name, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX sections_by_section ON sections (section, score);
CREATE TABLE checks (
    name TEXT NOT NULL REFERENCES submissions ON DELETE CASCADE,
    place INTEGER NOT NULL,
    section TEXT NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    advisory INTEGER NOT NULL,
    seconds REAL NOT NULL,
    message TEXT NOT NULL,
    diagnosis TEXT NOT NULL,
    PRIMARY KEY (name, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX checks_by_id ON checks (id, status, seconds);
CREATE INDEX checks_by_diagnosis ON checks (diagnosis) WHERE diagnosis != '';
CREATE TABLE regrades (
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    ended_at TEXT NOT NULL
) STRICT;
CREATE TABLE earlier (
    regrade INTEGER NOT NULL REFERENCES regrades,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL,
    message TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (regrade, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE by_hand (
    name TEXT NOT NULL,
    section TEXT NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (name, section)
) STRICT, WITHOUT ROWID;
CREATE TABLE lateness (name TEXT PRIMARY KEY, days INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE scratch (folder TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
"""
_PAIRS = """
CREATE TABLE pairs (
    first TEXT NOT NULL,
    second TEXT NOT NULL,
    first_share REAL NOT NULL,
    second_share REAL NOT NULL,
    passages TEXT NOT NULL,
    PRIMARY KEY (first, second)
) STRICT, WITHOUT ROWID;
CREATE INDEX pairs_by_share ON pairs (max(first_share, second_share) DESC, first, second);
"""
NEWER = {2: _PAIRS}
"""What each later version of the schema added: an older file gets it when a run writes to it."""


MAX_REASON = 200
"""Characters of SQLite's own reason, which may quote all that a damaged row has."""


class State(StrEnum):
    """What came of a submission."""

    MARKED = "marked"
    UNUSABLE = "unusable"
    """Empty, broken or of no homework: `message` says which."""
    FAULT = "fault"
    """Ours: it is marked again at the next start."""
    ABSENT = "absent"
    """Before a regrade that found it for the first time."""


@dataclass(frozen=True)
class Result:
    """A row: a submission with what came of it. `digest` is of its content, `settings` of how it was marked."""

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


class Store:
    """The file, opened; one run at a time writes to it."""

    def __init__(self, file: Path, *, writing: bool = True) -> None:
        self._file = file
        self._lock = _locked(file) if writing else None
        try:
            self._database = _open(file, writing=writing)
        except BaseException:
            self._unlock()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if isinstance(error, sqlite3.DatabaseError):  # damaged or full: what was kept before is there still
            raise UsageError(_unusable(self._file, error)) from error

    def close(self) -> None:
        """Close the file. The lock goes last: closing any handle of the file would take SQLite's own locks."""
        self._database.close()
        self._unlock()

    def names(self) -> dict[str, tuple[str, str, State]]:
        """Of each submission's name its content digest, settings and state."""
        rows = self._database.execute("SELECT name, digest, settings, state FROM submissions")
        return {name: (digest, settings, _state(state)) for name, digest, settings, state in rows}

    def with_failures(self) -> set[str]:
        """The submissions with a check that has something to explain."""
        query = "SELECT DISTINCT name FROM checks WHERE status NOT IN (?, ?)"
        return {name for (name,) in self._database.execute(query, FINE)}

    def results(self) -> Iterator[Result]:
        """Every result, by name."""
        yield from map(_result, self._database.execute(f"SELECT {_COLUMNS} FROM submissions ORDER BY name"))

    def result(self, name: str) -> Result | None:
        """One submission's result."""
        row = self._database.execute(f"SELECT {_COLUMNS} FROM submissions WHERE name = ?", [name]).fetchone()
        return None if row is None else _result(row)

    def select(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that writes nothing."""
        yield from self._database.execute(query, values)

    def keep(self, result: Result, regrade: int | None = None) -> None:
        """Write a result in the place of the one before, which a regrade keeps to compare."""
        report = result.report
        homework, score, most = (report.homework, report.score, report.max_score) if report else ("", None, None)
        with self._database as database:
            database.execute("BEGIN IMMEDIATE")
            if regrade is not None:
                _keep_earlier(database, regrade, result.name)
            database.execute("DELETE FROM submissions WHERE name = ?", [result.name])
            database.execute(
                f"INSERT INTO submissions ({_COLUMNS}, homework, score, max_score) VALUES ({_marks(13)})",
                [
                    *(result.name, result.student, result.version, result.digest, result.settings, result.state),
                    *(result.message, _encoded(report), result.marked_at, result.seconds, homework, score, most),
                ],
            )
            if report is not None:
                _keep_rows(database, result.name, report)

    def keep_by_hand(self, sections: Mapping[tuple[str, str], float | None], days: Mapping[str, int]) -> None:
        """Write marks by hand, by submission and section, and late days, all or none; None takes a mark back.

        They stay whatever happens to the submission's own row.
        """
        with self._database as database:
            for (name, section), score in sections.items():
                database.execute("DELETE FROM by_hand WHERE name = ? AND section = ?", [name, section])
                if score is not None:
                    database.execute("INSERT INTO by_hand VALUES (?, ?, ?)", [name, section, score])
            database.executemany("INSERT OR REPLACE INTO lateness VALUES (?, ?)", days.items())

    def by_hand(self) -> dict[str, dict[str, float]]:
        """Of each submission its sections' marks by hand."""
        found: dict[str, dict[str, float]] = {}
        for name, section, score in self._database.execute("SELECT name, section, score FROM by_hand"):
            found.setdefault(name, {})[section] = score
        return found

    def lateness(self) -> dict[str, int]:
        """Of each submission the days that it came late."""
        return dict(self._database.execute("SELECT name, days FROM lateness").fetchall())

    def open_regrade(self, now: str) -> int:
        """The regrade that was broken off, or a new one."""
        with self._database as database:
            row = database.execute("SELECT id FROM regrades WHERE ended_at = '' ORDER BY id DESC").fetchone()
            if row is not None:
                return int(row[0])
            return int(database.execute("INSERT INTO regrades VALUES (NULL, ?, '')", [now]).lastrowid or 0)

    def close_regrade(self, regrade: int, now: str) -> None:
        """Everything has been marked again."""
        with self._database as database:
            database.execute("UPDATE regrades SET ended_at = ? WHERE id = ?", [now, regrade])

    def earlier(self, regrade: int) -> Iterator[Earlier]:
        """What the submissions of this regrade had before it, by name."""
        rows = self._database.execute(
            "SELECT name, digest, state, message, record FROM earlier WHERE regrade = ? ORDER BY name", [regrade]
        )
        for name, digest, state, message, record in rows:
            yield Earlier(name, digest, _state(state), message, _decoded(record))

    def keep_pairs(self, pairs: Iterable[Pair]) -> None:
        """Write these alike submissions in the place of those before."""
        rows = [
            (pair.first, pair.second, pair.first_share, pair.second_share, msgspec.json.encode(pair.passages).decode())
            for pair in pairs
        ]
        with self._database as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("DELETE FROM pairs")
            database.executemany(f"INSERT INTO pairs VALUES ({_marks(5)})", rows)

    def pairs(self) -> list[Pair]:
        """The alike submissions, by the larger share; none of a file that no run has written to since version 1."""
        if self._version() < 2:
            return []
        rows = self._database.execute(
            "SELECT first, second, first_share, second_share, passages FROM pairs"
            " ORDER BY max(first_share, second_share) DESC, first, second"
        )
        return [
            Pair(first, second, share, other, msgspec.json.decode(passages, type=list[Passage]))
            for first, second, share, other, passages in rows
        ]

    def _version(self) -> int:
        (version,) = self._database.execute("PRAGMA user_version").fetchone()
        return int(version)

    def homeworks(self) -> list[str]:
        """The homeworks that were marked, each as it was given or recognised."""
        given = "coalesce(json_extract(settings, '$.homework'), homework)"
        rows = self._database.execute(f"SELECT DISTINCT {given} FROM submissions WHERE homework != '' ORDER BY 1")
        return [homework for (homework,) in rows]

    def scratch(self) -> list[str]:
        """Folders of runs that were killed, which nobody has taken away."""
        return [folder for (folder,) in self._database.execute("SELECT folder FROM scratch")]

    def keep_scratch(self, folder: str) -> None:
        """Note a folder before it is used."""
        with self._database as database:
            database.execute("INSERT INTO scratch VALUES (?)", [folder])

    def forget_scratch(self, folder: str) -> None:
        """The folder is gone."""
        with self._database as database:
            database.execute("DELETE FROM scratch WHERE folder = ?", [folder])

    def _unlock(self) -> None:
        if self._lock is not None:
            self._lock.close()


_COLUMNS = "name, student, version, digest, settings, state, message, record, marked_at, seconds"


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _locked(file: Path) -> IO[bytes]:
    """The file, with a lock that goes with the process that holds it."""
    try:
        opened = file.open("ab")
    except OSError as error:
        raise UsageError(f"{file} can't be written ({error.strerror}): give another one with --db") from None
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        opened.close()
        raise UsageError(f"{file} is in use: another gradmark is marking into it") from None
    return opened


def _open(file: Path, *, writing: bool) -> sqlite3.Connection:
    if not writing and not file.is_file():
        raise UsageError(f"there is no {file}: mark a class first")
    try:
        database = sqlite3.connect(file, timeout=30)
    except sqlite3.DatabaseError as error:
        raise UsageError(_unusable(file, error)) from None
    try:
        if writing and database.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,):
            database.executescript(
                f"BEGIN; {SCHEMA} PRAGMA application_id = {APPLICATION}; PRAGMA user_version = 1; COMMIT;"
            )
        _must_be_ours(file, database)
        if writing:
            _bring_up(database)
            for setting in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                database.execute(f"PRAGMA {setting}")
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # a damaged name in the schema is no text
        database.close()
        raise UsageError(_unusable(file, error)) from None
    except UsageError:
        database.close()
        raise
    return database


def _unusable(file: Path, error: Exception) -> str:
    return f"{file} can't be used ({str(error)[:MAX_REASON]}): give another file with --db"


def _must_be_ours(file: Path, database: sqlite3.Connection) -> None:
    if database.execute("PRAGMA application_id").fetchone() != (APPLICATION,):
        raise UsageError(f"{file} is not a file of gradmark's results: give another one with --db")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if not 1 <= version <= VERSION:
        raise UsageError(
            f"{file} has schema version {version}, but should have {VERSION}: use the gradmark that wrote it"
        )


def _bring_up(database: sqlite3.Connection) -> None:
    """Add what the file's version of the schema lacks, each version whole or not at all."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    for newer in range(version + 1, VERSION + 1):
        database.executescript(f"BEGIN; {NEWER[newer]} PRAGMA user_version = {newer}; COMMIT;")


def _keep_earlier(database: sqlite3.Connection, regrade: int, name: str) -> None:
    """The row as it was when the regrade met it first, or that there was none."""
    database.execute(
        "INSERT OR IGNORE INTO earlier SELECT ?, name, digest, state, message, record FROM submissions WHERE name = ?",
        [regrade, name],
    )
    database.execute("INSERT OR IGNORE INTO earlier VALUES (?, ?, '', ?, '', '')", [regrade, name, State.ABSENT])


def _keep_rows(database: sqlite3.Connection, name: str, report: Report) -> None:
    """What reports ask for, in columns: one row for each section and for each check."""
    sections = [
        (name, place, section.id, section.score, section.max_score, section.extra, section.status)
        for place, section in enumerate(report.sections)
    ]
    checks = [
        (section.id, check.id, check.status, check.advisory, check.seconds, check.message, "\n".join(check.diagnosis))
        for section in report.sections
        for check in section.checks
    ]
    database.executemany(f"INSERT INTO sections VALUES ({_marks(7)})", sections)
    database.executemany(
        f"INSERT INTO checks VALUES ({_marks(9)})", [(name, place, *check) for place, check in enumerate(checks)]
    )


def _result(row: tuple[str, str, int, str, str, str, str, str, str, float]) -> Result:
    name, student, version, digest, settings, state, message, record, marked_at, seconds = row
    return Result(
        *(name, student, version, digest, settings, _state(state), message, _decoded(record), marked_at, seconds)
    )


def _state(state: str) -> State:
    try:
        return State(state)
    except ValueError:
        raise sqlite3.DatabaseError(f"it has a submission that is {state!r}") from None


def _encoded(report: Report | None) -> str:
    return "" if report is None else msgspec.json.encode(report).decode()


def _decoded(record: str) -> Report | None:
    try:
        return msgspec.json.decode(record, type=Report) if record else None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise sqlite3.DatabaseError(f"a report in it is damaged: {error}") from None
