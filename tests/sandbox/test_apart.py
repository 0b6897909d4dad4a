"""What reads a student's files does so in a fork, which ends with its time, its memory or itself, and harms nothing."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from graders.sandbox import apart
from graders.sandbox.apart import Bounds, ReaderFault, Unreadable, bounded, read_apart, tell
from tests.hostile.conftest import children, outlived
from tests.support import ROOT

SOON = Bounds(cpu_seconds=0.2, memory_mib=64)


@dataclass(frozen=True)
class Found:
    """Of the kinds of data that readers give."""

    name: str
    lines: dict[int, list[str]] = field(default_factory=dict)
    place: tuple[int, int] | None = None


def endless() -> None:
    while True:
        pass


def endless_in_c() -> None:
    re.search(r"(a+)+b", "a" * 100)


def greedy() -> int:
    return len([bytes(1 << 20) for _ in range(1000)])


def deeper() -> None:
    deeper()


def test_what_was_found_comes_back_as_it_is() -> None:
    found = Found("a\n\ud800é", {3: ["x"], -1: []}, (1, 2))
    assert read_apart(lambda: found, Found) == found
    assert read_apart(lambda: None, type(None)) is None
    assert read_apart(os.getpid, int) != os.getpid()


@pytest.mark.parametrize("read", [endless, endless_in_c])
def test_what_takes_too_long_is_given_up(read: object) -> None:
    began = time.monotonic()
    with bounded(SOON), pytest.raises(Unreadable, match=r"^a\.py takes longer than 0\.2 s to read$"):
        read_apart(read, type(None), "a.py")  # type: ignore[arg-type]
    assert time.monotonic() - began < 20


def test_waiting_ends_with_the_run() -> None:
    with bounded(Bounds(end=time.monotonic() + 0.3)), pytest.raises(Unreadable, match=r"takes longer than 10 s"):
        read_apart(lambda: time.sleep(60), type(None))
    with (
        bounded(Bounds(end=time.monotonic() - 1)),
        pytest.raises(Unreadable, match="the time of the whole run is over"),
    ):
        read_apart(lambda: 1, int)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits and tells what a process holds")
def test_what_takes_too_much_memory_is_given_up() -> None:
    with bounded(SOON), pytest.raises(Unreadable, match=r"^a\.py takes more than 64 MiB of memory to read$"):
        read_apart(greedy, int, "a.py")
    assert read_apart(lambda: len(bytes(100 << 20)), int) == 100 << 20


def test_what_is_too_deep_or_ends_the_process_is_told_in_a_line() -> None:
    with pytest.raises(Unreadable, match="the submission is nested too deeply to be read"):
        read_apart(deeper, type(None))
    with pytest.raises(Unreadable, match=r"^b\.py is nested too deeply"):
        read_apart(lambda: os.kill(os.getpid(), signal.SIGSEGV), type(None), "b.py")
    with pytest.raises(Unreadable, match="exit status 3 ended that"):
        read_apart(lambda: os._exit(3), type(None))
    with pytest.raises(Unreadable, match=f"signal {int(signal.SIGKILL)} ended that"):
        read_apart(lambda: os.kill(os.getpid(), signal.SIGKILL), type(None))


def test_what_raises_is_our_fault() -> None:
    def broken() -> int:
        return int("x")

    with pytest.raises(ReaderFault, match=r"ValueError: invalid literal .* \(test_apart\.py, line \d+\)"):
        read_apart(broken, int)


def test_more_than_can_be_looked_at_is_not_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "MAX_ANSWER", 1000)
    with pytest.raises(Unreadable, match="has more in it than can be looked at"):
        read_apart(lambda: "x" * 10_000_000, str)
    assert read_apart(lambda: "x" * 100, str) == "x" * 100


def test_the_last_file_that_was_begun_is_named() -> None:
    def read() -> None:
        tell("first.py")
        tell("second\n.py")
        endless()

    with bounded(SOON), pytest.raises(Unreadable, match="takes longer") as caught:
        read_apart(read, type(None))
    assert caught.value.file == "second\n.py"


def test_what_reads_already_forks_no_more() -> None:
    def twice() -> list[int]:
        return [os.getpid(), read_apart(os.getpid, int)]

    first, second = read_apart(twice, list[int])
    assert first == second != os.getpid()


def test_nothing_is_left_of_a_fork() -> None:
    descriptors, running = len(list(Path("/dev/fd").iterdir())), children()
    for read in (endless, deeper):
        with bounded(SOON), pytest.raises(Unreadable):
            read_apart(read, type(None))
    assert len(list(Path("/dev/fd").iterdir())) == descriptors
    assert outlived(running) == set()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing ends with the process that forked it")
def test_a_fork_ends_with_who_waits_for_it() -> None:
    source = (
        "import os, time\n"
        "from graders.sandbox.apart import read_apart\n"
        "read_apart(lambda: (print(os.getpid(), flush=True), time.sleep(100)) and None, type(None))\n"
    )
    with subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdout is not None
        reader = int(process.stdout.readline())
        process.kill()
    end = time.monotonic() + 20
    while Path(f"/proc/{reader}").exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not Path(f"/proc/{reader}").exists()
