"""Options of `gradmark grade` that say where its result goes, and in which format."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from graders.cli.options import HandedOn, JsonFile
from graders.reports.gradescope_metadata import rate_limit


@dataclass(frozen=True, kw_only=True)
class OutputOptions:
    """What was asked for on the command line."""

    json: JsonFile = None
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the result as JUnit XML.")] = None
    gradescope: Annotated[Path | None, typer.Option(metavar="FILE", help="Write Gradescope's results.json.")] = None
    gradescope_metadata: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Gradescope's submission_metadata.json: late days, earlier ones."),
    ] = None
    gradescope_limit: Annotated[
        str | None,
        typer.Option(metavar="N/HOURS", help="Mark at most N submissions in HOURS hours; needs the metadata."),
        HandedOn("gradescope", rate_limit),
    ] = None
    gradescope_visibility: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SECTION=WHEN", help="visible, after_due_date, after_published or hidden; all=WHEN for all."
        ),
        HandedOn("gradescope"),
    ] = None
    prairielearn: Annotated[Path | None, typer.Option(metavar="FILE", help="Write PrairieLearn's results.json.")] = None
    autolab: Annotated[bool, typer.Option("--autolab", help="Print the report as Autolab reads it.")] = False
    github: Annotated[
        bool, typer.Option("--github", help="Print annotations for GitHub Actions, and write the job's summary.")
    ] = False
    classroom50: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write Classroom 50's result.json; its runner says whose it is.")
    ] = None
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Add the submission's row to a grade book, or replace it.")
    ] = None
    canvas: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The same in the columns that Canvas imports.")
    ] = None
    sarif: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the lines at fault as SARIF, for code scanning and editors."),
    ] = None
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a web page for the student, one file.")] = (
        None
    )
