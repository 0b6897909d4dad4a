"""Records what a run lacks, with the worked submission of its pack, and puts it on the shelf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from graders.coursework.record import PRIVATE_SEED
from graders.coursework.selection import select
from graders.marking.recordings.recording import Recording
from graders.marking.recordings.shelf import Heading, Shelf

if TYPE_CHECKING:
    from graders.marking.run import Request


def fill(shelf: Shelf, request: Request) -> None:
    """Record the sections that the request's checks are in, as far as they lack; OSError where that can't be kept.

    A pack without a worked submission has none. What the worked submission fails is not recorded, nor what trains.
    """
    from graders.marking.run import prerecord

    sections = shelf.missing(request.checks)
    worked = request.homework.worked
    if not sections or worked is None or shelf.own is None:
        return
    homework = request.homework
    ours = replace(
        request, submission=worked, selection=select(homework, sections, {}), repro=None, recordings=None, processes=1
    )

    made: list[Mapping[str, Recording]] = []
    prerecord(ours, lambda found: made.append(found.recordings))
    for section in sections if made else ():  # nothing was made where our own part failed: a run without says why
        checks = next(one.all_checks for one in homework.sections if one.id == section)
        _keep(shelf, ours, section, checks, made[0])


def _keep(shelf: Shelf, request: Request, section: str, checks: Sequence[str], found: Mapping[str, Recording]) -> None:
    recorded = {check: found[check] for check in checks if check in found}
    seed = PRIVATE_SEED if request.hides_seed else str(request.seed)
    heading = Heading(
        homework=request.homework.id,
        section=section,
        profile=str(request.profile),
        seed=str(seed),
        key=shelf.key,
        checks=list(checks),
        recorded=len(recorded),
    )
    shelf.keep(heading, recorded)
