"""Trusted side: has a function of ours read a student's files in a fork, whose time and memory are bounded.

No student code runs there, so no sandbox is needed: all that a file can do is to be long, or such that reading it never
ends. A fork knows what this process knows, and can be ended at any moment. What the function found comes back as JSON.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import json
import math
import os
import resource
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, TypeVar

import msgspec

from graders.sandbox.allowance import WALL_FOR_CPU, WITH_KERNEL_FOR_CPU
from graders.sandbox.isolation.limits import MEMORY_MIB

T = TypeVar("T")

READING_SECONDS = 10
"""Processor time for what is read at once: as much as the import of a module has. The largest source takes 4 s."""
MAX_ANSWER = 16 << 20
"""Bytes of what a function found."""
MAX_NAME = 300
_MIB = 1 << 20
_DEATH_SIGNAL = 1


@dataclass(frozen=True)
class Bounds:
    """What reading may take: processor time, nominal, on a machine so slow; until `end` on time.monotonic; memory."""

    cpu_seconds: float = READING_SECONDS
    slowness: float = 1.0
    end: float = math.inf
    memory_mib: int = MEMORY_MIB

    @property
    def computing_seconds(self) -> float:
        """Processor time without the kernel's."""
        return self.cpu_seconds * self.slowness

    @property
    def wall_seconds(self) -> float:
        """By the clock, as a last resort."""
        return min(WALL_FOR_CPU * self.computing_seconds, self.end - time.monotonic())


_IN_FORCE: ContextVar[Bounds] = ContextVar("bounds of reading")
_TOLD: ContextVar[int | None] = ContextVar("the pipe to whoever waits for what is read", default=None)
_IN_PLACE: ContextVar[bool] = ContextVar("whether what is to be read is read here", default=False)


@contextlib.contextmanager
def bounded(bounds: Bounds) -> Iterator[None]:
    """Have these bounds in force for whatever is read meanwhile."""
    before = _IN_FORCE.set(bounds)
    try:
        yield
    finally:
        _IN_FORCE.reset(before)


class Unreadable(Exception):
    """A file can't be read within its bounds, or not at all; the text is a line that names it."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file or 'the submission'} {why}")
        self.file = file
        self.why = why


class ReaderFault(Exception):
    """A function of ours raised while it read: no fault of the submission."""


def end_with(parent: int) -> None:
    """Have this fork end with the process that forked it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


@contextlib.contextmanager
def in_place() -> Iterator[None]:
    """Have whatever is read meanwhile read in this process, as in a fork that reads already."""
    before = _IN_PLACE.set(True)
    try:
        yield
    finally:
        _IN_PLACE.reset(before)


def is_in_place() -> bool:
    """Whether this process reads by itself: it is a fork that was made for that."""
    return _IN_PLACE.get()


