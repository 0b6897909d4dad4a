"""`gradmark class FOLDER`: mark a class, and go on where it was left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from graders.cli import webpages
from graders.cli.class_tables import show, show_changes
from graders.cli.course.options import BookOptions, CourseOptions
from graders.cli.marking_options import ClassOptions
from graders.cli.notes import chosen, say
from graders.cli.options import database
from graders.cli.progress import progress

if TYPE_CHECKING:
    from graders.cli.class_marking import ClassMarking, Outcome


def classroom(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="Folders and archives, or an export of Gradescope, Autolab, GitHub Classroom."
        ),
    ],
    *,
    options: ClassOptions,
    course: CourseOptions,
    books: BookOptions,
) -> None:
    """Mark a class. Killed and started again it goes on where it was; what hasn't changed isn't marked again."""
    from graders.cli.class_marking import opened_class
    from graders.cli.course.term import Said
    from graders.cli.pairs import keep_similar, show_pairs
    from graders.coursework.finding import find

    webpages.must_be_usable(options.html, options.html_students, database(folder, options.db))
    said = Said(folder, options.db, course, books)
    fitting = said.check(find(folder))
    isolation = chosen(options.isolation) if options.scheduler is None else options.isolation
    with opened_class(folder, options, isolation, say) as marking:
        fitting.keep(marking.store)
        _mark(marking)
        outcome = marking.finish()
        pairs = keep_similar(marking.submissions, marking.store, options.homework) if options.similar else []
        shown = said.shown(marking.store, marking.names)
        said.write(shown)
        title = folder.resolve().name
        webpages.write(marking.store, title, options.html, options.html_students, shown, books.compare)
        results = list(shown.results())
    show(results, shown.what)
    if options.regrade:
        show_changes(outcome.changes)
    if options.similar:
        show_pairs(pairs)
    _alarm(outcome)
    raise typer.Exit(outcome.exit_status)


def _mark(marking: ClassMarking) -> None:
    found = marking.due()
    try:
        with progress("marking", len(found)) as done:
            marking.mark(found, lambda result: done(f"marked {result.name}"))
    except KeyboardInterrupt:
        say(f"interrupted, {len(marking.due())} left: the same command goes on from here")
        raise typer.Exit(130) from None


def _alarm(outcome: Outcome) -> None:
    if outcome.faulty:
        say(f"{_count(outcome.faulty)} met a fault in gradmark: {_some(outcome.faulty)}")
    if outcome.dropped:
        say(f"{_count(outcome.dropped)} dropped: {_some(outcome.dropped)}")


def _count(names: Sequence[str]) -> str:
    return f"{len(names)} mark{'' if len(names) == 1 else 's'}"


def _some(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
