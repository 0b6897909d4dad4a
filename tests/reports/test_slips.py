"""What a student's slips show in the last 24 lines of a terminal of 80 columns, in the words of fixtures/slips.

`python -m tests.reports.slips [NAME]...` marks them again and writes these files: read the difference.
"""

from __future__ import annotations

import io
from functools import cache

import pytest
from rich.console import Console

from graders.coursework.clean import harmless
from graders.coursework.record import Report
from graders.reports import terminal
from graders.reports.first import first
from graders.reports.text import text
from graders.reports.wording import repeat, total
from tests.reports import slips
from tests.reports.slips import SCREENS, SLIPS

ROWS, COLUMNS = 24, 80


def whole_screen(report: Report, columns: int = COLUMNS, *, verbose: bool = False) -> list[str]:
    """All lines that a terminal so wide gets."""
    console = Console(file=io.StringIO(), width=columns, height=ROWS, color_system=None)
    terminal.show(harmless(report), console, verbose=verbose)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def screen(report: Report) -> str:
    """The lines that stay on the screen, under the prompt's own."""
    return "\n".join([*whole_screen(report)[-(ROWS - 1) :], ""])


@cache
def records() -> dict[str, Report]:
    return slips.kept()


@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_told_in_these_words(name: str) -> None:
    assert screen(records()[name]) == (SCREENS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", SLIPS)
def test_the_last_lines_have_the_cause_the_command_and_the_total(name: str) -> None:
    report = records()[name]
    shown = screen(report)
    found = first(report)
    assert found is not None
    assert SLIPS[name].said in " ".join(shown.split())
    assert f"\n  {repeat(report, found.check)}\n" in shown
    assert shown.splitlines()[-1].startswith(f"Total {total(report)}  ")
    assert max(map(len, shown.splitlines())) <= COLUMNS


@pytest.mark.parametrize("name", SLIPS)
def test_a_pipe_has_the_command_in_a_line_of_its_own_and_ends_with_the_total(name: str) -> None:
    report = records()[name]
    found = first(report)
    assert found is not None
    *_, before, command, standing, last = text(report).splitlines()
    assert before.startswith(f"Fix first: {found.check.id}  ")
    assert command == f"  {repeat(report, found.check)}"
    assert " checks pass" in standing
    assert last == f"Total {total(report)}"


def test_each_slip_is_judged_and_45_of_49_can_be_mended_from_these_lines() -> None:
    page = (SCREENS / "README.md").read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| [")]
    assert [row[0].removeprefix("| [").partition("]")[0] for row in rows] == list(SLIPS)
    assert len(rows) == 49
    assert sum(row[-1].removesuffix(" |") == "yes" for row in rows) >= 45
    assert {file.stem for file in SCREENS.glob("*.txt")} == set(SLIPS)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["summed", "syntax", "axis", "derivative"])
def test_a_slip_that_is_marked_now_shows_the_same(name: str) -> None:
    assert screen(slips.marked(name)) == (SCREENS / f"{name}.txt").read_text(encoding="utf-8")
