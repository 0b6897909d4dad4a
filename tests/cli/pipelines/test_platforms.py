"""Each pipeline on a machine as its platform starts one: installed by its own script, run, and its output read back."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock

from tests.cli.pipelines.machine import Machine, needed
from tests.cli.pipelines.writing import written
from tests.reports.records import validate
from tests.reports.runner import commands
from tests.support import ROOT, copy_of_worked, replace_in

pytestmark = needed
QUICK = ("--only", "sgd", "--profile", "quick")
SGD = "mytorch/optim/sgd.py"


def in_a_tar(folder: Path, archive: Path) -> Path:
    with tarfile.open(archive, "w") as tar:
        for path in folder.iterdir():
            tar.add(path, path.name)
    return archive


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """One on which setup.sh has run; several processes of pytest share it."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "machine"
    with FileLock(f"{shared}.lock"):
        made = Machine(shared)
        if not (shared / "done").exists():
            source = written(shared / "out", "gradescope", "ai702") / "autograder"
            autograder = shared / "autograder"
            shutil.copytree(source, autograder / "source")
            done = made.run(["bash", "/autograder/source/setup.sh"], {"/autograder": autograder})
            assert done.returncode == 0, done.stdout + done.stderr
            (shared / "done").touch()
    return made


class Gradescope:
    """Its folder, with a submission in it."""

    def __init__(self, folder: Path, homework: str, *options: str, keys: Path | None = None) -> None:
        self.folder = folder / "autograder"
        made = written(folder / "out", "gradescope", homework, *options, keys=keys)
        with zipfile.ZipFile(made / "autograder.zip") as archive:
            archive.extractall(self.folder / "source")
        shutil.copyfile(self.folder / "source/run_autograder", self.folder / "run_autograder")
        (self.folder / "run_autograder").chmod(0o755)
        self.submission = self.folder / "submission"

    def run(self, machine: Machine, **more: Any) -> dict[str, Any]:
        """What is in results.json afterwards."""
        command = ["/autograder/run_autograder"]
        done = machine.run(command, {"/autograder": self.folder}, cwd="/autograder", **more)
        assert done.returncode == 0, done.stderr
        results: dict[str, Any] = json.loads((self.folder / "results/results.json").read_text(encoding="utf-8"))
        validate(results, "gradescope")
        return results


def test_on_gradescope_a_tar_is_marked_and_days_are_counted(machine: Machine, tmp_path: Path) -> None:
    platform = Gradescope(tmp_path, "ai702", *QUICK)
    platform.submission.mkdir()
    in_a_tar(copy_of_worked(tmp_path / "worked"), platform.submission / "handin.tar")
    (platform.folder / "submission_metadata.json").write_text(
        '{"created_at": "2026-03-03T01:00:00Z", "assignment": {"due_date": "2026-03-01T23:00:00Z"}}', encoding="utf-8"
    )
    results = platform.run(machine)
    assert results["score"] == 10.0
    assert results["extra_data"]["gradmark"]["late_days"] == 2


def test_on_gradescope_what_cannot_be_used_is_said(machine: Machine, tmp_path: Path) -> None:
    platform = Gradescope(tmp_path, "ai702", *QUICK)
    platform.submission.mkdir()
    results = platform.run(machine)
    assert results["score"] == 0.0
    assert results["output"].startswith("Not marked: /autograder/submission is empty")


def test_on_gradescope_there_are_results_even_if_nothing_was_installed(tmp_path: Path) -> None:
    platform = Gradescope(tmp_path, "ai702", *QUICK, "--gradescope-visibility", "sgd=hidden")
    results = platform.run(Machine(tmp_path / "bare"), installed=False)
    assert results["score"] == 0.0
    assert results["output"].startswith("Not marked: The marking did not finish.")
    assert [test["visibility"] for test in results["tests"]] == ["hidden"]


SNOOPS = """
        import glob, os
        seen = []
        for pattern in {patterns}:
            for path in glob.glob(pattern):
                try:
                    seen.append(path + " " + open(path).read(4000))
                except OSError:
                    pass
        raise ValueError("SEEN " + "|".join(seen))
"""
SECRETS = [
    "/autograder/source/keys/*",
    "/autograder/source/*",
    "/autograder/submission_metadata.json",
    "/autograder/results/*",
    "/opt/gradmark/lib/python*/site-packages/graders/_bundled/reference/*.py",
    "/opt/gradmark/lib/python*/site-packages/graders/homeworks/*/oracle.py",
    "/opt/gradmark/lib/python*/site-packages/graders/homeworks/*/__pycache__/*",
]


