"""Marks one submission: copies it, has pytest run the homework's checks, and makes the report."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.metadata
import platform
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import graders
from graders.coursework.packs.loading import load
from graders.coursework.packs.pack import Homework
from graders.coursework.points import mark_sections, total
from graders.coursework.record import FINE, PRIVATE_SEED, Cause, CheckResult, OnResult, Report, Status, loses
from graders.coursework.rubric import Reveal
from graders.coursework.selection import Selection
from graders.marking import near_keys, overall
from graders.marking.not_started import Waiting, read, told_of
from graders.marking.opening import copied, right_worker, workers_on
from graders.marking.profiles import EFFORT, MAX_SECONDS, Effort, Profile
from graders.marking.recordings.ahead import Ahead
from graders.marking.surroundings import alone, arguments, quiet, without_collections
from graders.sandbox.apart import Bounds, bounded
from graders.sandbox.faults import StudentFault
from graders.sandbox.isolation.choice import Isolation, choose
from graders.sandbox.process import SandboxFailure, Worker

if TYPE_CHECKING:
    from graders.marking.collecting import Collection
    from graders.marking.recordings.recording import Recording
    from graders.marking.recordings.shelf import Shelf
    from graders.marking.repro.scripts import Scripts
    from graders.marking.submission_run import RecordingRun, SubmissionRun
    from graders.marking.suspect.battery import Batteries


@dataclass(frozen=True)
class Request:
    """What is to be marked, and how. `keys` is the instructor's folder of keys, `data` one of IDX files to train on.
    `repro` is where the scripts of failed checks go; `shrinks`, if given, are the attempts to make a case smaller; with
    0 the marks are the same, and no reasons are looked for. With `look` lines at fault are looked for besides.

    What is drawn from a seed that it `hides_seed`, no report tells how to draw again.
    `name` is what a report calls the submission, if not by its folder. `recordings` has checks' conversations with a
    right submission: those that go the same way pass, and the others are run; the marks are the same without.
    """

    submission: Path
    homework: Homework
    selection: Selection
    profile: Profile = Profile.GRADING
    seed: int = 0
    processes: int = 1
    keys: Path | None = None
    data: Path | None = None
    name: str = ""
    repro: Scripts | None = None
    shrinks: int | None = None
    look: bool = True
    max_seconds: float = MAX_SECONDS
    isolation: Isolation = field(default_factory=lambda: choose(None).isolation)
    on_result: OnResult = field(default=lambda result: None)
    hides_seed: bool = False
    recordings: Shelf | None = None

    @property
    def effort(self) -> Effort:
        """What a check may take."""
        effort = EFFORT[self.profile]
        return effort if self.shrinks is None else effort._replace(shrinks=self.shrinks)

    @property
    def looks(self) -> bool:
        """Whether lines at fault are looked for, which takes a right submission, and shows values."""
        homework = self.homework
        shows = self.effort.explains and homework.rubric.reveal is Reveal.ALL
        return self.look and shows and homework.worked is not None

    @property
    def checks(self) -> list[str]:
        """The checks to run, in the rubric's order."""
        return self.selection.running(self.homework)

    @property
    def beside(self) -> list[str]:
        """Checks that aren't run, but tell where to look when others of their sections fail."""
        homework, running = self.homework, set(self.checks)
        sections = {homework.section_of(check).id for check in running} if self.looks else set()
        listed = [check for check in homework.checks if check not in running and check in homework.sources]
        return [check for check in listed if homework.section_of(check).id in sections]

    def leaving_out(self, known: Iterable[str]) -> Request:
        """The request without these checks."""
        return dataclasses.replace(self, selection=self.selection.leaving_out(known))


@dataclass(frozen=True)
class Marked:
    """The result of each check of a submission, and the name of the images that it was trained on, if it was."""

    results: Mapping[str, CheckResult]
    trained_on: str = ""
    causes: Sequence[Cause] = ()


Runner = Callable[[Request, Path, Sequence[Worker]], Marked]
"""Runs a request's checks on the private copy of its submission."""


def mark(request: Request, runner: Runner | None = None) -> Report:
    """The submission's report. Whatever the student's code does ends in a row of it; UsageError if it can't be read.

    KeyboardInterrupt when the user ends it: `on_result` was told of the results until then.
    """
    marked, said, opening = Marked({}), list[str](), ""
    if request.checks:
        end = time.monotonic() + request.max_seconds
        with bounded(Bounds(end=end)), copied(request) as (copy, layout):
            request, rubric = _of_what_is_begun(request, copy), request.homework.rubric
            if request.checks:
                with workers_on(request, copy, end) as workers:
                    said = [*layout.remarks, *overall.remarks(copy, rubric, request.homework.modules)]
                    marked = (runner or _run_checks)(request, copy, workers)
                told = near_keys.named(copy, rubric, told_of(request.homework, copy, marked.results))
                marked = dataclasses.replace(marked, results=told)
                opening = overall.dialect(copy, rubric, marked.results)
    data = {"data": marked.trained_on} if marked.trained_on else {}
    report = report_of(request, marked.results, data | ({"warnings": said} if said else {}), opening)
    return msgspec.structs.replace(report, causes=list(marked.causes)) if marked.causes else report


def _of_what_is_begun(request: Request, copy: Path) -> Request:
    """The request without the sections that are practice of which the submission has begun nothing."""
    absent = overall.absent_sections(copy, request.homework.rubric)
    without = request.selection.without(check for section in absent for check in section.all_checks)
    return dataclasses.replace(request, selection=without)


class Prerecorded:
    """Marks others like the submission that was recorded, faster and with the same results: each in a fork."""

    def __init__(self, collection: Collection, recording: RecordingRun) -> None:
        self._collection = collection
        self._recording = recording

    def __call__(self, another: Request, copy: Path, workers: Sequence[Worker]) -> Marked:
        """A `Runner`."""
        import_submission(workers)
        known = dict(repeated(another, copy, workers, self._recording.recordings.by_check))
        batteries = self._recording.batteries
        with right_worker(another) as opened:
            if batteries is not None:
                batteries.open_worker = opened  # this is a fork: the one that was recorded with is another's
            run = new_run(self._collection, another, copy, workers, known, batteries)
            run.run()
        return _marked(another, run)

    @property
    def recordings(self) -> Mapping[str, Recording]:
        """The conversations that are repeated, by check."""
        return self._recording.recordings.by_check

    def prefetch(self) -> bool:
        """Prefetch, in forks that follow, what one more check asks for where it fails; False if that is all."""
        return self._recording.prefetch()


def prerecord(request: Request, then: Callable[[Prerecorded], None]) -> None:
    """Mark a right submission, and call `then` with what marks others like it."""

    def record(collection: Collection) -> None:
        from graders.marking.recordings.making import remembering_answers
        from graders.marking.submission_run import Place, RecordingRun

        with remembering_answers():
            place = Place(copy, workers, request.keys)
            recording = RecordingRun(collection, place, request.checks, request.on_result, request.looks)
            recording.run()
            then(Prerecorded(collection, recording))

    end = time.monotonic() + request.max_seconds
    with copied(request) as (copy, _), workers_on(request, copy, end) as workers:
        collect(request, workers, record)


def report_of(
    request: Request, results: Mapping[str, CheckResult], more: Mapping[str, object], dialect: str = ""
) -> Report:
    """The report of these results, in which a check without one has failed; its environment says `more`."""
    unset = {"sign": msgspec.UNSET, "reasoning": msgspec.UNSET}
    shown = {check: msgspec.structs.replace(result, **unset) for check, result in results.items()}
    sections = mark_sections(request.homework, request.selection, shown)
    score, most = total(sections)
    failed = any(result.status not in FINE for result in results.values())
    reasons = {"reasons": "not looked for"} if failed and not request.effort.explains else {}
    return Report(
        homework=request.homework.id,
        submission=request.name or str(request.submission),
        score=score,
        max_score=most,
        sections=sections,
        environment=environment(request) | reasons | dict(more),
        dialect=dialect or msgspec.UNSET,
    )


def environment(request: Request) -> dict[str, Any]:
    """What the marks depend on besides the submission."""
    return {
        "gradmark": graders.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("numpy", "torch", "hypothesis")},
        "isolation": str(request.isolation),
        **({"rubric": named} if (named := request.homework.to_be_named) else {}),
        "profile": str(request.profile),
        "seed": PRIVATE_SEED if request.hides_seed else request.seed,
    }


def _run_checks(request: Request, copy: Path, workers: Sequence[Worker]) -> Marked:
    """A `Runner`, for one submission alone."""
    with alone():
        known = _known(request, copy, workers)
        left = request.leaving_out(known)
        return _run_started(left, copy, workers, known) if left.checks else Marked(known)


def _run_started(request: Request, copy: Path, workers: Sequence[Worker], known: Mapping[str, CheckResult]) -> Marked:
    """Run checks, but for those that wait for what isn't started, once another one of their section has failed."""
    waiting = Waiting(request.homework, read(copy, request.homework.rubric))
    beside = waiting.may_be_left_out(request.checks)
    if not beside:
        return _run_left(request, copy, workers, known)
    marked = _run_left(request.leaving_out(chain(*beside.values())), copy, workers, known)
    lost = [probe for probe in beside if loses(marked.results[probe])]
    failed = [probe for probe in lost if not waiting.is_own_mistake(marked.results[probe])]
    waits = [check for probe in failed for check in beside[probe]]
    results = dict(marked.results)
    for check in waits:
        results[check] = waiting.result(check, waiting.waits_for(check))
        request.on_result(results[check])
    left = request.leaving_out(results)
    return _run_left(left, copy, workers, results) if left.checks else dataclasses.replace(marked, results=results)


