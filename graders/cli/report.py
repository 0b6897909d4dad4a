"""`gradmark report FOLDER`: the web pages of a class that was marked, from what is stored."""

from __future__ import annotations

from graders import UsageError
from graders.cli import webpages
from graders.cli.options import ClassFolder, ClassHtml, Database, StudentsHtml, database, opened_results


def report(
    folder: ClassFolder,
    html: ClassHtml = None,
    html_students: StudentsHtml = None,
    db: Database = None,
) -> None:
    """Write the web pages of a class that was marked, with marks by hand in them; nothing is marked."""
    if html is None and html_students is None:
        raise UsageError("give --html FILE, --html-students DIR, or both")
    stored = database(folder, db)
    webpages.must_be_usable(html, html_students, stored)
    with opened_results(folder, db, writing=False) as store:
        webpages.write(store, folder.resolve().name, html, html_students)
