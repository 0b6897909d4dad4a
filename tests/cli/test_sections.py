"""`gradmark sections`, and what the program says about itself."""

from __future__ import annotations

from pathlib import Path

from graders import __version__
from graders.rubric import load_homework
from tests.cli.program import gradmark
from tests.support import toy_homework


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
    assert done.stderr.startswith("gradmark: there is no homework 'nonsense': give one of ai702")
    assert done.stderr.count("\n") == 1


def test_the_program_says_its_version_and_lists_its_commands() -> None:
    assert gradmark("--version").stdout == f"gradmark {__version__}\n"
    helped = gradmark("--help")
    assert helped.returncode == 0
    for command in ("grade", "sections"):
        assert f" {command} " in helped.stdout