def test_on_gradescope_student_code_reads_no_keys_no_oracle_and_no_earlier_results(
    machine: Machine, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "predictions.csv").write_text("Id,Category\n1,SECRET\n", encoding="utf-8")
    platform = Gradescope(tmp_path, "cs189", "--only", "relu", "--profile", "quick", keys=keys)
    shutil.copytree(ROOT / "student_impl/cs189", platform.submission)
    snoops = SNOOPS.replace("{patterns}", repr([*SECRETS, "/proc/self/comm"]))
    replace_in(platform.submission / "neural_networks/activations.py", "return np.maximum(Z, 0)", snoops.strip())
    (platform.folder / "submission_metadata.json").write_text(
        '{"created_at": "2026-03-03T01:00:00Z", "assignment": {}}', encoding="utf-8"
    )
    said = json.dumps(platform.run(machine))
    assert "SEEN /proc/self/comm" in said
    assert "SECRET" not in said
    assert "/opt/gradmark" not in said
    assert "SEEN /autograder" not in said


def test_keys_that_student_code_could_read_are_not_marked_with(machine: Machine, tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o755)
    (keys / "predictions.csv").touch()
    command = ["/opt/gradmark/bin/gradmark", "grade", "/s", "--keys", "/keys", "--guard-keys"]
    folders = {"/s": ROOT / "student_impl/cs189", "/keys": keys}
    done = machine.run(command, folders)
    assert done.returncode == 2
    assert done.stderr.endswith("gradmark: student code could read /keys: chmod 700 /keys\n")


