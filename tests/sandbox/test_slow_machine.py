"""On a slow machine the same is said: limits are in units of what it does, and who is kept waiting isn't idle."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graders.sandbox.channel import Channel
from graders.sandbox.faults import StudentFault
from graders.sandbox.idleness import TICK, Idleness, can_be_seen
from graders.sandbox.inside import speed
from graders.sandbox.isolation.choice import Isolation
from graders.sandbox.isolation.entry import below
from graders.sandbox.process import SandboxFailure, Worker
from tests.sandbox.isolation.test_isolation import BOTH
from tests.support import check_on, value_of, worker_on, write_tree

CODE = """
import os, time

def right(): return sum(range(10**6))
def raises(): return {}["nothing"]
def leaves(): os._exit(3)
def computes():
    while True: pass
def sleeps(): time.sleep(1000)
def naps():
    while True: time.sleep(0.01)
"""
NAMES = ["right", "raises", "leaves", "computes", "sleeps", "naps"]
IDLE = 0.75


def said(worker: Worker, name: str) -> str:
    """What a check says about a function of the code above, with little patience."""
    with check_on(worker, cpu_seconds=1, idle_seconds=IDLE) as student:
        try:
            return str(value_of(getattr(student("code"), name)()))
        except StudentFault as fault:
            return f"{type(fault).__name__}: {fault.message} {fault.hint}"


@contextlib.contextmanager
def halting(worker: Worker) -> Iterator[None]:
    """All processes of the worker stopped and let go on, again and again."""
    assert worker._sandbox is not None
    pid, ended = worker._sandbox.process.pid, threading.Event()

    def halt() -> None:
        while not ended.is_set():
            for number, seconds in ((signal.SIGSTOP, 0.1), (signal.SIGCONT, 0.1)):
                for process in [pid, *below(pid)]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(process, number)
                time.sleep(seconds)

    thread = threading.Thread(target=halt)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@pytest.mark.parametrize("isolation", BOTH)
def test_the_same_is_said_where_processes_are_stopped_now_and_then_or_the_machine_is_slow(
    tmp_path: Path, isolation: Isolation
) -> None:
    root = write_tree(tmp_path / "submission", {"code.py": CODE})
    with worker_on(root, "code", isolation=isolation) as worker:
        worker.load()
        expected = {name: said(worker, name) for name in NAMES}
        with halting(worker):
            halted = {name: said(worker, name) for name in NAMES}
        worker._slowness = 1.7
        slow = {name: said(worker, name) for name in NAMES}
    assert expected == halted == slow
    assert expected["computes"].startswith("StudentTimeout: no answer after 1 s of computing or ")
    assert expected["sleeps"].startswith("StudentTimeout: no answer after ")
    assert "exited with status 3" in expected["leaves"]


def test_a_slow_machine_gives_more_processor_time(tmp_path: Path) -> None:
    source = "import resource\ndef run(): return list(resource.getrlimit(resource.RLIMIT_CPU))\n"
    with worker_on(write_tree(tmp_path, {"code.py": source}), "code") as worker:
        worker.load()
        for slowness, seconds in ((1.0, 6), (1.2, 8), (speed.MOST, 120)):  # three times as long, with the kernel's work
            worker._slowness = slowness
            with check_on(worker, cpu_seconds=2) as student:
                assert value_of(student("code").run()) == [seconds, seconds + 1]


def test_an_import_may_compute_for_so_long_and_leaves_no_limit_behind(tmp_path: Path) -> None:
    source = "import resource\nLIMIT = resource.getrlimit(resource.RLIMIT_CPU)[0]\n"
    source += (
        "def run(): return LIMIT\ndef of_worker(): return resource.prlimit(os.getppid(), resource.RLIMIT_CPU)[0]\n"
    )
    files = {
        "code.py": f"import os\n{source}",
        "endless.py": "while True: pass\n",
        "sleepy.py": "import time\ntime.sleep(1000)\n",
    }
    root = write_tree(tmp_path, files)
    never = r"\.py can't be imported: its import did not end within 1 s"
    with worker_on(root, "code", "endless", "sleepy", import_seconds=1.0) as worker, check_on(worker) as student:
        assert 1 <= value_of(student("code").run()) <= 1 + 60
        for name in ("endless", "sleepy"):
            with pytest.raises(StudentFault, match=name + never):
                value_of(student(name).anything())
        with contextlib.suppress(StudentFault):  # another user's process isn't to be looked into
            assert value_of(student("code").of_worker()) == -1


@pytest.mark.parametrize("measured", [0.5, 21.0, math.nan, math.inf, True, 2, "1.0", None, np.ones(2)])
def test_a_measure_that_is_none_is_a_fault_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, measured: object
) -> None:
    def ask(self: Channel, message: Any, *_: Any, **__: Any) -> list[Any]:
        return ["ready", measured]

    with worker_on(write_tree(tmp_path, {"code.py": CODE}), "code") as worker:
        monkeypatch.setattr(Channel, "ask", ask)
        with pytest.raises(SandboxFailure, match="is not an answer before it read the submission"):
            worker.load()


def test_slowness_is_the_worse_ratio_within_its_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 1.0 <= speed.slowness() <= speed.MOST
    units = {speed._compute: speed.COMPUTING_SECONDS, speed._touch_pages: speed.PAGES_SECONDS}
    for computing, pages, slowness in ((0.5, 0.1, 1.0), (3.0, 2.0, 3.0), (2.0, 3.0, 3.0), (1e6, 1.0, speed.MOST)):
        factors = {speed._compute: computing, speed._touch_pages: pages}
        monkeypatch.setattr(speed, "_least_seconds", lambda work, by=factors: units[work] * by[work])
        assert speed.slowness() == slowness


@contextlib.contextmanager
def running(source: str) -> Iterator[int]:
    """A process that says when it begins."""
    program = [sys.executable, "-c", f"import os, sys, time\nprint(flush=True)\n{source}"]
    with subprocess.Popen(program, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid
        os.kill(process.pid, signal.SIGCONT)
        process.kill()


FORK = "pid = os.fork()\nif pid:\n    time.sleep(60)\n"
BUSY = "end = time.monotonic() + 60\nwhile time.monotonic() < end and os.getppid() > 1: pass\n"


@pytest.mark.parametrize(
    ("source", "is_idle"),
    [
        ("time.sleep(60)", True),
        ("while True: time.sleep(0.05)", True),
        (BUSY, False),
        ("os.kill(os.getpid(), 19)", False),
        ("import threading\nthreading.Thread(target=time.sleep, args=[60], daemon=True).start()\n" + BUSY, False),
        (FORK + f"exec({BUSY!r})", False),
    ],
    ids=["sleeps", "naps", "computes", "is stopped", "computes beside a thread that sleeps", "waits for its child"],
)
def test_only_who_waits_for_nothing_but_time_is_idle(source: str, is_idle: bool) -> None:
    with running(source) as pid:
        idleness = Idleness(pid)
        time.sleep(TICK)  # what it does to begin with
        for _ in range(8):
            idleness.look()
            time.sleep(TICK / 2)
        assert (idleness.seconds > 0) == is_idle
        for child in below(pid):
            os.kill(child, signal.SIGKILL)


def test_a_look_that_comes_late_has_seen_no_more_than_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    with running("time.sleep(60)") as pid:
        idleness = Idleness(pid)
        while idleness._last is None:  # it has yet to fall asleep
            idleness.look()
        idleness.seconds, now = 0.0, time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: now() + 100)
        idleness.look()
        assert 0 < idleness.seconds <= TICK
        idleness.interrupted()
        before = idleness.seconds
        idleness.look()
        assert idleness.seconds == before


def test_where_nothing_tells_what_processes_do_nobody_is_idle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("graders.sandbox.idleness._PROC", tmp_path)
    with running("time.sleep(60)") as pid:
        idleness = Idleness(pid)
        for _ in range(3):
            idleness.look()
    assert idleness.seconds == 0.0
    assert not can_be_seen()
