"""Rosters as spreadsheets save them, and whose a submission is."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders import UsageError
from graders.classroom.course.matching import Handed, match
from graders.coursework.term.extensions import read_extensions
from graders.coursework.term.gradescope_export import Author, read_export
from graders.coursework.term.moments import moment
from graders.coursework.term.roster import Person, Roster, read_roster
from graders.coursework.term.spreadsheet import MAX_BYTES, parsed
from tests.classroom.course.support import written

ADA = Person("1", "Lovelace, Ada", "ada@x.edu", "A", "7")
BOB = Person("2", "Müller, Jörg", "joerg@x.edu", "B", "7")


ADAS, BOBS = "1;Lovelace, Ada;ada@x.edu;A;7", "2;Müller, Jörg;joerg@x.edu;B;7"


@pytest.mark.parametrize(
    ("header", "separator", "encoding", "said"),
    [
        ("id,name,address,section,group", ",", "utf-8", ""),
        ("ID;Name;E-Mail;Section;Group", ";", "cp1252", "semicolons, Windows-1252"),
        ("sep=;\r\nSID;Full name;Email;Sections;Team", ";", "utf-8-sig", "semicolons"),
        ("id\tname\temail address\tsection\tgroups", "\t", "utf-16", "tabs, UTF-16"),
    ],
)
def test_a_roster_is_read_as_spreadsheets_save_it(
    tmp_path: Path, header: str, separator: str, encoding: str, said: str
) -> None:
    lines = [line.replace(";", separator) if separator != "," else _in_quotes(line) for line in (ADAS, BOBS)]
    text = "\r\n".join([header, *lines, ""])
    roster = read_roster(written(tmp_path / "roster.csv", text, encoding))
    assert list(roster.people) == [ADA, BOB]
    assert roster.said.startswith("roster.csv: 2 students by ")
    assert roster.said.endswith(f"; {said}") if said else ";" not in roster.said


def _in_quotes(line: str) -> str:
    return ",".join(f'"{cell}"' for cell in line.split(";"))


def test_an_export_of_canvas_is_a_roster(tmp_path: Path) -> None:
    text = (
        "Student,ID,SIS User ID,SIS Login ID,Section,hw (9)\n    Points Possible,,,,,20\n"
        '"Lovelace, Ada",1234,U1,ada,A,\n"Student, Test",99,,x,A,\n'
    )
    roster = read_roster(written(tmp_path / "canvas.csv", text))
    assert list(roster.people) == [Person("1234", "Lovelace, Ada", "", "A", "", ("U1", "ada"))]
    assert "not used: hw (9)" in roster.said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,name\n7,Ada\n8,Bob\n7,Cyd\n", "id 7 is there twice, in lines 2 and 4"),
        ("id,email\n7,a@x\n8,A@X\n", "address A@X is there twice, in lines 2 and 3"),
        ("id,ID\n7,8\n", "names id twice"),
        ("matter,points\n7,Ada\n", "has to name id, name or address; it has matter, points"),
        ("id,name\n7,Lovelace, Ada\n", "line 2 has another number of cells than the first line"),
        ('id,name\n7,"Ada\n', "unexpected end of data"),
        ("id,name\n", "it names nobody"),
        ("", "it is empty"),
        ("id,name\n7,\0\n", "is no text"),
    ],
)
def test_what_is_no_roster_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        read_roster(written(tmp_path / "roster.csv", text))
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_bytes_that_are_no_text_and_files_without_end_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not UTF-8 text"):
        parsed(b"id,name\n7,\x81\x8d\n")
    with (tmp_path / "huge.csv").open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(UsageError, match="more than"):
        read_roster(tmp_path / "huge.csv")
    with pytest.raises(UsageError, match="can't be read"):
        read_roster(tmp_path)


def test_control_characters_and_line_ends_of_a_name_are_gone(tmp_path: Path) -> None:
    (person,) = read_roster(written(tmp_path / "r.csv", 'id,name\n7,"Ada\n\x1b[31mLovelace"\n')).people
    assert person.name == "Ada \\x1b[31mLovelace"


@pytest.mark.parametrize(
    "name",
    [
        *("1", "ada@x.edu", "ada", "ADA", "Ada Lovelace", "lovelace_ada", "LOVELACE-ADA.zip", "Lovelace, Ada"),
        *("hw1-ada", "lovelaceada_LATE_99_5678_hw.zip", "Ada Lovelace_4711_assignsubmission_file"),
    ],
)
def test_a_submission_is_found_by_any_of_the_names_that_platforms_and_people_make(name: str) -> None:
    assert match(Roster([ADA, BOB]), [Handed(name)]).submissions["1"] == name


def test_accents_and_their_spellings_are_alike() -> None:
    for name in ("Jorg Muller", "joerg mueller", "MÜLLER, JO\u0308RG"):
        assert match(Roster([ADA, BOB]), [Handed(name)]).submissions["2"] == name


def test_a_number_behind_a_name_is_nobodys_id() -> None:
    assert not match(Roster([ADA, BOB]), [Handed("hw1_2")]).submissions


def test_a_name_that_two_have_is_nobodys_and_said() -> None:
    twins = Roster([Person("1", "Ada L"), Person("2", "Ada L")])
    found = match(twins, [Handed("Ada L")])
    assert not found.submissions
    assert found.doubts == ["Ada L: Ada L could be 2 students of the roster: 1, 2; it counts for nobody"]


def test_who_calls_themself_like_another_student_hands_in_nothing_for_them() -> None:
    forged = Handed("submission_1", authors=[Author("Ada Lovelace", "mallory@x.edu", "66")])
    found = match(Roster([ADA, BOB]), [forged])
    assert (dict(found.submissions), list(found.strangers)) == ({}, [forged])


def test_a_group_has_one_submission_and_an_own_one_comes_first() -> None:
    roster = Roster([ADA, BOB, Person("3", "Cyd")])
    assert dict(match(roster, [Handed("Group 7")]).submissions) == {"1": "Group 7", "2": "Group 7"}
    assert dict(match(roster, [Handed("ada")]).submissions) == {"1": "ada", "2": "ada"}
    both = match(roster, [Handed("ada"), Handed("joerg")])
    assert dict(both.submissions) == {"1": "ada", "2": "joerg"}
    of_two = Handed("submission_4", authors=[Author(address="ada@x.edu"), Author(address="JOERG@x.edu")])
    assert dict(match(roster, [of_two]).submissions) == {"1": "submission_4", "2": "submission_4"}


def test_of_several_the_last_handed_in_counts_and_is_named() -> None:
    early, late = moment("2026-01-01 10:00 Z"), moment("2026-01-02 10:00 Z")
    found = match(Roster([ADA]), [Handed("ada", at=late), Handed("lovelace ada", at=early)])
    assert (found.submissions["1"], found.doubts) == ("ada", ["1 has 2 submissions: ada counts"])


def test_what_a_submission_printed_says_nothing_of_who_handed_it_in_or_when(tmp_path: Path) -> None:
    text = (
        "---\nsubmission_1:\n  :submitters:\n  - :name: Ada\n    :email: ada@x.edu\n    :sid: '1'\n"
        "  :created_at: 2026-10-25 18:59:00.000000000 Z\n  :results:\n    :output: |\n"
        "      :created_at: 2020-01-01 00:00:00 Z\n      :email: eve@x.edu\n    :email: eve@x.edu\n"
        "  :history:\n  - :created_at: 2020-01-01 00:00:00 Z\n    :email: eve@x.edu\n"
    )
    about = read_export(written(tmp_path / "submission_metadata.yml", text))["submission_1"]
    assert (about.student, about.handed_in) == ("ada@x.edu", "2026-10-25T18:59:00+00:00")
    assert about.authors == [Author("Ada", "ada@x.edu", "1")]


def test_extensions_say_a_date_or_days(tmp_path: Path) -> None:
    file = written(tmp_path / "e.csv", "Student;Due;Days\nAda;26.10.2026 20:00;\nBob;;2\n")
    zone = moment("2026-10-24 20:00 Europe/Berlin").tzinfo
    assert [one.until for one in read_extensions(file, zone)] == ["2026-10-26 20:00 Europe/Berlin", "+2 days"]
    for text, said in (
        ("name,due\nAda,2026-10-26 20:00\n", "line 2: '2026-10-26 20:00' has no zone"),
        ("name,due,days\nAda,2026-10-26 20:00Z,2\n", "line 2: Ada should have either a date or days"),
        ("name,days\nAda,1.5\n", "line 2: Ada: days is '1.5'"),
        ("name,until when\nAda,x\n", "has to name id, name or address, and due or days"),
        ("name,days\n,1\n", "names no student"),
    ):
        with pytest.raises(UsageError) as error:
            read_extensions(written(tmp_path / "x.csv", text), None)
        assert said in str(error.value)
