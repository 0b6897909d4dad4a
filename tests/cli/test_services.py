"""What the commands call: submissions and classes are marked without a command line, and nothing is printed."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from graders import SubmissionError, UsageError
from graders.classroom.comparison import Change
from graders.classroom.store import Result, State
from graders.cli.class_marking import Outcome, opened_class
from graders.cli.grading import Grading, targets
from graders.cli.marking_options import ClassOptions, GradeOptions
from graders.cli.output_options import OutputOptions
from graders.coursework.packs.pack import Homework
from graders.coursework.record import OnResult, Status
from graders.marking.profiles import Profile
from graders.sandbox.isolation.choice import Isolation
from tests.reports.records import check, report, section
from tests.support import ROOT, WORKED, write_tree

SERVICES = ("books", "class_marking", "files", "grading", "ledger", "outputs", "refusal", "reproduce", "webpages")


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_knows_nothing_of_the_command_line_nor_of_a_terminal(name: str) -> None:
    tree = ast.parse((ROOT / "graders" / "cli" / f"{name}.py").read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {module.partition(".")[0] for module in imported} & {"typer", "click", "rich"} == set()
    called = [node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    assert "print" not in called


def test_a_submission_is_marked_and_each_result_told(capsys: pytest.CaptureFixture[str]) -> None:
    told: list[str] = []

    @contextmanager
    def progress(homework: Homework, checks: int) -> Iterator[OnResult]:
        assert (homework.id, checks) == ("ai702", 1)
        yield lambda result: told.append(result.id)

    options = GradeOptions(only=["linear.init"], profile=Profile.QUICK, n="1")
    with Grading(options, Isolation.PROCESS).marked(WORKED, progress) as marked:
        statuses = {check.id: check.status for section in marked.report.sections for check in section.checks}
    assert (marked.stopped, marked.folder, told) == (False, WORKED, ["linear.init"])
    assert statuses["linear.init"] is Status.PASSED
    assert capsys.readouterr() == ("", "")


@contextmanager
def unseen(homework: Homework, checks: int) -> Iterator[OnResult]:
    yield lambda result: None


def test_a_submission_that_is_not_there_is_an_error_and_a_refusal_is_written_when_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    outputs = OutputOptions(json=str(file))
    grading = Grading(GradeOptions(homework="ai702", debug="sgd", outputs=outputs), Isolation.PROCESS)
    with pytest.raises(SubmissionError, match="there is no folder") as raised, grading.marked(tmp_path / "x", unseen):
        pytest.fail("there is nothing to mark")
    assert not file.exists()
    grading.refuse(str(raised.value), tmp_path / "x")
    written = json.loads(file.read_text(encoding="utf-8"))
    assert [section["id"] for section in written["sections"]] == ["sgd"]
    assert written["environment"]["refused"] == str(raised.value)


def test_what_is_to_be_marked_is_one_submission_or_all_that_lie_in_student_impl(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert targets(Path("mine"), GradeOptions()) == [Path("mine")]
    assert targets(None, GradeOptions()) == [Path()]
    write_tree(tmp_path / "student_impl", {"b/x.py": "", "a/x.py": "", "notes.txt": ""})
    found = [Path("student_impl/a"), Path("student_impl/b")]
    assert targets(None, GradeOptions(outputs=OutputOptions(csv=Path("marks.csv")))) == found
    for one in (
        GradeOptions(debug="linear"),
        GradeOptions(repro=Path("out")),
        GradeOptions(outputs=OutputOptions(json="-")),
        GradeOptions(outputs=OutputOptions(html=Path("page.html"))),
    ):
        with pytest.raises(UsageError, match="only --csv and --canvas take several submissions"):
            targets(None, one)


@pytest.mark.parametrize("folder", ["keys", "data"])
def test_a_folder_of_the_instructor_s_that_is_not_there_is_said_first(folder: str, tmp_path: Path) -> None:
    given = {folder: tmp_path / "gone"}
    with pytest.raises(UsageError, match=r"there is no folder .*gone"):
        targets(WORKED, GradeOptions(**given))
    with pytest.raises(UsageError, match=r"there is no folder .*gone"), opened(tmp_path, ClassOptions(**given)):
        pytest.fail("there is nothing to mark with")


def opened(folder: Path, options: ClassOptions):
    return opened_class(folder, options, Isolation.PROCESS, pytest.fail)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (ClassOptions(only=["linear"]), "--only needs --homework ID here"),
        (ClassOptions(homework="ai702", only=["linaer"]), "did you mean linear?"),
        (ClassOptions(n="many"), "-n many: give a number of processes"),
    ],
)
def test_options_of_a_class_are_refused_before_anything_is_marked(
    options: ClassOptions, line: str, tmp_path: Path
) -> None:
    (tmp_path / "ada").mkdir()
    with pytest.raises(UsageError, match=line.replace("?", r"\?")), opened(tmp_path, options):
        pytest.fail("it is not to be marked")


def result(name: str, status: Status = Status.PASSED, state: State = State.MARKED) -> Result:
    found = report(section("linear", 1.0, 1.0, "passed", check("linear.forward", status)))
    return Result(name, "", 1, "d", "{}", state, "", found if state is State.MARKED else None, "", 1.0)


def test_an_outcome_says_whose_mark_dropped_and_whose_marking_met_a_fault() -> None:
    results = [result("ada"), result("bob", Status.GRADER_FAULT), result("cyd", state=State.FAULT)]
    rose, dropped = Change("ada", 1.0, 2.0, [], ""), Change("bob", 2.0, None, [], "")
    assert Outcome(results[:1], [rose]).exit_status == 0
    faulty = Outcome(results, [rose])
    assert (faulty.faulty, faulty.dropped, faulty.exit_status) == (["bob", "cyd"], [], 3)
    assert Outcome(results, [rose, dropped]).dropped == ["bob"]
    assert Outcome(results, [rose, dropped]).exit_status == 1
    assert Outcome([result("dan", state=State.UNUSABLE)], []).exit_status == 0
