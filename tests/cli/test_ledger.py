"""Whatever ends the marking, a valid report is there , and a check without a result has not passed."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn
from xml.etree import ElementTree

import pytest

from graders import UsageError
from graders.cli.ledger import Ledger
from graders.cli.output_options import OutputOptions
from graders.cli.outputs import Outputs
from graders.coursework.packs.pack import load_homework
from graders.coursework.points import NO_RESULT
from graders.coursework.record import CheckResult, Status
from graders.coursework.selection import select
from graders.marking.run import Request
from tests.cli.program import gradmark, statuses
from tests.hostile.corpus import ATTACKS, HOMEWORK
from tests.support import ROOT, copy_of_worked, heed_interrupts

CHECKS = ["linear.forward", "rules.imports", "rules.no_loops", "sigmoid.before", "sigmoid.after"]
PATIENCE = 60.0
"""A machine may be busy."""


class Marking:
    """A run of `gradmark grade` on a submission whose Linear sleeps, with both reports."""

    def __init__(self, folder: Path) -> None:
        attack = next(attack for attack in ATTACKS if attack.name == "sleep")
        attack.submission(folder / "submission", {})
        self.folder = folder
        self.json, self.junit = folder / "report.json", folder / "report.xml"
        command = [sys.executable, "-P", "-m", "graders", "grade", folder / "submission", "--homework", HOMEWORK]
        options = [
            "--profile",
            "quick",
            "-n",
            "2",
            "--isolation",
            "process",
            "--json",
            self.json,
            "--junit",
            self.junit,
        ]
        self.process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=heed_interrupts,
        )

    def report(self) -> dict[str, Any]:
        report: dict[str, Any] = json.loads(self.json.read_text())
        return report

    def wait_for(self, reached: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not reached():
            assert time.monotonic() < end
            assert self.process.poll() is None, self.process.communicate()
            time.sleep(0.01)

    def passed(self) -> list[str]:
        return [check for check, status in statuses(self.report()).items() if status == "passed"]

    def must_be_whole(self) -> dict[str, Any]:
        """The report, which lists every check and gives points for those alone that have passed."""
        report = self.report()
        assert sorted(statuses(report)) == sorted(CHECKS)
        assert report["score"] == 5.0 * sum(check.startswith("sigmoid.") for check in self.passed())
        assert report["environment"]["unfinished"] is True
        cases = {f"{c.get('classname')}.{c.get('name')}": c for c in ElementTree.parse(self.junit).iter("testcase")}
        assert sorted(cases) == sorted(f"attacked.{check}" for check in CHECKS)
        unanswered = [check for s in report["sections"] for check in s["checks"] if check["status"] != "passed"]
        assert {check["message"] for check in unanswered} == {NO_RESULT}
        return report


def below(pid: int) -> set[int]:
    """All processes that this one has started, and those that they have."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text("ascii", "replace").rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def must_end(pids: set[int]) -> None:
    end = time.monotonic() + 10
    while left := {pid for pid in pids if Path(f"/proc/{pid}/cwd").exists()}:  # a zombie has none
        assert time.monotonic() < end, left
        time.sleep(0.01)


@pytest.fixture
def marking(tmp_path: Path) -> Iterator[Marking]:
    running = Marking(tmp_path)
    yield running
    running.process.kill()
    running.process.communicate()


def ledger_in(folder: Path) -> Ledger:
    homework = load_homework(str(HOMEWORK))
    request = Request(copy_of_worked(folder / "submission"), homework, select(homework, [], {}))
    return Ledger(request, asked_in(folder).files(homework))


def asked_in(folder: Path) -> Outputs:
    names = {"junit": "report.xml", "gradescope": "results.json", "prairielearn": "prairielearn.json"}
    return Outputs(
        OutputOptions(json=str(folder / "report.json"), **{option: folder / name for option, name in names.items()})
    )


def passed(check: str) -> CheckResult:
    return CheckResult(id=check, title="", status=Status.PASSED)


def full(*_: Any) -> NoReturn:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_every_check_stands_as_failed_before_any_code_of_the_student_runs(tmp_path: Path) -> None:
    ledger_in(tmp_path).begin()
    report = json.loads((tmp_path / "report.json").read_text())
    assert statuses(report) == dict.fromkeys(CHECKS, "failed")
    assert report["score"] == 0.0
    assert len(list(ElementTree.parse(tmp_path / "report.xml").iter("failure"))) == len(CHECKS)
    assert {test["score"] for test in json.loads((tmp_path / "results.json").read_text())["tests"]} == {0.0}
    assert json.loads((tmp_path / "prairielearn.json").read_text())["score"] == 0.0


