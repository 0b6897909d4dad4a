"""What recordings spare changes no result."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis.internal.conjecture.engine import ConjectureRunner

from graders.checking import check_lines_do_not_grow, check_no_loops_in_source, expect
from graders.checking.apart import Rule
from graders.checking.student import Student
from graders.coursework.packs.pack import load_homework
from graders.coursework.selection import select
from graders.marking.profiles import EFFORT, Profile
from graders.marking.recordings.making import proved
from graders.marking.recordings.recording import Recording
from graders.marking.recordings.repeating import Asking, Repeats
from graders.marking.recordings.rules import kept
from graders.marking.recordings.writing_down import RecordingStudent, writing_down
from graders.marking.run import Request, Runner, mark, prerecord
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


def from_recordings(requests: Sequence[Request], prerecorded_with: Request = REQUEST) -> list[Any]:
    """The outcome of these requests, each marked in a fork from recordings made in advance."""
    found = []

    def mark_all(runner: Runner) -> None:
        found.extend([in_a_fork(request, runner) for request in requests])

    prerecord(prerecorded_with, mark_all)
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
    for found, request in zip(from_recordings(requests), requests, strict=True):
        assert found == without_times(request), request.submission.name


def test_what_passes_as_prerecorded_needs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    def mark_without_search(runner: Runner) -> None:
        monkeypatch.setattr(ConjectureRunner, "run", None)
        found.append(in_a_fork(REQUEST, runner))

    found: list[Any] = []
    prerecord(REQUEST, mark_without_search)
    assert set(statuses(found[0]).values()) == {"passed", "skipped"}


def test_a_rehearsal_with_a_wrong_submission_takes_no_point(tmp_path: Path) -> None:
    replace_in(copy_of_worked(tmp_path / "wrong") / LINEAR, *WRONG["dLdW a sum"][1:])
    (found,) = from_recordings([REQUEST], replace(REQUEST, submission=tmp_path / "wrong"))
    assert found == without_times(REQUEST)


ADDS = {"layers.py": "class Layer:\n    def add(self, x):\n        return x + 1\n"}
"""What the conversations below are held with."""


def conversation_with(folder: Path, hold: Callable[[Student], None]) -> Recording:
    """The conversation that `hold` holds with right code."""
    with worker_on(write_tree(folder, ADDS), "layers") as worker:
        with check_on(worker) as student:
            recording = RecordingStudent(student.session, locate, folder)
            recording.begin(dict)
            hold(recording)
        found = proved(recording, lambda: worker.open_session(5.0))
    assert found is not None
    return found


def add_to_two_sizes(student: Student) -> None:
    """Two turns."""
    for size in (2, 3):
        array = np.arange(float(size))
        expect(student("layers").Layer().add(array)).to_equal(array + 1)
        student.settle()


def passes(recording: Recording, folder: Path, change: str) -> bool:
    """Whether code that returns something else answers as one that passes."""
    files = {"layers.py": ADDS["layers.py"].replace("x + 1", change)}
    with student_on(write_tree(folder, files), "layers") as student:
        return recording.passes(student.session, kept(recording.rules, folder)) is not None


CHANGES = {"x + 1": True, "1.00000001 + x": True, "x + 2": False, "x[:2] + 1": False, "y": False, "exit()": False}


@pytest.mark.parametrize("change", CHANGES)
def test_a_conversation_goes_through_with_right_answers_alone(tmp_path: Path, change: str) -> None:
    recording = conversation_with(tmp_path / "right", add_to_two_sizes)
    assert passes(recording, tmp_path / "other", change) is CHANGES[change]


def test_a_check_that_goes_on_with_an_answer_accepts_no_other(tmp_path: Path) -> None:
    def read(student: Student) -> None:
        student.read(student("layers").Layer().add(np.ones(1)))

    recording = conversation_with(tmp_path / "right", read)
    assert passes(recording, tmp_path / "same", "1 + x")
    assert not passes(recording, tmp_path / "other", "x + 1 + 1e-15")


def test_a_conversation_in_which_something_was_caught_is_not_repeated(tmp_path: Path) -> None:
    files = {"layers.py": ADDS["layers.py"].replace("x + 1", "y")}
    with student_on(write_tree(tmp_path, files), "layers") as student:
        recording = RecordingStudent(student.session, locate)
        with pytest.raises(StudentError):
            recording.read(recording("layers").Layer().add(np.ones(1)))
    assert not recording.usable


LOOP = "np.array([row + 1 for row in x])"


@pytest.mark.parametrize(("change", "grows"), [("1 + (x)", False), (LOOP, True)])
def test_other_code_may_run_other_lines_as_long_as_none_grows(tmp_path: Path, change: str, grows: bool) -> None:
    def count(student: Student) -> None:
        check_lines_do_not_grow(student, lambda many: student("layers").Layer().add(np.ones(many)))

    recording = conversation_with(tmp_path / "right", count)
    changed = ADDS["layers.py"].replace("return x + 1", f"y = {change}\n        return y")
    files = {"layers.py": f"import numpy as np\n{changed}"}
    with student_on(write_tree(tmp_path / "other", files), "layers") as student:
        assert (recording.passes(student.session, kept(recording.rules, tmp_path / "other")) is None) is grows


@pytest.mark.parametrize(("change", "grows"), [("x + 1", False), ("x + len([row for row in x.T]) ** 0", True)])
def test_each_of_several_counts_of_lines_is_drawn_from_its_own_answers(
    tmp_path: Path, change: str, grows: bool
) -> None:
    def count(student: Student) -> None:
        check_lines_do_not_grow(student, lambda many: student("layers").Layer().add(np.ones((many, 3))))
        check_lines_do_not_grow(student, lambda many: student("layers").Layer().add(np.ones((3, many))), of="classes")

    recording = conversation_with(tmp_path / "right", count)
    files = {"layers.py": ADDS["layers.py"].replace("x + 1", change)}
    with student_on(write_tree(tmp_path / "other", files), "layers") as student:
        assert (recording.passes(student.session, kept(recording.rules, tmp_path / "other")) is None) is grows


def test_a_rule_is_held_against_the_files_of_the_other_submission(tmp_path: Path) -> None:
    def ruled(student: Student) -> None:
        assert isinstance(student, RecordingStudent)
        with writing_down(student):
            check_no_loops_in_source(tmp_path / "right", "layers.py", "Layer", ["add"])
        student.read(student("layers").Layer().add(np.ones(1)))

    recording = conversation_with(tmp_path / "right", ruled)
    assert [rule.reader.rpartition(":")[2] for rule in recording.rules] == ["check_no_loops_in_source"]
    assert passes(recording, tmp_path / "same", "x + 1")
    assert not passes(recording, tmp_path / "loop", "x + 1 if len([row for row in x]) else x")


def test_the_rules_of_all_checks_are_read_in_one_fork(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, {"loop.py": "class Layer:\n    def add(self, x):\n        return [y for y in x]\n"})
    write_tree(tmp_path, {"plain.py": "class Layer:\n    def add(self, x):\n        return x\n"})
    reader = "graders.checking.rules.batches:check_no_loops_in_source"
    rules = [Rule(reader, (file, "Layer", ["add"]), {}) for file in ("loop.py", "plain.py", "loop.py")]
    forks: list[int] = []
    os.register_at_fork(after_in_parent=lambda: forks.append(1))
    assert (kept(rules, tmp_path), len(forks)) == ([rules[1]], 1)


def test_a_rule_that_raises_is_not_kept_and_costs_no_other(tmp_path: Path) -> None:
    write_tree(tmp_path, {"plain.py": "class Layer:\n    def add(self, x):\n        return x\n"})
    reader = "graders.checking.rules.batches:check_no_loops_in_source"
    plain, raises = (Rule(reader, ("plain.py", *more), {}) for more in (("Layer", ["add"]), (1, 2, 3, 4)))
    assert kept([raises, plain], tmp_path) == [plain]


@pytest.mark.parametrize("forged", ["np.ones(2)", "True", "[True]", "None"])
def test_only_a_plain_answer_says_that_a_child_is_as_it_was(tmp_path: Path, forged: str) -> None:
    recording = conversation_with(tmp_path / "right", add_to_two_sizes)
    lie = "import gradmark_worker.requests as w, numpy as np\n"
    lie += f"w.RequestHandler.do_unchanged = lambda self: self.replies.append({forged})\n"
    assert children(tmp_path, lie, recording) == (1 if forged == "True" else 2)


@pytest.mark.parametrize(("before", "count"), [("", 1), ("loaded = True\n", 1)])
def test_checks_share_a_child_that_stays_as_it_was(tmp_path: Path, before: str, count: int) -> None:
    recording = conversation_with(tmp_path / "right", add_to_two_sizes)
    assert children(tmp_path, before, recording) == count


@pytest.mark.parametrize("does", ["print(x)", "Layer.calls = 1"])
def test_a_check_that_prints_or_leaves_something_behind_ends_its_child(tmp_path: Path, does: str) -> None:
    recording = conversation_with(tmp_path / "right", add_to_two_sizes)
    changed = ADDS["layers.py"].replace("return", f"{does}\n        return")
    assert children(tmp_path, "", recording, changed) == 2


def children(folder: Path, before: str, recording: Recording, source: str = ADDS["layers.py"]) -> int:
    """The children that two checks with this recording take, both of which pass."""
    checks = HOMEWORK.checks[:2]
    with worker_on(write_tree(folder / "theirs", {"layers.py": before + source}), "layers") as worker:
        opened: list[Session] = []

        class Counted(Asking):
            def open(self, recording: Recording) -> Session:
                opened.append(worker.open_session(5.0))
                return opened[-1]

        asking = Counted(HOMEWORK, EFFORT[Profile.QUICK], folder, worker)
        with Repeats(asking, dict.fromkeys(checks, recording)) as repeats:
            results = list(repeats.results(checks))
    assert [result.status if result is not None else None for result in results] == ["passed", "passed"]
    return len(opened)
