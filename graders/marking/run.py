"""Marks one submission: copies it, has pytest run the homework's checks, and makes the report."""

from __future__ import annotations

import contextlib
import importlib.metadata
import io
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import graders
from graders.isolation.choice import Isolation, choose
from graders.isolation.place import ONE_THREAD
from graders.marking.profiles import EFFORT, Effort, Profile
from graders.pack import Homework
from graders.points import mark_sections, total
from graders.record import FINE, CheckResult, OnResult, Report, Status
from graders.repro.reveal import fault_text
from graders.selection import Selection
from graders.submission import private_copy
from graders.worker.faults import StudentFault
from graders.worker.process import Library, SandboxFailure, Worker

if TYPE_CHECKING:
    from graders.marking.plugin import MarkingPlugin
    from graders.repro.scripts import Scripts


MAX_SECONDS = 3600
"""How long a whole run may go on asking student code, if nothing else is said."""


@dataclass(frozen=True)
class Request:
    """What is to be marked, and how. `keys` is the instructor's folder of keys, `data` one of IDX files to train on.
    `repro` is where the scripts of failed checks go; `shrinks`, if given, are the attempts to make a case smaller; with
    0 the marks are the same, and no reasons are looked for.

    `name` is what a report calls the submission, if not by its folder.
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
    max_seconds: float = MAX_SECONDS
    isolation: Isolation = field(default_factory=lambda: choose(None).isolation)
    on_result: OnResult = field(default=lambda result: None)

    @property
    def effort(self) -> Effort:
        """What a check may take."""
        effort = EFFORT[self.profile]
        return effort if self.shrinks is None else effort._replace(shrinks=self.shrinks)

    @property
    def checks(self) -> list[str]:
        """The checks to run, in the rubric's order."""
        return self.selection.running(self.homework)


Runner = Callable[[Request, Path, Sequence[Worker]], "MarkingPlugin"]
"""Runs a request's checks on the private copy of its submission, and returns the plugin with all their results."""


def mark(request: Request, runner: Runner | None = None) -> Report:
    """The submission's report. Whatever the student's code does ends in a row of it; UsageError if it can't be read.

    KeyboardInterrupt when whoever runs it ends it: `on_result` was told of the results until then.
    """
    results: Mapping[str, CheckResult] = {}
    trained_on: dict[str, str] = {}
    if request.checks:
        with private_copy(request.submission, request.homework.files) as copy, _workers(request, copy) as workers:
            plugin = (runner or _run_checks)(request, copy, workers)
            results = plugin.results
            trained_on = {"data": plugin.images.name} if plugin.images is not None else {}
    return report_of(request, results, trained_on)


class Rehearsed:
    """Marks others like the submission of a rehearsal, faster and with the same results: each in a fork, once."""

    def __init__(self, plugin: MarkingPlugin) -> None:
        self._plugin = plugin

    def __call__(self, another: Request, copy: Path, workers: Sequence[Worker]) -> MarkingPlugin:
        """A `Runner`."""
        plugin = self._plugin
        _load(workers)
        plugin.mark_another(copy, workers, another.checks, another.on_result)
        plugin.results |= _missing(another, plugin)
        return plugin

    def foresee(self) -> bool:
        """Have at hand, in forks that follow, what one more check asks for where it fails; False if that is all."""
        return self._plugin.foresee()


def rehearse(request: Request, then: Callable[[Rehearsed], None]) -> None:
    """Mark a right submission, and call `then` with what marks others like it."""
    with private_copy(request.submission, request.homework.files) as copy, _workers(request, copy) as workers:
        _run_checks(request, copy, workers, lambda plugin: then(Rehearsed(plugin)))


def report_of(request: Request, results: Mapping[str, CheckResult], more: Mapping[str, Any]) -> Report:
    """The report of these results, in which a check without one has failed; its environment says `more`."""
    sections = mark_sections(request.homework, request.selection, results)
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
    )


def environment(request: Request) -> dict[str, Any]:
    """What the marks depend on besides the submission."""
    return {
        "gradmark": graders.__version__,
        "python": platform.python_version(),
        **{name: importlib.metadata.version(name) for name in ("numpy", "torch", "hypothesis")},
        "isolation": str(request.isolation),
        **({} if request.homework.bundled else {"rubric": str(request.homework.folder)}),
        "profile": str(request.profile),
        "seed": request.seed,
    }


@contextlib.contextmanager
def _workers(request: Request, copy: Path) -> Iterator[Sequence[Worker]]:
    """One worker for each process that marks, started already: they import NumPy while we import torch."""
    rubric = request.homework.rubric
    library = Library(
        *(copy, request.homework.modules, rubric.search),
        packages=rubric.packages,
        light=rubric.light,
        memory_mib=rubric.memory_mib,
        isolation=request.isolation,
        end=time.monotonic() + request.max_seconds,
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


def _run_checks(
    request: Request,
    copy: Path,
    workers: Sequence[Worker],
    then: Callable[[MarkingPlugin], None] | None = None,
) -> MarkingPlugin:
    """The plugin after its run, with a result for each check."""
    with _environment(ONE_THREAD | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}):
        import pytest  # here and not above: torch, which comes with the plugin, takes longer than the workers' start

        from graders.marking.plugin import MarkingPlugin

        request.homework.load()  # before any student code runs
        _load(workers)
        plugin = MarkingPlugin(
            *(request.homework, request.checks, request.effort, request.seed, workers, request.on_result),
            copy=copy,
            keys=request.keys,
            data=request.data,
            repro=request.repro,
            then=then,
        )
        with _quiet(), tempfile.TemporaryDirectory(prefix="gradmark-pytest-") as folder:
            ended = pytest.main(_arguments(request, Path(folder)), plugins=[plugin])
    if ended == pytest.ExitCode.INTERRUPTED:
        raise KeyboardInterrupt
    plugin.results |= _missing(request, plugin)
    return plugin


def _load(workers: Sequence[Worker]) -> None:
    for worker in workers:
        with contextlib.suppress(StudentFault, SandboxFailure):  # each check that asks for it will say so
            worker.load()


def _arguments(request: Request, folder: Path) -> list[str]:
    """Nothing of the place where gradmark is run may change what pytest does: no conftest, no ini file, no plugins."""
    (folder / "pytest.ini").write_text("[pytest]\n")
    sources = request.homework.sources
    return [
        *dict.fromkeys(str(sources[check].file) for check in request.checks),
        f"--rootdir={folder}",
        f"--config-file={folder / 'pytest.ini'}",
        "--noconftest",
        "--import-mode=importlib",
        *("-W", "ignore"),
        *(argument for name in _UNUSED for argument in ("-p", f"no:{name}")),
    ]


_UNUSED = (
    "assertion",
    "cacheprovider",
    "faulthandler",
    "logging",
    "terminal",
    "threadexception",
    "unraisableexception",
)


def _missing(request: Request, plugin: MarkingPlugin) -> dict[str, CheckResult]:
    """Whatever student code does ends in a result; where there is none, that is our fault, unless we were stopped."""
    reveal = request.homework.rubric.reveal
    reason = fault_text(plugin.faults[0], reveal) if plugin.faults else "the process that marks ended before this check"
    return {
        check: CheckResult(
            id=check,
            title=request.homework.title_of(check),
            status=Status.GRADER_FAULT,
            advisory=request.homework.is_advisory(check),
            message=f"gradmark itself failed: {reason}"[:1000],
        )
        for check in request.checks
        if check not in plugin.results
    }


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Pytest writes its own report; ours is made from the record."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