@pytest.fixture(scope="module")
def tango(machine: Machine, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """One on which the last line of Autolab's Dockerfile has run, too."""
    folder = tmp_path_factory.mktemp("tango")
    dockerfile = (written(folder / "out", "autolab", "ai702") / "image/Dockerfile").read_text(encoding="utf-8")
    shutil.copytree(machine.opt, folder / "opt", symlinks=True)
    made = Machine(folder)
    done = made.run(["sh", "-c", dockerfile.splitlines()[-1].removeprefix("RUN ")], {})
    assert done.returncode == 0, done.stderr
    return made


class Autolab:
    """The folder in which autodriver runs make."""

    def __init__(self, folder: Path, homework: str, *options: str) -> None:
        made = written(folder / "out", "autolab", homework, *options)
        self.folder = folder / "autolab"
        self.folder.mkdir()
        shutil.copyfile(made / "autograde-Makefile", self.folder / "Makefile")
        shutil.copyfile(made / "autograde.tar", self.folder / "autograde.tar")

    def run(self, machine: Machine, **more: Any) -> tuple[dict[str, Any], str]:
        """The scores, and all that was printed."""
        for path in (self.folder, *self.folder.rglob("*")):
            os.chown(path, 1500, 1500)
        command = ["sh", "-c", "make 2>&1"]
        done = machine.run(command, {"/home/autograde": self.folder}, cwd="/home/autograde", ordinary_user=True, **more)
        *_, presentation, scores = done.stdout.splitlines()
        validate(json.loads(presentation), "autolab-presentation")
        validate(json.loads(scores), "autolab-scores")
        return json.loads(scores)["scores"], done.stdout


def test_on_autolab_an_ordinary_user_marks_in_bubblewrap(tango: Machine, tmp_path: Path) -> None:
    platform = Autolab(tmp_path, "ai702", *QUICK)
    in_a_tar(copy_of_worked(tmp_path / "worked"), platform.folder / "handin.tar")
    scores, printed = platform.run(tango, isolates=True)
    assert scores == {"sgd": 10.0}, printed


def test_on_autolab_nothing_is_marked_where_student_code_could_print_scores(tango: Machine, tmp_path: Path) -> None:
    platform = Autolab(tmp_path, "ai702", *QUICK)
    in_a_tar(copy_of_worked(tmp_path / "worked"), platform.folder / "handin.tar")
    scores, printed = platform.run(tango)
    assert scores == {"sgd": 0.0}
    assert "--isolation bubblewrap isn't available here" in printed


def test_keys_that_an_ordinary_user_has_are_not_marked_with_outside_of_bubblewrap(
    tango: Machine, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    keys.mkdir(mode=0o755)
    (keys / "predictions.csv").touch()
    command = ["/opt/gradmark/bin/gradmark", "grade", "/s", "--keys", "/keys", "--guard-keys"]
    done = tango.run(command, {"/s": ROOT / "student_impl/cs189", "/keys": keys}, ordinary_user=True)
    assert done.returncode == 2
    assert "student code could read /keys: it runs as the user who marks" in done.stderr


def test_on_autolab_there_are_scores_even_if_nothing_was_installed(tmp_path: Path) -> None:
    scores, printed = Autolab(tmp_path, "ai702").run(Machine(tmp_path / "bare"), installed=False)
    assert set(scores.values()) == {0.0}
    assert len(scores) == 8
    assert "This submission was not marked" in printed


def test_on_prairielearn_a_question_is_marked(machine: Machine, tmp_path: Path) -> None:
    made = written(tmp_path / "out", "prairielearn", "ai702", *QUICK)
    grade = tmp_path / "grade"
    shutil.copytree(made / "question/tests", grade / "tests")
    (grade / "student").mkdir()
    worked = copy_of_worked(tmp_path / "worked")
    replace_in(worked / SGD, "self.lr * layer.dLdW", "layer.dLdW")
    in_a_tar(worked, grade / "student/handin.tar")
    info = json.loads((made / "question/info.json").read_text(encoding="utf-8"))["externalGradingOptions"]
    done = machine.run([info["entrypoint"]], {"/grade": grade})
    assert done.returncode == 0, done.stderr
    results = json.loads((grade / "results/results.json").read_text(encoding="utf-8"))
    validate(results, "prairielearn")
    assert (results["gradable"], results["score"]) == (True, 0.0)
    assert results["tests"][0]["max_points"] == 10.0
    shutil.rmtree(grade / "results")
    machine.run([info["entrypoint"]], {"/grade": grade}, installed=False)
    results = json.loads((grade / "results/results.json").read_text(encoding="utf-8"))
    validate(results, "prairielearn")
    assert (results["gradable"], results["score"]) == (False, 0.0)


def test_on_github_the_steps_of_the_workflow_mark_and_annotate(machine: Machine, tmp_path: Path) -> None:
    repository = copy_of_worked(tmp_path / "repository")
    replace_in(repository / SGD, "def step(self", "def stepp(self")
    shutil.copytree(written(tmp_path / "out", "github", "ai702", *QUICK), repository, dirs_exist_ok=True)
    workflow = yaml.safe_load((repository / ".github/workflows/grade.yml").read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    shutil.copytree(machine.opt / "gradmark", workspace / ".gradmark", symlinks=True)
    installer = (repository / ".github/gradmark/install.sh").read_bytes()
    assert installer == (machine.opt.parent / "out/autograder/setup.sh").read_bytes()  # which has run already
    done: subprocess.CompletedProcess[str] | None = None
    for step in workflow["jobs"]["grade"]["steps"]:
        if step.get("uses", "").startswith("actions/checkout@"):
            shutil.copytree(repository, workspace / step["with"]["path"])
        elif "run" in step:
            cwd = f"/work/{step.get('working-directory', '')}"
            text = step["run"].replace(" sh gradmark/install.sh", " test -x gradmark/install.sh")
            script = ["bash", "-e", "-o", "pipefail", "-c", text]
            summary = {"GITHUB_STEP_SUMMARY": "/work/summary.md"}
            done = machine.run(script, {"/work": workspace}, cwd=cwd, isolates=True, environment=summary)
            assert done.returncode == 0 or step["name"] == "Grade", done.stdout + done.stderr
    assert done is not None
    assert done.returncode == 1, done.stdout + done.stderr
    found = commands(done.stdout)
    validate(found, "github")
    assert "error" in {one["command"] for one in found}
    assert json.loads((workspace / "grade.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert "### ai702: 0/10" in (workspace / "summary.md").read_text(encoding="utf-8")


def test_an_installed_gradmark_writes_the_same_pipeline(machine: Machine, tmp_path: Path) -> None:
    here = written(tmp_path / "here", "gradescope", "ai702", *QUICK) / "autograder.zip"
    out = tmp_path / "out"
    out.mkdir()
    command = ["/opt/gradmark/bin/gradmark", "pipeline", "gradescope", "ai702", "-o", "/out/there", "--", *QUICK]
    done = machine.run(command, {"/out": out})
    assert done.returncode == 0, done.stderr
    assert (out / "there/autograder.zip").read_bytes() == here.read_bytes()
