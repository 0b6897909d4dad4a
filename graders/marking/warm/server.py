"""One process that has imported torch once, and marks any number of submissions, each in a fork of itself.

It is started as `python -m graders.marking.warm.server`; graders/marking/warm/process.py is the other end.

Where several are marked alike, the checks are collected, and recorded once with the worked submission, before the
forks: see graders/marking/recordings.

`mark()` is called in a fork so that several submissions are marked at a time, and so that a fork that crashes, hangs or
is killed takes along its own submission alone. When the process that asks is gone, whatever way it went, this one and
its forks go too.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import re
import selectors
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graders import UsageError
from graders.marking.warm.forks import Forks
from graders.marking.warm.job import Answer, Job, alike

if TYPE_CHECKING:
    from graders.marking.run import Prerecorded, Request

PRERECORD_AT = 3
"""Submissions that are marked alike before recording in advance pays for itself."""
MAX_PRERECORDINGS = 3
"""Attempts at one, each of which may fail for want of a submission that shows which homework it is."""


@dataclass(frozen=True)
class _Asked:
    """A job by its number, one of this many that are still to be done alike."""

    number: int
    job: Job
    alike: int


@dataclass(frozen=True)
class _Ready:
    """What has been recorded in advance: jobs like this one, of the homework in this folder, and what marks one."""

    alike: Job
    folder: Path
    run: Prerecorded


class _Server:
    """The process itself: takes jobs from standard input, and writes answers as the forks end."""

    def __init__(self) -> None:
        self._jobs = os.dup(0)  # Pytest puts others in place of standard input and output
        self._answers = os.fdopen(os.dup(1), "w")
        self._selector = selectors.DefaultSelector()
        self._forks = Forks(self._selector)
        self._selector.register(self._jobs, selectors.EVENT_READ)
        self._asked = bytearray()
        self._seen: Counter[Job] = Counter()
        self._prerecordings = 0
        self._ready: _Ready | None = None
        self._prefetched = True
        self._waiting: list[_Asked] = []
        self._hung_up = False
        os.dup2(2, 1)

    def serve(self) -> None:
        """Until whoever asks hangs up."""
        while not self._hung_up:
            if self._waiting:
                self._begin(self._waiting.pop(0))
                continue
            events = self._selector.select(None if self._prefetched else 0)
            if not events:
                self._prefetch()
            for key, _ in events:
                if key.fd != self._jobs:
                    self._read_fork(key.fd)
                elif not self._read_jobs():
                    self._forks.kill()
                    self._hung_up = True
                    return

    def _read_jobs(self) -> bool:
        chunk = os.read(self._jobs, 1 << 16)
        self._asked += chunk
        *lines, rest = bytes(self._asked).split(b"\n")
        self._asked = bytearray(rest)
        for line in lines:
            number, job, count = json.loads(line)
            self._waiting.append(_Asked(number, Job(**job | {"only": tuple(job["only"])}), count))
        return bool(chunk)

    def _begin(self, asked: _Asked) -> None:
        """Start a job; before several like it, record their checks in advance."""
        kind = alike(asked.job)
        few = self._seen[kind] + asked.alike < PRERECORD_AT or self._prerecordings >= MAX_PRERECORDINGS
        if few or asked.job.recorded or not asked.job.prerecords:
            self._seen[kind] += 1
            self._forks.start(asked.number, partial(_answer, asked.job, self._ready), asked.job.seconds)
            return
        self._waiting.insert(0, asked)
        self._prerecordings += 1

        def serve(folder: Path, run: Prerecorded) -> None:
            self._prerecordings = MAX_PRERECORDINGS
            self._ready, self._prefetched = _Ready(kind, folder, run), False
            self.serve()

        try:
            _prerecord(asked.job, serve)
        except UsageError:  # this submission doesn't show which homework it is
            pass
        except Exception as error:  # it goes on as it began
            why = f"{type(error).__name__}: {_one_line(error)}"
            print(f"gradmark: checks can't be recorded in advance: {why}", file=sys.stderr)
        self._ready, self._prefetched = None, True

    def _prefetch(self) -> None:
        """While nothing else is to do, make ready for one more check that fails."""
        assert self._ready is not None
        try:
            self._prefetched = not self._ready.run.prefetch()
        except Exception as error:  # forks find out for themselves
            self._prefetched = True
            print(f"gradmark: answers aren't prefetched: {type(error).__name__}: {_one_line(error)}", file=sys.stderr)

    def _read_fork(self, reading: int) -> None:
        answer = self._forks.read(reading)
        if answer is not None:
            self._answers.write(json.dumps(answer) + "\n")
            self._answers.flush()


def _import_once() -> None:
    """What every fork would import otherwise: torch, Hypothesis, Pytest, the oracles."""
    import graders.coursework.finding
    import graders.marking.submission_run  # noqa: F401
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

    from graders.coursework.digest import digest
    from graders.marking.run import mark

    with _request(job) as request:
        fits = ready is not None and ready.alike == alike(job) and ready.folder == request.homework.folder
        report = mark(request, ready.run if ready and fits else None)
        content = digest(request.submission)
        return Answer(report=msgspec.json.encode(report).decode(), prerecorded=fits, content=content)


@contextmanager
def _request(job: Job) -> Iterator[Request]:
    """The job as it is marked; UsageError where the submission can't be read."""
    from graders.coursework.finding import opened
    from graders.coursework.selection import select
    from graders.coursework.submission import find_homework
    from graders.marking.profiles import Profile
    from graders.marking.recordings.key import key
    from graders.marking.recordings.shelf import Shelf
    from graders.marking.run import Request
    from graders.sandbox.isolation.choice import Isolation, choose

    keys, data = (Path(folder) if folder else None for folder in (job.keys, job.data))
    with opened(Path(job.path), job.homework) as folder:
        homework = find_homework(folder, job.homework, job.name, may_be_inside=True).with_keys(keys)
        profile = Profile(job.profile)
        shelf = Shelf(homework, key(homework, job.seed, profile), [Path(job.recorded)]) if job.recorded else None
        selection = select(homework, job.only, {})
        yield Request(
            *(folder, homework, selection, profile, job.seed, 1, keys, data, job.name or job.path),
            isolation=Isolation(job.isolation) if job.isolation else choose(None).isolation,
            shrinks=job.shrinks,
            look=job.look,
            hides_seed=job.hides_seed,
            recordings=shelf,
            max_seconds=job.max_seconds,
        )


def _prerecord(job: Job, then: Callable[[Path, Prerecorded], None]) -> None:
    """Record in advance with the worked submission of a job's homework, and call `then` with what marks others."""
    from graders.marking.run import prerecord

    with _request(job) as request:
        submission = request.homework.worked
    if submission is None:
        return  # a pack without a worked submission: each is marked from the beginning
    worked = replace(request, submission=submission)
    prerecord(worked, lambda run: then(worked.homework.folder, run))


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever asks hears of it, and hangs up
    _import_once()
    _Server().serve()


if __name__ == "__main__":
    _main()
