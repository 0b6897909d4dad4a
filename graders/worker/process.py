"""Trusted side: starts the worker process, has it import the submission, and opens a session for each check."""

from __future__ import annotations

import contextlib
import math
import os
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn, Self

from graders.isolation.choice import Isolation, Sandbox, start
from graders.isolation.limits import MEMORY_MIB, Limits
from graders.isolation.place import ENTRY, Plan
from graders.worker import packages, runtime, scripts, standing, watching, wording
from graders.worker.channel import Channel, Silence
from graders.worker.faults import StudentCrash, StudentTimeout
from graders.worker.session import Impatient, Session

_ANSWER_SECONDS = 5.0
_STARTING_SECONDS = 60.0
"""To import torch and matplotlib on a busy machine; NumPy alone takes a tenth of a second."""
DEFAULT_CPU_SECONDS = 10
_MAX_RESTARTS = 20
_MODULES_THAT_HANG = 6
"""That long may the import of a submission take in all: student code could announce modules for ever."""
_MAX_NESTING = 200
_MAX_NAME = 500
"""Of the modules that are being imported, as the worker announces them."""
_FILES = {
    "gradmark_worker": runtime,
    "gradmark_scripts": scripts,
    "gradmark_standing": standing,
    "gradmark_watching": watching,
}
_TAKES_LONG = "Look at the checks before: which of them take long?"


@dataclass(frozen=True)
class Library:
    """What the worker imports: a folder, where in it modules are looked up, which ones, how long each may take.

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

    def __init__(self, library: Library, poisoned: dict[str, Any] | None = None) -> None:
        self.library = library
        self._poisoned = {} if poisoned is None else poisoned
        self._sandbox: Sandbox | None = None
        self._control: Channel | None = None
        self._loaded = False
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
        for name, module in _FILES.items():
            parts[f"{name}.py"] = Path(str(module.__file__))
        ours, theirs = socket.socketpair()
        with theirs:
            limits = Limits(library.memory_mib, packages=library.packages)
            plan = Plan(library.root, library.packages, parts, theirs.fileno(), limits)
            self._sandbox = start(library.isolation, plan)
        self._control = Channel(ours)
        self._owner = os.getpid()

    def load(self) -> None:
        """Have the submission imported. A module that loses the process is poisoned, and the rest imported again."""
        if self._hopeless is not None:
            raise self._hopeless
        left = _MODULES_THAT_HANG * self.library.import_seconds
        for _ in range(_MAX_RESTARTS):
            if self._loaded:
                return
            if left <= 0:
                break
            in_all = min(left, self._remaining())
            self.start()
            left -= self._attempt_load(in_all)
        self._give_up("this submission can't be imported")

    def open_session(
        self,
        seconds: float,
        cpu_seconds: int = DEFAULT_CPU_SECONDS,
        impatient: Impatient = lambda functions: False,
    ) -> Session:
        """A fresh child of the worker for one check, which may compute and keep us waiting for so long in all.

        Processor time is what ends an endless loop, for it doesn't depend on what else the machine is doing. Where code
        takes long, `impatient` is asked whether to wait for the end of that.
        """
        for _ in range(2):
            self.load()
            seconds = min(seconds, self._remaining())
            assert self._control is not None
            assert self._sandbox is not None
            ours, theirs = socket.socketpair()
            reading, writing = os.pipe()
            try:
                match self._control.ask(["fork", cpu_seconds], _ANSWER_SECONDS, [theirs.fileno(), writing]):
                    case [str("pid"), int(pid)]:
                        pass
                    case _:
                        raise Silence("sent something that is not an answer")
                channel = Channel(ours, reading, root=self._sandbox.root)
                return Session(channel, seconds, cpu_seconds, partial(self._collect, pid), impatient)
            except Silence:
                ours.close()
                os.close(reading)
                self.close()
            finally:
                theirs.close()
                os.close(writing)
        raise StudentCrash(
            "the process that imported this submission no longer answers",
            "Look for code at module level that starts threads, closes files or exits.",
        )

    def close(self) -> None:
        """End the worker and everything that it started; a fork leaves alone what it inherited."""
        if self._sandbox is not None and self._owner == os.getpid():
            self._sandbox.end()
        if self._control is not None:
            self._control.close()
        self._sandbox = self._control = None
        self._loaded = False

    def _attempt_load(self, in_all: float) -> float:
        """Ask for the import, which may take so many seconds; how many it took."""
        assert self._control is not None
        assert self._sandbox is not None
        running: list[str] = []

        def follow(event: list[Any]) -> bool:
            match event:
                case [str("importing"), None]:
                    del running[-1:]
                case [str("importing"), str(name)] if len(running) < _MAX_NESTING and len(name) < _MAX_NAME:
                    running.append(name)
                case _:
                    return False
            return True

        library = self.library
        modules = [list(library.modules), runtime.Mapped(self._poisoned)]
        request = ["load", str(self._sandbox.root), list(library.search), *modules]
        self._await_ready()
        began = time.monotonic()
        try:
            answer = self._control.ask(request, library.import_seconds, skip=follow, in_all=in_all)
            if not isinstance(answer[0], str) or answer[0] != "loaded":
                raise Silence("sent something that is not an answer")
            self._loaded = True
        except Silence as silence:
            what = self._ending(silence)
            self.close()
            if not running:
                self._give_up(f"the worker {what} before it imported anything")
            file = running[-1].replace(".", "/") + ".py"
            record = {"type": "ImportError", "text": f"its import {what}", "file": file}
            self._poisoned[running[-1]] = runtime.Mapped(record)
        return time.monotonic() - began

    def _await_ready(self) -> None:
        """Until here nothing of the submission has run: what goes wrong is ours."""
        assert self._control is not None
        try:
            self._control.ask(["ready"], _STARTING_SECONDS)
        except Silence as silence:
            what = self._ending(silence)
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

    def _ending(self, silence: Silence) -> str:
        if silence.timed_out:
            return f"did not end within {self.library.import_seconds:g} s"
        if silence.reason != "hung up" or self._sandbox is None:
            return silence.reason
        with contextlib.suppress(subprocess.TimeoutExpired):
            return wording.ending(self._sandbox.ending(1.0))
        return "ended"

    def _collect(self, pid: int, patience: float) -> dict[str, Any]:
        if self._control is None:
            return {}
        try:
            answer = self._control.ask(["collect", pid, patience], patience + _ANSWER_SECONDS)
            match answer:
                case [str("ended"), dict(status)]:
                    return {name: value for name, value in status.items() if type(value) is int and 0 <= value < 256}
        except Silence:
            pass
        self.close()
        return {}
