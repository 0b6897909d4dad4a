"""Looks at submissions without marking them: what fails is what a look's own cases show, so hundreds take minutes."""

from __future__ import annotations

import contextlib
import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from graders.coursework.packs.pack import load_homework
from graders.coursework.selection import select
from graders.marking.collecting import Collection
from graders.marking.opening import copied, right_worker, workers_on
from graders.marking.profiles import Profile
from graders.marking.run import Request, collect
from graders.marking.suspect.aims import judged
from graders.marking.suspect.battery import Batteries, Battery
from graders.marking.suspect.explaining import Known
from graders.marking.suspect.search import Found, search
from graders.marking.suspect.worker import CPU_SECONDS, look
from graders.sandbox.faults import StudentFault
from graders.sandbox.process import Worker


class Looked(NamedTuple):
    """What was found, the seconds that it took of the processor for each component that fails."""

    found: list[Found]
    seconds: list[float]


class Looks:
    """Looks at one submission after another of a homework."""

    def __init__(self, request: Request, batteries: Batteries) -> None:
        self._request = request
        self._batteries = batteries

    def at(self, folder: Path, sections: Sequence[str], but: frozenset[str] = frozenset()) -> Looked:
        """What explains what fails in these sections, but for these checks."""
        found: list[Found] = []
        seconds: list[float] = []
        with self._worker(folder) as worker:
            for battery in self._of(sections):
                failing = (self._failing(worker, battery) or frozenset()) - but
                if failing:
                    suspicions = sorted((one.suspicion for one in found), key=lambda one: one.sure)
                    known = {place: one.sure for one in suspicions for place in one.places}
                    more, took = self._one(worker, battery, failing, known)
                    found += more
                    seconds.append(took)
        return Looked(found, seconds)

    def failing(self, folder: Path, sections: Sequence[str]) -> frozenset[str]:
        """The checks that a right submission fails here, without second opinions; all, where none can be asked."""
        found: set[str] = set()
        with self._worker(folder) as worker:
            for battery in self._of(sections):
                failing = self._failing(worker, battery)
                found |= battery.checks if failing is None else failing
        return frozenset(found)

    def _of(self, sections: Sequence[str]) -> Iterator[Battery]:
        homework = self._request.homework
        listed = [check for check in self._request.checks if homework.section_of(check).id in sections]
        yield from {one.checks: one for check in listed for one in self._batteries.of([check])}.values()

    def _one(
        self, worker: Worker, battery: Battery, failing: frozenset[str], known: Known
    ) -> tuple[list[Found], float]:
        began = time.process_time()
        found: list[Found] = []
        inside: object = CPU_SECONDS
        with contextlib.suppress(StudentFault), look(worker) as asking:
            found = search(battery, sorted(failing), asking, known)
            inside = asking.ask("spent")
        return found, time.process_time() - began + (float(inside) if isinstance(inside, float | int) else 0.0)

    @staticmethod
    def _failing(worker: Worker, battery: Battery) -> frozenset[str] | None:
        """None where that can't be asked: of a loop that doesn't end, say."""
        came: object = None
        with contextlib.suppress(StudentFault), look(worker) as asking:
            asking.ask("begin", [one.operations for one in battery.cases])
            came = asking.ask("run")
        if not isinstance(came, list):
            return None
        both = zip(battery.cases, came, strict=True)
        return frozenset(case.check for case, (values, *_) in both if judged(case, values).wrong)

    @contextmanager
    def _worker(self, folder: Path) -> Iterator[Worker]:
        request = dataclasses.replace(self._request, submission=folder)
        with copied(request) as (copy, _), workers_on(request, copy) as workers:
            yield workers[0]


def looking(homework: str, sections: Sequence[str], use: Callable[[Looks], None]) -> None:
    """Call `use` with what looks at submissions of a homework, in these sections."""
    found = load_homework(homework)
    assert found.worked is not None
    request = Request(found.worked, found, select(found, list(sections), {}), Profile.QUICK, name="submission")
    with copied(request) as (copy, _), workers_on(request, copy) as workers, right_worker(request) as opened:

        def run(collection: Collection) -> None:
            use(Looks(request, Batteries(found, collection.items, opened)))

        faults = collect(request, workers, run)
    assert not faults, faults
