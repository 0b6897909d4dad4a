"""What a class's report reads from the store: the same as its records say, by queries that use indexes."""

from __future__ import annotations

import re
import sqlite3
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from msgspec import UNSET

from graders import UsageError
from graders.classroom import overview as queries
from graders.classroom.course.tables import keep_roster
from graders.classroom.overview import overview
from graders.classroom.result import Result, State
from graders.classroom.statistics.items import correlation
from graders.classroom.store import Store
from graders.cli.course.options import BookOptions
from graders.cli.report import report as report_command
from graders.coursework.digest import digest
from graders.coursework.pair import Pair
from graders.coursework.record import Report, Status
from graders.coursework.term.roster import Person, Roster
from tests.reports.records import check, report, section
from tests.support import toy_homework


def failing(diagnosis: str) -> Report:
    wrong = check("linear.backward", Status.FAILED, message="dLdW is wrong", diagnosis=[diagnosis])
    advice = check("linear.advice", Status.FAILED, advisory=True, message="!")
    return report(
        section("linear", 0.0, 15.0, "failed", advice, check("linear.forward"), wrong),
        section("essay", 0.0, 5.0, "manual"),
    )


RIGHT = report(
    section(
        "linear",
        *(15.0, 15.0, "passed"),
        *(check("linear.advice", Status.SKIPPED), check("linear.forward"), check("linear.backward")),
    ),
    section("essay", 0.0, 5.0, "manual"),
)


def result(name: str, found: Report | None, message: str = "") -> Result:
    state = State.MARKED if found is not None else State.UNUSABLE
    return Result(name, f"{name}@example.edu", 1, "d", "{}", state, message, found, "2026-01-01T10:00:00", 2.5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Store(tmp_path / "gradmark.sqlite") as store:
        store.keep(result("ada", RIGHT))
        store.keep(result("bob", failing("dLdW is a sum (in all of 8 different cases). Divide by N.")))
        store.keep(result("cyd", failing("dLdW is a sum (in both cases tried). Divide by N.")))
        store.keep(result("dan", None, "dan is empty"))
    return tmp_path


def test_an_overview_says_what_the_records_say(folder: Path) -> None:
    with Store(folder / "gradmark.sqlite") as store:
        store.keep_by_hand({("ada", "essay"): 4.0}, {})
        store.keep_pairs([Pair("bob", "cyd", 0.9, 0.8, []), Pair("bob", "gone", 0.9, 0.8, [])])
        found = overview(store, "class", {"ada": "ada.html"})
    (homework,) = found.homeworks
    assert [(row.name, row.score, dict(row.sections), row.problem) for row in found.rows] == [
        ("ada", 19.0, {"linear": 15.0, "essay": 4.0}, ""),
        ("bob", 0.0, {"linear": 0.0, "essay": 0.0}, ""),
        ("cyd", 0.0, {"linear": 0.0, "essay": 0.0}, ""),
        ("dan", None, {}, "dan is empty"),
    ]
    assert homework.misconceptions == [("dLdW is a sum. Divide by N.", 2)]
    assert [list(row.causes) for row in found.rows] == [[], [0], [0], []]
    backward = next(one for one in homework.checks if one.id == "linear.backward")
    assert (backward.submissions, backward.failed, backward.title) == (3, 2, "linear.backward is right.")
    assert next(one for one in homework.checks if one.id == "linear.advice").submissions == 2
    assert [section.title for section in homework.sections] == ["The linear", "The essay"]
    assert [(pair.first, pair.second) for pair in found.pairs] == [("bob", "cyd")]
    assert found.reasons == {
        "dan": "",
        "bob": "linear.backward: dLdW is wrong",
        "cyd": "linear.backward: dLdW is wrong",
    }


def test_only_known_submissions_are_shown(folder: Path) -> None:
    with Store(folder / "gradmark.sqlite", writing=False) as store:
        found = overview(store, "class", {}, {"ada", "bob"})
    assert [row.name for row in found.rows] == ["ada", "bob"]
    assert found.homeworks[0].misconceptions == [("dLdW is a sum. Divide by N.", 1)]


def test_every_query_uses_an_index_and_none_sorts(folder: Path) -> None:
    database = sqlite3.connect(folder / "gradmark.sqlite")
    plans = {
        name: [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {query}", [None] * query.count("?"))]
        for name, query in vars(queries).items()
        if name.isupper() and isinstance(query, str) and query.startswith("SELECT")
    }
    database.close()
    assert plans["REASON"] == ["SEARCH checks USING PRIMARY KEY (name=?)"]
    assert plans["CHECKS"] == ["SCAN checks USING COVERING INDEX checks_by_id"]
    assert plans["DIAGNOSES"] == ["SCAN checks USING COVERING INDEX checks_by_diagnosis"]
    assert plans["ROWS"] == ["SCAN submissions USING INDEX sqlite_autoindex_submissions_1"]
    assert plans["SECTIONS"] == ["SCAN sections"]  # in the order of its primary key
    assert not any("TEMP B-TREE" in step for plan in plans.values() for step in plan)


def test_a_marked_class_is_written_as_pages_whatever_its_students_are_called(folder: Path) -> None:
    with Store(folder / "gradmark.sqlite") as store:
        store.keep(result("../<script>alert(1)</script>", RIGHT))
        store.keep(result("javascript:alert(1)", RIGHT))
    report_command(folder, folder / "class.html", folder / "pages")
    names = sorted(path.name for path in (folder / "pages").iterdir())
    assert len(names) == 6  # dan's, who couldn't be marked, says so
    assert all(name.replace("-", "").replace("_", "").replace(".", "").isalnum() for name in names)
    page = (folder / "class.html").read_text(encoding="utf-8")
    assert all(f'"./pages/{name}"' in page for name in names)
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((None, None, None), "give --html FILE, --html-students DIR, or both"),
        (("nowhere/class.html", None, None), "can't be written"),
        ((None, "gradmark.sqlite", None), "is a file, but should be a folder"),
        ((None, "no/where", None), "can't be written"),
        (("c.html", None, "none.sqlite"), "mark a class first"),
    ],
)
def test_what_can_not_be_written_is_said(folder: Path, options: tuple[str | None, ...], said: str) -> None:
    paths = [folder / option if option else None for option in options]
    with pytest.raises(UsageError, match=said):
        report_command(folder, *paths)


