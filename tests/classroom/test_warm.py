"""The process that marks in forks of itself."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from graders.marking.warm.job import Answer, Job
from graders.marking.warm.process import WarmProcess
from graders.marking.warm.server import PRERECORD_AT
from tests.cli.program import statuses, timeless
from tests.support import WORKED, copy_of_worked, replace_in

JOB = Job(str(WORKED), "ada", "ai702", ("linear.forward",), "quick")


def test_a_process_that_is_killed_is_started_again_and_its_submission_marked() -> None:
    with WarmProcess() as warm:
        os.kill(warm._process.pid, signal.SIGKILL)
        answer = warm.mark(JOB)
    report = json.loads(answer.report)
    assert (report["submission"], statuses(report)["linear.forward"]) == ("ada", "passed")


class Dying(WarmProcess):
    """Ends when it is asked for something."""

    def _start(self) -> subprocess.Popen[str]:
        program = [sys.executable, "-c", "input()"]
        return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def test_submissions_at_which_the_process_dies_twice_are_faults() -> None:
    jobs = [replace(JOB, name=name) for name in "abc"]
    with Dying() as dying:
        answers = list(dying.answers(jobs, 2))
    assert sorted(job.name for job, _ in answers) == ["a", "b", "c"]
    assert {answer for _, answer in answers} == {Answer(fault="the process that marks was ended twice")}


def test_a_process_that_does_not_end_is_killed() -> None:
    warm = WarmProcess()
    os.kill(warm._process.pid, signal.SIGSTOP)
    warm.close(0.1)
    assert warm._process.returncode == -signal.SIGKILL


def test_what_takes_too_long_is_given_up_and_said_so(tmp_path: Path) -> None:
    linear = copy_of_worked(tmp_path / "slow") / "mytorch/nn/linear.py"
    replace_in(linear, "import numpy as np", "import numpy as np\nimport time\ntime.sleep(8)")
    began = time.monotonic()
    with WarmProcess() as warm:
        warm.mark(JOB)
        answer = warm.mark(Job(str(tmp_path / "slow"), "slow", "ai702", JOB.only, "quick", seconds=2))
    assert answer.fault == "marking took too long and was given up"
    assert time.monotonic() - began < 60


def test_submissions_are_marked_at_the_same_time_in_one_process(tmp_path: Path) -> None:
    linear = copy_of_worked(tmp_path / "slow") / "mytorch/nn/linear.py"
    replace_in(linear, "import numpy as np", "import numpy as np\nimport time\ntime.sleep(6)")
    slow = Job(str(tmp_path / "slow"), "slow", "ai702", JOB.only, "quick")
    with WarmProcess() as warm:
        names = [job.name for job, _ in warm.answers([slow, JOB, JOB], 2)]
    assert names == ["ada", "ada", "slow"]


def test_a_submission_that_is_none_is_told_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with WarmProcess() as warm:
        assert warm.mark(Job(str(tmp_path / "empty"), "bob")).unusable == (
            "bob is empty: give the folder that holds the submission"
        )


def test_the_marks_are_the_same_before_and_after_the_rehearsal_whoever_came_first(tmp_path: Path) -> None:
    changes = {"hostile": "__import__('os').abort()", "wrong": "self.dLdW = dLdW / min(self.N, 5)"}
    jobs = {"right": replace(JOB, only=("linear.backward_weight",), shrinks=0)}
    for name, change in changes.items():
        replace_in(copy_of_worked(tmp_path / name) / "mytorch/nn/linear.py", "self.dLdW = dLdW / self.N", change)
        jobs[name] = replace(jobs["right"], path=str(tmp_path / name))
    jobs["other cases"] = replace(jobs["wrong"], seed=5)
    asked = [*jobs, *jobs, "wrong", "other cases", "right"]
    assert asked.index("other cases") + 1 > PRERECORD_AT
    with WarmProcess() as warm:
        answers = [(name, warm.mark(jobs[name])) for name in asked]
    found = [(name, timeless(json.loads(answer.report))) for name, answer in answers]
    prerecorded = [name for name, answer in answers if answer.prerecorded]
    assert prerecorded == ["wrong", "right", "hostile", "wrong", "wrong", "right"]
    first = dict(reversed(found))
    assert all(report == first[name] for name, report in found)
    assert first["wrong"]["sections"] != first["other cases"]["sections"]
