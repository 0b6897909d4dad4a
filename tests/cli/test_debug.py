"""`gradmark grade --debug NAME`: the smallest failing case under pdb, in this process, at the student's first line."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from graders.cli.debugging import debug_first
from graders.coursework.record import Status
from tests.cli.program import gradmark
from tests.reports.records import check, report, section
from tests.support import ROOT, WORKED, copy_of_worked, replace_in

PROMPT = b"(Pdb)"
ISOLATED = "nothing is isolated"


def at_a_terminal(*arguments: str | Path, commands: list[str]) -> tuple[int, str]:
    """Exit status and screen of `gradmark grade` at a pseudo-terminal, whose debugger gets these commands."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-P", "-m", "graders", "grade", *map(str, arguments)]
    program = subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    waiting, screen = list(commands), b""
    while chunk := _read(ours):
        screen += chunk
        if screen.rstrip().endswith(PROMPT):
            os.write(ours, (waiting.pop(0) if waiting else "quit").encode() + b"\n")
    os.close(ours)
    return program.wait(60), screen.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other side has ended
        return b""


def test_it_stops_at_the_first_line_of_the_method_that_was_called_last(tmp_path: Path):
    submission = copy_of_worked(tmp_path / "wrong")
    replace_in(submission / "mytorch" / "nn" / "linear.py", "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    commands = ["p dLdZ.shape == (self.N, len(self.W))", "continue"]
    status, screen = at_a_terminal(
        submission, "--debug", "linear.backward_weight", "--profile", "quick", commands=commands
    )
    assert status == 1
    stopped = f"> {submission}/mytorch/nn/linear.py("
    assert stopped in screen
    assert screen.index(ISOLATED) < screen.index(stopped)
    assert "-> dZdA = self.W.T" in screen.split(stopped)[1]
    assert "\nTrue\n" in screen
    assert "It ended with AssertionError: linear.dLdW is wrong by up to" in screen


def test_it_refuses_where_nobody_is_at_a_terminal():
    command = [sys.executable, "-P", "-m", "graders", "grade", str(WORKED), "--debug", "linear"]
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "gradmark: --debug needs a terminal, and standard input isn't one\n"


@pytest.mark.slow
def test_it_says_so_where_nothing_fails():
    status, screen = at_a_terminal(WORKED, "--debug", "linear.shapes", "--profile", "quick", commands=[])
    assert status == 0
    assert "Nothing fails here." in screen
    assert ISOLATED not in screen


def test_the_program_s_help_names_both_options():
    text = gradmark("grade", "--help").stdout
    assert "--repro" in text
    assert "--debug" in text


def test_pdb_is_preceded_by_three_commands(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    (tmp_path / "case.py").write_text("")
    (tmp_path / "case.json").write_text("1")
    monkeypatch.setattr("graders.marking.repro.debugger.debug", lambda *asked: print("(Pdb)"))
    failing = check("linear.backward", Status.FAILED, message="wrong", repro=str(tmp_path / "case.py"))
    assert debug_first(report(section("linear", 0, 15, "failed", failing)), tmp_path) == 1
    *_, before, prompt = capsys.readouterr().out.splitlines()
    assert prompt == "(Pdb)"
    assert before == "At (Pdb): n runs the next line, p NAME shows a value, q ends it."
