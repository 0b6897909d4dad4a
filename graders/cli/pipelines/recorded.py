"""The recordings that go along with a pipeline, so that the first submission is marked as fast as the last."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from graders.cli.notes import chosen
from graders.cli.pipelines.order import Order
from graders.cli.progress import progress
from graders.coursework.packs.pack import Homework
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.recordings.filling import fill
from graders.marking.recordings.key import key
from graders.marking.recordings.shelf import Shelf
from graders.marking.run import Request


def recorded(order: Order) -> Mapping[str, bytes]:
    """Their files by relative paths; none for a homework without a worked submission."""
    private = order.private_seed
    seed = order.passed.seed if private is None else private
    with tempfile.TemporaryDirectory(prefix="gradmark-recordings-") as place:
        folder, homework = Path(place), order.homework.with_keys(order.keys)
        record(folder, homework, order.passed.profile, seed, order.passed.only, private=private is not None)
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def record(
    folder: Path,
    homework: Homework,
    profile: Profile,
    seed: int = 0,
    only: Sequence[str] = (),
    *,
    private: bool = False,
) -> None:
    """Record these sections and checks of a homework, or all, into a folder."""
    if homework.worked is None:
        return
    request = Request(
        homework.worked,
        homework,
        select(homework, only, {}),
        profile,
        seed,
        isolation=chosen(None),
        hides_seed=private,
    )
    shelf = Shelf(homework, key(homework, seed, profile), [folder], folder)
    with progress(f"recording {homework.id}", len(request.checks)) as done:
        fill(shelf, replace(request, on_result=lambda result: done(result.id)))
