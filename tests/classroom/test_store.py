"""The file with results: what it refuses, how fast it is with a large class."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graders import UsageError
from graders.classroom.marks import finals
from graders.classroom.result import Result, State
from graders.classroom.schema import VERSION
from graders.classroom.store import Store
from graders.coursework.pair import Pair, Passage
from graders.coursework.record import CheckResult, Report, SectionResult, SectionStatus, Status

QUERIES = [
    "SELECT name, score FROM submissions WHERE homework = 'ai702' ORDER BY score",
    "SELECT name FROM submissions WHERE state = 'fault'",
    "SELECT avg(score) FROM sections WHERE section = 'linear'",
    "SELECT count(*) FROM checks WHERE id = 'linear.c1' AND status = 'failed'",
    "SELECT * FROM checks WHERE name = 'student 7' ORDER BY place",
    "SELECT * FROM pairs ORDER BY max(first_share, second_share) DESC, first, second",
    "SELECT diagnosis, count(*) FROM checks WHERE diagnosis != '' GROUP BY diagnosis",
]
"""What a class report asks."""


def result(name: str, checks: int = 3, diagnosis: str = "") -> Result:
    rows = [
        CheckResult(
            id=f"linear.c{number}",
            title="A check",
            status=Status.FAILED if number == 1 else Status.PASSED,
            diagnosis=[diagnosis] if number == 1 and diagnosis else [],
            message="W is wrong" * 20 if number == 1 else "",
        )
        for number in range(checks)
    ]
    section = SectionResult(
        id="linear", title="Linear", score=1.0, max_score=2.0, status=SectionStatus.PARTIAL, checks=rows
    )
    report = Report(homework="ai702", submission=name, score=1.0, max_score=2.0, sections=[section], environment={})
    return Result(name, "", 0, "digest", "{}", State.MARKED, "", report, "2026-01-01T00:00:00", 1.0)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """10 000 results."""
    file = tmp_path_factory.mktemp("large") / "class.sqlite"
    with Store(file) as store:
        store._database.execute("PRAGMA synchronous = OFF")
        for number in range(10_000):
            store.keep(result(f"student {number}", 5, "transposed" if number % 9 == 0 else ""))
        yield store


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    unusable = Result("bob", "b@x", 3, "", "{}", State.UNUSABLE, "is empty", None, "2026-01-01T00:00:00", 0.0)
    with Store(tmp_path / "class.sqlite") as store:
        store.keep(result("ada"))
        store.keep(unusable)
        store.keep(result("ada", checks=2))
    with Store(tmp_path / "class.sqlite", writing=False) as store:
        assert list(store.results()) == [result("ada", checks=2), unusable]
        assert store.result("bob") == unusable
        assert store.result("eve") is None
        assert store._database.execute("SELECT count(*) FROM checks").fetchone() == (2,)


DAMAGES = {
    "record": "UPDATE submissions SET record = '{\"schema_version\"'",
    "bytes": "UPDATE submissions SET record = CAST(x'ff' AS TEXT)",
    "status": "UPDATE submissions SET record = replace(record, 'passed', 'passt')",
    "state": "UPDATE submissions SET state = 'merked'",
    "table": "DROP TABLE submissions",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_one_line(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "class.sqlite"
    with Store(file) as store:
        store.keep(result("ada", checks=2))
        store._database.execute(damage)
        store._database.commit()
    with (
        pytest.raises(UsageError, match=r"class\.sqlite can't be used \(.{5,200}\): give another file with --db$"),
        Store(file, writing=False) as store,
    ):
        list(store.results())


def test_a_file_whose_pages_are_spoilt_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "class.sqlite"
    with Store(file) as store:
        store.keep(result("ada"))
    file.write_bytes(file.read_bytes()[:1000])
    with pytest.raises(UsageError, match="can't be used"), Store(file, writing=False) as store:
        list(store.results())


def test_one_run_writes_while_others_read(tmp_path: Path) -> None:
    with Store(tmp_path / "class.sqlite") as store:
        store.keep(result("ada"))
        with pytest.raises(UsageError, match="is in use"):
            Store(tmp_path / "class.sqlite")
        with Store(tmp_path / "class.sqlite", writing=False) as reader:
            assert [one.name for one in reader.results()] == ["ada"]
        store.keep(result("bob"))
    Store(tmp_path / "class.sqlite").close()


def test_a_file_of_another_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "class.sqlite"
    Store(file).close()
    with sqlite3.connect(file) as database:
        database.execute(f"PRAGMA user_version = {VERSION + 1}")
    database.close()
    with pytest.raises(UsageError, match=f"has schema version {VERSION + 1}, but should have {VERSION}"):
        Store(file)


def pair(first: str, second: str, *shares: float) -> Pair:
    return Pair(first, second, *shares, [Passage("a.py", (1, 9), "lib/b.py", (3, 12))])


def test_pairs_are_kept_by_share_and_replaced(tmp_path: Path) -> None:
    low, high, other = pair("ada", "bob", 0.4, 0.3), pair("bob", "eve", 0.1, 0.9), pair("ada", "eve", 0.4, 0.4)
    with Store(tmp_path / "class.sqlite") as store:
        assert store.pairs() == []
        store.keep_pairs([low, high, other])
        store.keep(result("ada"))
    with Store(tmp_path / "class.sqlite", writing=False) as store:
        assert store.pairs() == [high, low, other]
    with Store(tmp_path / "class.sqlite") as store:
        store.keep_pairs([low])
        assert store.pairs() == [low]


def test_a_file_of_the_first_version_is_read_and_brought_up_when_written_to(tmp_path: Path) -> None:
    file = tmp_path / "class.sqlite"
    with Store(file) as store:
        store.keep(result("ada"))
        store._database.executescript(
            "DROP TABLE identity; DROP TABLE pairs; DROP TABLE contents; PRAGMA user_version = 1;"
        )
    with Store(file, writing=False, named=True) as store:
        assert list(store.results()) == [result("ada")]
        assert store.pairs() == []
        assert store._database.execute("PRAGMA user_version").fetchone() == (1,)
    with Store(file, named=True) as store:
        assert list(store.results()) == [result("ada")]
        store.keep_pairs([pair("ada", "bob", 0.4, 0.3)])
        assert store._database.execute("PRAGMA user_version").fetchone() == (VERSION,)
    with Store(file, writing=False) as store:
        assert store.pairs() == [pair("ada", "bob", 0.4, 0.3)]


def test_homeworks_are_those_that_were_given_or_recognised(tmp_path: Path) -> None:
    with Store(tmp_path / "class.sqlite") as store:
        store.keep(result("ada"))
        store.keep(replace(result("bob"), settings='{"homework":"courses/mine"}'))
        assert store.homeworks() == ["ai702", "courses/mine"]


def test_a_result_that_is_half_written_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store(tmp_path / "class.sqlite") as store:
        store.keep(result("ada"))
        monkeypatch.setattr("graders.classroom.store._keep_rows", _fail)
        with pytest.raises(RuntimeError):
            store.keep(result("ada", checks=7))
        assert list(store.results()) == [result("ada")]


def _fail(*_: object) -> None:
    raise RuntimeError


@pytest.mark.parametrize("query", QUERIES)
def test_what_a_report_asks_is_answered_from_an_index(large: Store, query: str) -> None:
    plan = [row[3] for row in large._database.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert plan
    assert all("USING" in step and ("INDEX" in step or "PRIMARY KEY" in step) for step in plan), plan


def test_ten_thousand_results_are_read_in_seconds(large: Store) -> None:
    began = time.process_time()
    assert sum(one.report is not None for one in finals(large)) == 10_000
    assert time.process_time() - began < 5


def test_a_byte_or_a_foreign_file_is_no_store_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "class.sqlite"
    for content in (b"x", b"SQLite for", b"these are no marks\n" * 100):
        file.write_bytes(content)
        for writing in (False, True):
            with pytest.raises(UsageError, match=r"class\.sqlite (is not a file of gradmark's|can't be used)"):
                Store(file, writing=writing, named=True)
        assert file.read_bytes() == content
    file.unlink()
    with sqlite3.connect(file) as foreign:
        foreign.execute("PRAGMA user_version = 5")
    foreign.close()
    with pytest.raises(UsageError, match="is not a file of gradmark's results"):
        Store(file, named=True)


def test_a_file_in_a_folder_that_is_read_only_can_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a b?c#%41.sqlite"
    with Store(file) as store:
        store.keep(result("ada"))
    monkeypatch.setattr("graders.classroom.database.os.access", lambda *_: False)
    opened: list[str] = []
    monkeypatch.setattr(
        "graders.classroom.database.sqlite3.connect",
        lambda address, connect=sqlite3.connect, **more: opened.append(address) or connect(address, **more),
    )
    with Store(file, writing=False) as store:
        assert [one.name for one in store.results()] == ["ada"]
    assert opened[0].endswith("?immutable=1")
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
