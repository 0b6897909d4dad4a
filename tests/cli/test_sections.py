"""`gradmark sections`, and what the program says about itself."""

from __future__ import annotations

from pathlib import Path

from graders import __version__
from graders.coursework.packs.pack import homework_ids, load_homework
from tests.cli.program import gradmark
from tests.support import TOY_RUBRIC, toy_homework
from tests.update_readme import BEGIN, END, PAGE, updated


def test_sections_prints_every_section_and_check_with_points_and_title(tmp_path: Path) -> None:
    done = gradmark("sections", "ai702", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stderr == ""
    homework = load_homework("ai702")
    assert done.stdout.startswith("ai702: ")
    assert "(100 points)" in done.stdout.splitlines()[0]
    for section in homework.sections:
        assert f"\n{section.id}  {section.points:g} points, all-or-nothing  {section.title}\n" in done.stdout
    for check in homework.checks:
        assert f"  {check} " in done.stdout
        assert homework.title_of(check) in done.stdout
    for choice in homework.rubric.choices:
        assert choice in done.stdout


def test_sections_of_a_homework_of_ones_own(tmp_path: Path) -> None:
    done = gradmark("sections", toy_homework(tmp_path))
    assert done.returncode == 0
    assert "layer.large_inputs (advisory)  Large inputs are fine." in done.stdout
    assert "essay  1 points, manual  An essay" in done.stdout


def test_sections_of_an_unknown_homework_is_one_line_and_exit_status_2(tmp_path: Path) -> None:
    done = gradmark("sections", "nonsense", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("gradmark: there is no homework 'nonsense': give one of a4, ai702")
    assert done.stderr.count("\n") == 1


def test_the_table_in_the_docs_is_what_the_program_prints() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert updated(page) == page, "run python -m tests.update_readme"
    done = gradmark("sections", "--markdown")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{BEGIN}{done.stdout}{END}" in page
    assert all(f"\n| {homework} | " in done.stdout for homework in homework_ids())


def test_the_table_tells_who_marks_what(tmp_path: Path) -> None:
    rubric = (
        TOY_RUBRIC + '\n[[sections]]\nid = "bonus"\ntitle = "More"\npoints = 2.5\npolicy = "manual"\nextra = true\n'
    )
    done = gradmark("sections", toy_homework(tmp_path, rubric), "--markdown")
    assert (
        done.stdout.splitlines()[-1] == "| toy | layer 10, sum 4, product 5 | essay 1, bonus 2.5 (extra) | 20 + 2.5 |"
    )


def test_sections_without_a_homework_names_those_that_there_are(tmp_path: Path) -> None:
    done = gradmark("sections", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("gradmark: give a homework, one of a4, ai702")


def test_the_program_says_its_version_and_lists_its_commands() -> None:
    assert gradmark("--version").stdout == f"gradmark {__version__}\n"
    helped = gradmark("--help")
    assert helped.returncode == 0
    for command in ("grade", "sections"):
        assert f" {command} " in helped.stdout
