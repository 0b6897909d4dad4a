"""What is ours on a worker of a Dask cluster, for as long as the worker lives: folders, and processes that mark."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

from graders.classroom.parcel import unpack
from graders.marking.warm.process import WarmProcess

NAME = "gradmark"
"""Under which a worker has it among its plugins."""
Packed = tuple[bytes, str]
"""An instructor's folder as a parcel, and where in it what is meant is; empty where it is that folder itself."""
PATIENCE = 5
"""Seconds that a process gets to end by itself: one that still imports would take longer on a busy machine."""


class Belongings(WorkerPlugin):
    """Each run's folders of an instructor, and as many warm processes as the worker has marked with at the same time.

    Dask calls `setup` when it is added to a worker, and `teardown` when that is closed.
    """

    place: Path
    """The folder for everything temporary."""

    def __init__(self) -> None:
        self._runs: dict[str, dict[str, str]] = {}
        self._idle: list[WarmProcess] = []
        self._closed = False
        self._lock = Lock()  # tasks run in threads of the worker

    def setup(self, worker: Worker) -> None:
        """Make a folder inside the worker's, which Dask takes away, also after a kill."""
        self.place = Path(worker.local_directory) / "gradmark"
        self.place.mkdir(exist_ok=True)
        for folder in (self.place, self.place.parent):  # student code's user has to get through it
            folder.chmod(folder.stat().st_mode | 0o011)

    async def teardown(self, worker: Worker) -> None:  # noqa: ARG002 - as Dask calls it
        """End the processes: those that mark nothing now, each other one when it is given back."""
        with self._lock:
            idle, self._idle, self._closed = self._idle, [], True
        await asyncio.gather(*(asyncio.to_thread(process.close, PATIENCE) for process in idle))

    def keep(self, run: str, folders: Mapping[str, Packed]) -> None:
        """Keep a run's folders, packed, by the fields of a job that name them."""
        self._runs[run] = {field: str(self._unpacked(content) / inside) for field, (content, inside) in folders.items()}

    def folders(self, run: str) -> dict[str, str] | None:
        """Where a run's folders lie, by the fields of a job; None where the run hasn't greeted this worker."""
        return self._runs.get(run)

    @contextmanager
    def warm(self) -> Iterator[WarmProcess]:
        """A process that marks for whoever asked alone: an idle one, or a new one."""
        with self._lock:
            process = self._idle.pop() if self._idle else None
        process = process or WarmProcess(self.place)
        try:
            yield process
        except BaseException:
            process.close(PATIENCE)  # it may still answer, and whoever comes next would take that for theirs
            raise
        self._give_back(process)

    def _give_back(self, process: WarmProcess) -> None:
        with self._lock:
            closed = self._closed
            if not closed:
                self._idle.append(process)
        if closed:
            process.close(PATIENCE)

    def _unpacked(self, content: bytes) -> Path:
        """Where an instructor's folder lies; one of the same content is unpacked once."""
        folder = self.place / hashlib.sha256(content).hexdigest()
        if not folder.is_dir():
            unfinished = Path(tempfile.mkdtemp(dir=self.place))
            unpack(content, unfinished)
            unfinished.rename(folder)
        return next(folder.iterdir())
