"""docs/authoring.md, packs.md and components.md work to the letter: this follows them in an empty folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from graders.coursework.packs.loading import FIXTURES
from graders.coursework.packs.pack import WORKED
from graders.coursework.rubric import CHECKS_FOLDER, RUBRIC_FILE
from graders.marking.validation.diagnoses import FILE as DIAGNOSES
from graders.marking.validation.plain import FILE as MUTANTS
from tests.support import ROOT
from tests.update_authoring import PAGE, TABLES, fields, updated
from tests.update_components import updated as components_updated

STEP = re.compile(
    r"^(?P<verb>Write|Append to) `(?P<path>[^`]+)`:\n\n```\w+\n(?P<content>.*?)^```$"
    r"|^In `(?P<edited>[^`]+)`, change `(?P<old>[^`]+)` to(?: `(?P<new>[^`]+)`\.|:\n\n```\w+\n(?P<block>.*?)^```$)"
    r"|^```sh\n(?P<commands>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


DETAILS = ROOT / "docs/packs.md"
TUTORIAL = ROOT / "docs/authoring.md"


def follow(page: str, folder: Path) -> list[str]:
    """Carry out every instruction of the page; what its commands print."""
    printed = []
    blocks = [step for step in STEP.finditer(page) if not step["new"]]
    assert len(blocks) == len(re.findall(r"^```\w+$", page, re.MULTILINE)), "a block of the page is no instruction"
    for step in STEP.finditer(page):
        if step["verb"] == "Write":
            (folder / step["path"]).parent.mkdir(parents=True, exist_ok=True)
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
        ["sh", "-euc", commands], cwd=folder, env=environment, capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder in which the page was followed, and what its commands printed."""
    folder = tmp_path_factory.mktemp("author")
    return folder, follow(DETAILS.read_text(encoding="utf-8"), folder)


@pytest.fixture
def folder(followed: tuple[Path, list[str]], tmp_path: Path) -> Path:
    """A copy of it that a test may change."""
    return Path(shutil.copytree(followed[0], tmp_path / "author"))


@pytest.mark.slow
def test_the_tutorial_leads_from_a_worked_solution_to_a_platform(tmp_path: Path) -> None:
    page = TUTORIAL.read_text("utf-8")
    new, marked, validated, broken, handout, pipeline = follow(page, tmp_path)
    shown = re.search(r"^    linear    60.*?\n\n", page, re.MULTILINE | re.DOTALL)
    assert shown is not None
    assert [line for line in shown[0].split("\n") if line.strip() and line[4:] not in new.splitlines()] == []
    assert "Total 105/105" in marked
    assert re.search(r"variants 1/1", validated)
    assert "linear.dW is a sum over the batch, not an average" in broken
    assert "raise NotImplementedError" in (tmp_path / "starter/layers.py").read_text("utf-8")
    assert handout
    assert (tmp_path / "upload/autograder.zip").is_file()
    assert pipeline


def test_the_page_of_components_leads_to_a_pack_that_names_mistakes(tmp_path: Path) -> None:
    text = (ROOT / "docs/components.md").read_text("utf-8")
    assert components_updated(text) == text, "run python -m tests.update_components"
    right, broken, presets = follow(text.replace("```text\n", "    ").partition("## More of it")[0], tmp_path)
    assert "linear.backward_W  backward stores dW, the gradient with respect to W, divided by the batch size." in right
    assert "Total 15/15" in right
    assert "linear.dW is a sum over the batch, not an average" in broken
    assert re.search(r"^norm +5/5 +passed", presets, re.MULTILINE), presets
    assert re.search(r"^momentum +5/5 +passed", presets, re.MULTILINE), presets


def test_the_page_leads_to_packs_that_mark(followed: tuple[Path, list[str]]) -> None:
    tiny, _, mine, validated, extended = followed[1]
    assert "Total 2/2" in tiny
    assert "softplus.backward  Softplus.backward() returns dA/dZ, elementwise." in mine
    assert re.search(r"^softplus +5/5 +passed", mine, re.MULTILINE), mine
    assert "Total 5/5" in mine
    assert "mutants killed 1/1, wrong sections 0" in validated
    assert "variants 1/1" in validated
    assert "sgd  20 points" in extended
    assert "losses" not in [line.split()[0] for line in extended.splitlines() if line.strip()]
    assert "Total 20/20" in extended


def grade(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "graders", "grade", "my_ai702/worked", "--homework", "./my_ai702"]
    return subprocess.run([*command, "--only", "softplus"], cwd=folder, capture_output=True, text=True, timeout=120)


def test_the_rules_of_the_new_section_warn_or_cost_as_the_rubric_lists_them(folder: Path) -> None:
    source = folder / "my_ai702/worked/mytorch/nn/softplus.py"
    plain = source.read_text()
    source.write_text(plain.replace("np.logaddexp(0, Z)", "np.array([np.logaddexp(0, z) for z in Z])"))
    looped = grade(folder)
    assert looped.returncode == 0
    assert re.search(r"^softplus +5/5 +passed", looped.stdout, re.MULTILINE), looped.stdout
    assert "mytorch/nn/softplus.py, line 7 runs" in " ".join(looped.stdout.split())
    source.write_text(plain.replace("import numpy as np", "import numpy as np\nimport subprocess"))
    imported = grade(folder)
    assert imported.returncode == 1
    assert re.search(r"^softplus +0/5 +failed", imported.stdout, re.MULTILINE), imported.stdout
    assert "mytorch/nn/softplus.py, line 2 uses subprocess" in imported.stdout


@pytest.mark.slow
def test_the_new_section_catches_a_wrong_derivative(folder: Path) -> None:
    source = folder / "my_ai702/worked/mytorch/nn/softplus.py"
    source.write_text(source.read_text().replace("np.exp(-self.Z)", "np.exp(self.Z)"))
    done = grade(folder)
    assert done.returncode == 1
    assert re.search(r"^softplus +0/5 +failed", done.stdout, re.MULTILINE), done.stdout
    assert "softplus.backward failed" in done.stdout


def test_every_field_of_a_rubric_is_on_the_page_as_the_code_says_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert updated(text) == text, "run python -m tests.update_authoring"
    for kind in TABLES:
        assert {name for name, *_ in fields(kind)} == set(kind.__struct_fields__)


def test_everything_that_the_page_lists_of_a_pack_is_what_the_loader_knows() -> None:
    text = DETAILS.read_text(encoding="utf-8")
    for name in (RUBRIC_FILE, f"{CHECKS_FOLDER}/test_*.py", f"{WORKED}/", MUTANTS, DIAGNOSES):
        assert f"| `{name}` |" in text
    for name in FIXTURES[1:]:
        assert f"`{name}`" in text
