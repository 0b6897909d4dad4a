"""The SQLite file with a class's results: what is written there is there, whenever the run is killed.

Each result is one transaction in a write-ahead log that is flushed to the disk. Reports read it with the methods here,
or with plain SQL: the tables' columns are stable within a version of the schema.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from graders.classroom import schema
from graders.classroom.database import locked, must_be_a_file, opened, unusable
from graders.classroom.result import COLUMNS, Earlier, Result, State, as_state, decoded, encoded, of_row
from graders.coursework.pair import Pair, Passage
from graders.coursework.record import FINE, Report


class Store:
    """The file, opened; one run at a time writes to it."""

    def __init__(self, file: Path, *, writing: bool = True, named: bool = False) -> None:
        """A file that isn't `named` by the user is used only if it is this user's own."""
        must_be_a_file(file)
        self._file = file
        self._lock = locked(file) if writing else None
        try:
            self._database = opened(file, writing=writing, named=named)
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
            raise unusable(self._file, error) from error

    def close(self) -> None:
        """Close the file. The lock goes last: closing any handle of the file would take SQLite's own locks."""
        self._database.close()
        self._unlock()

    @property
    def identity(self) -> str:
        """What nobody knows who hasn't the file."""
        return schema.identity(self._database)

    def names(self) -> dict[str, tuple[str, str, State]]:
        """Of each submission's name its content digest, settings and state."""
        rows = self._database.execute("SELECT name, digest, settings, state FROM submissions")
        return {name: (digest, settings, as_state(state)) for name, digest, settings, state in rows}

    def with_failures(self) -> set[str]:
        """The submissions with a check that has something to explain."""
        query = "SELECT DISTINCT name FROM checks WHERE status NOT IN (?, ?)"
        return {name for (name,) in self._database.execute(query, FINE)}

    def results(self) -> Iterator[Result]:
        """Every result, by name."""
        yield from map(of_row, self._database.execute(f"SELECT {COLUMNS} FROM submissions ORDER BY name"))

    def result(self, name: str) -> Result | None:
        """One submission's result."""
        row = self._database.execute(f"SELECT {COLUMNS} FROM submissions WHERE name = ?", [name]).fetchone()
        return None if row is None else of_row(row)

    def select(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query that writes nothing."""
        yield from self._database.execute(query, values)

    @property
    def version(self) -> int:
        """That of the file's tables: one that is only read may be an older one's."""
        return schema.version(self._database)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is kept, or nothing."""
        with self._database as database:
            database.execute("BEGIN IMMEDIATE")
            yield database

    def keep(self, result: Result, regrade: int | None = None, content: str = "") -> None:
        """Write a result in place of the one before, which a regrade keeps to compare.

        `content` is the digest of an archive's files, where the result's is of the archive.
        """
        report = result.report
        homework, score, most = (report.homework, report.score, report.max_score) if report else ("", None, None)
        with self._database as database:
            database.execute("BEGIN IMMEDIATE")
            if regrade is not None:
                _keep_earlier(database, regrade, result.name)
            database.execute("DELETE FROM submissions WHERE name = ?", [result.name])
            database.execute(
                f"INSERT INTO submissions ({COLUMNS}, homework, score, max_score) VALUES ({_marks(13)})",
                [
                    *(result.name, result.student, result.version, result.digest, result.settings, result.state),
                    *(result.message, encoded(report), result.marked_at, result.seconds, homework, score, most),
                ],
            )
            database.execute("INSERT OR REPLACE INTO contents VALUES (?, ?)", [result.name, content or result.digest])
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
            yield Earlier(name, digest, as_state(state), message, decoded(record))

    def keep_pairs(self, pairs: Iterable[Pair]) -> None:
        """Write these alike submissions in place of those before."""
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
        if schema.version(self._database) < 2:
            return []
        rows = self._database.execute(
            "SELECT first, second, first_share, second_share, passages FROM pairs"
            " ORDER BY max(first_share, second_share) DESC, first, second"
        )
        return [
            Pair(first, second, share, other, msgspec.json.decode(passages, type=list[Passage]))
            for first, second, share, other, passages in rows
        ]

    def contents(self) -> dict[str, list[str]]:
        """The submissions by what their files are, whatever these were packed in."""
        ours = "SELECT digest, name FROM submissions"
        if schema.version(self._database) >= 5:
            ours = "SELECT coalesce(content, digest), name FROM submissions LEFT JOIN contents USING (name)"
        found: dict[str, list[str]] = {}
        for content, name in self._database.execute(f"{ours} ORDER BY 1, 2"):
            if content:
                found.setdefault(content, []).append(name)
        return found

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


def _marks(count: int) -> str:
    return ", ".join("?" * count)


def _keep_earlier(database: sqlite3.Connection, regrade: int, name: str) -> None:
    """The row as it was when the regrade met it first, or that there was none."""
    database.execute(
        "INSERT OR IGNORE INTO earlier SELECT ?, name, digest, state, message, record FROM submissions WHERE name = ?",
        [regrade, name],
    )
    database.execute("INSERT OR IGNORE INTO earlier VALUES (?, ?, '', ?, '', '')", [regrade, name, State.ABSENT])


def _keep_rows(database: sqlite3.Connection, name: str, report: Report) -> None:
    """What reports ask for, in columns: a row for each section and for each check, but for practice."""
    sections = [
        (name, place, section.id, section.score, section.max_score, section.extra, section.status)
        for place, section in enumerate(report.counting)
    ]
    checks = [
        (section.id, check.id, check.status, check.advisory, check.seconds, check.message, "\n".join(check.diagnosis))
        for section in report.counting
        for check in section.checks
    ]
    database.executemany(f"INSERT INTO sections VALUES ({_marks(7)})", sections)
    database.executemany(
        f"INSERT INTO checks VALUES ({_marks(9)})", [(name, place, *check) for place, check in enumerate(checks)]
    )
