"""Marks a class on the workers of a Dask cluster.

As many submissions are under way as the workers have threads, so that no machine holds the whole class in memory. What
a lost worker was marking Dask starts again on another one. Where it has given up, as several workers were lost with the
same submission, that one is marked once more, alone: others may only have been beside it. Then it is a fault.
"""

from __future__ import annotations

import asyncio
import logging
import pydoc
import tempfile
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import dask.config
from distributed import Client, Future, KilledWorker, Security, wait
from distributed.core import rpc

import graders
from graders import UsageError
from graders.classroom import remote
from graders.classroom.belongings import Packed
from graders.classroom.parcel import pack
from graders.coursework.packs.bundle import bundle
from graders.coursework.packs.pack import read_homework
from graders.marking.warm.job import Answer, Job

CONNECT = 10
"""Seconds for finding the scheduler."""
TICK = 2
"""Seconds after which workers are counted again."""

Task = Future[tuple[Answer, float] | None]
"""`remote.mark` on some worker."""
_QUIET = {"distributed.admin.large-graph-warning-threshold": "1 TB"}  # that submissions travel in tasks is meant so


class Cluster:
    """The cluster, as seen by the machine where the class lies; `say` takes lines for the user who waits."""

    def __init__(self, client: Client, isolation: str | None, most: int | None, say: Callable[[str], None]) -> None:
        self._client = client
        self._isolation = isolation
        self._most = most
        self._say = say
        self._run = uuid.uuid4().hex
        self._greeted: set[str] = set()
        self._said: set[str] = set()
        self._places: dict[str, str] = {}
        self._folders: dict[str, Packed] = {}

    def answers(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Answer, float]]:
        """Each job with the outcome and the seconds that it took, in the order in which they end."""
        work = _Work(jobs)
        if work.waiting:
            self._places = _own_folders(work.waiting[0])
            self._folders = {field: _packed(field, place) for field, place in self._places.items()}
        while work.is_left:
            for job in work.begin(self._room()):
                if (fault := self._send(job, work)) is not None:
                    yield job, fault, 0.0
            for future in self._ended(list(work.asked)):
                yield from self._received(future, work)

    def _send(self, job: Job, work: _Work) -> Answer | None:
        """Have a job done; its answer at once where the submission can't travel."""
        try:
            submission = pack(Path(job.path))
        except UsageError as error:
            return Answer(fault=str(error))
        work.asked[self._ask(job, submission)] = job
        return None

    def _received(self, future: Task, work: _Work) -> Iterator[tuple[Job, Answer, float]]:
        """The outcome of a job, if it isn't to be done again."""
        job = work.asked.pop(future)
        if future.status == "error" and isinstance(future.exception(), KilledWorker) and work.suspect(job):
            return
        answer = self._answer(future)
        if answer is None:
            self._greeted.clear()
            work.again(job)
        else:
            yield job, *answer

    def _room(self) -> int:
        """How many submissions may be under way: one for each thread of the workers, which we know all."""
        with self._connected():
            threads: dict[str, int] = self._client.nthreads()
        if new := sorted(threads.keys() - self._greeted):
            self._greet(new)
        if not threads:
            self._say_once(f"{_name(self._client)} has no workers: waiting for one")
        return min(sum(threads.values()), self._most or sum(threads.values()))

    def _greet(self, workers: list[str]) -> None:
        """Give these workers the instructor's folders. UsageError where one can't mark as this machine would."""
        for worker, version in self._on(workers, pydoc.locate, f"{graders.__name__}.__version__").items():
            if version != graders.__version__:
                text = f"worker {worker} has {_version(version)}, but should have gradmark {graders.__version__}"
                raise UsageError(f"{text}: install the same version there")
        for worker, greeting in self._on(workers, remote.greet, self._run, self._isolation, self._folders).items():
            self._hear(worker, greeting)

    def _hear(self, worker: str, greeting: object) -> None:
        if not isinstance(greeting, remote.Greeting):
            raise UsageError(f"worker {worker} can't be used: {_failure(greeting)}")
        if greeting.failure:
            raise UsageError(f"worker {worker} can't be used: {greeting.failure}")
        if greeting.note:
            self._say_once(greeting.note)
        self._greeted.add(worker)

    def _on(self, workers: list[str], function: Callable[..., object], *arguments: object) -> dict[str, object]:
        """What the function returns on each worker, or raises; one that was lost meanwhile has nothing to say."""
        with self._connected():
            found = self._client.run(function, *arguments, workers=workers, on_error="return")
        return {worker: value for worker, value in found.items() if not isinstance(value, OSError)}

    def _ask(self, job: Job, submission: bytes) -> Task:
        with self._connected():
            key = f"gradmark-{uuid.uuid4().hex}"
            named = Job(**asdict(job) | self._places)
            return self._client.submit(remote.mark, self._run, named, submission, key=key, pure=False)

    def _ended(self, futures: Sequence[Task]) -> list[Task]:
        """Those that have ended, after a while at the latest."""
        if not futures:
            time.sleep(TICK)
            return []
        with self._connected():
            try:
                return list(wait(futures, timeout=TICK, return_when="FIRST_COMPLETED").done)
            except TimeoutError:
                return []

    def _answer(self, future: Task) -> tuple[Answer, float] | None:
        """None where a worker was asked that hadn't been greeted."""
        if future.status == "error":
            return Answer(fault=_failure(future.exception())), 0.0
        with self._connected():
            return future.result()

    @contextmanager
    def _connected(self) -> Iterator[None]:
        try:
            yield
        except (CancelledError, OSError) as error:
            raise UsageError(f"{_name(self._client)} was lost: the same command goes on from here") from error

    def _say_once(self, line: str) -> None:
        if line not in self._said:
            self._said.add(line)
            self._say(line)