def test_a_disk_that_is_full_for_a_while_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger, report = ledger_in(tmp_path), tmp_path / "report.json"
    ledger.begin()
    before = report.read_bytes()
    monkeypatch.setattr("graders.cli.ledger.SECONDS_BETWEEN", 0.0)
    with monkeypatch.context() as full_disk:
        full_disk.setattr(os, "fsync", full)
        ledger.add(passed("sigmoid.before"))
        assert report.read_bytes() == before
        with pytest.raises(UsageError, match="can't be written"):
            asked_in(tmp_path).write(ledger.so_far(), load_homework(str(HOMEWORK)))
        assert report.read_bytes() == before
    ledger.add(passed("sigmoid.after"))
    found = statuses(json.loads(report.read_text()))
    assert found == dict.fromkeys(CHECKS, "failed") | {"sigmoid.before": "passed", "sigmoid.after": "passed"}


def test_a_report_is_not_written_for_each_result(tmp_path: Path) -> None:
    ledger, report = ledger_in(tmp_path), tmp_path / "report.json"
    ledger.begin()
    before = report.stat().st_ino
    ledger.add(passed("sigmoid.before"))
    assert report.stat().st_ino == before


def test_a_marking_that_is_killed_leaves_what_it_has_found(marking: Marking) -> None:
    marking.wait_for(lambda: marking.json.exists() and marking.junit.exists() and bool(marking.passed()))
    workers = below(marking.process.pid)
    assert workers
    marking.process.kill()
    marking.process.wait()
    report = marking.must_be_whole()
    assert statuses(report)["linear.forward"] == "failed"
    assert report["score"] > 0
    must_end(workers)


def test_ctrl_c_ends_with_the_report_and_status_130(marking: Marking) -> None:
    marking.wait_for(lambda: marking.json.exists() and bool(marking.passed()))
    workers = below(marking.process.pid)
    marking.process.send_signal(signal.SIGINT)
    said, complaints = marking.process.communicate(timeout=PATIENCE)
    assert marking.process.returncode == 130
    assert "Traceback" not in said + complaints
    assert f"Total {marking.must_be_whole()['score']:g}/25" in said
    assert {path.name for path in marking.folder.iterdir()} == {"submission", "report.json", "report.xml"}
    assert "The marking was stopped" in said
    must_end(workers)


def test_a_killed_process_of_the_marking_costs_its_own_check(marking: Marking) -> None:
    marking.wait_for(lambda: marking.json.exists() and bool(marking.passed()))
    for pid in below(marking.process.pid):
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(pid, signal.SIGKILL)
    marking.process.communicate(timeout=PATIENCE)
    report = marking.report()
    assert marking.process.returncode in (1, 3)
    assert statuses(report)["linear.forward"] in ("crashed", "grader-fault")
    assert "unfinished" not in report["environment"]
    assert report["score"] == 5.0 * sum(check.startswith("sigmoid.") for check in marking.passed())


GRADE = ["grade", "student_impl/ai702", "--only", "sgd", "--profile", "quick", "-n", "1"]


def test_a_full_device_is_one_line_after_the_marks() -> None:
    done = gradmark(*GRADE, "--json", "/dev/full")
    assert done.returncode == 2
    assert done.stderr == "gradmark: /dev/full can't be written (No space left on device)\n"
    assert done.stdout.rstrip().endswith("Total 10/10")


@pytest.mark.parametrize("options", [[], ["--json", "-"]])
def test_a_full_standard_output_is_one_line(options: list[str]) -> None:
    command = [sys.executable, "-P", "-m", "graders", *GRADE, "--isolation", "process", *options]
    with Path("/dev/full").open("wb") as output:
        done = subprocess.run(command, cwd=ROOT, stdout=output, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr == "gradmark: the result can't be written (No space left on device)\n"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB, where we may make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = [shutil.which("mount") or "mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_the_last_valid_report(small_disk: Path) -> None:
    report = small_disk / "report.json"
    assert gradmark(*GRADE, "--json", report).returncode == 0
    before = report.read_bytes()
    with (small_disk / "rest").open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(512)):
            pass
    done = gradmark(*GRADE, "--json", report)
    assert done.returncode == 2
    assert done.stderr == f"gradmark: {report} can't be written (No space left on device)\n"
    assert report.read_bytes() == before
    assert {path.name for path in small_disk.iterdir()} == {"report.json", "rest"}
