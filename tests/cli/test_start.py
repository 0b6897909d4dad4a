"""What the program imports before it knows what is asked of it."""

from __future__ import annotations

import subprocess
import sys

from tests.support import ROOT

HEAVY = {"torch", "hypothesis", "pytest", "matplotlib", "jinja2", "distributed", "sklearn"}


def test_the_program_starts_without_what_only_some_commands_need() -> None:
    program = "import sys, graders.cli.app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.split()) == set()


def test_a_worker_is_started_before_anything_is_imported_that_takes_long() -> None:
    program = "import sys, graders.marking.run, graders.cli.grading; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert {"torch", "hypothesis", "pytest", "graders.checking"} & set(done.stdout.split()) == set()
