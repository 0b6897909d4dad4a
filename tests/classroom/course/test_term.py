"""A fictional term, worked out by hand: groups, extensions, a change of clocks, a budget of late days, a regrade."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graders.cli.course.export import export
from graders.cli.course.options import NO_BOOKS, BookOptions, CourseOptions
from graders.cli.marks import marks
from tests.classroom.course.support import result, rubric, stored, unusable, written

FIRST, SECOND = "2026-10-24 20:00 Europe/Berlin", "2026-11-07 20:00 Europe/Berlin"
"""Due dates: in the night after the first one the clocks go back."""
GROUPS = {f"s{2 * k - 1:02d}": str(k) for k in range(1, 13)} | {f"s{2 * k:02d}": str(k) for k in range(1, 13)}
STUDENTS = [f"s{k:02d}" for k in range(1, 31)]
EXTENSIONS = "id,due\ns07,2026-10-26 20:00\n"
FIRST_MARKS = """name;essay;submitted
group 1;5;2026-10-24 19:00
group 2;5;2026-10-25 19:59
group 3;4;2026-10-25 20:01
group 4;4;2026-10-26 19:00
group 5;4;2026-10-24 20:00
s09;8;
group 7;5;2026-10-24 12:00
group 8;5;2026-10-24 12:00
group 9;5;2026-10-24 12:00
group 10;5;2026-10-24 12:00
group 11;5;2026-10-24 12:00
group 12;5;2026-10-24 12:00
s25;6;2026-10-24 12:00
s27;;2026-10-25 10:00
s28;5;2026-10-27 19:59
s29;4;2026-10-24 12:00
Student Thirty;4,0;2026-10-24 12:00
"""
FIRST_SCORES = {"1": 10, "2": 8, "3": 8, "4": 6, "5": 7, **dict.fromkeys("789", 5), "10": 5, "11": 5, "12": 5}
ALONE = {"s25": 9, "s27": 10, "s28": 10, "s29": 4, "s30": 4}
HW1 = {
    **dict.fromkeys(("s01", "s02"), 15.0),
    **dict.fromkeys(("s03", "s04"), 13.0),  # Sunday 19:59 is one day, which the budget pays
    **dict.fromkeys(("s05", "s06"), 10.8),  # 20:01 is two: one is paid, one costs a tenth of 12
    "s07": 10.0,
    "s08": 9.0,  # an extension for one of the group
    "s09": 15.0,
    "s10": 11.0,  # a mark for one of the group
    **dict.fromkeys(("s11", "s12"), 0.0),  # can't be used
    **{f"s{k}": 10.0 for k in range(13, 25)},
    "s25": 15.0,
    "s26": 0.0,
    "s27": 10.0,
    "s28": 12.0,
    "s29": 8.0,
    "s30": 8.0,  # s28: 15 less two tenths
}
LATE_AGAIN = ("group 2", "group 4", "s26", "s27")
"""One day late in the second homework."""
HW2 = {
    **dict.fromkeys(STUDENTS, 20.0),
    **dict.fromkeys(("s03", "s04", "s08", "s27"), 18.0),  # whose budget is used up; s07's and s26's is not
    "s30": 0.0,
}


def the_term(folder: Path) -> tuple[Path, Path]:
    """Both homeworks as stored, with all that was entered."""
    roster = written(folder / "roster.csv", _roster())
    first, second = folder / "hw1", folder / "hw2"
    pack = rubric(folder / "pack1", homework="hw1")
    results = [result(pack, f"group {group}", float(score), homework="hw1") for group, score in FIRST_SCORES.items()]
    results += [result(pack, name, float(score), homework="hw1") for name, score in ALONE.items()]
    stored(first, *results, unusable("group 6"))
    course = CourseOptions(roster=roster, due=FIRST, extensions=written(folder / "extensions.csv", EXTENSIONS))
    marks(first, written(folder / "hw1.csv", FIRST_MARKS), course=course, books=NO_BOOKS)
    other = rubric(folder / "pack2", homework="hw2")
    names = [*(f"group {k}" for k in range(1, 13)), "s25", "s26", "s27", "s28", "s29"]
    stored(second, *(result(other, name, homework="hw2") for name in names))
    lines = [f"{name},10,2026-11-{'08 12:00' if name in LATE_AGAIN else '07 20:00'}\n" for name in names]
    entered = written(folder / "hw2.csv", "name,essay,submitted\n" + "".join(lines))
    marks(second, entered, course=CourseOptions(roster=roster, due=SECOND), books=NO_BOOKS)
    return first, second


def _roster() -> str:
    lines = ["id;name;address;section;group"]
    for k, student in enumerate(STUDENTS):
        name = "Thirty, Student" if student == "s30" else f"Student {student}"
        lines.append(f"{student};{name};{student}@x.edu;{'ABC'[k // 10]};{GROUPS.get(student, '')}")
    return "\n".join(lines)


def read(file: Path, column: str) -> dict[str, float]:
    with file.open(encoding="utf-8", newline="") as opened:
        return {row["id"]: float(row[column]) for row in csv.DictReader(opened)}


@pytest.mark.filterwarnings("error")
def test_a_terms_totals_are_those_worked_out_by_hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = the_term(tmp_path)
    book = tmp_path / "hw1-book.csv"
    export([first], course=CourseOptions(), books=BookOptions(csv=book))
    assert read(book, "score") == pytest.approx(HW1)
    assert len(read(book, "score")) == 30
    term = tmp_path / "term.csv"
    export([first, second], course=CourseOptions(), books=BookOptions(csv=term))
    assert read(term, "hw1") == pytest.approx(HW1)
    assert read(term, "hw2") == pytest.approx(HW2)
    assert read(term, "total") == pytest.approx({student: HW1[student] + HW2[student] for student in STUDENTS})
    said = capsys.readouterr().err
    assert "roster.csv: 30 students by id, name, address, section, group; semicolons" in said
    assert "1 of 30 students of the roster handed in nothing" in said
    one_section = tmp_path / "b.csv"
    export([first], course=CourseOptions(), books=BookOptions(csv=one_section, section="b"))
    assert list(read(one_section, "score")) == [f"s{k}" for k in range(11, 21)]


def test_a_regrade_after_an_extension_gives_a_day_of_the_budget_back(tmp_path: Path) -> None:
    first, second = the_term(tmp_path)
    stored(first, result(tmp_path / "pack1", "group 2", 9.0, homework="hw1"))
    more = written(tmp_path / "extensions.csv", EXTENSIONS + "Student s03,2026-10-25 20:00\n")
    term = tmp_path / "term.csv"
    export([first], course=CourseOptions(extensions=more), books=BookOptions(json=tmp_path / "hw1.json"))
    export([first, second], course=CourseOptions(), books=BookOptions(csv=term))
    expected = {student: HW1[student] + HW2[student] for student in STUDENTS}
    expected |= {"s03": 14.0 + 20.0, "s04": 14.0 + 18.0}  # one's second day is paid now, the other's isn't
    assert read(term, "total") == pytest.approx(expected)
    after = tmp_path / "hw2-book.csv"
    export([second], course=CourseOptions(after=[first]), books=BookOptions(csv=after))
    assert read(after, "score") == pytest.approx(HW2 | {"s03": 20.0})
