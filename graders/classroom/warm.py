"""One process that has imported torch once, and marks any number of submissions, each in a fork of itself.

Where several are marked alike, the checks are collected and rehearsed once, with the worked submission, before the
forks: see graders/marking/rehearsal.py.

`mark()` is called in a fork because it is made for one call in a process: Pytest keeps the modules of checks that it
has collected, and their functions still belong to the run before. A fork that crashes, hangs or is killed takes along
its own submission. When the process that asks is gone, whatever way it went, this one and its forks go too.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import pkgutil
import re
import selectors
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from graders.errors import UsageError

if TYPE_CHECKING:
    from graders.marking.run import Rehearsed, Request

SECONDS = 7200
"""Wall clock after which marking one submission is given up: long after the run itself has told its checks to end."""
_DEATH_SIGNAL = 1
REHEARSE_AT = 3
"""Submissions that are marked alike before a rehearsal pays for itself."""
MAX_REHEARSALS = 3
"""Attempts at one, each of which may fail for want of a submission that shows which homework it is."""


@dataclass(frozen=True)
class Job:
    """A submission to mark, in plain values. Sections or checks in `only`, or all; no `homework`: it is recognised.

    `shrinks`, where it is given, are the attempts to make a failing case smaller; with 0 it is marks alone.
    """

    path: str
    name: str = ""
    homework: str | None = None
    only: tuple[str, ...] = ()
    profile: str = "grading"
    seed: int = 0
    keys: str | None = None
    data: str | None = None
    isolation: str | None = None
    seconds: int = SECONDS
    shrinks: int | None = None


@dataclass(frozen=True)
class Answer:
    """What came of a job: a report as JSON, or the line that says why the submission can't be used, or our fault.

    `rehearsed` tells whether its checks had been rehearsed: the marks are the same.
    """

    report: str = ""
    unusable: str = ""
    fault: str = ""
    rehearsed: bool = False


class WarmProcess:
    """The process that marks, seen from another. It starts at once, and imports while the caller does something else.

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
        """Mark submissions, so many at the same time; each answer as it comes. `begins` hears of each that starts."""
        waiting = list(enumerate(jobs))[::-1]
        coming = Counter(_alike(job) for _, job in waiting)
        asked: dict[int, Job] = {}
        tried: set[int] = set()
        while waiting or asked:
            while waiting and len(asked) < processes:
                number, job = waiting.pop()
                asked[number] = job
                begins(job)
                self._ask(number, job, coming[_alike(job)])
            line = self._line()
            if line.endswith("\n"):
                number, answer = json.loads(line)
                job = asked.pop(number)
                coming[_alike(job)] -= 1
                yield job, Answer(**answer)
                continue
            self._restart()  # it has died, and what was under way is tried once more
            lost = [job for number, job in asked.items() if number in tried]
            waiting += [(number, job) for number, job in asked.items() if number not in tried]
            tried |= asked.keys()
            asked = {}
            yield from ((job, Answer(fault="the process that marks was ended twice")) for job in lost)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process and what it is marking."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                _open(pipe).close()
        self._process.wait()

    def _start(self) -> subprocess.Popen[str]:
        place = {} if self._scratch is None else {"TMPDIR": str(self._scratch)}
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "graders.classroom.warm"],
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])} | place,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _restart(self) -> None:
        self.close()
        self._process = self._start()

    def _ask(self, number: int, job: Job, alike: int) -> None:
        """Ask for a job, one of so many that are still to be done alike."""
        stdin = _open(self._process.stdin)
        with contextlib.suppress(OSError):  # the missing answer will show it
            stdin.write(json.dumps([number, asdict(job), alike]) + "\n")
            stdin.flush()

    def _line(self) -> str:
        return _open(self._process.stdout).readline()


