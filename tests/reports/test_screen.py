"""What a terminal shows last, whatever the record and the width; and what a student's text can't do to it."""

from __future__ import annotations

import io

import msgspec
import pytest
from rich.console import Console

from graders.coursework.points import NO_RESULT
from graders.coursework.record import CheckResult, ErrorMap, NotStarted, Report, Status
from graders.reports import terminal
from graders.reports.grids import grids
from graders.reports.html.student import student
from graders.reports.news import Changes, Then, told
from graders.reports.text import text
from graders.reports.values import worst
from tests.reports.records import ADVICE, FAILED, ORDINARY, RAISED, RECORDS, check, hostile, report, section
from tests.reports.test_slips import whole_screen

WRONG = {
    "got": {"shape": [2, 3], "dtype": "float64", "values": [[1.0, 2.0, 3.0], [4.0, 5.25, -6.5]]},
    "expected": {"shape": [2, 3], "dtype": "float64", "values": [[1.5, 2.0, 3.0], [4.0, 5.25, 6.5]]},
    "index": [0, 0],
    "wrong_entries": 2,
    "entries": 6,
    "largest_error": 13.0,
}
MAP = ErrorMap(
    name="linear.dLdW",
    shape=[2, 3],
    corner=[0, 0],
    part=[2, 3],
    levels=[8, 0, 0, 0, 0, 8],
    got=[1.0, 2.0, 3.0, 4.0, 5.25, -6.5],
    expected=[1.5, 2.0, 3.0, 4.0, 5.25, 6.5],
)


def failed(name: str = "linear.backward", **fields: object) -> CheckResult:
    values = {"message": "linear.dLdW[0, 0] is 1, but should be 1.5", "counterexample": WRONG, "errors": [MAP]}
    return check(name, Status.FAILED, **(values | fields))


def lost(*checks: CheckResult, most: float = 15.0) -> Report:
    return report(section("linear", 0.0, most, "failed", *checks))


def test_the_last_lines_are_the_reason_the_command_and_the_total() -> None:
    shown = whole_screen(ORDINARY)
    assert shown[-4:-1] == [
        "See it again:",
        "  gradmark grade alice --only linear.backward",
        "Total 12.5/50 (20 to be marked by hand)  linear: 1 of 2 checks pass; this",
    ]
    assert "Fix first: linear.backward  a sum, not an average" in shown


def test_the_cause_comes_before_its_example_and_that_before_what_to_try() -> None:
    shown = "\n".join(whole_screen(lost(failed(diagnosis=["a sum, not an average"], hint="Divide by N."))))
    places = [shown.index(word) for word in ("a sum, not an average", "example  linear.dLdW[1, 2]", "got  ", "try  ")]
    assert places == sorted(places)


def test_the_example_is_the_entry_that_is_farthest_off() -> None:
    assert worst(failed()) == "linear.dLdW[1, 2] is -6.5, but should be 6.5"
    assert worst(failed(errors=msgspec.UNSET)) == "linear.dLdW[0, 0] is 1, but should be 1.5"
    assert worst(failed(message="something else")) == "something else"


def test_what_came_and_what_should_have_stand_beside_each_other() -> None:
    (title, _), (first, unmarked), (second, marks) = grids(failed(), 60)
    assert title.split() == ["got", "expected"]
    assert first.split() == ["1.000", "2.000", "3.000", "1.500", "2.000", "3.000"]
    assert list(unmarked) == []
    assert [second[start:end].strip() for start, end in marks] == ["-6.500", "6.500"]


def test_grids_are_cut_around_the_entry_and_say_which_part_they_are() -> None:
    got, expected = [float(k) for k in range(100)], [float(k) for k in range(100)]
    expected[77] = 1000.0
    large = {"shape": [10, 10], "dtype": "float64"}
    wide = msgspec.structs.replace(
        MAP, shape=[30, 10], corner=[20, 0], part=[10, 10], levels=[0] * 100, got=got, expected=expected
    )
    found = grids(failed(counterexample=WRONG | {"got": large, "expected": large}, errors=[wide]), 69)
    assert found[0][0].split("  ")[0].startswith("got [25:29, ")
    assert any("1000" in line for line, _ in found)
    assert max(len(line) for line, _ in found) <= 69


