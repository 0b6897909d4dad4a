"""`gradmark grade` and its report options: files, standard output, and what is refused before the marking."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from graders import UsageError
from graders.cli.output_options import OutputOptions
from graders.cli.outputs import Outputs
from graders.coursework.packs.pack import load_homework
from graders.reports.formats import FORMATS, Target
from tests.cli.program import gradmark
from tests.reports.formats import READERS
from tests.reports.records import FORMULA, SCRIPT, report, section, validate
from tests.reports.runner import commands
from tests.support import ROOT, WORKED, copy_of_worked, replace_in

METADATA = str(ROOT / "fixtures" / "gradescope" / "submission_metadata.json")
NAMES = [one.id for one in FORMATS if one.target in (Target.FILE, Target.BOOK) and one.id != "classroom50"]
"""All that is written anywhere; Classroom 50's result has to be asked for by its runner."""
QUICK = ("--only", "linear.init,sgd", "--profile", "quick", "-n", "1")


def test_one_run_writes_every_file(tmp_path: Path) -> None:
    copy_of_worked(tmp_path / FORMULA.replace("/", "|"))
    files = {name: tmp_path / name for name in NAMES}
    options = [word for name, path in files.items() for word in (f"--{name}", path)]
    done = gradmark("grade", tmp_path / FORMULA.replace("/", "|"), *QUICK, *options, "--autolab")
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(files["json"].read_text(encoding="utf-8"))
    gradescope = json.loads(files["gradescope"].read_text(encoding="utf-8"))
    assert gradescope["score"] == report["score"] == 10.0
    for name, path in files.items():
        READERS[name](path.read_bytes())
    assert json.loads(done.stdout.splitlines()[-1]) == {"scores": {"linear": 0.0, "sgd": 10.0}}
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == sorted(files)


SAYS = r"""
        text = '\n'.join([
            '\x1b[2J\x00 \x9b', '\ud800', ']]></script>', '::error::forged', '##[error]forged',
            '{"scores": {"linear": 9999}}', '=cmd()', '\u202e', 'x' * 10_000_000,
        ])
        try:
            print(text)
        except UnicodeError:
            print(text.replace('\ud800', ''))
        raise ValueError(text)
"""


@pytest.mark.parametrize("stdout", ["--autolab", "--github"])
def test_what_a_submission_says_harms_no_report(tmp_path: Path, stdout: str) -> None:
    folder = copy_of_worked(tmp_path / SCRIPT)
    replace_in(folder / "mytorch/nn/linear.py", "def forward(self, A):", "def forward(self, A):" + SAYS)
    files = {name: tmp_path / name for name in NAMES}
    options = [word for name, path in files.items() for word in (f"--{name}", path)]
    done = gradmark("grade", folder, "--only", "linear", "--profile", "quick", "-n", "1", *options, stdout)
    assert (done.returncode, done.stderr) == (1, "")
    if stdout == "--github":
        validate(commands(done.stdout), "github")
    else:
        assert json.loads(done.stdout.splitlines()[-1]) == {"scores": {"linear": 0.0}}
    for name, path in files.items():
        READERS[name](path.read_bytes())
    assert json.loads(files["json"].read_text(encoding="utf-8"))["score"] == 0.0
    assert ElementTree.parse(files["junit"]).getroot().find(".//error") is not None
    assert max(path.stat().st_size for path in files.values()) < 1_000_000


