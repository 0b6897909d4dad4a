"""What the program imports before it knows what is asked of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from graders.cli.commands import SUBCOMMANDS
from graders.coursework.packs.finding import bundled_ids
from tests.support import ROOT

HEAVY = {"torch", "hypothesis", "pytest", "matplotlib", "jinja2", "distributed", "sklearn"}
ONLY_FOR_COMMANDS = HEAVY | {"numpy", "msgspec", "rich.console", "graders.coursework", "graders.marking"}


def imported(program: str, *arguments: str) -> set[str]:
    """The modules that a program has when it ends."""
    ending = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
    command = [sys.executable, "-c", ending + program, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_program_tells_of_itself_without_importing_any_command(option: str) -> None:
    found = imported("from graders.cli.app import main; main()", option)
    assert ONLY_FOR_COMMANDS & found == set()
    assert "graders.cli.commands" in found


@pytest.mark.parametrize("command", SUBCOMMANDS)
def test_the_help_of_a_command_needs_nothing_heavy(command: str) -> None:
    found = imported("from graders.cli.app import main; main()", command, "--help")
    assert HEAVY & found == set()
    assert f"graders.cli.{SUBCOMMANDS[command].module}" in found


def test_a_worker_is_started_before_anything_is_imported_that_takes_long() -> None:
    found = imported("import graders.marking.run, graders.cli.grading")
    assert {"torch", "hypothesis", "pytest", "graders.checking"} & found == set()


@pytest.mark.parametrize("homework", bundled_ids())
def test_a_homework_is_read_and_others_are_recognised_without_pytorch(homework: str) -> None:
    program = "import sys; from graders.coursework.packs.pack import load_homework; load_homework(sys.argv[1])"
    assert {"torch", "pytest"} & imported(program, homework) == set()