@pytest.mark.parametrize(
    "values", [["nan", 1.0], ["inf", 2.0], ["-inf", "nan"], [1e300, -1e300], [0.0, 5e-324], ["no number", 1.0]]
)
def test_grids_of_odd_numbers_are_grids_all_the_same(values: list[object]) -> None:
    odd = {"got": {"shape": [2], "dtype": "float64", "values": values}, "index": [0]}
    right = {"expected": {"shape": [2], "dtype": "float64", "values": [1.0, 2.0]}}
    found = failed(counterexample=WRONG | odd | right, errors=msgspec.UNSET)
    assert len(grids(found, 60)) in (2, 4)
    assert whole_screen(lost(found))[-1].startswith("Total 0/15")


@pytest.mark.parametrize(
    "changes",
    [
        {"got": {"shape": [2], "dtype": "f", "values": [1.0]}},
        {"got": {"shape": [], "dtype": "f", "values": 1.0}, "expected": {"shape": [], "dtype": "f", "values": 2.0}},
        {"got": {"shape": [0, 3], "dtype": "f", "values": []}},
        {"expected": {"shape": [3, 2], "dtype": "float64", "values": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]}},
        {"got": {"shape": [1, 1, 1, 2], "dtype": "f", "values": [[[[1.0, 2.0]]]]}},
    ],
)
def test_arrays_that_dont_fit_their_shape_or_each_other_break_nothing(changes: dict[str, object]) -> None:
    for width in (8, 20, 60):
        assert all(len(line) <= width for line, _ in grids(failed(counterexample=WRONG | changes), width))


def test_nothing_of_what_is_hidden_stands_in_a_grid() -> None:
    hidden = {name: value for name, value in WRONG.items() if name != "expected"}
    bare = msgspec.structs.replace(MAP, got=msgspec.UNSET, expected=msgspec.UNSET)
    shown = grids(failed(counterexample=hidden, errors=[bare]), 60)
    assert shown[0][0] == "got"
    assert "1.5" not in str(shown)


@pytest.mark.parametrize("name", ["ordinary", "empty", "full", "late", "text_controls", "text_reordered", "name_5"])
@pytest.mark.parametrize("columns", [20, 40, 80, 200])
def test_a_record_fits_every_width_and_ends_with_its_total(name: str, columns: int) -> None:
    shown = whole_screen(RECORDS[name], columns)
    commands = [line for line in shown if line.lstrip().startswith("gradmark grade")]
    assert "Total" in "\n".join(shown[-8:])
    if columns >= 40:
        assert all(len(line) <= columns for line in shown if line not in commands)


def test_a_long_check_id_is_in_one_command_that_can_be_copied_whole() -> None:
    long = "linear." + "very_long_name_" * 6 + "end"
    shown = whole_screen(lost(failed(long)), 40)
    assert f"  gradmark grade alice --only {long}" in shown


def test_what_a_student_chose_is_neither_markup_nor_an_escape() -> None:
    text_ = "[bold red]x[/] \x1b[31mred\x1b[0m 世界"
    shown = "\n".join(whole_screen(hostile(text_)))
    assert "\x1b" not in shown
    assert "[bold red]x[/]" in shown
    assert "世界" in shown


def test_an_error_shows_its_code_as_it_stands() -> None:
    message = "linear.forward(A) raised ValueError in linear.py, line 3, in forward: no\n  return A @ W\n         ^^^^^"
    shown = whole_screen(lost(check("linear.forward", Status.ERROR, message=message, hint="Turn W.")))
    place = next(number for number, line in enumerate(shown) if line.endswith("return A @ W"))
    assert shown[place + 1].index("^^^^^") == shown[place].index("A @ W")
    lines = text(lost(check("linear.forward", Status.ERROR, message=message))).splitlines()
    assert (
        "Fix first: linear.forward  linear.forward(A) raised ValueError in linear.py, line 3, in forward: no" in lines
    )


def test_practice_and_faults_of_ours_come_after_what_costs_points() -> None:
    practice = section("conv", 0.0, 0.0, "failed", failed("conv.forward"), practice=True)
    ours = section("adam", 0.0, 5.0, "failed", check("adam.step", Status.GRADER_FAULT, message="KeyError"))
    shown = whole_screen(report(practice, ours, section("relu", 0.0, 10.0, "failed", RAISED)))
    assert any(line.startswith("Fix first: relu.forward  ") for line in shown)


