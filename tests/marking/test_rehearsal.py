"""What a rehearsal saves changes no result."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis.internal.conjecture.engine import ConjectureRunner

from graders.checking import expect
from graders.checking.student import Student
from graders.coursework.packs.pack import load_homework
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.rehearsal import Recording, RecordingStudent, Shared, recorded
from graders.marking.run import Request, Runner, mark, rehearse
from graders.sandbox.faults import StudentError
from graders.sandbox.session import Session
from tests.cli.program import statuses, timeless
from tests.support import WORKED, check_on, copy_of_worked, locate, replace_in, student_on, worker_on, write_tree

LINEAR, BATCHNORM = "mytorch/nn/linear.py", "mytorch/nn/batchnorm.py"
WRONG = {
    "dLdW a sum": (LINEAR, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW"),
    "a crash": (LINEAR, "self.dLdW = dLdW / self.N", "__import__('os').abort()"),
    "wrong for many examples": (LINEAR, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW / min(self.N, 5)"),
    "an end at the second call": (
        LINEAR,
        "self.dLdW = dLdW / self.N",
        "self.dLdW = dLdW / self.N\n        global calls\n        calls = globals().get('calls', 0) + 1\n"
        "        print('call', calls)\n        calls < 4 or __import__('os')._exit(3)",
    ),
    "right from the second call on": (
        LINEAR,
        "self.dLdW = dLdW / self.N",
        "Linear.calls = getattr(Linear, 'calls', 0) + 1\n"
        "        self.dLdW = dLdW / self.N * (1 if Linear.calls > 1 else 2)",
    ),
    "wrong from the fourth call on": (
        LINEAR,
        "self.dLdW = dLdW / self.N",
        "Linear.calls = getattr(Linear, 'calls', 0) + 1\n"
        "        self.dLdW = dLdW / self.N * (1 if Linear.calls < 4 else 2)",
    ),
    "a note and a warning": (
        BATCHNORM,
        "self.dLdBb = np.sum(dLdBZ, axis=0, keepdims=True)",
        "self.dLdBb = np.sum(dLdBZ, axis=0)\n        print('backward of', len(dLdBZ))",
    ),
    "other roundings": (BATCHNORM, "self.dLdBb = ", "self.dLdBb = (1 + 1e-9) * "),
}
HOMEWORK = load_homework("ai702")
ONLY = ("linear.backward_weight", "linear.shapes", "linear.finite_differences", "batchnorm.backward_shift")
REQUEST = Request(WORKED, HOMEWORK, select(HOMEWORK, ONLY, {}), Profile.QUICK)


def without_times(request: Request, runner: Runner | None = None) -> Any:
    return timeless(msgspec.json.decode(msgspec.json.encode(mark(request, runner))))


def after_a_rehearsal(requests: Sequence[Request], rehearsed_with: Request = REQUEST) -> list[Any]:
    """What comes of these requests, each marked in a fork after the rehearsal."""
    found = []

    def mark_all(runner: Runner) -> None:
        found.extend([in_a_fork(request, runner) for request in requests])

    rehearse(rehearsed_with, mark_all)
    return found


def in_a_fork(request: Request, runner: Runner) -> Any:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            os.close(reading)
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(msgspec.json.encode(without_times(request, runner)))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(pid, 0)
    return msgspec.json.decode(answer)


def test_the_report_is_that_of_a_run_without(tmp_path: Path) -> None:
    requests = [REQUEST]
    for name, (file, old, new) in WRONG.items():
        replace_in(copy_of_worked(tmp_path / name) / file, old, new)
        requests.append(replace(REQUEST, submission=tmp_path / name))
    for found, request in zip(after_a_rehearsal(requests), requests, strict=True):
        assert found == without_times(request), request.submission.name


def test_what_passes_as_rehearsed_needs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def mark_without_search(runner: Runner) -> None:
        monkeypatch.setattr(ConjectureRunner, "run", None)
        found.append(in_a_fork(REQUEST, runner))

    found: list[Any] = []
    rehearse(REQUEST, mark_without_search)
    assert set(statuses(found[0]).values()) == {"passed", "skipped"}


def test_a_rehearsal_with_a_wrong_submission_takes_no_point(tmp_path: Path) -> None:
    replace_in(copy_of_worked(tmp_path / "wrong") / LINEAR, *WRONG["dLdW a sum"][1:])
    (found,) = after_a_rehearsal([REQUEST], replace(REQUEST, submission=tmp_path / "wrong"))
    assert found == without_times(REQUEST)


ADDS = {"layers.py": "class Layer:\n    def add(self, x):\n        return x + 1\n"}
"""What the conversations below are held with."""


def conversation_with(folder: Path, hold: Callable[[Student], None]) -> Recording:
    """The conversation that `hold` holds with right code."""
    with worker_on(write_tree(folder, ADDS), "layers") as worker, check_on(worker) as student:
        rehearsing = RecordingStudent(student.session, locate)
        rehearsing.begin(dict)
        hold(rehearsing)
    found = recorded(rehearsing)
    assert found is not None
    return found


def add_to_two_sizes(student: Student) -> None:
    """Two turns."""
    for size in (2, 3):
        array = np.arange(float(size))
        expect(student("layers").Layer().add(array)).to_equal(array + 1)
        student.settle()


@contextmanager
def other_code(folder: Path, change: str) -> Iterator[Student]:
    """Code that returns something else."""
    with student_on(write_tree(folder, {"layers.py": ADDS["layers.py"].replace("x + 1", change)}), "layers") as student:
        yield student


def test_a_conversation_goes_through_with_right_answers_alone(tmp_path: Path) -> None:
    rehearsal = conversation_with(tmp_path / "right", add_to_two_sizes)
    changes = {"x + 1": True, "1.00000001 + x": True, "x + 2": False, "x[:2] + 1": False, "y": False, "exit()": False}
    for place, (change, passes) in enumerate(changes.items()):
        with other_code(tmp_path / str(place), change) as student:
            assert bool(rehearsal.passes(student.session)) is passes, change


def test_a_run_goes_on_where_the_first_answer_was_wrong(tmp_path: Path) -> None:
    rehearsal = conversation_with(tmp_path / "right", add_to_two_sizes)
    with other_code(tmp_path / "other", "globals().setdefault('calls', []).append(x) or len(calls)") as student:
        assert not rehearsal.passes(student.session)
        assert student.session.is_fresh
        student.begin(dict)
        assert student.read(student("layers").Layer().add(np.arange(2.0))) == [1]
        assert not student.session.out_of_step
        assert student.read(student("layers").Layer().add(np.arange(2.0))) == [2]


def test_a_run_starts_anew_where_a_later_answer_was_wrong(tmp_path: Path) -> None:
    rehearsal = conversation_with(tmp_path / "right", add_to_two_sizes)
    with other_code(tmp_path / "other", "x[:2] + 1") as student:
        assert not rehearsal.passes(student.session)
        assert not student.session.is_fresh


def test_what_was_repeated_does_not_count_for_another_question(tmp_path: Path) -> None:
    rehearsal = conversation_with(tmp_path / "right", add_to_two_sizes)
    with other_code(tmp_path / "other", "x") as student:
        assert not rehearsal.passes(student.session)
        student.begin(dict)
        student.read(student("layers").Layer().add(np.arange(7.0)))
        assert student.session.out_of_step


def test_a_check_that_goes_on_with_an_answer_accepts_no_other(tmp_path: Path) -> None:
    def read(student: Student) -> None:
        student.read(student("layers").Layer().add(np.ones(1)))

    rehearsal = conversation_with(tmp_path / "right", read)
    with other_code(tmp_path / "other", "x + 1 + 1e-15") as student:
        assert not rehearsal.passes(student.session)


def test_a_conversation_in_which_something_was_caught_is_not_repeated(tmp_path: Path) -> None:
    with other_code(tmp_path / "other", "y") as student:
        rehearsing = RecordingStudent(student.session, locate)
        with pytest.raises(StudentError):
            rehearsing.read(rehearsing("layers").Layer().add(np.ones(1)))
    assert recorded(rehearsing) is None


@pytest.mark.parametrize("forged", ["np.ones(2)", "True", "[True]", "None"])
def test_only_a_plain_answer_says_that_a_child_is_as_it_was(tmp_path: Path, forged: str) -> None:
    rehearsal = conversation_with(tmp_path / "right", add_to_two_sizes)
    lie = "import gradmark_worker.requests as w, numpy as np\n"
    lie += f"w.RequestHandler.do_unchanged = lambda self: self.replies.append({forged})\n"
    with worker_on(write_tree(tmp_path / "lies", {"layers.py": lie + ADDS["layers.py"]}), "layers") as worker:
        worker.load()
        opened: list[Session] = []

        def open_session() -> Session:
            opened.append(worker.open_session(5.0))
            return opened[-1]

        shared = Shared(open_session)
        assert shared.passes(rehearsal) is not None
        assert shared.passes(rehearsal) is not None
        shared.close()
        assert len(opened) == (1 if forged == "True" else 2)
