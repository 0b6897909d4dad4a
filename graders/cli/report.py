"""`gradmark report FOLDER`: the web pages of a class that was marked, from what is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders.cli import webpages
from graders.cli.options import DATABASE
from graders.errors import UsageError


def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The class's folder.")],
    html: webpages.HtmlFile = None,
    html_students: webpages.HtmlStudents = None,
    db: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Where results are kept; else {DATABASE} in FOLDER.", show_default=False),
    ] = None,
) -> None:
    """Write the web pages of a class that was marked, with marks by hand in them; nothing is marked."""
    from graders.classroom.store import Store

    if html is None and html_students is None:
        raise UsageError("give --html FILE, --html-students DIR, or both")
    webpages.must_be_usable(html, html_students, db or folder / DATABASE)
    with Store(db or folder / DATABASE, writing=False) as store:
        webpages.write(store, folder.resolve().name, html, html_students)