def test_in_github_actions_the_summary_is_added_to(tmp_path: Path) -> None:
    linear = copy_of_worked(tmp_path / "alice") / "mytorch/nn/linear.py"
    replace_in(linear, "def forward(self", "def backward_(self")
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    options = ["--only", "linear", "--profile", "quick", "--github"]
    done = gradmark("grade", "alice", *options, cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 1
    found = commands(done.stdout)
    validate(found, "github")
    assert "error" in {command["command"] for command in found}
    assert re.match(r"::stop-commands::[0-9a-f]{32}\n", done.stdout)
    assert summary.read_text(encoding="utf-8").startswith("before\n### ai702: 0/15\n")


def test_a_summary_that_cannot_be_written_is_said_before_the_marking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "nowhere" / "summary.md"))
    Outputs(OutputOptions(autolab=True)).check()
    with pytest.raises(UsageError, match=r"nowhere/summary\.md can't be written"):
        Outputs(OutputOptions(github=True)).check()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--gradescope", "nowhere/results.json"], "nowhere/results.json can't be written"),
        (["--csv", "nowhere/a.csv"], "nowhere/a.csv can't be written"),
        (["--canvas", str(ROOT / "README.md")], "no grade book"),
        (["--csv", "/dev/null"], "/dev/null: it is not a regular file"),
        (["--csv", sys.executable], "it is not UTF-8 text"),
        (["--json", "-", "--autolab"], "each take standard output"),
        (["--github", "--autolab"], "each take standard output"),
        (["--gradescope-limit", "5/24"], "go with --gradescope FILE"),
        (["--gradescope", "r.json", "--gradescope-limit", "5/24"], "needs --gradescope-metadata"),
        (["--gradescope", "r.json", "--gradescope-limit", "5", "--gradescope-metadata", METADATA], "as in 5/24"),
        (["--gradescope", "r.json", "--gradescope-metadata", "none.json"], "none.json can't be read"),
        (["--gradescope", "r.json", "--gradescope-visibility", "linear=secret"], "linear=secret: give SECTION="),
        (["--gradescope", "r.json", "--gradescope-visibility", "lineal=hidden"], "ai702 has no section lineal"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line_before_the_marking(
    tmp_path: Path, options: list[str], said: str
) -> None:
    done = gradmark("grade", WORKED, *QUICK, *options, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_a_submission_too_many_is_not_marked_and_keeps_its_score(tmp_path: Path) -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    earlier = {"submission_time": (now - timedelta(hours=1)).isoformat(), "score": 4.5, "results": {}}
    metadata = tmp_path / "submission_metadata.json"
    metadata.write_text(
        json.dumps({"created_at": now.isoformat(), "assignment": {}, "previous_submissions": [earlier]}),
        encoding="utf-8",
    )
    results = tmp_path / "results.json"
    options = ["--gradescope", results, "--gradescope-metadata", metadata]
    done = gradmark("grade", WORKED, *QUICK, *options, "--gradescope-limit", "1/24")
    assert done.returncode == 2
    assert done.stderr.startswith("gradmark: This submission was not marked")
    made = json.loads(results.read_text(encoding="utf-8"))
    validate(made, "gradescope")
    assert (made["score"], made["extra_data"]["gradmark"]) == (4.5, {"refused": True})


def test_late_days_cost_what_the_rubric_says(tmp_path: Path) -> None:
    homework = shutil.copytree(ROOT / "graders/homeworks/ai702", tmp_path / "ai702")
    with (homework / "rubric.toml").open("a", encoding="utf-8") as rubric:
        rubric.write("\n[late]\nper_day = 0.1\n")
    metadata = tmp_path / "submission_metadata.json"
    metadata.write_text(
        '{"created_at": "2026-03-03T01:00:00Z", "assignment": {"due_date": "2026-03-01T23:00:00Z"}}', encoding="utf-8"
    )
    results, json_file = tmp_path / "results.json", tmp_path / "report.json"
    options = ["--gradescope", results, "--gradescope-metadata", metadata, "--json", json_file]
    done = gradmark("grade", WORKED, "--homework", homework, *QUICK, *options)
    assert (done.returncode, done.stderr) == (0, "")
    made = json.loads(results.read_text(encoding="utf-8"))
    validate(made, "gradescope")
    assert made["score"] == json.loads(json_file.read_text(encoding="utf-8"))["score"] == 8.0
    assert made["tests"][-1]["name"] == "Handed in 2 days late"


def test_a_name_that_is_not_utf8_is_marked_like_any_other(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe")
    copy_of_worked(Path(name))
    done = gradmark("grade", name, *QUICK, "--json", tmp_path / "r.json", "--csv", tmp_path / "r.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))["submission"].endswith("\ufffd\ufffd")


TIMES = re.compile(r"(seconds|time)\"?[=:]\s*\"?[-+.e\d]+")
HIDDEN = re.compile(r"should be|-1\.39|0\.0345|expected")


@pytest.mark.parametrize("reveal", ["all", "nothing"])
def test_what_the_rubric_hides_is_in_no_report(tmp_path: Path, reveal: str) -> None:
    homework = shutil.copytree(ROOT / "graders/homeworks/ai702", tmp_path / "ai702")
    rubric = (homework / "rubric.toml").read_text(encoding="utf-8")
    (homework / "rubric.toml").write_text(f'reveal = "{reveal}"\n{rubric}', encoding="utf-8")
    linear = copy_of_worked(tmp_path / "alice") / "mytorch/nn/linear.py"
    replace_in(linear, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    out = tmp_path / "out"
    out.mkdir()
    options = [word for name in NAMES for word in (f"--{name}", out / name)]
    summary = out / "summary"
    command = ["grade", "alice", "--homework", homework, *QUICK, "--github", "--only", "linear.backward_weight"]
    done = gradmark(*command, *options, cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert (done.returncode, done.stderr) == (1, "")
    said = {path.name: path.read_text(encoding="utf-8") for path in out.iterdir()} | {"printed": done.stdout}
    telling = {name for name, text in said.items() if HIDDEN.search(TIMES.sub("", text))}
    assert telling == (said.keys() - {"csv", "canvas"} if reveal == "all" else set())


def test_runs_at_the_same_time_lose_no_row_of_a_grade_book(tmp_path: Path) -> None:
    book = tmp_path / "grades.csv"
    homework = load_homework("ai702")
    reports = [report(section("linear", 1.0, 2.0, "partial"), submission=f"student {number}") for number in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: Outputs(OutputOptions(csv=book)).write(each, homework), reports))
    with book.open(encoding="utf-8", newline="") as file:
        assert {row["submission"] for row in csv.DictReader(file)} == {each.submission for each in reports}
    assert list(tmp_path.iterdir()) == [book]
