"""`gradmark report FOLDER`: the web pages of a class that was marked, from what is stored."""

from __future__ import annotations

from graders import UsageError
from graders.cli import webpages
from graders.cli.course.options import NO_BOOKS, NO_COURSE, BookOptions, CourseOptions
from graders.cli.options import ClassFolder, ClassHtml, Database, StudentsHtml, database


def report(
    folder: ClassFolder,
    html: ClassHtml = None,
    html_students: StudentsHtml = None,
    db: Database = None,
    *,
    course: CourseOptions = NO_COURSE,
    books: BookOptions = NO_BOOKS,
) -> None:
    """Write the web pages of a class that was marked, with marks by hand in them; nothing is marked."""
    from graders.cli.course.term import Said

    if html is None and html_students is None and not books.files:
        raise UsageError("give --html FILE, --html-students DIR, or both, or a grade book as --csv FILE")
    webpages.must_be_usable(html, html_students, database(folder, db))
    said = Said(folder, db, course, books)
    said.keep(said.check())
    with said.opened() as store:
        shown = said.shown(store)
        said.write(shown)
        webpages.write(store, folder.resolve().name, html, html_students, shown, books.compare)
