"""All workers of a submission are asked at once, and what comes is what one of them would have answered."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from graders.coursework.record import CheckResult, Status
from graders.marking.recordings import side_by_side
from graders.marking.recordings.recording import Recording
from graders.marking.recordings.side_by_side import SideBySide

CHECKS = [f"linear.check_{number}" for number in range(20)]
RECORDINGS = dict.fromkeys(CHECKS, Recording([]))


class Answering:
    """Stands for a worker's repeats: passes all but some, and notes which thread asked."""

    threads: ClassVar[dict[str, str]]
    fails: Sequence[str] = ()
    raises: Sequence[str] = ()
    waits = 0.01

    def __init__(self, asking: Any, recordings: Any, kept: Any) -> None:
        self.name, self.kept = asking.name, kept

    def __enter__(self) -> Answering:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def results(self, checks: Any) -> Iterator[CheckResult | None]:
        for check in checks:
            self.threads[check] = self.name
            time.sleep(self.waits)
            if check in self.raises:
                raise RuntimeError(check)
            passed = CheckResult(id=check, title=check, status=Status.PASSED, seconds=0.0)
            yield None if check in self.fails else passed


def askings(count: int) -> Any:
    """Stand for so many workers on a submission without files."""
    return [SimpleNamespace(name=number, copy=Path()) for number in range(count)]


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch, **how: Any) -> Iterator[dict[str, str]]:
    threads: dict[str, str] = {}
    kind = type("Answering", (Answering,), {"threads": threads, **how})
    monkeypatch.setattr(side_by_side, "Repeats", kind)
    before = threading.active_count()
    yield threads
    assert threading.active_count() == before


def passing(workers: int, called: list[int] | None = None) -> list[str]:
    noted: list[int] = [] if called is None else called
    asked = SideBySide(askings(workers), RECORDINGS, lambda: noted.append(1))
    return [result.id for result in asked.passing([*CHECKS])]


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_each_check_is_asked_once_and_all_workers_are_used(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    with answering(monkeypatch) as threads:
        assert sorted(passing(workers)) == sorted(CHECKS)
    assert set(threads.values()) == set(range(workers))


@pytest.mark.parametrize("workers", [1, 2])
def test_what_does_not_pass_is_left_and_told_of(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    called: list[int] = []
    with answering(monkeypatch, fails=CHECKS[3:5]):
        assert sorted(passing(workers, called)) == sorted([*CHECKS[:3], *CHECKS[5:]])
    assert called


def test_nothing_is_told_where_all_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[int] = []
    with answering(monkeypatch):
        passing(2, called)
    assert not called


def test_a_fault_of_ours_in_a_thread_is_raised_where_results_are_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch, raises=CHECKS[7:8]), pytest.raises(RuntimeError, match=CHECKS[7]):
        passing(2)


def test_who_stops_waiting_leaves_no_thread_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(monkeypatch) as threads:
        asked = SideBySide(askings(2), RECORDINGS)
        results = asked.passing(CHECKS)
        next(results)
        results.close()
    assert len(threads) < len(CHECKS)


def test_files_are_read_before_there_are_threads(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from graders.checking.apart import Rule

    layer = "class {}:\n    def forward(self, x):\n        return {}\n"
    (tmp_path / "layer.py").write_text(layer.format("Layer", "x") + layer.format("Other", "[y for y in x]"))
    reader = "graders.checking.rules.batches:check_no_loops_in_source"
    is_kept, is_broken = (Rule(reader, ("layer.py", name, ["forward"]), {}) for name in ("Layer", "Other"))
    recordings = {
        **RECORDINGS,
        CHECKS[10]: Recording([], rules=(is_kept,)),
        CHECKS[12]: Recording([], rules=(is_broken,)),
    }
    threads_then: list[int] = []
    os.register_at_fork(before=lambda: threads_then.append(threading.active_count()))
    called: list[int] = []
    workers = [SimpleNamespace(name=number, copy=tmp_path) for number in range(2)]
    running = threading.active_count()
    with answering(monkeypatch) as threads:
        asked: Any = SideBySide(workers, recordings, lambda: called.append(len(threads)))  # type: ignore[arg-type]
        list(asked.passing(CHECKS))
    assert threads_then == [running]
    assert called == [0], "a rule that is broken is known before anything is asked"


def test_a_submission_on_two_workers_passes_what_it_passes_on_one(tmp_path: Path) -> None:
    from graders.coursework.packs.pack import load_homework
    from graders.coursework.selection import select
    from graders.marking.opening import copied, workers_on
    from graders.marking.profiles import Profile
    from graders.marking.run import Request, prerecord, repeated
    from tests.support import WORKED, copy_of_worked, replace_in

    wrong = copy_of_worked(tmp_path / "wrong") / "mytorch/nn/linear.py"
    replace_in(wrong, "self.dLdW = dLdW / self.N", "self.dLdW = dLdW")
    homework = load_homework("ai702")
    only = (
        "linear.forward",
        "linear.backward_weight",
        "linear.backward_bias",
        "linear.shapes",
        "linear.finite_differences",
    )
    found: list[Any] = []

    def with_recordings(prerecorded: Any) -> None:
        for processes in (1, 2):
            request = Request(
                tmp_path / "wrong", homework, select(homework, only, {}), Profile.QUICK, processes=processes
            )
            with copied(request) as (copy, _), workers_on(request, copy) as workers:
                found.append({name for name, _ in repeated(request, copy, workers, prerecorded.recordings)})

    prerecord(Request(WORKED, homework, select(homework, only, {}), Profile.QUICK), with_recordings)
    assert found[0] == found[1]
    assert "linear.forward" in found[0]
    assert "linear.backward_weight" not in found[0]
