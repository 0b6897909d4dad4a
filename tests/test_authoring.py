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


def grade(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "graders", "grade", "submission", "--homework", "./my_ai702"]
    return subprocess.run([*command, "--only", "softplus"], cwd=folder, capture_output=True, text=True, timeout=120)


def test_the_rules_of_the_new_section_warn_or_cost_as_the_rubric_lists_them(tmp_path: Path) -> None:
    follow((ROOT / "docs/authoring.md").read_text(), tmp_path)
    source = tmp_path / "submission/mytorch/nn/softplus.py"
    plain = source.read_text()
    source.write_text(plain.replace("np.logaddexp(0, Z)", "np.array([np.logaddexp(0, z) for z in Z])"))
    looped = grade(tmp_path)
    assert looped.returncode == 0
    assert re.search(r"^softplus +5/5 +passed", looped.stdout, re.MULTILINE), looped.stdout
    assert "mytorch/nn/softplus.py, line 7 runs" in " ".join(looped.stdout.split())
    source.write_text(plain.replace("import numpy as np", "import numpy as np\nimport subprocess"))
    imported = grade(tmp_path)
    assert imported.returncode == 1
    assert re.search(r"^softplus +0/5 +failed", imported.stdout, re.MULTILINE), imported.stdout
    assert "mytorch/nn/softplus.py, line 2 uses subprocess" in imported.stdout


def test_the_new_section_catches_a_wrong_derivative(tmp_path: Path) -> None:
    follow((ROOT / "docs/authoring.md").read_text(), tmp_path)
    source = tmp_path / "submission/mytorch/nn/softplus.py"
    source.write_text(source.read_text().replace("np.exp(-self.Z)", "np.exp(self.Z)"))
    done = grade(tmp_path)
    assert done.returncode == 1
    assert re.search(r"^softplus +0/5 +failed", done.stdout, re.MULTILINE), done.stdout
    assert "softplus.backward failed" in done.stdout
