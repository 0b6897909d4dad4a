"""The process that marks, seen from outside: it is asked for jobs, and started again where it was lost.

What runs in it is graders/marking/warm/server.py.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Self

import graders
from graders.marking.warm.job import Answer, Job, alike

LOST = "the process that marks was ended twice"


class WarmProcess:
    """The process. It starts at once, and imports while the caller does something else.

    `scratch` is the folder for everything temporary, which a process that is killed can't take away itself.
    """

    def __init__(self, scratch: Path | None = None) -> None:
        self._scratch = scratch
        self._process = self._start()

    def mark(self, job: Job) -> Answer:
        """Mark one submission."""
        return next(answer for _, answer in self.answers([job], 1))

    def answers(
        self, jobs: Iterable[Job], processes: int, begins: Callable[[Job], None] = lambda job: None
    ) -> Iterator[tuple[Job, Answer]]:
        """Mark submissions, this many at the same time; each answer as it comes. `begins` hears of each that starts."""
        work = _Work(jobs)
        while work.waiting or work.asked:
            while work.waiting and len(work.asked) < processes:
                number, job = work.begin()
                begins(job)
                self._ask(number, job, work.alike[alike(job)])
            line = self._line()
            if line.endswith("\n"):
                number, answer = json.loads(line)
                yield work.end(number), Answer(**answer)
            else:
                self._restart()
                yield from ((job, Answer(fault=LOST)) for job in work.lose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, patience: float | None = None) -> None:
        """End the process and what it is marking; it is killed if it still runs after this many seconds."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                _open(pipe).close()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> subprocess.Popen[str]:
        place = {} if self._scratch is None else {"TMPDIR": str(self._scratch)}
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "graders.marking.warm.server"],
            env=os.environ | {"PYTHONPATH": str(Path(graders.__file__).parents[1])} | place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _restart(self) -> None:
        self.close()
        self._process = self._start()

    def _ask(self, number: int, job: Job, alike: int) -> None:
        """Ask for a job, one of this many that are still to be done alike."""
        stdin = _open(self._process.stdin)
        with contextlib.suppress(OSError):  # the missing answer will show it
            stdin.write(json.dumps([number, asdict(job), alike]) + "\n")
            stdin.flush()

    def _line(self) -> str:
        return _open(self._process.stdout).readline()


class _Work:
    """The jobs of one call: those that wait, those that were asked for, and how many alike are still to be done."""

    def __init__(self, jobs: Iterable[Job]) -> None:
        self.waiting = list(enumerate(jobs))[::-1]
        self.alike = Counter(alike(job) for _, job in self.waiting)
        self.asked: dict[int, Job] = {}
        self._lost_once: set[int] = set()

    def begin(self) -> tuple[int, Job]:
        """The next job, with its number."""
        number, job = self.waiting.pop()
        self.asked[number] = job
        return number, job

    def end(self, number: int) -> Job:
        """The job with this number is done."""
        job = self.asked.pop(number)
        self.alike[alike(job)] -= 1
        return job

    def lose(self) -> list[Job]:
        """The process has died: what it was at is tried once more. Returns what was lost before, and isn't."""
        lost = [job for number, job in self.asked.items() if number in self._lost_once]
        self.waiting += [(number, job) for number, job in self.asked.items() if number not in self._lost_once]
        self._lost_once |= self.asked.keys()
        self.asked = {}
        return lost


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe
