"""A class's course during a command: its files are read first, and stored and reported at the end."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from graders.classroom.course.matching import Handed
from graders.classroom.course.shown import Shown, shown
from graders.classroom.course.standings import standings
from graders.classroom.store import Store
from graders.cli.course.entering import Asked, Fitting, directory, fitting, handed_of, read_asked, stored_course
from graders.cli.course.gradebooks import book_rows, must_be_this_courses, must_be_usable, write
from graders.cli.course.options import BookOptions, CourseOptions
from graders.cli.notes import say
from graders.cli.options import database, opened_results
from graders.coursework.finding import Submission


@dataclass(frozen=True)
class Said:
    """The options of a command on the course and its books, for the class in a folder."""

    folder: Path
    db: Path | None
    course: CourseOptions
    books: BookOptions

    @property
    def file(self) -> Path:
        """The class's results."""
        return database(self.folder, self.db)

    def check(self, submissions: Sequence[Submission] | None = None) -> Fitting:
        """All that can be wrong is reported before anything is written; how files were understood is told."""
        read = [path for path in (self.course.roster, self.course.extensions) if path is not None]
        must_be_usable(self.books, [*read, self.file])
        stored = stored_course(self.file, named=self.db is not None)
        asked = read_asked(self.course, stored)
        handed = handed_of(submissions) if submissions is not None else self._handed(asked)
        found = fitting(asked, stored, handed)
        if submissions is not None:
            must_be_this_courses(self.books, directory(found.course, handed).people)
        for line in asked.lines:
            say(line)
        return found

    def _handed(self, asked: Asked) -> list[Handed]:
        if asked.extensions is None:
            return []
        with opened_results(self.folder, self.db, writing=False) as store:
            return standings(store).handed

    def keep(self, found: Fitting) -> None:
        """Write what was said about the course, if anything was."""
        if not found.asked.is_empty:
            with opened_results(self.folder, self.db) as store:
                found.keep(store)

    def opened(self) -> Store:
        """The class's results for reading, unless numbers have to be drawn."""
        return opened_results(self.folder, self.db, writing=self.books.anonymous)

    def shown(self, store: Store, known: Collection[str] | None = None, earlier: Sequence[Path] | None = None) -> Shown:
        """Whom the options show; what is odd is said."""
        books = self.books
        found = shown(store, known, section=books.section, anonymous=books.anonymous, earlier=earlier)
        for line in found.doubts:
            say(line)
        return found

    def write(self, found: Shown) -> None:
        """The grade books that were asked for."""
        if self.books.files:
            for line in write(self.books, book_rows(row for _, row in found.rows())):
                say(line)
