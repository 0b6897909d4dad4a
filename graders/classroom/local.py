"""Marks a class on this machine: in forks of one process."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graders.classroom.scratch import scratch
from graders.classroom.store import Store
from graders.marking.warm.job import Answer, Job
from graders.marking.warm.process import WarmProcess


@dataclass(frozen=True)
class Local:
    """A process that marks so many submissions at the same time."""

    warm: WarmProcess
    processes: int

    def answers(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Answer, float]]:
        """Each job with the outcome and the seconds that it took, in the order in which they end."""
        began: dict[str, float] = {}
        for job, answer in self.warm.answers(
            jobs, self.processes, lambda job: began.update({job.name: time.monotonic()})
        ):
            yield job, answer, time.monotonic() - began[job.name]


@contextmanager
def local(store: Store, processes: int) -> Iterator[Local]:
    """This machine's marker."""
    with scratch(store) as folder, WarmProcess(folder) as warm:
        yield Local(warm, processes)
