"""What a fork of a helper does: reads files, or marks what it is asked for, and tells of each result as it comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from graders import UsageError
from graders.coursework.layout import layout
from graders.coursework.record import CheckResult, Status
from graders.marking import run
from graders.marking.recordings.recording import Recording
from graders.marking.run import Request
from graders.marking.surroundings import alone
from graders.marking.watching.messages import (
    Came,
    Failed,
    Glimpsed,
    Mark,
    Marked,
    Names,
    News,
    Order,
    Reach,
    Reached,
    Read,
    Sources,
)
from graders.marking.watching.reach import asked_for
from graders.marking.watching.source import KINDS, Source, source_of
from graders.sandbox.apart import ReaderFault, Unreadable, read_apart
from graders.sandbox.process import Worker

if TYPE_CHECKING:
    from graders.marking.collecting import Collection

Tell = Callable[[News], None]
_WITHOUT_REASONS = (Status.PASSED, Status.SKIPPED, Status.TIMEOUT)
"""How a check ends of which nothing more is found out where reasons are looked for."""


def do(order: Order, request: Request, collection: Collection | None, tell: Tell) -> None:
    """Do what is asked for; without a collection only what is recorded can be marked."""
    try:
        match order:
            case Read():
                tell(_read(order, request))
            case Reach():
                tell(Reached(order.number, _reached(request)))
            case Mark():
                tell(_Marking(order, request, collection, tell).marked())
    except UsageError as error:
        tell(Failed(order.number, _one_line(error)))
    except Exception as error:
        tell(Failed(order.number, f"{type(error).__name__}: {_one_line(error)}", fault=True))


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:500]


def _read(order: Read, request: Request) -> Sources:
    paths = {name: request.submission / name for name in order.files if name.endswith(KINDS)}
    laid_out = layout(request.submission, request.homework.rubric)
    return Sources(order.number, _sources(paths), not laid_out.top and not laid_out.moved)


def _sources(paths: Mapping[str, Path]) -> dict[str, Source]:
    """What these files are; read in a fork with bounds, as all that is a submission's, or each in one of its own."""

    def read() -> dict[str, Source]:
        return {name: source_of(path) for name, path in paths.items() if path.is_file()}

    try:
        return read_apart(read, dict[str, Source])
    except (Unreadable, ReaderFault):
        return {name: _source(path) for name, path in paths.items() if path.is_file()}


def _source(file: Path) -> Source:
    try:
        return read_apart(lambda: source_of(file), Source, file.name)
    except (Unreadable, ReaderFault):
        return Source()


def _reached(request: Request) -> dict[str, Names | None]:
    return {check: asked_for(recording) for check, recording in _recorded(request).items()}


def _recorded(request: Request) -> Mapping[str, Recording]:
    return request.recordings.of(request.checks) if request.recordings is not None else {}


@dataclass
class _Marking:
    """One marking: first what was recorded is repeated, then what is left is run, by whom that can."""

    order: Mark
    request: Request
    collection: Collection | None
    tell: Tell

    def __post_init__(self) -> None:
        """Of the results that are kept none counts that is asked for."""
        asked = set(self.order.checks)
        self._kept = {result.id: result for result in self.order.kept if result.id not in asked}
        self._results: dict[str, CheckResult] = {}
        self._left: list[str] = []
        self._whole = self.request

    def marked(self) -> Marked:
        """The outcome of it."""
        selection = replace(self.request.selection, switched_off=self.order.switched_off)
        report = run.mark(replace(self.request, selection=selection, on_result=self._came), self._run)
        return Marked(self.order.number, report, list(self._results.values()), self._left)

    def _came(self, result: CheckResult) -> None:
        self.tell(Came(self.order.number, result))

    def _run(self, request: Request, copy: Path, workers: Sequence[Worker]) -> run.Marked:
        """A `Runner`. A check that nobody asked for, and of which no result is kept, is marked too."""
        self._whole = request
        kept = {check: self._kept[check] for check in request.checks if check in self._kept}
        asked = request.leaving_out(kept)
        found, images = dict[str, CheckResult](), ""
        if asked.checks:
            with alone():
                run.import_submission(workers)
                found = dict(run.repeated(asked, copy, workers, _recorded(asked)))
                rest = asked.leaving_out(found)
                self._left = rest.checks
                if self.collection is not None and rest.checks:
                    self._left = []
                    left = _Left(rest, copy, workers, self.collection)
                    found |= self._run_left(left, {**kept, **found})
                    images = left.trained_on
        self._results = _agreed(self.request, {**kept, **found})
        return run.Marked(self._results, images)

    def _run_left(self, left: _Left, known: Mapping[str, CheckResult]) -> Mapping[str, CheckResult]:
        """The results of what isn't as it was recorded; that it fails is told before anybody knows why."""
        from graders.marking.recordings.making import remembering_answers  # here and not above: it imports all

        if not left.request.effort.explains:
            return left.marked({})
        with remembering_answers():  # checks of one component draw the same cases
            return self._explained(left, known)

    def _explained(self, left: _Left, known: Mapping[str, CheckResult]) -> Mapping[str, CheckResult]:
        glimpsed = left.glimpsed()
        final = {check: result for check, result in glimpsed.items() if result.status in _WITHOUT_REASONS}
        for result in final.values():
            self._came(result)
        if len(final) < len(glimpsed):
            results = {**known, **glimpsed}
            report = run.report_of(self._whole, results, {})
            self.tell(Glimpsed(self.order.number, report, [one for one in left.request.checks if one not in glimpsed]))
        return left.marked(final)


@dataclass(frozen=True)
class _Left:
    """What is left to run of a submission."""

    request: Request
    copy: Path
    workers: Sequence[Worker]
    collection: Collection

    @property
    def trained_on(self) -> str:
        """The name of the images."""
        return self.collection.images.name if self.collection.images is not None else ""

    def glimpsed(self) -> Mapping[str, CheckResult]:
        """How checks end, without reasons: but for those that may take long, which aren't to be run twice."""
        from graders.checking.decorators import budget_of  # here and not above: with it come those that run checks

        quick = [item for item in self.collection.items if not budget_of(item.obj)]
        effort = self.collection.effort._replace(shrinks=0)
        collection = replace(self.collection, wanted=replace(self.collection.wanted, effort=effort), items=quick)
        made = run.new_run(
            collection, replace(self.request, on_result=lambda _: None), self.copy, self.workers, {}, None
        )
        made.run()
        return made.results

    def marked(self, known: Mapping[str, CheckResult]) -> Mapping[str, CheckResult]:
        """All results, with reasons."""
        made = run.new_run(self.collection, self.request, self.copy, self.workers, known, None)
        made.run()
        return made.results | run.missing(self.request, made.results, made.faults)


def _agreed(request: Request, results: dict[str, CheckResult]) -> dict[str, CheckResult]:
    """The results, of which the ones that are kept may know better what is wrong with those that came."""
    from graders.coursework.rubric import Reveal
    from graders.marking.agreement import agreed, of_parts

    hidden = not request.effort.explains or request.homework.rubric.reveal is Reveal.NOTHING
    return results if hidden else agreed(results, of_parts(request.homework, results))
