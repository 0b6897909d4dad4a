"""A script that several checks read is run once for a submission, whichever of our processes the checks run in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.checking.once import Outcome, each_asks
from graders.coursework.packs.pack import load_homework
from graders.coursework.record import CheckResult, Status
from graders.coursework.selection import select
from graders.marking.run import Prerecorded, Request, mark, prerecord
from graders.marking.shared_runs import SharedRuns
from graders.sandbox.faults import StudentCrash, StudentTimeout
from graders.sandbox.inside.wire import Opaque
from graders.sandbox.session import AS_BEFORE
from tests.support import toy_homework, write_tree

CHECKS = """
    from graders.checking import CheckFailed, budget, run_script, section

    def check(student, *arguments):
        run = run_script(student, "train.py", *arguments, files={"data/x.txt": b"1"})
        if run.error or run.exit:
            raise CheckFailed(f"it ended with {run.error or run.exit}")
        if "trained" not in run.output:
            raise CheckFailed("nothing was trained")

    @section("layer")
    def test_first(student):
        \"\"\"It trains.\"\"\"
        check(student)

    @section("layer")
    def test_second(student):
        \"\"\"It has trained.\"\"\"
        check(student)

    @section("layer")
    def test_third(student):
        \"\"\"It trains otherwise.\"\"\"
        check(student, "--more")

    @section("layer")
    def test_fourth(student):
        \"\"\"It has trained, again.\"\"\"
        check(student)
"""
RUBRIC = """
    id = "toy"
    title = "A toy homework"
    total = 1
    packages = ["numpy", "matplotlib"]

    [modules.toy]
    Layer = ["layer.py"]

    [[sections]]
    id = "layer"
    title = "A layer"
    points = 1
    policy = "all-or-nothing"
    checks = ["layer.first", "layer.second", "layer.third", "layer.fourth"]
"""
TRAINS = "import os\nprint('trained', os.urandom(8).hex())\n"


def request_for(folder: Path, script: str, processes: int = 1, only: list[str] | None = None) -> Request:
    homework = load_homework(str(toy_homework(folder / "pack", RUBRIC, CHECKS)))
    submission = write_tree(folder / "submission", {"layer.py": "class Layer: pass\n", "train.py": script})
    return Request(submission, homework, select(homework, only or [], {}), processes=processes)


def ended(request: Request, run: Prerecorded | None = None) -> dict[str, CheckResult]:
    return {check.id: check for section in mark(request, run).sections for check in section.checks}


def printed(found: dict[str, CheckResult], *names: str) -> list[str]:
    assert all(found[f"layer.{name}"].status is Status.PASSED for name in names), found
    return [found[f"layer.{name}"].output for name in names]


@pytest.mark.parametrize("processes", [1, 2])
def test_checks_that_ask_for_the_same_run_get_the_same(processes: int, tmp_path: Path):
    found = ended(request_for(tmp_path, TRAINS, processes))
    first, second, fourth = printed(found, "first", "second", "fourth")
    assert "trained" in first
    assert first == second == fourth
    assert printed(found, "third") != [first]


def test_a_selection_runs_what_it_needs(tmp_path: Path):
    found = ended(request_for(tmp_path, TRAINS, only=["layer.second", "layer.fourth"]))
    second, fourth = printed(found, "second", "fourth")
    assert second == fourth
    assert found["layer.first"].status is Status.SKIPPED


def test_another_marking_runs_it_anew(tmp_path: Path):
    request = request_for(tmp_path, TRAINS)
    assert printed(ended(request), "first") != printed(ended(request), "first")


def test_each_submission_of_a_class_is_run_itself_and_once(tmp_path: Path):
    request = request_for(tmp_path, TRAINS)
    found: list[dict[str, CheckResult]] = []
    kept: list[set[str]] = []

    def run(prerecorded: Prerecorded) -> None:
        kept.append(set(prerecorded.recordings))
        found.extend(ended(request, prerecorded) for _ in range(2))

    prerecord(request, run)
    assert kept == [set()]
    (one, same), (another, _) = (printed(each, "first", "second") for each in found)
    assert one == same != another


@pytest.mark.parametrize("processes", [1, 2])
def test_a_script_that_ends_its_process_does_so_once_for_all(processes: int, tmp_path: Path):
    found = ended(request_for(tmp_path, TRAINS + "import sys\nsys.stdout.flush()\nos._exit(3)\n", processes))
    first, second, fourth = (found[f"layer.{name}"] for name in ("first", "second", "fourth"))
    assert first.status is second.status is fourth.status is Status.CRASHED
    assert first.message == second.message == fourth.message
    assert first.output == second.output == fourth.output != ""


def test_data_are_kept_as_they_came():
    value = [{"a": np.arange(6.0).reshape(2, 3), 2: [None, True, 1.5, "text"]}, Opaque("Tensor"), float("inf")]
    with SharedRuns() as runs:
        runs.recall("this", lambda: Outcome(value, "printed"))
        found: Any = runs.recall("this", never)
    (mapped, opaque, infinite) = found.answer()
    assert found.printed == "printed"
    assert np.array_equal(mapped["a"], value[0]["a"])  # type: ignore[index]
    assert mapped[2] == [None, True, 1.5, "text"]
    assert opaque.type_name == "Tensor"
    assert infinite == float("inf")


def never() -> Outcome:
    raise AssertionError("it is asked again")


@pytest.mark.parametrize("fault", [StudentTimeout("too long", "Look."), StudentCrash("it ended")])
def test_a_process_that_was_lost_is_lost_for_all(fault: StudentTimeout | StudentCrash):
    with SharedRuns() as runs:
        runs.recall("this", lambda: Outcome.lost(fault, "out", frozenset({"a.py:f"})))
        found = runs.recall("this", never)
    assert found.slow_in == {"a.py:f"}
    with pytest.raises(type(fault), match=fault.message) as raised:
        found.answer()
    assert raised.value.hint == fault.hint


@pytest.mark.parametrize(
    "outcome",
    [Outcome(np.zeros(9 << 20)), Outcome(2**200000), Outcome.lost(StudentTimeout(AS_BEFORE), "", frozenset())],
    ids=["too much", "too long a number", "impatience"],
)
def test_what_is_not_kept_is_asked_again(outcome: Outcome):
    with SharedRuns() as runs:
        asked = [runs.recall("this", lambda: outcome) for _ in range(2)]
    assert all(one is outcome for one in asked)


def test_outside_of_a_run_nothing_is_kept():
    runs = SharedRuns()
    values = iter(range(4))
    for recall in (runs.recall, each_asks):
        assert recall("this", lambda: Outcome(next(values))) != recall("this", lambda: Outcome(next(values)))


def test_an_exception_is_no_outcome():
    with SharedRuns() as runs:
        with pytest.raises(AssertionError):
            runs.recall("this", never)
        assert runs.recall("this", lambda: Outcome(1)).answer() == 1


def test_forks_wait_for_the_one_that_asks():
    with SharedRuns() as runs:
        reading, writing = os.pipe()
        for _ in range(3):
            if os.fork() == 0:
                runs.recall("this", lambda: Outcome(os.write(writing, b"x")))
                os._exit(0)
        for _ in range(3):
            os.wait()
        os.close(writing)
        assert os.read(reading, 10) == b"x"
        os.close(reading)
        assert runs.recall("this", never).answer() == 1
