"""docs/gradcheck.md says what is: its commands print those lines, its code runs, and so does the notebook's."""

from __future__ import annotations

import json
import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from graders.cli import app
from tests.support import ROOT
from tests.update_notebook import executed

PAGE = (ROOT / "docs/gradcheck.md").read_text(encoding="utf-8")
NOTEBOOK = json.loads((ROOT / "docs/check_gradients.ipynb").read_text(encoding="utf-8"))
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COMMANDS = re.findall(r"```text\n\$ (gradmark check .*?)\n(.*?)```", PAGE, re.DOTALL)


def masked(text: str) -> str:
    """Without the numbers that may be others on another machine."""
    return re.sub(r"\d+ (forward|backward)", r"N \1", re.sub(r"\d(\.\d+)?e[-+]\d+", "E", text))


@pytest.mark.parametrize(("command", "output"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_each_command_prints_the_lines_that_stand_under_it(
    command: str, output: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "layers.py").write_text(PYTHON[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", shlex.split(command))
    with pytest.raises(SystemExit) as ended:
        app.main()
    printed = capfd.readouterr().out.splitlines()
    assert [line for line in output.splitlines() if line not in printed] == []
    assert ended.value.code == (0 if "pass" in output else 1)


def test_its_code_runs() -> None:
    namespace: dict[str, Any] = {}
    for block in PYTHON[1:]:
        exec(block, namespace)


def test_it_names_every_option() -> None:
    command = typer.main.get_command(app.app).commands["check"]  # type: ignore[attr-defined]
    options = [max(parameter.opts, key=len) for parameter in command.params]
    assert [name for name in options if name.startswith("--") and name not in PAGE and name != "--help"] == []


def test_the_notebook_prints_what_it_shows() -> None:
    assert (NOTEBOOK["nbformat"], NOTEBOOK["metadata"]["kernelspec"]["language"]) == (4, "python")
    for cell, anew in zip(NOTEBOOK["cells"], executed(NOTEBOOK)["cells"], strict=True):
        assert masked(json.dumps(cell)) == masked(json.dumps(anew)), "run python -m tests.update_notebook"