def test_a_marking_that_was_stopped_shows_what_it_found_and_no_list_of_the_rest() -> None:
    never = [check(f"linear.c{k}", Status.FAILED, message=NO_RESULT, advisory=k > 60) for k in range(90)]
    stopped = report(section("linear", 0.0, 15.0, "failed", FAILED, *never), unfinished=True)
    for shown in (whole_screen(stopped), text(stopped).splitlines()):
        assert len(shown) < 30
        assert any(line.startswith("Fix first: linear.backward") for line in shown)
        assert any("The marking was stopped" in line for line in shown)
    nothing = report(section("linear", 0.0, 15.0, "failed", *never), unfinished=True)
    assert len(whole_screen(nothing)) <= 5


def test_a_part_of_a_section_that_passes_is_no_partial_success() -> None:
    others = [check(f"linear.c{k}", Status.SKIPPED, message="not selected by --only") for k in range(12)]
    part = report(section("linear", 0.0, 0.0, "partial", check("linear.backward"), *others))
    shown = "\n".join(whole_screen(part))
    assert "partial" not in shown
    assert "✓ passed     1/1" in shown
    assert shown.splitlines()[-1] == "Total 0/0  1 of 1 check passes; points come for whole sections only"


def test_a_warning_that_several_sections_have_is_said_once() -> None:
    warned = [
        section(name, 5.0, 5.0, "passed", check(f"{name}.step", warnings=["float32 became float64"]))
        for name in ("sgd", "adam", "relu")
    ]
    assert "\n".join(whole_screen(report(*warned))).count("float32 became float64") == 1
    assert student(report(*warned)).decode().count("float32 became float64") == 1


def test_points_by_hand_stand_below_the_table() -> None:
    shown = whole_screen(ORDINARY)
    assert "Marked by hand: essay 20" in shown
    assert not any(line.startswith("essay") for line in shown)


def test_what_changed_is_told_and_leads_over_to_what_is_next() -> None:
    assert list(told(Changes(["linear.a"], ["sgd.b", "sgd.c"]), goes_on=True)) == [
        (False, "✗ sgd.b, c fail now."),
        (True, "✓ linear.a passes now. Next:"),
    ]
    assert list(told(Changes(), goes_on=True)) == []


def test_what_failed_before_is_next_where_nothing_fails_now() -> None:
    part = report(section("linear", 0.0, 0.0, "partial", check("linear.backward"), ADVICE))
    console = Console(file=io.StringIO(), width=80)
    terminal.show(part, console, changes=Changes(["linear.backward"], [], Then("sgd.step", "the sign is wrong", 3)))
    assert isinstance(console.file, io.StringIO)
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert lines[-5:-1] == [
        "✓ linear.backward passes now.",
        "Next: sgd.step  the sign is wrong",
        "See it again:",
        "  gradmark grade alice --only sgd.step",
    ]


def test_however_much_there_is_to_say_it_fits_the_rows_of_a_screen() -> None:
    words = "a long explanation of what is wrong here " * 12
    much = failed(
        "linear.backward",
        diagnosis=[words, words, words],
        hint=words,
        parts=words,
        output="\n".join(["printed"] * 50),
    )
    others = [failed(f"linear.c{k}", errors=msgspec.UNSET) for k in range(30)]
    changes = Changes([f"sgd.c{k}" for k in range(40)], [f"adam.c{k}" for k in range(40)])
    console = Console(file=io.StringIO(), width=80, height=24)
    terminal.show(lost(much, *others), console, changes=changes)
    assert isinstance(console.file, io.StringIO)
    lines = console.file.getvalue().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("✗ adam."))
    assert len(lines) - start <= 23
    assert any(line.startswith("Fix first: linear.backward") for line in lines[start:])
    assert "  gradmark grade alice --only linear.backward" in lines


def test_where_a_person_marks_everything_there_is_no_table() -> None:
    shown = whole_screen(report(section("essay", 0.0, 20.0, "manual")))
    assert shown == ["alice", "Marked by hand: essay 20", "", "Total 0/20 (20 to be marked by hand)"]


def test_what_is_begun_is_mended_before_what_is_not_started() -> None:
    later = NotStarted(part="Linear", file="linear.py", line=21)
    stub = check(
        "linear.forward", Status.ERROR, message="Linear (linear.py, line 21) is not started", waits_for=[later]
    )
    linear, relu = section("linear", 0.0, 5.0, "failed", stub), section("relu", 0.0, 5.0, "failed", RAISED)
    shown = whole_screen(report(linear, relu))
    assert "Not started: Linear (linear.py)" in shown
    assert any(line.startswith("Fix first: relu.forward  ") for line in shown)
    assert any(line.startswith("Fix first: linear.forward  Linear (") for line in whole_screen(report(linear)))