def _known(request: Request, copy: Path, workers: Sequence[Worker]) -> dict[str, CheckResult]:
    """The results of the checks that pass as they were recorded; meanwhile what runs others is imported."""
    recorded = request.recordings.of(request.checks) if request.recordings is not None else {}
    if not recorded:
        return {}
    import_submission(workers)
    with Ahead(import_what_runs) as ahead:
        return dict(repeated(request, copy, workers, recorded, ahead.begin))


def repeated(
    request: Request,
    copy: Path,
    workers: Sequence[Worker],
    recorded: Mapping[str, Recording],
    otherwise: Callable[[], None] = lambda: None,
) -> Iterator[tuple[str, CheckResult]]:
    """The results of the checks that pass as they were recorded; `otherwise` is called where one doesn't."""
    from graders.marking.recordings.repeating import Asking  # here and not above: workers start first
    from graders.marking.recordings.side_by_side import SideBySide

    askings = [Asking(request.homework, request.effort, copy, worker) for worker in workers]
    for result in SideBySide(askings, recorded, otherwise).passing(request.checks):
        request.on_result(result)
        yield result.id, result


def _run_left(request: Request, copy: Path, workers: Sequence[Worker], known: Mapping[str, CheckResult]) -> Marked:
    """Run checks of which nothing is known yet."""
    runs: list[SubmissionRun] = []

    def use(collection: Collection) -> None:
        from graders.marking.recordings.making import remembering_answers
        from graders.marking.suspect.battery import Batteries

        with right_worker(request) as opened, remembering_answers():  # checks of one component draw the same cases
            shelf = request.recordings
            batteries = Batteries(request.homework, collection.items, opened, shelf) if request.looks else None
            runs.append(new_run(collection, request, copy, workers, known, batteries))
            runs[0].run()

    faults = collect(request, workers, use)
    # Taken out, so that nothing holds it that was there when the collector of garbage was told to leave alone what was.
    return _marked(request, runs.pop(), faults) if runs else Marked({**known, **missing(request, {}, faults)})


def collect(request: Request, workers: Sequence[Worker], use: Callable[[Collection], None]) -> list[str]:
    """Have pytest collect the request's checks, and `use` do with them what it likes; what went wrong on our side."""
    with alone():
        with without_collections():
            import pytest  # here and not above: torch, which comes with the plugins, takes longer than workers to start

            from graders.marking import execution, fixtures, private_parts
            from graders.marking.collecting import Collector, Wanted

            private_parts.require_parts()
            load(request.homework)  # before any of its code decides anything
        import_submission(workers)
        beside = request.beside
        wanted = Wanted(request.homework, request.checks, request.effort, request.seed, request.data, beside)
        collector = Collector(wanted, use)
        with (
            private_parts.no_local_constants(),
            quiet(),
            tempfile.TemporaryDirectory(prefix="gradmark-pytest-") as folder,
        ):
            files = [request.homework.sources[check].file for check in (*request.checks, *beside)]
            ended = pytest.main(arguments(files, Path(folder)), plugins=[collector, fixtures, execution])
    if ended == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    return collector.faults


def import_what_runs() -> None:
    """Import what takes longest of all that runs checks."""
    with without_collections():
        import graders.marking.collecting
        import graders.marking.fixtures  # noqa: F401


def new_run(
    collection: Collection,
    request: Request,
    copy: Path,
    workers: Sequence[Worker],
    known: Mapping[str, CheckResult],
    batteries: Batteries | None,
) -> SubmissionRun:
    """The submission's way through the request's checks, but for those of which the result is known."""
    from graders.marking.submission_run import Place, SubmissionRun

    place = Place(copy, workers, request.keys, request.repro)
    return SubmissionRun(collection, place, request.checks, request.on_result, known, batteries=batteries)


def _marked(request: Request, run: SubmissionRun, faults: Sequence[str] = ()) -> Marked:
    images = run.collection.images
    lost = missing(request, run.results, [*faults, *run.faults])
    return Marked(run.results | lost, images.name if images is not None else "", run.causes)


def import_submission(workers: Sequence[Worker]) -> None:
    """Have the workers import it now."""
    for worker in workers:
        with contextlib.suppress(StudentFault, SandboxFailure):  # each check that asks for it will say so
            worker.load()


def missing(request: Request, results: Mapping[str, CheckResult], faults: Sequence[str]) -> dict[str, CheckResult]:
    """Whatever student code does ends in a result; where there is none, that is our fault, unless we were stopped."""
    from graders.marking.reveal import fault_text  # here and not above: workers start first

    reveal = request.homework.rubric.reveal
    reason = fault_text(faults[0], reveal) if faults else "the process that marks ended before this check"
    return {
        check: CheckResult(
            id=check,
            title=request.homework.title_of(check),
            status=Status.GRADER_FAULT,
            advisory=request.homework.is_advisory(check),
            message=f"gradmark itself failed: {reason}"[:1000],
        )
        for check in request.checks
        if check not in results
    }
