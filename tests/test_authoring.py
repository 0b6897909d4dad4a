"""docs/authoring.md works to the letter: this follows its instructions in an empty folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEP = re.compile(
    r"^(?P<verb>Write|Append to) `(?P<path>[^`]+)`:\n\n```\w+\n(?P<content>.*?)^```$"
    r"|^In `(?P<edited>[^`]+)`, change `(?P<old>[^`]+)` to(?: `(?P<new>[^`]+)`\.|:\n\n```\w+\n(?P<block>.*?)^```$)"
    r"|^```sh\n(?P<commands>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def follow(page: str, folder: Path) -> list[str]:
    """Carry out every instruction of the page; what its commands print."""
    printed = []
    blocks = [step for step in STEP.finditer(page) if not step["new"]]
    assert len(blocks) == len(re.findall(r"^```\w+$", page, re.MULTILINE)), "a block of the page is no instruction"
    for step in STEP.finditer(page):
        if step["verb"] == "Write":
            (folder / step["path"]).write_text(step["content"])
        elif step["verb"] == "Append to":
            with (folder / step["path"]).open("a") as file:
                file.write(step["content"])
        elif step["edited"]:
            path = folder / step["edited"]
            text = path.read_text()
            assert text.count(step["old"]) == 1, step["old"]
            path.write_text(text.replace(step["old"], step["new"] or step["block"].rstrip("\n")))
        else:
            printed.append(run(step["commands"], folder))
    return printed


def run(commands: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "GRADMARK": str(ROOT)}
    done = subprocess.run(
        ["sh", "-euc", commands], cwd=folder, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_leads_to_a_section_that_marks(tmp_path: Path) -> None:
    *_, last = follow((ROOT / "docs/authoring.md").read_text(), tmp_path)
    assert "softplus.backward  Softplus.backward() returns dA/dZ, elementwise." in last
    assert re.search(r"^softplus +5/5 +passed", last, re.MULTILINE), last
    assert "Total 5/5" in last


def test_the_new_section_catches_a_wrong_derivative(tmp_path: Path) -> None:
    follow((ROOT / "docs/authoring.md").read_text(), tmp_path)
    source = tmp_path / "submission/mytorch/nn/softplus.py"
    source.write_text(source.read_text().replace("np.exp(-self.Z)", "np.exp(self.Z)"))
    command = [sys.executable, "-P", "-m", "graders", "grade", "submission", "--homework", "./my_ai702"]
    done = subprocess.run([*command, "--only", "softplus"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 1
    assert re.search(r"^softplus +0/5 +failed", done.stdout, re.MULTILINE), done.stdout
    assert "softplus.backward failed" in done.stdout
