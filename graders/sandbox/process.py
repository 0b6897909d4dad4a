"""Trusted side: starts the worker process, has it import the submission, and opens a session for each check."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NoReturn, Self

from graders.sandbox import packages, wording
from graders.sandbox.allowance import IDLE_FOR_CPU, WALL_FOR_IMPORT, Allowance
from graders.sandbox.apart import READING_SECONDS, Bounds
from graders.sandbox.channel import HUNG_UP, Channel, WorkerLost
from graders.sandbox.faults import StudentCrash, StudentTimeout
from graders.sandbox.holding import Holding
from graders.sandbox.idleness import Idleness
from graders.sandbox.inside import speed
from graders.sandbox.inside.late import LATE
from graders.sandbox.inside.wire import Mapped, Message
from graders.sandbox.isolation.choice import Isolation, Sandbox, start
from graders.sandbox.isolation.limits import MEMORY_MIB, Limits
from graders.sandbox.isolation.place import ENTRY, Plan
from graders.sandbox.session import Impatient, Session

_ANSWER_SECONDS = 15.0
_STARTING_SECONDS = 300.0
"""To import torch and matplotlib on a busy machine; NumPy alone takes a tenth of a second."""
_DYING_SECONDS = 5.0
DEFAULT_CPU_SECONDS = 10
_MAX_RESTARTS = 20
_MODULES_THAT_HANG = 6
"""After this many that never end, a submission is given up."""
_MAX_NESTING = 200
_MAX_NAME = 500
"""Of the modules that are being imported, as the worker announces them."""
_NAME_INSIDE = "gradmark_worker"
"""What our own folder is called where it runs."""
_TAKES_LONG = "Look at the checks before: which of them take long?"


@dataclass(frozen=True)
class Library:
    """What the worker imports: a folder, where in it modules are looked up, which ones, how long each may compute.

    All of them may be idle for as long as one may compute, and take WALL_FOR_IMPORT times that by the clock.
    `packages` are the distributions that it can use besides the standard library, `light` those of which it has a small
    one in their place; `end` is when, on the clock of `time.monotonic`, nothing more is asked of it.
    """

    root: Path
    modules: Sequence[str]
    search: Sequence[str] = (".",)
    import_seconds: float = 10.0
    packages: Sequence[str] = ("numpy",)
    light: Sequence[str] = ()
    isolation: Isolation = Isolation.PROCESS
    end: float = math.inf
    memory_mib: int = MEMORY_MIB


class SandboxFailure(Exception):
    """The worker can't be started here: no fault of the submission."""


