"""Grade books of a class: who is in them, what platforms wrote stays, and a file of another course is left alone."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from graders import UsageError
from graders.cli.course.export import export
from graders.cli.course.options import NO_BOOKS, BookOptions, CourseOptions
from graders.cli.course.term import Said
from graders.cli.marks import marks
from graders.cli.report import report
from graders.coursework.finding import Submission
from graders.coursework.term.roster import Person
from graders.reports.gradebooks.canvas import canvas
from graders.reports.gradebooks.row import BookRow
from tests.classroom.course.support import LATE, result, rubric, stored, unusable, written
from tests.support import ROOT

ROSTER = (
    "id,name,address,section,group\n1001,\"Lovelace, Ada\",ada@x.edu,A,\n1002,=cmd|' /C calc'!A0,bob@x.edu,B,\n"
    "1003,Eve,eve@x.edu,A,\n1004,Zoë Nobody,zoe@x.edu,A,\n"
)
CANVAS = (
    '\ufeffStudent;ID;SIS User ID;SIS Login ID;Section;other (3);toy (77);"Current Score"\r\n'
    "    Points Possible;;;;;10;20;(read only)\r\n"
    '"Lovelace, Ada";555;1001;ada;A;9,5;;\r\n'
    '"Bob";556;1002;bob;B;"two\r\nlines";1;\r\n'
    '"Eve";557;1003;eve;A;;EX;\r\n'
    '"Nobody, Zoe";558;;zoe;A;;3;\r\n'
    '"Student, Test";559;;x;A;;;\r\n'
)
WORKSHEET = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),"
    "Feedback comments\n"
    'Participant 11,Ada Lovelace,,Submitted,,20.00,Yes,"Monday, 2 March 2026, 10:00 AM",\n'
    "Participant 12,Bob,bob@x.edu,Submitted,5.00,20.00,No,-,fine\n"
    "Participant 13,Eve,eve@x.edu,No submission,,20.00,Yes,-,\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pack = rubric(tmp_path / "pack")
    made = stored(tmp_path / "class", result(pack, "ada"), result(pack, "bob", 4.0), unusable("eve"))
    course = CourseOptions(roster=written(tmp_path / "roster.csv", ROSTER))
    marks(made, written(tmp_path / "marks.csv", "name,essay\nada,4.5\n"), course=course, books=NO_BOOKS)
    return made


def write(folder: Path, **books: Path) -> None:
    export([folder], course=CourseOptions(), books=BookOptions(**books))


def rows(file: Path, separator: str = ",") -> list[dict[str, str]]:
    text = file.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=separator))


def test_our_own_book_is_what_its_schema_says_and_has_no_formula(folder: Path, tmp_path: Path) -> None:
    write(folder, csv=tmp_path / "book.csv", json=tmp_path / "book.json")
    found = rows(tmp_path / "book.csv")
    schema = json.loads((ROOT / "fixtures/schemas/class-gradebook.json").read_text())
    jsonschema.validate(found, schema)
    assert [(row["id"], row["score"], row["state"], row["essay"]) for row in found] == [
        ("1001", "14.5", "marked", "4.5"),
        ("1002", "4", "marked", ""),
        ("1003", "0", "unusable", ""),
        ("1004", "0", "nothing", ""),
    ]
    assert found[1]["name"].startswith("'=")
    students = json.loads((tmp_path / "book.json").read_text())["students"]
    assert [(one["id"], one["score"], one["by_hand"]) for one in students][:2] == [
        ("1001", 14.5, 0),
        ("1002", 4.0, 10.0),
    ]


def test_canvas_own_export_comes_back_with_the_marks_and_nothing_else_changed(folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "canvas.csv", CANVAS)
    write(folder, canvas=file)
    assert file.read_bytes().startswith("\ufeff".encode())
    before = list(csv.DictReader(io.StringIO(CANVAS.removeprefix("\ufeff"), newline=""), delimiter=";"))
    expected = ["20", "14,5", "4", "EX", "3", ""]
    assert rows(file, ";") == [row | {"toy (77)": mark} for row, mark in zip(before, expected, strict=True)]
    first = file.read_bytes()
    write(folder, canvas=file)
    assert file.read_bytes() == first


def test_a_new_book_for_canvas_has_everybody_and_is_filled_in_again(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "canvas.csv"
    for _ in range(2):
        write(folder, canvas=file)
        found = rows(file)
        jsonschema.validate(found, json.loads((ROOT / "fixtures/schemas/canvas.json").read_text()))
        assert [row["toy"] for row in found] == ["20", "14.5", "4", "0", "0"]


def test_moodles_worksheet_is_filled_in_where_it_may_be(folder: Path, tmp_path: Path) -> None:
    file = written(tmp_path / "sheet.csv", WORKSHEET)
    write(folder, moodle=file)
    assert [row["Grade"] for row in rows(file)] == ["14.5", "5.00", "0"]
    assert rows(file)[0]["Last modified (grade)"] == "Monday, 2 March 2026, 10:00 AM"
    with pytest.raises(UsageError, match="its Maximum Grade is 10"):
        write(folder, moodle=written(tmp_path / "sheet.csv", WORKSHEET.replace("20.00", "10.00")))
    write(folder, moodle=tmp_path / "import.csv")
    assert [row["toy"] for row in rows(tmp_path / "import.csv")] == ["14.5", "4", "0", "0"]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("canvas", "Student,ID,SIS User ID,SIS Login ID,Section\nX,9,,nobody,\n", "another course"),
        ("canvas", "name,points\nX,9\n", "it is no grade book of Canvas"),
        ("moodle", WORKSHEET.replace("Ada Lovelace", "X").replace("bob@", "b@").replace("eve@", "e@")
         .replace("Bob", "Y").replace("Eve", "Z"), "another course"),
        ("moodle", "name,points\nX,9\n", "it is no grade book of Moodle"),
        ("csv", "id,name,address,section,group\n9,X,,,\n", "another course"),
        ("csv", "submission,homework,score\nada,toy,9\n", "it is no grade book of gradmark's"),
        ("canvas", 'Student,ID\n"X', "it is no grade book (unexpected end of data)"),
    ],
)  # fmt: skip
def test_the_book_of_another_course_is_left_alone_and_so_are_all_others(
    folder: Path, tmp_path: Path, kind: str, text: str, said: str
) -> None:
    file = written(tmp_path / "other.csv", text)
    with pytest.raises(UsageError) as error:
        write(folder, **{kind: file, "json": tmp_path / "book.json"})
    assert said in str(error.value)
    assert str(error.value).startswith(f"{file}: ")
    assert file.read_text(encoding="utf-8") == text
    assert not (tmp_path / "book.json").exists()


def test_everybody_has_a_page_and_numbers_take_the_place_of_names(folder: Path, tmp_path: Path) -> None:
    report(folder, tmp_path / "class.html", tmp_path / "pages")
    page = (tmp_path / "class.html").read_text(encoding="utf-8")
    assert all(name in page for name in ("Lovelace, Ada", "Zoë Nobody", "nothing was handed in", "eve is empty"))
    assert len(list((tmp_path / "pages").iterdir())) == 4
    books = BookOptions(csv=tmp_path / "a.csv", anonymous=True)
    report(folder, tmp_path / "anonymous.html", tmp_path / "anonymous", books=books)
    made = [tmp_path / "anonymous.html", tmp_path / "a.csv", *(tmp_path / "anonymous").iterdir()]
    text = "".join(file.name + file.read_text(encoding="utf-8") for file in made).lower()
    assert not [name for name in ("lovelace", "ada", "bob", "eve is", "zoë", "1001", "x.edu") if name in text]
    first = rows(tmp_path / "a.csv")
    report(folder, None, None, books=books)
    assert rows(tmp_path / "a.csv") == first


def test_an_extension_for_nobody_keeps_nothing(folder: Path, tmp_path: Path) -> None:
    before = (folder / "gradmark.sqlite").read_bytes()
    wrong = written(tmp_path / "e.csv", "name,days\nMallory,2\n")
    course = CourseOptions(due="2026-10-24 20:00 Europe/Berlin", extensions=wrong)
    with pytest.raises(UsageError, match=r"e\.csv: line 2: Mallory is nobody in this class"):
        export([folder], course=course, books=BookOptions(csv=tmp_path / "b.csv"))
    with pytest.raises(UsageError, match=r"--due: .* has no zone"):
        export([folder], course=CourseOptions(due="2026-10-24 20:00"), books=BookOptions(csv=tmp_path / "b.csv"))
    assert (folder / "gradmark.sqlite").read_bytes() == before
    assert not (tmp_path / "b.csv").exists()


def test_a_due_date_that_costs_nobody_anything_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = "rubric.toml has no [late] with a line as per_day = 0.1: coming late costs nothing"
    for name, late, tells in (("with", LATE, False), ("without", "", True)):
        pack = rubric(tmp_path / f"pack-{name}", late)
        settings = json.dumps({"homework": str(pack)})
        made = stored(tmp_path / name, replace(result(pack, "ada"), settings=settings))
        course = CourseOptions(due="2026-10-24 20:00 Europe/Berlin")
        export([made], course=course, books=BookOptions(csv=tmp_path / f"{name}.csv"))
        assert (said in capsys.readouterr().err) == tells


def test_late_days_that_cost_nothing_are_refused_with_what_the_rubric_lacks(tmp_path: Path) -> None:
    pack = rubric(tmp_path / "pack", "")
    made = stored(tmp_path / "class", result(pack, "ada"))
    file = written(tmp_path / "marks.csv", "name,days_late\nada,2\n")
    with pytest.raises(UsageError, match=r"ada: days_late is 2, .* it lacks \[late\] with a line as per_day = 0.1"):
        marks(made, file, course=CourseOptions(), books=NO_BOOKS)


def test_without_a_roster_each_member_of_a_platforms_group_has_a_row(tmp_path: Path) -> None:
    pack = rubric(tmp_path / "pack")
    made = stored(tmp_path / "class", result(pack, "submission_1", student="ada@x.edu, bob@x.edu"))
    file = written(tmp_path / "marks.csv", "name,essay\nsubmission_1,2\nbob@x.edu,3\n")
    marks(made, file, course=CourseOptions(), books=BookOptions(csv=tmp_path / "b.csv"))
    assert [(row["id"], row["score"]) for row in rows(tmp_path / "b.csv")] == [("ada@x.edu", "12"), ("bob@x.edu", "13")]


def test_a_grade_book_keeps_the_encoding_that_it_came_in_unless_who_is_added_has_no_place_in_it() -> None:
    head = "Student;ID;SIS User ID;SIS Login ID;Section\n"
    content = f"{head}Jürgen;;ada;ada;A\n".encode("cp1252")
    ada = BookRow(Person("ada", "Jürgen"), "hw", "ada", "marked", 1.5, 2.0)
    filled, _ = canvas(content, [ada])
    assert "Jürgen".encode("cp1252") in filled
    assert filled.decode("cp1252").splitlines()[-1].endswith('"1.5"')
    added, _ = canvas(content, [ada, BookRow(Person("eve", "Łucja"), "hw", "eve", "marked", 1.0, 2.0)])
    assert "Łucja" in added.decode("utf-8-sig")
    assert "Jürgen" in added.decode("utf-8-sig")


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("canvas", "Student,ID,SIS User ID,SIS Login ID,Section\nX,9,,{0},\n"),
        ("moodle", WORKSHEET.replace("Ada Lovelace", "{0}").replace("bob@", "b@").replace("eve@", "e@")
         .replace("Bob", "Y").replace("Eve", "Z")),
        ("csv", "id,name,address,section,group\n{0},X,,,\n"),
    ],
)  # fmt: skip
def test_the_book_of_another_course_is_refused_before_anything_is_marked(kind: str, text: str, tmp_path: Path) -> None:
    handed = [Submission("ada", tmp_path / "ada", "ada")]
    file = written(tmp_path / "book.csv", text.format("nobody"))
    said = Said(tmp_path, None, CourseOptions(), BookOptions(**{kind: file}))
    with pytest.raises(UsageError, match="another course"):
        said.check(handed)
    assert [path.name for path in tmp_path.iterdir()] == ["book.csv"]
    written(tmp_path / "book.csv", text.format("ada"))
    said.check(handed)
