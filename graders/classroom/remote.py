"""Runs in a worker of a Dask cluster: marks a submission that came as bytes, in the worker's own warm process.

Student code runs where it does on one machine too: in the sandbox of a fork of that process, never in the worker.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from distributed import Worker, get_worker

from graders import UsageError
from graders.classroom.belongings import NAME, Belongings, Packed
from graders.classroom.parcel import unpack
from graders.marking.warm.job import Answer, Job
from graders.sandbox.isolation.choice import Isolation, choose


@dataclass(frozen=True)
class Greeting:
    """Why a worker can't be used, or what to say about its sandbox; both are empty where all is well."""

    failure: str = ""
    note: str = ""


async def greet(run: str, isolation: str | None, folders: Mapping[str, Packed], dask_worker: Worker) -> Greeting:
    """Before a run's first submission: give the worker the instructor's folders, by the fields of a job."""
    try:
        note = choose(Isolation(isolation) if isolation else None).note
    except UsageError as error:
        return Greeting(failure=str(error))
    kept = belongings(dask_worker)
    if kept is None:
        kept = Belongings()
        await dask_worker.plugin_add(kept, NAME, catch_errors=False)
    kept.keep(run, folders)
    return Greeting(note=note)


def mark(run: str, job: Job, submission: bytes) -> tuple[Answer, float] | None:
    """The answer and the seconds that it took, for a job as it is where the class lies.

    None where the run hasn't greeted this worker.
    """
    kept = belongings(get_worker())
    here = kept.folders(run) if kept is not None else None
    if kept is None or here is None:
        return None
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="gradmark-travelled-", dir=kept.place) as folder, kept.warm() as warm:
        path = str(unpack(submission, Path(folder)))
        answer = warm.mark(Job(**asdict(job) | here | {"path": path}))
    return _told(answer, {here[field]: str(getattr(job, field)) for field in here}), time.monotonic() - began


def belongings(worker: Worker) -> Belongings | None:
    """What we keep on this worker; None where nobody has greeted it."""
    found = worker.plugins.get(NAME)
    return found if isinstance(found, Belongings) else None


def _told(answer: Answer, places: Mapping[str, str]) -> Answer:
    """The answer, with the instructor's folders called as where the class lies."""
    fields = asdict(answer)
    for here, there in places.items():
        fields["report"] = fields["report"].replace(here, json.dumps(there)[1:-1])
        fields |= {name: fields[name].replace(here, there) for name in ("unusable", "fault")}
    return Answer(**fields)
