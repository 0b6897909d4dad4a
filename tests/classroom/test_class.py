"""`gradmark class` as its user runs it."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from graders.classroom.result import State
from graders.classroom.run import Settings
from graders.coursework.finding import Submission
from tests.classroom.support import LINEAR, QUICK, RIGHT, class_of, command, mark_class, results, without_times
from tests.cli.program import graded, timeless
from tests.support import ROOT, replace_in


def marked_at(folder: Path) -> dict[str, tuple[str, float]]:
    return {one.name: (one.marked_at, one.seconds) for one in results(folder)}


def test_a_class_has_the_marks_of_single_runs_and_a_broken_submission_is_one_line(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada", "bob", "crash", wrong=("bob",))
    replace_in(folder / "crash" / LINEAR, RIGHT, "__import__('os')._exit(1)")
    (folder / "empty").mkdir()
    (folder / "broken.zip").write_bytes(b"nothing")
    done = mark_class(folder, "-n", "2")
    assert done.returncode == 0, done.stderr
    assert "ada  15/15  linear 15/15" in done.stdout
    assert "bob  0/15  linear 0/15" in done.stdout
    assert "5 submissions: 3 marked, mean 5.00" in done.stdout
    kept = {one.name: one for one in results(folder)}
    assert (kept["empty"].state, kept["broken.zip"].state) == (State.UNUSABLE, State.UNUSABLE)
    assert kept["empty"].message == "empty is empty: give the folder that holds the submission"
    assert kept["broken.zip"].message.startswith("broken.zip can't be unpacked")
    stored = {row[0]: row[-1] for row in without_times(folder)}
    for name in ("ada", "bob", "crash"):
        assert stored[name] == timeless(graded(folder / name, *QUICK)[1])


def test_only_what_changed_is_marked_again(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada", "bob")
    mark_class(folder)
    before, rows = marked_at(folder), without_times(folder)
    again = mark_class(folder)
    assert "2 submissions: 2 marked, mean 15.00" in again.stdout
    assert marked_at(folder) == before
    replace_in(folder / "bob" / LINEAR, RIGHT, "self.dLdW = dLdW")
    (folder / "ada" / LINEAR).touch()
    assert "bob  0/15" in mark_class(folder).stdout
    after = marked_at(folder)
    assert after["ada"] == before["ada"]
    assert after["bob"] != before["bob"]
    mark_class(folder, "--seed", "5")
    assert [row[4] for row in without_times(folder)] != [row[4] for row in rows]


@pytest.mark.slow
def test_marks_come_without_reasons_first_and_the_run_after_adds_these_where_something_was_lost(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada", "bob", wrong=("bob",))
    alone = mark_class(folder, "--marks-only")
    assert "ada  15/15" in alone.stdout
    assert "bob  0/15" in alone.stdout
    first, before = {row[0]: row[-1] for row in without_times(folder)}, marked_at(folder)
    checks = [check for section in first["bob"]["sections"] for check in section["checks"]]
    assert any(check["message"] for check in checks)
    assert not any(check.get("diagnosis") for check in checks)
    assert first["bob"]["environment"]["reasons"] == "not looked for"
    mark_class(folder)
    after = {row[0]: row[-1] for row in without_times(folder)}
    assert marked_at(folder)["ada"] == before["ada"]  # nothing was lost, so there is nothing to explain
    assert after["bob"] == timeless(graded(folder / "bob", *QUICK)[1])
    assert [section["score"] for section in after["bob"]["sections"]] == [
        section["score"] for section in first["bob"]["sections"]
    ]
    kept = marked_at(folder)
    mark_class(folder, "--marks-only")
    assert marked_at(folder) == kept  # marks with reasons are marks


def test_a_regrade_says_who_changed_in_which_check_and_alarms_where_marks_dropped(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada", "bob", "cyd", wrong=("bob",))
    mark_class(folder)
    same = mark_class(folder, "--regrade")
    assert (same.returncode, "No mark changed." in same.stdout) == (0, True)
    replace_in(folder / "ada" / LINEAR, RIGHT, "self.dLdW = dLdW")
    replace_in(folder / "bob" / LINEAR, "self.dLdW = dLdW", RIGHT)
    changed = mark_class(folder, "--regrade")
    lines = changed.stdout.splitlines()
    assert "ada  15  0  the submission changed" in lines
    assert "bob  0  15  the submission changed" in lines
    assert any(line.startswith("linear.backward_weight  passed  failed  ") for line in lines)
    assert any(line.startswith("linear.backward_weight  failed  passed  ") for line in lines)
    assert not any(line.startswith("cyd") for line in lines[lines.index("ada  15  0  the submission changed") :])
    assert changed.returncode == 1
    assert changed.stderr == "gradmark: 1 mark dropped: ada\n"


def test_two_runs_at_once_are_refused(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada")
    first = subprocess.Popen(command(folder), cwd=ROOT, stdout=subprocess.PIPE)
    assert first.stdout is not None
    try:
        while not (folder / "gradmark.sqlite-wal").exists() and first.poll() is None:
            pass
        second = mark_class(folder)
    finally:
        first.communicate(timeout=120)
    assert first.returncode == 0
    assert (second.returncode, "is in use" in second.stderr) == (2, True)


def test_what_can_not_be_used_at_all_is_said_at_once(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada")
    assert "has no such section" in mark_class(folder, "--only", "nothing").stderr
    (folder / "gradmark.sqlite").write_bytes(b"no database" * 100)
    assert "can't be used" in mark_class(folder).stderr
    (folder / "gradmark.sqlite").unlink()
    with sqlite3.connect(folder / "gradmark.sqlite") as other:
        other.execute("CREATE TABLE pupils (name)")
    other.close()
    done = mark_class(folder)
    assert (done.returncode, "is not a file of gradmark's results" in done.stderr) == (2, True)


def test_each_submission_has_the_seconds_that_it_is_given(tmp_path: Path) -> None:
    folder = class_of(tmp_path / "class", "ada", "sleeps")
    replace_in(folder / "sleeps" / LINEAR, RIGHT, "__import__('time').sleep(100)")
    done = mark_class(folder, "--max-seconds", "8", "-n", "2")
    assert done.returncode == 0, done.stderr
    assert "ada  15/15" in done.stdout
    assert "sleeps  0/15" in done.stdout
    sleeping = next(one for one in results(folder) if one.name == "sleeps")
    assert sleeping.report is not None
    statuses = {check.status for section in sleeping.report.sections for check in section.checks}
    assert "timeout" in statuses
    assert sleeping.seconds < 60


def test_marks_of_another_time_limit_are_made_again_and_a_job_is_given_up_long_after_it() -> None:
    usual, short = Settings(), Settings(max_seconds=20.0)
    assert usual.text() != short.text()
    assert "max_seconds" not in usual.text()  # what was stored before there was the option is as good as usual
    job = Settings(max_seconds=50_000.0).job(Submission("ada", Path("ada")))
    assert job.max_seconds == 50_000.0
    assert job.seconds > 51_000
    assert short.job(Submission("ada", Path("ada"))).seconds > 3600
