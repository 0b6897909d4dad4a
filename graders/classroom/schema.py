"""The tables of the SQLite file with a class's results, and how an older file comes to have the newer ones."""

from __future__ import annotations

import sqlite3

VERSION = 5
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
_IDENTITY = """
CREATE TABLE identity (place INTEGER PRIMARY KEY CHECK (place = 1), id TEXT NOT NULL) STRICT;
"""
_COURSE = """
CREATE TABLE IF NOT EXISTS course (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS people (
    id TEXT PRIMARY KEY,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    section TEXT NOT NULL,
    team TEXT NOT NULL,
    others TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handed_in (name TEXT PRIMARY KEY, at TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS handed_in_by (
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    id TEXT NOT NULL,
    person TEXT NOT NULL,
    address TEXT NOT NULL,
    PRIMARY KEY (name, place)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS extensions (student TEXT PRIMARY KEY, due TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS own_marks (
    student TEXT NOT NULL,
    section TEXT NOT NULL,
    score REAL NOT NULL,
    PRIMARY KEY (student, section)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS own_lateness (student TEXT PRIMARY KEY, days INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS numbers (student TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE) STRICT, WITHOUT ROWID;
"""
"""What a course knows besides: its roster, when and by whom submissions were handed in, extensions, marks of one member
of a group alone, and the numbers that stand for students in anonymous reports."""
_CONTENTS = """
CREATE TABLE contents (name TEXT PRIMARY KEY, content TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""
"""The digest of each submission's files, whatever they were packed in."""
NEWER = {2: _PAIRS, 3: _IDENTITY, 4: _COURSE, 5: _CONTENTS}
"""What each later version of the schema added: an older file gets it when a run writes to it."""


def create(database: sqlite3.Connection, store: str) -> None:
    """Lay out an empty file with its id, all at once: a run that is killed leaves a file of ours or an empty one."""
    newer = "".join(NEWER.values())
    database.executescript(
        f"BEGIN; {SCHEMA} {newer} INSERT INTO identity VALUES (1, '{store}');"
        f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {VERSION}; COMMIT;"
    )


def claims_to_be_ours(database: sqlite3.Connection) -> bool:
    """Whether the file says that gradmark wrote it."""
    return bool(database.execute("PRAGMA application_id").fetchone() == (APPLICATION,))


def version(database: sqlite3.Connection) -> int:
    """The version of the schema that the file has."""
    (found,) = database.execute("PRAGMA user_version").fetchone()
    return int(found)


def identity(database: sqlite3.Connection) -> str:
    """The id of the file; empty where no run has written to it since version 2."""
    if version(database) < 3:
        return ""
    row = database.execute("SELECT id FROM identity").fetchone()
    return str(row[0]) if row else ""


def keep_identity(database: sqlite3.Connection, store: str) -> None:
    """Give the file its id."""
    with database:
        database.execute("INSERT INTO identity VALUES (1, ?)", [store])


def is_empty(database: sqlite3.Connection) -> bool:
    """Whether the file has nothing in it yet."""
    return bool(database.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,))


def is_somebodys(database: sqlite3.Connection) -> bool:
    """Whether a file without a table says about itself that it is another program's."""
    (application,) = database.execute("PRAGMA application_id").fetchone()
    return application not in (0, APPLICATION) or version(database) != 0


def bring_up(database: sqlite3.Connection) -> None:
    """Add what the file's version of the schema lacks, each version whole or not at all."""
    for newer in range(version(database) + 1, VERSION + 1):
        database.executescript(f"BEGIN; {NEWER[newer]} PRAGMA user_version = {newer}; COMMIT;")
