"""What a submission is marked in: its private copy, laid out as its homework asks, and workers that have it."""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graders.coursework.layout import Layout, settle
from graders.coursework.submission import private_copy
from graders.marking import overall
from graders.sandbox.process import Library, Worker

if TYPE_CHECKING:
    from graders.marking.run import Request


@contextlib.contextmanager
def copied(request: Request) -> Iterator[tuple[Path, Layout]]:
    """A private copy of the submission, laid out as its homework asks, and how it was laid out."""
    with private_copy(request.submission) as copy:
        layout = settle(copy, request.homework.rubric)
        place = copy / layout.top
        overall.add_modules(place, request.homework.files)
        yield place, layout


@contextlib.contextmanager
def workers_on(request: Request, copy: Path, end: float = math.inf) -> Iterator[Sequence[Worker]]:
    """One worker for each process that marks, started already: they import NumPy while we import torch.

    After `end`, on the clock of time.monotonic, nothing more is asked of them.
    """
    rubric = request.homework.rubric
    library = Library(
        *(copy, request.homework.modules, rubric.search),
        packages=rubric.packages,
        light=rubric.light,
        memory_mib=rubric.memory_mib,
        isolation=request.isolation,
        end=end,
    )
    poisoned: dict[str, Any] = {}
    workers = [Worker(library, poisoned) for _ in range(min(request.processes, len(request.checks)))]
    try:
        for worker in workers:
            worker.start()
        yield workers
    finally:
        for worker in workers:
            worker.close()


@contextlib.contextmanager
def right_worker(request: Request) -> Iterator[Callable[[], Worker]]:
    """What opens a worker with the homework's worked submission, the first time that it is called."""
    opened: list[Worker] = []
    with contextlib.ExitStack() as stack:

        def worker() -> Worker:
            if not opened:
                assert request.homework.worked is not None
                right = dataclasses.replace(request, submission=request.homework.worked, processes=1)
                copy, _ = stack.enter_context(copied(right))
                opened.extend(stack.enter_context(workers_on(right, copy)))
            return opened[0]

        yield worker
