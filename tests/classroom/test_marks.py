"""Marks by hand: read, checked against the class, and merged into totals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from graders import UsageError
from graders.classroom.marks import ByHand, final, finals, keep, named, read_marks
from graders.classroom.result import Result, State
from graders.classroom.store import Store
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import Report, SectionResult, SectionStatus
from graders.coursework.rubric import Late
from tests.cli.program import gradmark
from tests.support import TOY_RUBRIC, toy_homework

LATE_RUBRIC = TOY_RUBRIC + "\n[late]\nper_day = 0.1\nfree_days = 1\nmost_days = 3\n"


@pytest.fixture(scope="module")
def rubric(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return toy_homework(tmp_path_factory.mktemp("toy"), LATE_RUBRIC)


def result(rubric: Path, submission: str = "ada", student: str = "ada@x.edu") -> Result:
    """10 of 20 by the program; an essay of 5 and a bonus of 3 are marked by hand, honesty only takes away."""
    sections = [
        SectionResult(id=name, title=name, score=score, max_score=most, status=status, checks=[], extra=extra)
        for name, score, most, status, extra in (
            ("layer", 10.0, 10.0, SectionStatus.PASSED, False),
            ("sum", 0.0, 5.0, SectionStatus.FAILED, False),
            ("essay", 0.0, 5.0, SectionStatus.MANUAL, False),
            ("honesty", 0.0, 0.0, SectionStatus.MANUAL, False),
            ("bonus", 0.0, 3.0, SectionStatus.MANUAL, True),
        )
    ]
    report = Report(
        homework="toy",
        submission=submission,
        score=10.0,
        max_score=20.0,
        sections=sections,
        environment={"rubric": str(rubric)},
    )
    return Result(submission, student, 0, "digest", "{}", State.MARKED, "", report, "2026-01-01T00:00:00", 1.0)


def report_of(marked: Result) -> Report:
    assert marked.report is not None
    return marked.report


def marks_file(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("marks.csv", "\ufeffname, essay ,bonus,days_late\nada,4.5,,2\n bob ,none,3,\n\n"),
        ("marks.toml", '[ada]\nessay = 4.5\ndays_late = 2\n[bob]\nessay = "none"\nbonus = 3\n'),
    ],
)
def test_both_kinds_of_file_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    assert read_marks(marks_file(tmp_path, name, text)) == {
        "ada": ByHand({"essay": 4.5}, 2),
        "bob": ByHand({"essay": None, "bonus": 3.0}),
    }


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("marks.csv", "student,essay\nada,1\n", "its first line has to name name"),
        ("marks.csv", "name,essay,essay\nada,1,2\n", "each once"),
        ("marks.csv", "name,essay\nada,1,2\n", "line 2 has another number of cells"),
        ("marks.csv", "name,essay\nada\n", "line 2 has another number of cells"),
        ("marks.csv", "name,essay\nada,1\nada,2\n", "ada is there twice"),
        ("marks.csv", "name,essay\nada,good\n", "ada: essay is 'good', but should be a number of points"),
        ("marks.csv", "name,essay\nada,nan\n", "but should be a number of points"),
        ("marks.csv", "name,days_late\nada,1.5\n", "should be a whole number of days"),
        ("marks.csv", "name,days_late\nada,-1\n", "should be a whole number of days"),
        ("marks.toml", "[ada]\nessay = true\n", "but should be a number of points"),
        ("marks.toml", "ada = 3\n", "Expected `object`"),
        ("marks.toml", "[ada\n", "marks.toml"),
        ("marks.csv", "name,days_late\nada,1e300\n", "should be a whole number of days from 0 to 10000"),
        ("marks.toml", f"[ada]\nessay = {'9' * 400}\n", "but should be a number of points"),
        ("marks.toml", f"[ada]\nessay = {'9' * 5000}\n", "marks.toml"),
        ("marks.toml", "a = " + "[" * 5000, "its brackets go too deep"),
    ],
)
def test_a_file_that_can_not_be_meant_so_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        read_marks(marks_file(tmp_path, name, text))
    assert message in str(error.value)


def test_a_student_is_found_by_name_or_address(rubric: Path) -> None:
    results = {"submission_1": result(rubric, "submission_1")}
    assert list(named({"ada@x.edu": ByHand({"essay": 1.0})}, results)) == ["submission_1"]
    assert list(named({"submission_1": ByHand({"essay": 1.0})}, results)) == ["submission_1"]
    with pytest.raises(UsageError, match="is there twice"):
        named({"ada@x.edu": ByHand(), "submission_1": ByHand()}, results)


@pytest.mark.parametrize(
    ("student", "sections", "message"),
    [
        ("eve", {}, "eve has no submission here"),
        ("ada", {"esay": 1.0}, "toy has no section esay"),
        ("ada", {"essay": 5.5}, "essay is 5.5, but should be from 0 to 5"),
        ("ada", {"essay": -1.0}, "essay is -1, but should be from 0 to 5"),
        ("ada", {"honesty": 1.0}, "honesty is 1, but should be from 0 to 0"),
    ],
)
def test_what_does_not_fit_the_class_is_refused(
    rubric: Path, student: str, sections: dict[str, float | None], message: str
) -> None:
    with pytest.raises(UsageError) as error:
        named({student: ByHand(sections)}, {"ada": result(rubric)})
    assert message in str(error.value)


def test_practice_takes_no_mark_by_hand(rubric: Path) -> None:
    marked = result(rubric)
    sections = [msgspec.structs.replace(row, practice=row.id == "honesty") for row in report_of(marked).sections]
    practising = replace(marked, report=msgspec.structs.replace(report_of(marked), sections=sections))
    with pytest.raises(UsageError, match="honesty is practice, which is worth nothing"):
        named({"ada": ByHand({"honesty": -1.0})}, {"ada": practising})


def test_marks_by_hand_and_extra_points_come_to_the_total(rubric: Path) -> None:
    report = report_of(final(result(rubric), ByHand({"essay": 4.0, "bonus": 3.0, "sum": 2.5})))
    assert (report.score, report.max_score) == (10 + 4 + 3 + 2.5, 20)
    rows = {section.id: section for section in report.sections}
    assert (rows["essay"].status, rows["essay"].note) == (SectionStatus.PARTIAL, "marked by hand")
    assert rows["bonus"].status is SectionStatus.PASSED
    assert rows["sum"].note == "marked by hand; the program gave 0"


def test_a_section_of_no_points_takes_points_away(rubric: Path) -> None:
    assert report_of(final(result(rubric), ByHand({"honesty": -1000.0}))).score == -990


@pytest.mark.parametrize(("days", "score"), [(0, 14.0), (1, 14.0), (2, 12.6), (3, 11.2), (4, 0.0)])
def test_the_rubrics_penalty_for_late_days_is_a_row_of_its_own(rubric: Path, days: int, score: float) -> None:
    report = report_of(final(result(rubric), ByHand({"essay": 4.0}, days)))
    assert report.score == pytest.approx(score)
    assert report.max_score == 20
    assert ([section.id for section in report.sections][5:] == ["late"]) == (score < 14)


def test_a_penalty_takes_no_more_than_there_is() -> None:
    assert Late(0.5).penalty(10.0, 30) == 10.0
    assert Late(0.5).penalty(-990.0, 3) == 0.0


@pytest.mark.parametrize(
    "late", ["per_day = 10", "per_day = 0.1\nfree_days = -1", "per_day = 0.1\nfree_days=3\nmost_days = 2"]
)
def test_a_rubrics_penalty_has_to_make_sense(tmp_path: Path, late: str) -> None:
    with pytest.raises(UsageError, match=r"late: (per_day|free_days)"):
        load_homework(str(toy_homework(tmp_path, f"{TOY_RUBRIC}\n[late]\n{late}\n")))


def test_marks_stay_when_the_submission_is_marked_again_and_can_be_taken_back(rubric: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "class.sqlite") as store:
        store.keep(result(rubric))
        keep(store, {"ada": ByHand({"essay": 4.0, "bonus": 1.0}, 2)})
        store.keep(result(rubric))
        assert [report_of(one).score for one in finals(store)] == [pytest.approx(13.5)]
        assert report_of(next(iter(store.results()))).score == 10
        keep(store, {"ada": ByHand({"bonus": None})})
        assert [report_of(one).score for one in finals(store)] == [pytest.approx(12.6)]
        keep(store, {"ada": ByHand({}, 0)})
        assert [report_of(one).score for one in finals(store)] == [14]


def test_the_command_enters_all_of_a_file_or_nothing(rubric: Path, tmp_path: Path) -> None:
    with Store(tmp_path / "gradmark.sqlite") as store:
        store.keep(result(rubric))
        store.keep(result(rubric, "bob", "bob@x.edu"))
    refused = gradmark("marks", tmp_path, marks_file(tmp_path, "marks.csv", "name,essay\nada,4\nbob,6\n"))
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr == "gradmark: bob: essay is 6, but should be from 0 to 5\n"
    assert "ada (ada@x.edu)  10/20 (5 to be marked by hand)" in gradmark("marks", tmp_path).stdout
    done = gradmark("marks", tmp_path, marks_file(tmp_path, "marks.csv", "name,essay,days_late\nada,4,2\nbob,5,\n"))
    assert done.returncode == 0
    assert "ada (ada@x.edu)  12.6/20  layer 10/10  sum 0/5  essay 4/5" in done.stdout
    assert "late -1.4/0" in done.stdout
    assert "2 students' marks were entered" in done.stdout
    assert "there is no" in gradmark("marks", tmp_path, "--db", tmp_path / "other.sqlite").stderr