@contextlib.contextmanager
def with_memory_to_spare() -> Iterator[None]:
    """Have more memory for a moment, to see whether it is memory that lacks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        more = soft + MEMORY_MIB * _MIB
        resource.setrlimit(resource.RLIMIT_AS, (more if hard == resource.RLIM_INFINITY else min(more, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def tell(file: str) -> None:
    """Say which file is being read from now on, for the case that it is the last."""
    pipe = _TOLD.get()
    if pipe is not None:
        _write(pipe, ["reads", file[:MAX_NAME]])


def read_apart(read: Callable[[], T], kind: type[T], file: str = "") -> T:
    """What the function gives: plain data, a value of this type. `file` is what it reads, unless it tells.

    In a fork that reads already it is simply called.

    Unreadable where that takes too long or too much memory, or ends the fork; ReaderFault where it raises.
    """
    if is_in_place():
        return read()
    bounds = _IN_FORCE.get(Bounds())
    if bounds.wall_seconds <= 0:
        raise Unreadable(file, "can't be read: the time of the whole run is over")
    reading, writing = os.pipe()
    parent = os.getpid()
    pid = os.fork()
    if not pid:
        os.close(reading)
        _read_and_end(read, writing, bounds, parent)
    os.close(writing)
    return _Reader(pid, reading, bounds, file).answer(kind)


class _Reader:
    """The fork, as the process sees it that waits for it."""

    def __init__(self, pid: int, pipe: int, bounds: Bounds, file: str) -> None:
        self._pid = pid
        self._pipe = pipe
        self._bounds = bounds
        self._file = file
        self._received = bytearray()
        self._answer: list[object] | None = None

    def answer(self, kind: type[T]) -> T:
        """What it found, once it has ended."""
        try:
            late = not self._listen()
        finally:
            os.close(self._pipe)
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)  # not waited for yet, so the number is still its own
            _, status = os.waitpid(self._pid, 0)
        match self._answer:
            case ["found", value]:
                return msgspec.convert(value, kind, str_keys=True)
            case ["raised", str(text)]:
                raise ReaderFault(text)
            case ["can't", str(why)]:
                raise Unreadable(self._file, why)
        raise Unreadable(self._file, self._late if late else self._ending(os.waitstatus_to_exitcode(status)))

    def _listen(self) -> bool:
        """Take in what it says until it hangs up; False where that takes too long."""
        end = time.monotonic() + self._bounds.wall_seconds
        while (left := end - time.monotonic()) > 0:
            ready, _, _ = select.select([self._pipe], [], [], left)
            if not ready:
                continue
            chunk = os.read(self._pipe, 1 << 20)
            self._received += chunk
            if not chunk or len(self._received) > MAX_ANSWER:
                self._note()
                return True
            if b"\n" in chunk:
                self._note()
        return False

    def _note(self) -> None:
        *lines, rest = self._received.split(b"\n")
        self._received = rest
        for line in lines:
            match json.loads(line):
                case ["reads", str(file)]:
                    self._file = file
                case answer:
                    self._answer = answer

    @property
    def _late(self) -> str:
        return f"takes longer than {self._bounds.cpu_seconds:g} s to read"

    def _ending(self, code: int) -> str:
        if -code in (signal.SIGVTALRM, signal.SIGXCPU):
            return self._late
        if -code == signal.SIGSEGV:
            return _TOO_DEEP
        if len(self._received) > MAX_ANSWER:
            return "has more in it than can be looked at"
        return f"can't be read: {f'signal {-code}' if code < 0 else f'exit status {code}'} ended that"


_TOO_DEEP = "is nested too deeply to be read"


def _read_and_end(read: Callable[[], object], pipe: int, bounds: Bounds, parent: int) -> NoReturn:
    """The fork's whole life; nothing of the process that it is a copy of goes on in it."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever waits hears of Ctrl-C, and ends this
        faulthandler.disable()  # of a crash whoever waits makes a line
        end_with(parent)
        _be_the_first_to_go()
        gc.freeze()  # what was there needn't be looked through, nor copied for that
        _limit(bounds)
        _TOLD.set(pipe)
        with in_place():
            _write(pipe, _outcome(read, bounds))
    finally:
        os._exit(0)


def _be_the_first_to_go() -> None:
    """Where memory runs out, the kernel ends what reads, not the marking."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _outcome(read: Callable[[], object], bounds: Bounds) -> list[object]:
    try:
        return ["found", msgspec.to_builtins(read())]
    except MemoryError:
        return ["can't", f"takes more than {bounds.memory_mib} MiB of memory to read"]
    except RecursionError:
        return ["can't", _TOO_DEEP]
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return ["raised", f"{type(error).__name__}: {error} ({Path(place.filename).name}, line {place.lineno})"]


def _write(pipe: int, message: list[object]) -> None:
    """A message on a line; json escapes what no line may hold, and halves of characters."""
    rest = memoryview(json.dumps(message).encode() + b"\n")
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _limit(bounds: Bounds) -> None:
    """From here on the kernel ends this process where it computes for too long, and refuses memory beyond the bound."""
    for ending in (signal.SIGVTALRM, signal.SIGXCPU):
        signal.signal(ending, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, bounds.computing_seconds)
    _lower(resource.RLIMIT_CPU, math.ceil(time.process_time() + WITH_KERNEL_FOR_CPU * bounds.computing_seconds))
    _lower(resource.RLIMIT_CORE, 0)
    with contextlib.suppress(OSError, ValueError, IndexError):  # without /proc nothing says what is held already
        held = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
        _lower(resource.RLIMIT_AS, held + bounds.memory_mib * _MIB)


def _lower(which: int, most: int) -> None:
    _, hard = resource.getrlimit(which)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, hard))