class Worker:
    """One worker process with its submission; started again whenever it is lost.

    `poisoned` are the modules whose import once lost a process, with what happened: they aren't run again. Workers of
    one submission share it.
    """

    def __init__(self, library: Library, poisoned: dict[str, Mapped] | None = None) -> None:
        self.library = library
        self._poisoned = {} if poisoned is None else poisoned
        self._sandbox: Sandbox | None = None
        self._control: Channel | None = None
        self._loaded = False
        self._slowness = 1.0
        self._hopeless: StudentCrash | SandboxFailure | None = None
        self._owner = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start(self) -> None:
        """Start the process without waiting for it: it imports NumPy while the caller does something else."""
        if self._sandbox is not None:
            return
        library = self.library
        found = [*packages.parts(tuple(library.packages)), *packages.light(library.light)]
        parts = {path.name: path for path in found}
        parts["gradmark_entry.py"] = ENTRY
        parts[_NAME_INSIDE] = packages.inside()
        ours, theirs = socket.socketpair()
        with theirs:
            plan = Plan(library.root, library.packages, parts, theirs.fileno(), self._limits)
            self._sandbox = start(library.isolation, plan)
        self._control = Channel(ours)
        self._owner = os.getpid()

    def load(self) -> None:
        """Have the submission imported. A module that loses the process is poisoned, and the rest imported again."""
        if self._hopeless is not None:
            raise self._hopeless
        left, hung = WALL_FOR_IMPORT * self.library.import_seconds, 0
        for _ in range(_MAX_RESTARTS):
            if self._loaded:
                return
            if left <= 0 or hung >= _MODULES_THAT_HANG:
                break
            self.start()
            self._await_ready()
            began = time.monotonic()
            hung += self._attempt_load(min(left * self._slowness, self._remaining()))
            left -= (time.monotonic() - began) / self._slowness
        self._give_up("this submission can't be imported")

    def bounds(self, cpu_seconds: int) -> Bounds:
        """What reading the submission's files may take for a check that may compute for so long."""
        return Bounds(max(cpu_seconds, READING_SECONDS), self._slowness, self.library.end, self.library.memory_mib)

    @property
    def _limits(self) -> Limits:
        return Limits(self.library.memory_mib, packages=self.library.packages)

    def open_session(
        self,
        seconds: float,
        cpu_seconds: int = DEFAULT_CPU_SECONDS,
        impatient: Impatient = lambda functions: False,
        idle_seconds: float | None = None,
    ) -> Session:
        """A fresh child of the worker for one check, which may compute, be idle and keep us waiting for so long in all.

        Processor time is what ends an endless loop, for it doesn't depend on what else the machine is doing; `seconds`
        by the clock are a last resort. All are nominal: a slow machine has more. Where code takes long, `impatient` is
        asked whether to wait for the end of that.
        """
        idle_seconds = IDLE_FOR_CPU * cpu_seconds if idle_seconds is None else idle_seconds
        for _ in range(2):
            self.load()
            allowance = Allowance(cpu_seconds, idle_seconds, seconds, self._slowness, self._remaining())
            try:
                return self._open(allowance, impatient)
            except WorkerLost:
                self.close()
        raise StudentCrash(
            "the process that imported this submission no longer answers",
            "Look for code at module level that starts threads, closes files or exits.",
        )

    def _open(self, allowance: Allowance, impatient: Impatient) -> Session:
        """A session with a new child; WorkerLost where the worker has none to give."""
        assert self._control is not None
        assert self._sandbox is not None
        if allowance.cpu_seconds > DEFAULT_CPU_SECONDS and not LATE.isdisjoint(self.library.packages):
            self._complete()
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        try:
            request: Message = ["fork", allowance.computing_seconds, allowance.processor_seconds]
            match self._control.ask(request, _ANSWER_SECONDS, [theirs.fileno(), writing]):
                case [str("pid"), int(pid)]:
                    pass
                case _:
                    raise WorkerLost("sent something that is not an answer")
        except WorkerLost:
            ours.close()
            os.close(reading)
            raise
        finally:
            theirs.close()
            os.close(writing)
        channel = Channel(ours, reading, root=self._sandbox.root)
        worker = self._sandbox.process.pid
        watched = Idleness(worker), Holding(worker, self._limits.together_mib)
        return Session(channel, allowance, partial(self._collect, pid), impatient, *watched, self.library.root)

    def _complete(self) -> None:
        """Have packages imported that come late: what may take long often draws."""
        assert self._control is not None
        seconds = self.library.import_seconds * self._slowness
        self._control.ask(["complete", seconds], min(WALL_FOR_IMPORT * seconds, self._remaining()))

    def close(self) -> None:
        """End the worker and everything that it started; a fork leaves alone what it inherited."""
        if self._sandbox is not None and self._owner == os.getpid():
            self._sandbox.end()
        if self._control is not None:
            self._control.close()
        self._sandbox = self._control = None
        self._loaded = False

    def _attempt_load(self, in_all: float) -> bool:
        """Ask for the import, which has this many seconds by the clock; whether a module was lost that never ends."""
        assert self._control is not None
        assert self._sandbox is not None
        library = self.library
        worker = self._sandbox.process.pid
        running = _Running(Idleness(worker), library.import_seconds, Holding(worker, self._limits.together_mib))
        request: Message = ["load", str(self._sandbox.root), list(library.search), list(library.modules)]
        request += [Mapped(self._poisoned), library.import_seconds * self._slowness]
        try:
            match self._control.ask(request, in_all, skip=running.follow, in_all=in_all, tick=running.look):
                case [str("loaded"), *_]:
                    self._loaded = True
                case _:
                    raise WorkerLost("sent something that is not an answer")
        except WorkerLost as lost:
            what = self._ending(lost)
            self.close()
            if not running.modules:
                self._give_up(f"the worker {what} before it imported anything")
            module = running.modules[-1]
            record = {"type": "ImportError", "text": f"its import {what}", "file": module.replace(".", "/") + ".py"}
            self._poisoned[module] = Mapped(record)
            return what == self._never_ends
        return False

    @property
    def _never_ends(self) -> str:
        return f"did not end within {self.library.import_seconds:g} s"

    def _await_ready(self) -> None:
        """Until here nothing of the submission has run: what it says about the machine is true, and faults are ours."""
        assert self._control is not None
        try:
            match self._control.ask(["ready"], _STARTING_SECONDS):
                case [str("ready"), float(slowness)] if 1.0 <= slowness <= speed.MOST:
                    self._slowness = slowness
                case _:
                    raise WorkerLost("sent something that is not an answer")
        except WorkerLost as lost:
            what = self._ending(lost)
            self.close()
            self._hopeless = SandboxFailure(f"the worker {what} before it read the submission")
            raise self._hopeless from None

    def _remaining(self) -> float:
        """What is left of the run's time, in seconds."""
        left = self.library.end - time.monotonic()
        if left <= 0:
            raise StudentTimeout("the time of the whole run was over before this check", _TAKES_LONG)
        return round(left, 1)

    def _give_up(self, message: str) -> NoReturn:
        self._hopeless = StudentCrash(message, "Look for code at module level that ends the process or never ends.")
        raise self._hopeless

    def _ending(self, lost: WorkerLost) -> str:
        if lost.timed_out:
            return self._never_ends
        if lost.reason != HUNG_UP or self._sandbox is None:
            return lost.reason
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = self._sandbox.ending(_DYING_SECONDS)
            return self._never_ends if status.get("signal") == signal.SIGXCPU else wording.ending(status)
        return "ended"

    def _collect(self, pid: int, patience: float) -> dict[str, int]:
        if self._control is None:
            return {}
        try:
            answer = self._control.ask(["collect", pid, patience], patience + _ANSWER_SECONDS)
            match answer:
                case [str("ended"), dict(status)]:
                    return {name: value for name, value in status.items() if type(value) is int and 0 <= value < 256}
        except WorkerLost:
            pass
        self.close()
        return {}


class _Running:
    """The modules that are being imported, outermost first, as the worker tells; WorkerLost where they only wait."""

    def __init__(self, idleness: Idleness, idle_seconds: float, holding: Holding) -> None:
        self.modules: list[str] = []
        self._idleness = idleness
        self._idle_seconds = idle_seconds
        self._holding = holding

    def follow(self, event: Message) -> bool:
        """Take note of a module that begins or ends."""
        match event:
            case [str("importing"), None]:
                del self.modules[-1:]
            case [str("importing"), str(name)] if len(self.modules) < _MAX_NESTING and len(name) < _MAX_NAME:
                self.modules.append(name)
            case _:
                return False
        return True

    def look(self, quiet: bool) -> None:
        """See whether they have been idle for too long, or hold too much memory."""
        if self._holding.is_too_much():
            raise WorkerLost(f"held more than {self._holding.most} MiB of memory")
        self._idleness.look(quiet)
        if self._idleness.seconds >= self._idle_seconds:
            raise WorkerLost(timed_out=True)
