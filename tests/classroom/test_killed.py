"""A run that is killed loses nothing, leaves nothing running, and is gone on with as if nothing had been."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.classroom.support import (
    LINEAR,
    RIGHT,
    alive,
    class_of,
    command,
    mark_class,
    processes_below,
    results,
    results_so_far,
    without_times,
)
from tests.support import ROOT, replace_in

KILLS = 10
LONGEST = 4.0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = class_of(tmp_path_factory.mktemp("undisturbed") / "class", "ada", "bob", "cyd", "dan", wrong=("bob",))
    replace_in(folder / "cyd" / LINEAR, RIGHT, "__import__('os')._exit(1)")
    shutil.make_archive(str(folder / "eve"), "zip", folder / "dan")
    (folder / "empty").mkdir()
    assert mark_class(folder, "-n", "2").returncode == 0
    return folder


def rows(folder: Path) -> dict[str, tuple[str, float]]:
    """When each result was stored: that of a submission that is marked twice changes."""
    return {one.name: (one.marked_at, one.seconds) for one in results_so_far(folder) if one.digest}


def started_and_killed(folder: Path, seconds: float) -> bool:
    """Whether it was killed before it had ended by itself; whatever it had started ends with it."""
    run = subprocess.Popen(command(folder, "-n", "2"), cwd=ROOT, stdout=subprocess.DEVNULL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(seconds)
    others = processes_below(run.pid)
    run.kill()
    killed = run.wait() == -signal.SIGKILL
    until = time.monotonic() + 30
    while alive(others) and time.monotonic() < until:
        time.sleep(0.05)
    assert alive(others) == set()
    return killed


def test_a_run_that_is_killed_at_random_moments_ends_as_if_it_had_not_been(undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    shutil.copytree(undisturbed, folder, ignore=shutil.ignore_patterns("gradmark.sqlite*"))
    moments = random.Random(os.environ.get("GRADMARK_KILLS", "0"))
    before: dict[str, tuple[str, float]] = {}
    killed = 0
    for _ in range(KILLS):
        killed += started_and_killed(folder, moments.uniform(0.2, LONGEST))
        now = rows(folder)
        assert {name: now.get(name) for name in before} == before
        before = now
    assert killed >= 2
    assert mark_class(folder, "-n", "2").returncode == 0
    assert {name: rows(folder)[name] for name in before} == before
    assert without_times(folder) == without_times(undisturbed)
    assert [path.name for path in folder.glob("gradmark.sqlite*")] == ["gradmark.sqlite"]


def test_what_a_killed_run_left_in_the_temporary_folder_is_taken_away(undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    shutil.copytree(undisturbed, folder)
    left = tmp_path / "left"
    left.mkdir()
    with sqlite3.connect(folder / "gradmark.sqlite") as database:
        database.execute("INSERT INTO scratch VALUES (?)", [str(left)])
    database.close()
    assert mark_class(folder).returncode == 0
    assert not left.exists()


def test_a_regrade_that_is_killed_goes_on_and_compares_with_the_marks_before_it(
    undisturbed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "class"
    shutil.copytree(undisturbed, folder)
    for name in ("ada", "dan"):
        replace_in(folder / name / LINEAR, RIGHT, "self.dLdW = dLdW")
    before = rows(folder)
    run = subprocess.Popen([*command(folder, "-n", "1"), "--regrade"], cwd=ROOT, stdout=subprocess.DEVNULL)
    while run.poll() is None and rows(folder).get("ada") == before["ada"]:
        time.sleep(0.05)
    run.kill()
    run.wait()
    ada = rows(folder)["ada"]
    done = mark_class(folder, "-n", "1", "--regrade")
    assert rows(folder)["ada"] == ada
    assert all(rows(folder)[name] != before[name] for name in before)
    assert done.stderr == "gradmark: 2 marks dropped: ada, dan\n"


def test_ctrl_c_says_how_much_is_left_and_how_to_go_on(undisturbed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "class"
    shutil.copytree(undisturbed, folder, ignore=shutil.ignore_patterns("gradmark.sqlite*"))
    run = subprocess.Popen(command(folder, "-n", "1"), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    while run.poll() is None and "ada" not in {one.name for one in results_so_far(folder)}:
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    left = {"ada", "bob", "cyd", "dan", "eve.zip", "empty"} - {one.name for one in results(folder)}
    assert (run.returncode, said) == (
        130,
        f"gradmark: interrupted, {len(left)} left: the same command goes on from here\n",
    )
    assert left
    assert mark_class(folder, "-n", "2").returncode == 0
    assert without_times(folder) == without_times(undisturbed)