def test_practice_is_in_the_record_and_in_no_summary(tmp_path: Path) -> None:
    wrong = check("conv.padding", Status.FAILED, message="conv is wrong", diagnosis=["conv is flipped"])
    conv = section("conv", 0.0, 0.0, "failed", wrong, practice=True)
    found = report(conv, section("linear", 0.0, 15.0, "failed", check("linear.a", Status.FAILED, message="W is wrong")))
    with Store(tmp_path / "gradmark.sqlite") as store:
        store.keep(result("ada", found))
        summary = overview(store, "class", {})
        kept = store.result("ada")
    assert kept is not None
    assert kept.report == found
    (homework,) = summary.homeworks
    assert [one.id for one in homework.sections] == ["linear"]
    assert [one.id for one in homework.checks] == ["linear.a"]
    assert not homework.misconceptions
    assert summary.reasons == {"ada": "linear.a: W is wrong"}
    assert dict(summary.rows[0].sections) == {"linear": 0.0}


def test_a_check_is_right_so_often_fails_by_itself_and_tells_apart(tmp_path: Path) -> None:
    """Twelve submissions: `linear.backward` fails in six, which have nothing in the other section either."""
    with Store(tmp_path / "gradmark.sqlite") as store:
        for k in range(12):
            wrong = k < 6
            status = Status.FAILED if wrong else Status.PASSED
            backward = check("linear.backward", status, same_as="relu.a" if k < 2 else UNSET)
            rows = [
                section("linear", 0.0 if wrong else 15.0, 15.0, "failed" if wrong else "passed", backward),
                section("relu", float(not wrong), 5.0, "partial", check("relu.a", Status.PASSED)),
            ]
            store.keep(result(f"s{k:02}", report(*rows)))
        found = {one.id: one for one in overview(store, "class", {}).homeworks[0].checks}
        few = {one.id: one for one in overview(store, "class", {}, {"s01", "s09"}).homeworks[0].checks}
    backward = found["linear.backward"]
    assert (backward.failed, backward.submissions, backward.elsewhere) == (6, 12, 2)
    assert backward.tells_apart == pytest.approx(1.0)
    assert found["relu.a"].tells_apart is None  # all have it
    assert few["linear.backward"].tells_apart is None
    assert correlation([(1.0, 0.0), (0.0, 1.0)] * 5) == pytest.approx(-1.0)


def test_submissions_that_are_the_same_are_listed_with_the_worked_one(tmp_path: Path) -> None:
    pack = toy_homework(tmp_path / "pack")
    (pack / "worked").mkdir()
    (pack / "worked/layer.py").write_text("right = 1\n", encoding="utf-8")
    content = digest(pack / "worked")
    with Store(tmp_path / "gradmark.sqlite") as store:
        for name, own in (("ada", content), ("bob", "b"), ("cyd", "b"), ("dan", "d")):
            found = msgspec.structs.replace(RIGHT, environment={"rubric": str(pack)})
            settings = msgspec.json.encode({"homework": str(pack)}).decode()
            store.keep(replace(result(name, found), digest=own, settings=settings))
        same = overview(store, "class", {}).identical
    assert sorted(map(list, same)) == [["ada", "the worked submission"], ["bob", "cyd"]]


def test_an_archive_and_a_folder_of_the_same_files_are_the_same(tmp_path: Path) -> None:
    with Store(tmp_path / "gradmark.sqlite") as store:
        for name, own, content in (("ada", "a", "a"), ("bob", "zip", "a"), ("cyd", "tar", "a"), ("dan", "a.zip", "")):
            store.keep(replace(result(name, RIGHT), digest=own), content=content)
        assert store.contents() == {"a": ["ada", "bob", "cyd"], "a.zip": ["dan"]}
        store._database.executescript("DROP TABLE contents; PRAGMA user_version = 4;")
    with Store(tmp_path / "gradmark.sqlite", writing=False) as store:
        assert store.contents() == {"a": ["ada"], "a.zip": ["dan"], "tar": ["cyd"], "zip": ["bob"]}


def test_sections_and_another_class_stand_beside_each_other(tmp_path: Path) -> None:
    for name in ("now", "before"):
        (tmp_path / name).mkdir()
    with Store(tmp_path / "before/gradmark.sqlite") as store:
        store.keep(result("old", failing("x")))
    with Store(tmp_path / "now/gradmark.sqlite") as store:
        store.keep(result("ada", RIGHT))
        store.keep(result("bob", failing("x")))
        keep_roster(store, Roster([Person("ada", section="A"), Person("bob", section="B")]))
    books = BookOptions(compare=tmp_path / "before")
    report_command(tmp_path / "now", tmp_path / "class.html", books=books)
    page = " ".join((tmp_path / "class.html").read_text(encoding="utf-8").split())
    for label in ("A", "B", "this class", "before"):
        assert f'<th scope="col" class="number">{label}</th>' in page
    row = page.split('<th scope="row">The linear</th>')[1].split("</tr>")[0]
    assert re.findall(r">(\d+%)<", row) == ["100%", "0%", "50%", "0%"]
