"""The README says what is: its sample run is the program's, its commands and options are there, and it stays short."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.cli.program import gradmark
from tests.support import ROOT, copy_of_worked, replace_in
from tests.update_cli import commands

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:sh|text)\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in re.findall(r"(?:^|/)(gradmark .*)$", block, re.MULTILINE)]


def test_the_sample_run_is_what_the_command_prints(tmp_path: Path) -> None:
    linear = copy_of_worked(tmp_path / "my_homework") / "mytorch/nn/linear.py"
    replace_in(linear, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    sample = re.search(r"```text\n\$ (gradmark grade my_homework.*?)\n(.*?)```", README, re.DOTALL)
    assert sample is not None
    done = gradmark(*shlex.split(sample[1])[1:], cwd=tmp_path)
    lines = [line for line in sample[2].splitlines() if line.strip() != "..."]
    assert len(lines) > 5
    printed = done.stdout.splitlines()
    assert [line for line in lines if line not in printed] == []


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_has_the_options_that_it_is_shown_with(line: str) -> None:
    _, name, *words = shlex.split(line)
    options = {spelled for parameter in commands()[name].params for spelled in parameter.opts}
    assert [word for word in words if word.startswith("-") and word not in options] == []


def test_the_two_commands_that_ci_runs_stand_in_their_blocks() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    assert [block.count("\n") for block in blocks] == [1, 1]
    assert "gradmark grade student_impl/ai702" in blocks[0]
    assert "pytest -n auto" in blocks[1]


def test_it_fits_a_few_screens_and_leads_to_the_rest() -> None:
    assert len(README.encode()) <= 5 * 1024
    for page in ("cli", "students", "instructors", "authoring", "pipelines", "gradcheck", "api", "homeworks"):
        assert f"(docs/{page}.md)" in README
    assert len(COMMANDS) >= 10
