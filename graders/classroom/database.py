"""Opens the SQLite file with a class's results: for one run that writes, and for any number of readers."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path
from typing import IO

from graders import UsageError
from graders.classroom import ownership, schema

NOT_OURS = "{} is not a file of gradmark's results: give another one with --db"
_LEAST = 512
"""Bytes of the smallest page."""
MAX_REASON = 200
"""Characters of SQLite's own reason, which may quote all that a damaged row has."""
_SETTINGS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
"""For whoever writes: what is kept is on the disk."""


def locked(file: Path) -> IO[bytes]:
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


def must_be_a_file(file: Path) -> None:
    """Asked before it is opened: a pipe would keep us waiting, a link lead to another class's marks.

    What is shorter than its first page SQLite takes for an empty file of its own, and writes over.
    """
    if file.is_symlink() or (file.exists() and not file.is_file()):
        raise UsageError(f"{file} is not a regular file: delete it, or give another one with --db")
    if file.exists() and 0 < file.stat().st_size < _LEAST:
        raise UsageError(NOT_OURS.format(file))


def opened(file: Path, *, writing: bool, named: bool) -> sqlite3.Connection:
    """The file's database, laid out and brought up to date for who writes; UsageError where it can't be used.

    One that wasn't named lies among what students handed in: it has to be one that this user's gradmark made.
    """
    if not writing and not file.is_file():
        raise UsageError(f"there is no {file}: mark a class first")
    try:
        database = sqlite3.connect(_address(file, writing=writing), timeout=30, uri=True)
    except sqlite3.DatabaseError as error:
        raise unusable(file, error) from None
    try:
        _prepare(file, database, writing=writing, named=named)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:  # a damaged name in the schema is no text
        database.close()
        raise unusable(file, error) from None
    except UsageError:
        database.close()
        raise
    return database


def _address(file: Path, *, writing: bool) -> str:
    """Where its folder is read-only SQLite can't keep beside the file what its readers share; nobody writes there."""
    log = file.with_name(f"{file.name}-wal")
    alone = not writing and not os.access(file.resolve().parent, os.W_OK) and not log.exists()
    return f"{file.resolve().as_uri()}{'?immutable=1' if alone else ''}"


def unusable(file: Path, error: Exception) -> UsageError:
    """What is said about a file that is damaged, or can't be written any more."""
    return UsageError(f"{file} can't be used ({str(error)[:MAX_REASON]}): give another file with --db")


def _prepare(file: Path, database: sqlite3.Connection, *, writing: bool, named: bool) -> None:
    if writing and schema.is_empty(database) and not schema.is_somebodys(database):
        schema.create(database, _remembered(file, ownership.new_id(), named=named))
    _must_be_known(file, database)
    if not named and not ownership.is_ours(schema.identity(database)):
        raise UsageError(
            f"{file} was not made by your gradmark, so its marks may be anybody's: delete it, or name it with --db"
        )
    if writing:
        schema.bring_up(database)
        for setting in _SETTINGS:
            database.execute(f"PRAGMA {setting}")
        _claim(file, database, named=named)


def _claim(file: Path, database: sqlite3.Connection, *, named: bool) -> None:
    """Remember the file's id, which an older one hasn't got yet."""
    known = schema.identity(database)
    store = _remembered(file, known or ownership.new_id(), named=named)
    if not known:
        schema.keep_identity(database, store)


def _remembered(file: Path, store: str, *, named: bool) -> str:
    """The id, noted as that of a file of ours; who names the file each time can do without."""
    try:
        ownership.remember(store)
    except OSError as error:
        if not named:
            raise UsageError(
                f"{error.filename} can't be written ({error.strerror}), where it is noted that {file} is yours: "
                "name the file with --db"
            ) from None
    return store


def _must_be_known(file: Path, database: sqlite3.Connection) -> None:
    if not schema.claims_to_be_ours(database):
        raise UsageError(NOT_OURS.format(file))
    version = schema.version(database)
    if not 1 <= version <= schema.VERSION:
        raise UsageError(
            f"{file} has schema version {version}, but should have {schema.VERSION}: use the gradmark that wrote it"
        )
