"""The README says what is: its sample run is the program's, and it names every option of the command."""

from __future__ import annotations

import re
from pathlib import Path

import typer

from graders.cli.app import app
from tests.cli.program import gradmark
from tests.support import ROOT, copy_of_worked, replace_in

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_sample_run_is_what_the_command_prints(tmp_path: Path) -> None:
    linear = copy_of_worked(tmp_path / "my_homework") / "mytorch/nn/linear.py"
    replace_in(linear, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    done = gradmark("grade", "my_homework", "--only", "linear,activations", cwd=tmp_path)
    sample = re.search(r"```text\n\$ gradmark grade my_homework\n(.*?)```", README, re.DOTALL)
    assert sample is not None
    lines = [line for line in sample[1].splitlines() if line.strip() != "..."]
    printed = done.stdout.splitlines()
    assert [line for line in lines if line not in printed] == []


def test_every_command_and_option_is_in_the_readme() -> None:
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        assert f"gradmark {name}" in README
        assert command.help, f"{name} has no help"
        for parameter in command.params:
            assert parameter.help, f"{name}: {parameter.name} has no help"
            longest = max(parameter.opts, key=len)
            assert not longest.startswith("-") or longest == "--help" or longest in README, f"{name} {longest}"
