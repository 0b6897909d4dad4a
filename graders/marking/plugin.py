"""The pytest plugin that turns a homework's checks into results; runs in the trusted process, or in forks of it."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import msgspec
import pytest
import torch

from graders.expected import ANSWERS
from graders.marking import drawing
from graders.marking.attempt import WATCHED, Attempt, FirstFailure, watch
from graders.marking.diagnosing import diagnosis
from graders.marking.following import foresee
from graders.marking.outcome import outcome
from graders.marking.parts import OnRightParts
from graders.marking.patience import Patience
from graders.marking.profiles import Effort
from graders.marking.rehearsal import Rehearsal, Rehearsing, Shared, rehearsed
from graders.marking.repeating import Repeats, id_of
from graders.marking.shards import run_in_shards
from graders.pack import Homework
from graders.pack_modules import Folders
from graders.record import CheckResult, OnResult, Status, loses
from graders.repro.scripts import Scripts
from graders.student import Student
from graders.worker.process import Worker
from graders.worker.session import Session

if TYPE_CHECKING:
    from graders.data import ImageData

_ATTEMPT = pytest.StashKey[Attempt]()
ALONE = frozenset({"student"})
"""What a check takes, besides its cases, of which nothing but the conversation depends on the submission."""
MAX_REHEARSED = 256 << 20
"""Bytes of all conversations together: what goes beyond isn't kept."""
MAX_REMEMBERED = 16 << 20
"""Bytes of the arrays that oracles were asked about: their answers, with noise, are several times that."""


