"""The recordings that a marking may use, made first where they aren't there yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from graders import UsageError
from graders.cli.notes import chosen, say
from graders.cli.progress import progress
from graders.coursework.packs.pack import Homework
from graders.coursework.selection import select
from graders.marking.profiles import Profile
from graders.marking.recordings.key import key
from graders.marking.recordings.places import cache_folder, make_room, trusted
from graders.marking.recordings.shelf import Shelf
from graders.marking.run import Request
from graders.sandbox.packages import parts

LONG = (Profile.THOROUGH,)
"""Profiles whose recordings are made by `gradmark cache make` alone: that takes longer than a marking."""


def with_recordings(request: Request, folder: Path | None, *, quiet: bool) -> Request:
    """The request with recordings from this folder, or from the user's cache, which gets what it lacks."""
    shelf = shelf_for(request, folder)
    if shelf is None:
        return request
    if request.profile not in LONG:
        try_to_fill(shelf, request, quiet=quiet)
    tell(shelf)
    shelf.use()
    return replace(request, recordings=shelf)


def shelf_for(request: Request, folder: Path | None = None) -> Shelf | None:
    """Where the request's recordings lie; None where student code could write there, or read what it mustn't know."""
    packages = parts(tuple(request.homework.rubric.packages))
    if not trusted(request.isolation, secret=request.hides_seed, packages=packages):
        return None
    own = cache_folder() if folder is None else None
    found = key(request.homework, request.seed, request.profile)
    return Shelf(request.homework, found, [folder or cache_folder()], own)


def try_to_fill(shelf: Shelf, request: Request, *, quiet: bool = False) -> None:
    """Make what is missing, if it can be kept; else marking goes without, and a line says why."""
    if not shelf.missing(request.checks) or request.homework.worked is None or shelf.own is None:
        return
    try:
        record(shelf, request, quiet=quiet)
        make_room(shelf.own)
    except (OSError, UsageError) as error:
        say(f"no recordings are kept: {error}")


def record(shelf: Shelf, request: Request, *, quiet: bool = False) -> None:
    """Record what the shelf lacks of the sections asked for, and show how far that is; OSError if none can be kept."""
    from graders.marking.recordings.filling import fill  # here and not above: few runs need it

    missing, homework = shelf.missing(request.checks), request.homework
    total = sum(len(section.all_checks) for section in homework.sections if section.id in missing)
    with progress(f"recording {homework.id}, once", total, quiet=quiet) as done:
        fill(shelf, replace(request, on_result=lambda result: done(f"recording {result.id}, once")))


def record_into(
    folder: Path,
    homework: Homework,
    profile: Profile,
    seed: int = 0,
    only: Sequence[str] = (),
    *,
    private: bool = False,
) -> None:
    """Record these sections and checks of a homework, or all, in a folder; none without a worked submission."""
    if homework.worked is None:
        return
    selection, isolation = select(homework, only, {}), chosen(None)
    request = Request(homework.worked, homework, selection, profile, seed, isolation=isolation, hides_seed=private)
    record(Shelf(homework, key(homework, seed, profile), [folder], folder), request)


def tell(shelf: Shelf) -> None:
    """A line for each file that was of no use."""
    for line in shelf.told:
        say(line)
    shelf.told.clear()
