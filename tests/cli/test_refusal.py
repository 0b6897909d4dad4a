"""A submission that can't be used: exit status 2, one line, and in every report that line and no point."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from graders.cli.app import main
from graders.cli.refusal import named, refused
from graders.coursework.record import Report
from graders.reports.github import github
from graders.reports.gradescope import gradescope
from graders.reports.junit import junit
from graders.reports.prairielearn import prairielearn
from graders.reports.summary import markdown
from tests.cli.program import gradmark
from tests.reports.records import HOSTILE_TEXTS, validate
from tests.reports.runner import commands
from tests.support import copy_of_worked, write_tree


def empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


def broken_archive(folder: Path) -> Path:
    write_tree(folder, {"handin.tar": "no archive at all"})
    return folder / "handin.tar"


def broken_archive_alone_in_a_folder(folder: Path) -> Path:
    return broken_archive(folder).parent


def none_of_its_files(folder: Path) -> Path:
    return write_tree(folder, {"essay.txt": "...", "other.py": ""})


def too_deep(folder: Path) -> Path:
    (copy_of_worked(folder) / Path(*"a" * 70)).mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (empty, "is empty: give the folder that holds the submission"),
        (broken_archive, "handin.tar can't be unpacked ("),
        (broken_archive_alone_in_a_folder, "handin.tar can't be unpacked ("),
        (none_of_its_files, "is not a submission of ai702: it has none of mytorch/nn/linear.py"),
        (too_deep, "has more than 64 folders inside one another"),
    ],
)
def test_every_file_says_why(
    tmp_path: Path, make: Any, why: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    files = {name: tmp_path / name for name in ("json", "junit", "gradescope", "prairielearn", "csv")}
    options = [word for name, path in files.items() for word in (f"--{name}", path)]
    command = ["gradmark", "grade", make(tmp_path / "handed_in"), "--homework", "ai702", *options, "--autolab"]
    monkeypatch.setattr(sys, "argv", [*map(str, command), "--isolation", "process"])
    with pytest.raises(SystemExit) as ended:
        main()
    printed, said = capfd.readouterr()
    assert ended.value.code == 2
    assert said.startswith("gradmark: ")
    assert why in said
    line = said.removeprefix("gradmark: ").rstrip("\n")
    assert "\n" not in line
    report = json.loads(files["json"].read_text(encoding="utf-8"))
    assert (report["score"], report["max_score"], report["environment"]["refused"]) == (0, 100, line)
    assert {check["status"] for section in report["sections"] for check in section["checks"]} == {"failed"}
    shown = json.loads(files["gradescope"].read_text(encoding="utf-8"))
    validate(shown, "gradescope")
    assert (shown["score"], shown["output"]) == (0, f"Not marked: {line}")
    learned = json.loads(files["prairielearn"].read_text(encoding="utf-8"))
    validate(learned, "prairielearn")
    assert (learned["gradable"], learned["score"], learned["format_errors"]) == (False, 0, [line])
    suites = ElementTree.parse(files["junit"]).getroot()
    failed = suites.findall(".//failure")
    assert {failure.get("message") for failure in failed} == {line}
    assert not files["csv"].exists()
    scores = json.loads(printed.splitlines()[-1])
    validate(scores, "autolab-scores")
    assert set(scores["scores"].values()) == {0.0}
    assert "linear" in scores["scores"]


def test_on_github_it_is_one_error(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    options = ["--homework", "ai702", "--github"]
    done = gradmark("grade", empty(tmp_path / "s"), *options, GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == 2
    found = commands(done.stdout)
    validate(found, "github")
    assert [(one["command"], one["properties"]) for one in found] == [("error", {"title": "Not marked"})]
    assert "is empty" in str(found[0]["message"])
    assert "Not marked" in summary.read_text(encoding="utf-8")


def test_without_a_homework_there_is_no_section_and_no_point() -> None:
    report = refused("why", named("no such"), [], "s")
    assert (report.homework, report.sections, report.score) == ("", [], 0.0)
    validate(json.loads(gradescope(report)), "gradescope")


def test_of_a_section_alone_only_its_points_are_lost() -> None:
    report = refused("why", named("ai702"), ["linear"], "s")
    assert ([section.id for section in report.sections], report.max_score) == (["linear"], 15.0)


def test_it_counts_for_no_rate_limit() -> None:
    made = json.loads(gradescope(refused("why", named("ai702"), [], "s")))
    assert made["extra_data"]["gradmark"]["refused"] is True


@pytest.mark.parametrize("text", HOSTILE_TEXTS.values(), ids=HOSTILE_TEXTS)
def test_a_hostile_name_harms_no_report(text: str) -> None:
    report: Report = refused(f"{text} is empty", named("ai702"), ["sgd"], text)
    validate(json.loads(gradescope(report)), "gradescope")
    validate(json.loads(prairielearn(report)), "prairielearn")
    validate(commands(github(report, "token")), "github")
    ElementTree.fromstring(junit(report))
    assert "<script>" not in markdown(report)