class MarkingPlugin:
    """Runs the checks that were chosen, each on its own child of a worker, and keeps each result as it comes.

    `copy` is the private copy of the submission: checks may read its source. With `then`, this submission is a right
    one, with which checks are rehearsed; `then` may have others marked, each in a fork of its own.
    """

    def __init__(
        self,
        homework: Homework,
        checks: Sequence[str],
        effort: Effort,
        seed: int,
        workers: Sequence[Worker],
        on_result: OnResult,
        *,
        copy: Path,
        keys: Path | None = None,
        data: Path | None = None,
        repro: Scripts | None = None,
        then: Callable[[MarkingPlugin], None] | None = None,
    ) -> None:
        self.results: dict[str, CheckResult] = {}
        self.faults: list[str] = []
        self._homework = homework
        self._place = {check: index for index, check in enumerate(checks)}
        self._effort = effort
        self._seed = seed
        self._workers = workers
        self._worker = workers[0]
        self._on_result = on_result
        self._copy = copy
        self._keys = keys
        self._data_folder = data
        self._repro = repro
        self.images: ImageData | None = None
        self._then = then
        self._rehearsals: dict[str, Rehearsal] = {}
        self._begun: Session | None = None
        self._unforeseen: deque[tuple[pytest.Function, bool]] = deque()
        self._patience = Patience(effort, checks)
        self._items: list[pytest.Item] = []

    def pytest_configure(self) -> None:
        """Settle how cases are drawn, and what would slow us down."""
        torch.set_num_threads(1)
        gc.freeze()  # what torch brought along needn't be looked through at every collection
        drawing.settle(self._effort.cases)

    @pytest.hookimpl
    def pytest_collect_directory(self, path: Path, parent: pytest.Collector) -> pytest.Collector:
        """A folder is a folder: the `__init__.py` of the package that a pack was installed with isn't imported."""
        return pytest.Dir.from_parent(parent, path=path)

    @pytest.hookimpl
    def pytest_pycollect_makemodule(self, module_path: Path, parent: pytest.Collector) -> pytest.Module:
        """A file of checks is a module of its pack, which its other modules can be imported from."""
        module = pytest.Module.from_parent(parent, path=module_path)
        module.obj = self._homework.modules_of_pack.module_at(module_path)
        return module

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen checks, in the rubric's order, and watch their examples."""
        items[:] = sorted(filter(self._is_chosen, items), key=lambda item: self._place[id_of(item)])
        for item in items:
            _watch_examples(item, self._seed)
        if any("data" in getattr(item, "fixturenames", ()) for item in items):
            from graders.data import load  # here and not above: few homeworks train

            self.images = load(self._data_folder)  # before the forks, which then share it

    def _is_chosen(self, item: pytest.Item) -> bool:
        """Whether the item is a chosen check, and not one whose place in the pack another file has taken."""
        check = id_of(item)
        return check in self._place and self._homework.sources[check].file == item.path

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the checks here, or dealt out to forks of this process, one for each worker."""
        if session.testsfailed:
            return True

        self._items = session.items
        with ANSWERS.room(MAX_REMEMBERED if self._then is not None else 0):
            self._run()
            if self._then is not None:
                self._check_rehearsals()
                _settle_memory()
                self._then(self)
        return True

    def foresee(self) -> bool:
        """After a rehearsal, have at hand what one more check will ask for if it fails; False if that is all."""
        if not self._unforeseen:
            for worker in self._workers:
                worker.close()
            _settle_memory()
            return False
        item, asks = self._unforeseen.popleft()
        session = self._open(item)
        try:
            foresee(item, Student(session, self._homework.locate), asks)
        finally:
            session.close()
        return True

    def mark_another(self, copy: Path, workers: Sequence[Worker], checks: Sequence[str], on_result: OnResult) -> None:
        """Mark another submission with what has been collected and rehearsed; once, in a fork of this process."""
        self.results, self.faults, self._then = {}, [], None
        self._copy, self._workers, self._worker, self._on_result = copy, workers, workers[0], on_result
        self._place = {check: index for index, check in enumerate(checks)}
        self._patience = Patience(self._effort, checks)
        self._items = [item for item in self._items if id_of(item) in self._place]
        self._run()

    def _run(self) -> None:
        repeats = self._repetition()
        for result in repeats.together(self._items):
            self._keep(result)
        left = [item for item in self._items if id_of(item) not in self.results]

        def run(index: int, worker: Worker) -> CheckResult | None:
            self._worker = worker
            item = left[index]
            came = repeats.alone(item)
            if isinstance(came, CheckResult):
                self.results[came.id] = came
                return came
            self._begun = begun = came
            item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
            if begun is not None and begun.out_of_step:
                del self.results[id_of(item)]
                item.ihook.pytest_runtest_protocol(item=item, nextitem=None)
            return self.results.get(id_of(item))

        self.faults += run_in_shards(len(left), self._workers, run, self._keep)
        self._worker = self._workers[0]
        self.results = {check: self._patience.says(result) for check, result in self.results.items()}
        if self._effort.explains:
            items = {id_of(item): item for item in self._items}
            for result in self._on_right_parts.first_of_sections(items, self.results):
                self.results[result.id] = result

    def _repetition(self) -> Repeats:
        effort = self._effort
        shared = Shared(lambda: self._worker.open_session(effort.seconds, effort.cpu_seconds, lambda _: True))
        return Repeats(self._homework, self._rehearsals, shared, self._open)

    def _open(self, item: pytest.Item) -> Session:
        return self._patience.open(self._worker, id_of(item), _function(item))

    def _check_rehearsals(self) -> None:
        """Keep those of which a repetition with the same submission gives the same result."""
        rehearsals, room, repeats = self._rehearsals, MAX_REHEARSED, self._repetition()
        for item in self._items:
            check = id_of(item)
            if check in rehearsals:
                wanted = msgspec.structs.replace(self.results[check], seconds=0.0)
                result = repeats.prove(item)
                room -= rehearsals[check].size
                if room < 0 or result is None or msgspec.structs.replace(result, seconds=0.0) != wanted:
                    del rehearsals[check]

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Iterator[Student]:
        """The submission: `student("mytorch.nn").Linear(3, 2)` makes one of the student's layers, in the worker."""
        opened, self._begun = self._begun, None
        session = opened or self._open(request.node)
        kind = Student if self._then is None else Rehearsing
        proxy = kind(session, self._homework.locate)
        request.node.stash[_ATTEMPT] = Attempt(proxy, self._effort.shrinks)
        try:
            yield proxy
        finally:
            session.close()

    @pytest.fixture
    def submission(self) -> Path:
        """The folder of the submission's private copy, whose source a check may read, never import."""
        return self._copy

    @pytest.fixture
    def pack(self) -> Folders:
        """The pack's folders: `pack.path("original/train.txt")` is a file of it, or of what it extends."""
        return self._homework.modules_of_pack.folders

    @pytest.fixture
    def keys(self) -> Path:
        """The folder with the instructor's keys: a section that needs one is only marked where it is there."""
        assert self._keys is not None
        return self._keys

    @pytest.fixture
    def data(self) -> ImageData:
        """The images to train on."""
        assert self.images is not None
        return self.images

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self) -> Generator[None, None, None]:
        """A first failure that ended a check is the check's."""
        try:
            yield
        except FirstFailure as first:
            raise first.error from None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the result of a check's call, or of a setup or teardown that failed; a fault outweighs a pass."""
        if call.when == "call" or call.excinfo is not None:
            assert isinstance(item, pytest.Function)
            attempt = item.stash.get(_ATTEMPT, None)
            why = diagnosis(self._homework, item.obj, attempt, call.excinfo.value) if call.excinfo and attempt else []
            result = outcome(self._homework, id_of(item), attempt, call, why)
            if attempt is not None:
                self._patience.saw(result, attempt)
            if self._repro is not None and attempt is not None and loses(result):
                written = self._repro.write(self._homework, result, attempt, call.excinfo and call.excinfo.value)
                result = msgspec.structs.replace(result, repro=written) if written else result
            result = self._on_right_parts.awarded(item, result)
            if attempt is not None and isinstance(attempt.student, Rehearsing):
                self._rehearse(item, attempt.student, result)
            earlier = self.results.get(result.id)
            if earlier is None or earlier.status is Status.PASSED:
                self.results[result.id] = result
        return (yield)

    def _rehearse(self, item: pytest.Function, student: Rehearsing, result: CheckResult) -> None:
        """Keep how a check went that passed, if nothing but its conversation decides what comes of it."""
        if result.status is Status.PASSED and ALONE.issuperset(item._fixtureinfo.argnames):
            found = rehearsed(student)
            if found is not None:
                self._rehearsals[result.id] = found
                if self._effort.explains:
                    self._unforeseen.append((item, len(ANSWERS.kept) > student.known))

    @property
    def _on_right_parts(self) -> OnRightParts:
        folders = self._homework.modules_of_pack.folders
        fixtures = {"submission": self._copy, "pack": folders, "keys": self._keys, "data": self.images}
        return OnRightParts(self._homework, self._effort, self._worker, fixtures)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file of checks that can't be collected is our fault."""
        if report.failed:
            self.faults.append(str(report.longrepr).strip().splitlines()[-1])

    def pytest_internalerror(self, excrepr: object) -> None:
        """So is any error of pytest's or of this plugin's."""
        self.faults.append(str(excrepr).strip().splitlines()[-1])

    def _keep(self, result: CheckResult) -> None:
        self.results[result.id] = result
        self._on_result(result)


def _settle_memory() -> None:
    """Before forks: what is there needn't be looked through at every collection, nor copied for that."""
    gc.collect()
    gc.freeze()


def _function(item: pytest.Item) -> Callable[..., Any]:
    assert isinstance(item, pytest.Function)
    function: Callable[..., Any] = item.obj
    return function


def _unwatched(test: Callable[..., Any]) -> Callable[..., Any]:
    """A pack's modules are imported once: an earlier run in this process may have left its watch on the function."""
    plain: Callable[..., Any] = getattr(test, WATCHED, test)
    return plain


def _watch_examples(item: pytest.Item, seed: int) -> None:
    assert isinstance(item, pytest.Function)

    def current() -> Attempt:
        return item.stash[_ATTEMPT]

    if hypothesis.is_hypothesis_test(item.obj):
        handle = item.obj.hypothesis
        handle.inner_test = watch(_unwatched(handle.inner_test), current)
        hypothesis.seed(seed)(item.obj)
        drawing.use(item.obj)
    else:
        item.obj = watch(_unwatched(item.obj), current)
    # Pytest would read and parse source for a long traceback, a quarter of a second each, that nobody sees.
    vars(item)["repr_failure"] = lambda excinfo: excinfo.exconly()
