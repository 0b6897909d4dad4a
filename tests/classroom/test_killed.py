"""A run that is killed loses nothing, leaves nothing running, and is used from then on as if nothing had been."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import pytest

from graders.classroom.local import local
from graders.classroom.run import Settings, run
from graders.classroom.store import Store
from tests.classroom.support import (
    LINEAR,
    RIGHT,
    alive,
    command,
    mark_class,
    processes_below,
    results,
    results_so_far,
    without_times,
)
from tests.support import ROOT, heed_interrupts, replace_in

KILLS = 5
LATE = 5
"""Of the kills, one in this many comes while submissions are marked; the others at any moment of a run's beginning."""


def rows(folder: Path) -> dict[str, tuple[str, float]]:
    """When each result was stored: that of a submission that is marked twice changes."""
    return {one.name: (one.marked_at, one.seconds) for one in results_so_far(folder) if one.digest}


def killed(folder: Path, seconds: float, *, late: bool) -> bool:
    """Whether it was killed, so long after its start or its first result, before it had ended by itself.

    Whatever it had started ends with it.
    """
    before = rows(folder)
    run = subprocess.Popen(command(folder, "-n", "2"), cwd=ROOT, stdout=subprocess.DEVNULL)
    while late and run.poll() is None and rows(folder) == before:
        time.sleep(0.02)
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(seconds)
    others = processes_below(run.pid)
    run.kill()
    ended = run.wait()
    until = time.monotonic() + 30
    while alive(others) and time.monotonic() < until:
        time.sleep(0.05)
    assert alive(others) == set()
    return ended == -signal.SIGKILL


def test_a_run_that_is_killed_at_random_moments_ends_as_if_it_had_not_been(undisturbed: Path, unmarked: Path) -> None:
    moments = random.Random(os.environ.get("GRADMARK_KILLS", "0"))
    before: dict[str, tuple[str, float]] = {}
    kills = 0
    for number in range(KILLS):
        late = number % LATE == 1
        kills += killed(unmarked, moments.uniform(0.0, 0.5) if late else moments.uniform(0.2, 2.5), late=late)
        now = rows(unmarked)
        assert {name: now.get(name) for name in before} == before
        before = now
    assert kills >= KILLS - KILLS // LATE
    assert before
    assert mark_class(unmarked, "-n", "2").returncode == 0
    assert {name: rows(unmarked)[name] for name in before} == before
    assert without_times(unmarked) == without_times(undisturbed)
    assert [path.name for path in unmarked.glob("gradmark.sqlite*")] == ["gradmark.sqlite"]


def test_what_a_killed_run_left_in_the_temporary_folder_is_taken_away(tmp_path: Path) -> None:
    left = Path(tempfile.gettempdir()) / f"gradmark-class-{uuid.uuid4().hex}"
    left.mkdir()
    with Store(tmp_path / "gradmark.sqlite") as store:
        store.keep_scratch(str(left))
        run([], store, Settings(), lambda: local(store, 1))
        assert store.scratch() == []
    assert not left.exists()


@pytest.mark.slow
def test_a_regrade_that_is_killed_goes_on_and_compares_with_the_marks_before_it(
    undisturbed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "class"
    shutil.copytree(undisturbed, folder, ignore=shutil.ignore_patterns("bob", "cyd", "eve.zip", "empty"))
    for name in ("ada", "dan"):
        replace_in(folder / name / LINEAR, RIGHT, "self.dLdW = dLdW")
    before = rows(folder)
    run = subprocess.Popen([*command(folder, "-n", "1"), "--regrade"], cwd=ROOT, stdout=subprocess.DEVNULL)
    while run.poll() is None and rows(folder)["ada"] == before["ada"]:
        time.sleep(0.05)
    run.kill()
    run.wait()
    ada = rows(folder)["ada"]
    done = mark_class(folder, "-n", "1", "--regrade")
    assert rows(folder)["ada"] == ada
    assert all(rows(folder)[name] != before[name] for name in ("ada", "dan"))
    assert done.stderr == "gradmark: 2 marks dropped: ada, dan\n"


def test_ctrl_c_says_how_much_is_left_and_how_to_go_on(unmarked: Path) -> None:
    run = subprocess.Popen(
        command(unmarked, "-n", "1"), cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=heed_interrupts
    )
    while run.poll() is None and "ada" not in rows(unmarked):
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    left = {"ada", "bob", "cyd", "dan", "eve.zip", "empty"} - {one.name for one in results(unmarked)}
    assert (run.returncode, said) == (
        130,
        f"gradmark: interrupted, {len(left)} left: the same command goes on from here\n",
    )
    assert left
