"""Runs in a worker of a Dask cluster: marks a submission that came as bytes, in the worker's own warm process.

Student code runs where it does on one machine too: in the sandbox of a fork of that process, never in the worker.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from distributed import Worker, get_worker

from graders.classroom.parcel import unpack
from graders.classroom.warm import Answer, Job, WarmProcess
from graders.errors import UsageError
from graders.isolation.choice import Isolation, choose

_this_thread = threading.local()
_runs: dict[str, dict[str, str]] = {}
"""Of each run that has greeted this worker the instructor's folders, by the fields of a job that name them."""


def greet(
    run: str, isolation: str | None, folders: Mapping[str, tuple[bytes, str]], dask_worker: Worker
) -> dict[str, str]:
    """Before a run's first submission: why this worker can't be used, or what is to be said of its sandbox.

    `folders` are the instructor's, packed, each with the path in it of what is meant.
    """
    try:
        note = choose(Isolation(isolation) if isolation else None).note
    except UsageError as error:
        return {"failure": str(error), "note": ""}
    place = _place(dask_worker)
    _runs[run] = {field: str(_kept(content, place) / inside) for field, (content, inside) in folders.items()}
    return {"failure": "", "note": note}


def mark(run: str, job: Mapping[str, Any], submission: bytes) -> tuple[dict[str, str], float] | None:
    """An Answer's fields and the seconds that it took, for a job's fields as they are where the class lies.

    None where the run hasn't greeted this worker.
    """
    here = _runs.get(run)
    if here is None:
        return None
    began = time.monotonic()
    place = _place(get_worker())
    with tempfile.TemporaryDirectory(prefix="gradmark-travelled-", dir=place) as folder:
        path = str(unpack(submission, Path(folder)))
        answer = _warm(place).mark(Job(**{**job, **here, "path": path}))
    return _told(answer, {here[field]: str(job[field]) for field in here}), time.monotonic() - began


def _place(worker: Worker) -> Path:
    """The worker's own folder: Dask takes it away, also after a kill. Student code's user has to get through it."""
    place = Path(worker.local_directory) / "gradmark"
    place.mkdir(exist_ok=True)
    for folder in (place, place.parent):
        folder.chmod(folder.stat().st_mode | 0o011)
    return place


def _kept(content: bytes, place: Path) -> Path:
    """Where an instructor's folder lies; one of the same content is unpacked once."""
    folder = place / hashlib.sha256(content).hexdigest()
    if not folder.is_dir():
        unfinished = Path(tempfile.mkdtemp(dir=place))
        unpack(content, unfinished)
        unfinished.rename(folder)
    return next(folder.iterdir())


def _warm(place: Path) -> WarmProcess:
    """One for each thread of the worker, which lives as long as the worker does."""
    if not hasattr(_this_thread, "warm"):
        _this_thread.warm = WarmProcess(place)
    return _this_thread.warm  # type: ignore[no-any-return]


def _told(answer: Answer, places: Mapping[str, str]) -> dict[str, str]:
    """The answer's fields, with the instructor's folders called as where the class lies."""
    fields = asdict(answer)
    for here, there in places.items():
        fields["report"] = fields["report"].replace(here, json.dumps(there)[1:-1])
        fields |= {name: fields[name].replace(here, there) for name in ("unusable", "fault")}
    return fields