def _open(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


@dataclass(frozen=True)
class _Asked:
    """A job by its number, one of so many that are still to be done alike."""

    number: int
    job: Job
    alike: int


@dataclass(frozen=True)
class _Ready:
    """What has been rehearsed: jobs like this one, of the homework in this folder, and what marks one."""

    alike: Job
    folder: Path
    run: Rehearsed


class _Server:
    """The process itself: takes jobs from standard input, and writes answers as the forks end."""

    def __init__(self) -> None:
        self._jobs = os.dup(0)  # Pytest puts others in the place of standard input and output
        self._answers = os.fdopen(os.dup(1), "w")
        self._forks: dict[int, tuple[int, int, bytearray]] = {}
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._jobs, selectors.EVENT_READ)
        self._asked = bytearray()
        self._seen: Counter[Job] = Counter()
        self._rehearsals = 0
        self._ready: _Ready | None = None
        self._foreseen = True
        self._waiting: list[_Asked] = []
        self._hung_up = False
        os.dup2(2, 1)

    def serve(self) -> None:
        """Until whoever asks hangs up."""
        while not self._hung_up:
            if self._waiting:
                self._begin(self._waiting.pop(0))
                continue
            events = self._selector.select(None if self._foreseen else 0)
            if not events:
                self._foresee()
            for key, _ in events:
                if key.fd != self._jobs:
                    self._read_fork(key.fd)
                elif not self._read_jobs():
                    self._end()
                    self._hung_up = True
                    return

    def _read_jobs(self) -> bool:
        chunk = os.read(self._jobs, 1 << 16)
        self._asked += chunk
        *lines, rest = bytes(self._asked).split(b"\n")
        self._asked = bytearray(rest)
        for line in lines:
            number, job, alike = json.loads(line)
            self._waiting.append(_Asked(number, Job(**job | {"only": tuple(job["only"])}), alike))
        return bool(chunk)

    def _begin(self, asked: _Asked) -> None:
        """Start a job; before several like it, rehearse."""
        alike = _alike(asked.job)
        if self._seen[alike] + asked.alike < REHEARSE_AT or self._rehearsals >= MAX_REHEARSALS:
            self._seen[alike] += 1
            self._fork(asked.number, asked.job)
            return
        self._waiting.insert(0, asked)
        self._rehearsals += 1

        def serve(folder: Path, run: Rehearsed) -> None:
            self._rehearsals = MAX_REHEARSALS
            self._ready, self._foreseen = _Ready(alike, folder, run), False
            self.serve()

        try:
            _rehearse(asked.job, serve)
        except UsageError:  # this submission doesn't show which homework it is
            pass
        except Exception as error:  # it goes on as it began
            print(f"gradmark: checks can't be rehearsed: {type(error).__name__}: {_one_line(error)}", file=sys.stderr)
        self._ready, self._foreseen = None, True

    def _foresee(self) -> None:
        """While nothing else is to do, make ready for one more check that fails."""
        assert self._ready is not None
        try:
            self._foreseen = not self._ready.run.foresee()
        except Exception as error:  # forks find out for themselves
            self._foreseen = True
            print(f"gradmark: checks can't be foreseen: {type(error).__name__}: {_one_line(error)}", file=sys.stderr)

    def _fork(self, number: int, job: Job) -> None:
        reading, writing = os.pipe()
        server = os.getpid()
        pid = os.fork()
        if not pid:
            try:
                os.close(reading)
                _end_with(server, job.seconds)
                answer = _answer(job, self._ready)
                with os.fdopen(writing, "wb") as pipe:
                    pipe.write(json.dumps(asdict(answer)).encode())
            finally:
                os._exit(0)
        os.close(writing)
        self._forks[reading] = pid, number, bytearray()
        self._selector.register(reading, selectors.EVENT_READ)

    def _read_fork(self, reading: int) -> None:
        pid, number, received = self._forks[reading]
        chunk = os.read(reading, 1 << 16)
        received += chunk
        if chunk:
            return
        self._selector.unregister(reading)
        os.close(reading)
        del self._forks[reading]
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        answer = json.loads(received) if received else asdict(Answer(fault=_ending(status)))
        self._answers.write(json.dumps([number, answer]) + "\n")
        self._answers.flush()

    def _end(self) -> None:
        for pid, _, _ in self._forks.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _ending(status: int) -> str:
    if status == -signal.SIGALRM:
        return "marking took too long and was given up"
    return f"marking ended without a report ({f'signal {-status}' if status < 0 else f'status {status}'})"


def _end_with(server: int, seconds: int) -> None:
    """Have this fork end with the process that forked it, and at the latest after so long."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:
        os._exit(0)
    signal.alarm(seconds)


def _import_once() -> None:
    """What every fork would import otherwise: torch, Hypothesis, Pytest, the oracles."""
    import graders.classroom.finding
    import graders.marking.plugin  # noqa: F401
    import reference

    for module in pkgutil.iter_modules(reference.__path__):
        importlib.import_module(f"reference.{module.name}")


def _answer(job: Job, ready: _Ready | None = None) -> Answer:
    try:
        return _mark(job, ready)
    except UsageError as error:
        return Answer(unusable=_named(_one_line(error), job))
    except Exception as error:
        return Answer(fault=f"{type(error).__name__}: {_one_line(error)}")


def _named(text: str, job: Job) -> str:
    """A line that calls the submission by its name, not by the place where it lies or was unpacked."""
    return re.sub(r"\S*/gradmark-archive-[^/\s]+", lambda match: job.name, text.replace(job.path, job.name))


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).encode("utf-8", "backslashreplace").decode().split())[:500]


def _mark(job: Job, ready: _Ready | None) -> Answer:
    import msgspec

    from graders.marking.run import mark

    with _request(job) as request:
        fits = ready is not None and ready.alike == _alike(job) and ready.folder == request.homework.folder
        report = mark(request, ready.run if ready and fits else None)
        return Answer(report=msgspec.json.encode(report).decode(), rehearsed=fits)


def _alike(job: Job) -> Job:
    """The job without what is one submission's own."""
    return replace(job, path="", name="", seconds=0)


@contextmanager
def _request(job: Job) -> Iterator[Request]:
    """The job as it is marked; UsageError where the submission can't be read."""
    from graders.classroom.finding import opened
    from graders.isolation.choice import Isolation, choose
    from graders.marking.profiles import Profile
    from graders.marking.run import Request
    from graders.selection import select
    from graders.submission import find_homework

    keys, data = (Path(folder) if folder else None for folder in (job.keys, job.data))
    with opened(Path(job.path), job.homework) as folder:
        homework = find_homework(folder, job.homework, job.name).with_keys(keys)
        selection = select(homework, job.only, {})
        yield Request(
            *(folder, homework, selection, Profile(job.profile), job.seed, 1, keys, data, job.name or job.path),
            isolation=Isolation(job.isolation) if job.isolation else choose(None).isolation,
            shrinks=job.shrinks,
        )


def _rehearse(job: Job, then: Callable[[Path, Rehearsed], None]) -> None:
    """Rehearse with the worked submission of a job's homework, and call `then` with what marks others."""
    from graders.marking.run import rehearse

    with _request(job) as request:
        submission = request.homework.worked
    if submission is None:
        return  # a pack without a worked submission: each is marked from the beginning
    worked = replace(request, submission=submission)
    rehearse(worked, lambda run: then(worked.homework.folder, run))


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks hears of it, and hangs up
    _import_once()
    _Server().serve()


if __name__ == "__main__":
    _main()