class _Work:
    """The jobs of a class: those that wait, those that were asked for, and those that may have cost us workers.

    A suspect is done when nothing else is, so that it is known whose fault it is if its workers are lost again.
    """

    def __init__(self, jobs: Iterable[Job]) -> None:
        self.waiting = deque(jobs)
        self.asked: dict[Task, Job] = {}
        self._suspects: deque[Job] = deque()
        self._alone: Job | None = None

    @property
    def is_left(self) -> bool:
        """Whether something isn't done."""
        return bool(self.waiting or self.asked or self._suspects)

    def begin(self, room: int) -> list[Job]:
        """The next jobs, if there is room for so many at the same time."""
        if self.waiting or self.asked:
            return [self.waiting.popleft() for _ in range(min(room - len(self.asked), len(self.waiting)))]
        if not room or not self._suspects:
            return []
        self._alone = self._suspects.popleft()
        return [self._alone]

    def suspect(self, job: Job) -> bool:
        """Have a job done alone; False where it just was."""
        if job is self._alone:
            return False
        self._suspects.append(job)
        return True

    def again(self, job: Job) -> None:
        """Have a job done once more, beside others."""
        self._alone = None
        self.waiting.append(job)


@contextmanager
def cluster(
    address: str, isolation: str | None, most: int | None, say: Callable[[str], None] = lambda line: None
) -> Iterator[Cluster]:
    """The cluster's marker, for at most so many submissions at the same time; UsageError where no scheduler answers."""
    for logger in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(logger).setLevel(logging.CRITICAL)  # what happens is told in our own lines
    with dask.config.set(_QUIET):
        client = _connect(address)
        try:
            yield Cluster(client, isolation, most, say)
        finally:
            client.close(timeout=CONNECT)


def _connect(address: str) -> Client:
    try:
        kind = asyncio.run(asyncio.wait_for(_kind(address), CONNECT))
        if kind != "Scheduler":
            raise ValueError(f"it is a {kind.lower()}")
        return Client(address, timeout=CONNECT, direct_to_workers=False)
    except Exception as error:  # whatever is there, or isn't, may answer in any way
        reason = " ".join(str(error).split())[:200] or f"nothing within {CONNECT} s"
        text = f"no Dask scheduler answers at {address} ({reason})"
        raise UsageError(f"{text}: give the address that `dask scheduler` prints, tcp://HOST:PORT") from None


async def _kind(address: str) -> str:
    """What says that it is there. Asked first, as a Client would wait for ever for one that says nothing."""
    arguments = Security().get_connection_args("client")
    async with rpc(address, timeout=CONNECT, connection_args=arguments) as server:
        return str((await server.identity())["type"])


def _own_folders(job: Job) -> dict[str, str]:
    """The instructor's folders that a job names, by its fields; a homework of ours is on every worker."""
    given = {"keys": job.keys, "data": job.data}
    found = {field: str(Path(path).resolve()) for field, path in given.items() if path is not None}
    homework = read_homework(job.homework) if job.homework is not None else None
    own = {} if homework is None or homework.bundled else {"homework": str(homework.folder)}
    return own | found


def _packed(field: str, place: str) -> Packed:
    """An instructor's folder as bytes, and where in it what the field names is: a pack may have others around it."""
    if field != "homework":
        return pack(Path(place), follow=True), ""
    found = bundle(read_homework(place), worked=True)
    with tempfile.TemporaryDirectory() as run:
        folder = Path(run, field)  # the same name for the same pack: a worker keeps what it has
        found.write(folder)
        return pack(folder), found.home


def _version(found: object) -> str:
    return f"gradmark {found}" if isinstance(found, str) else "no gradmark"


def _failure(error: object) -> str:
    if isinstance(error, KilledWorker):
        return f"its worker was lost, and the next: {error.allowed_failures + 1} when it was marked alone"
    return f"its worker failed: {type(error).__name__}: {' '.join(str(error).split())[:500]}"


def _name(client: Client) -> str:
    return f"the Dask scheduler {client.scheduler.address}" if client.scheduler else "the Dask scheduler"
