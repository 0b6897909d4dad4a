"""What changed since the last run: kept in the user's cache folder, for a terminal alone, and never in the way."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from graders.cli import last_run
from graders.cli.last_run import MAX_BYTES, MOST_FILES, Run, changes_since, compared, folder
from graders.coursework.points import NO_RESULT
from graders.coursework.record import CheckResult, Report, Status
from graders.reports.news import NONE, Changes, Then
from tests.reports.records import check, report, section
from tests.support import ROOT, WORKED

KNOWN = ["linear.a", "linear.b", "sgd.c"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def ran(**statuses: str) -> Report:
    """A report of these checks, each with why it failed."""
    checks = [_ended(f"linear.{name}", why) for name, why in statuses.items()]
    return report(section("linear", 0.0, 15.0, "failed", *checks))


def _ended(name: str, why: str) -> CheckResult:
    return check(name, Status.FAILED, message=why) if why else check(name)


def test_the_first_run_has_nothing_to_be_held_against(tmp_path: Path) -> None:
    assert changes_since(ran(a="wrong", b=""), tmp_path / "hw", KNOWN) == NONE


def test_what_passes_and_what_fails_since_the_last_run(tmp_path: Path) -> None:
    changes_since(ran(a="wrong", b=""), tmp_path / "hw", KNOWN)
    assert changes_since(ran(a="", b="worse"), tmp_path / "hw", KNOWN) == Changes(("linear.a",), ("linear.b",))
    assert changes_since(ran(a="", b="worse"), tmp_path / "hw", KNOWN) == NONE
    assert changes_since(ran(a="wrong"), tmp_path / "other", KNOWN) == NONE


def test_a_run_of_one_check_leaves_what_is_known_of_the_others(tmp_path: Path) -> None:
    changes_since(ran(a="wrong", b="the sign"), tmp_path / "hw", KNOWN)
    one = changes_since(ran(a=""), tmp_path / "hw", KNOWN)
    assert one == Changes(("linear.a",), (), Then("linear.b", "the sign", 1))


def test_what_failed_for_the_same_reason_may_be_mended_too() -> None:
    found = compared({"linear.a": "sum", "linear.b": "sum"}, {"linear.a": ""}, KNOWN)
    assert found.then == Then("", "", 1)


def test_what_was_left_out_or_never_run_or_is_our_fault_is_no_news(tmp_path: Path) -> None:
    changes_since(ran(a=""), tmp_path / "hw", KNOWN)
    others = [
        check("linear.a", Status.FAILED, message=NO_RESULT),
        check("linear.b", Status.GRADER_FAULT, message="KeyError"),
        check("sgd.c", Status.FAILED, advisory=True, message="slow"),
    ]
    assert changes_since(report(section("linear", 0, 15, "failed", *others)), tmp_path / "hw", KNOWN) == NONE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"[" * 100_000,
        b'{"version": 1}',
        b'{"version": 99, "checks": {"linear.a": ""}}',
        b'{"version": 1, "checks": {"linear.a": 5}}',
        b" " * (MAX_BYTES + 1),
    ],
    ids=range(7),
)
def test_a_damaged_file_counts_as_none_and_is_written_anew(content: bytes, tmp_path: Path) -> None:
    changes_since(ran(a="wrong"), tmp_path / "hw", KNOWN)
    (file,) = folder().iterdir()
    file.write_bytes(content)
    assert changes_since(ran(a=""), tmp_path / "hw", KNOWN) == NONE
    assert msgspec.json.decode(file.read_bytes(), type=Run).checks == {"linear.a": ""}


def test_what_a_file_says_of_checks_is_cleaned_and_only_of_those_that_there_are(tmp_path: Path) -> None:
    changes_since(ran(a="wrong"), tmp_path / "hw", KNOWN)
    (file,) = folder().iterdir()
    planted = Run(last_run.VERSION, {"linear.b": "\x1b[2Jforged\nTotal 100/100", "no.such": "x"})
    file.write_bytes(msgspec.json.encode(planted))
    then = changes_since(ran(a=""), tmp_path / "hw", KNOWN).then
    assert then == Then("linear.b", "\ufffd[2Jforged Total 100/100", 1)


def test_nothing_is_kept_inside_of_what_is_marked(tmp_path: Path) -> None:
    assert changes_since(ran(a="wrong"), tmp_path, KNOWN) == NONE
    assert changes_since(ran(a=""), tmp_path, KNOWN) == NONE
    assert not folder().exists()


def test_where_nothing_can_be_written_nothing_is_told(tmp_path: Path, cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    assert changes_since(ran(a="wrong"), tmp_path / "hw", KNOWN) == NONE


def test_of_many_folders_the_newest_are_kept(tmp_path: Path) -> None:
    folder().mkdir(parents=True)
    for number in range(MOST_FILES + 20):
        file = folder() / f"{number}.json"
        file.write_bytes(b"{}")
        os.utime(file, (number, number))
    changes_since(ran(a="wrong"), tmp_path / "hw", KNOWN)
    left = {file.name for file in folder().iterdir()}
    assert len(left) == MOST_FILES
    assert "0.json" not in left


def test_all_of_it_can_be_forgotten(tmp_path: Path) -> None:
    changes_since(ran(a="wrong"), tmp_path / "hw", KNOWN)
    last_run.forget()
    last_run.forget()
    assert changes_since(ran(a=""), tmp_path / "hw", KNOWN) == NONE


def graded(*arguments: str | Path, terminal: bool) -> tuple[int, str]:
    """Exit status and what `gradmark grade` prints, at a terminal of 80 columns or into a pipe."""
    command = [sys.executable, "-P", "-m", "graders", "grade", *map(str, arguments)]
    environment = os.environ | {"COLUMNS": "80", "LINES": "24", "TERM": "xterm"}
    if not terminal:
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout
    ours, theirs = pty.openpty()
    program = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # the other side has ended
        pass
    os.close(ours)
    return program.wait(60), shown.decode()


def test_a_run_is_kept_at_a_terminal_and_never_where_a_pipe_reads() -> None:
    options = [WORKED, "--only", "sgd.plain_steps", "--profile", "quick", "-n", "1"]
    assert graded(*options, terminal=False)[0] == 0
    assert not folder().exists()
    status, shown = graded(*options, terminal=True)
    assert status == 0
    assert "Total 0/0" in shown.splitlines()[-1]
    (file,) = folder().iterdir()
    assert msgspec.json.decode(file.read_bytes(), type=Run).checks == {"sgd.plain_steps": ""}
