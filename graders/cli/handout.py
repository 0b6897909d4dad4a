"""`gradmark handout ID -o DIR`: the starter code of a homework."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graders import UsageError
from graders.cli.files import must_be_new
from graders.cli.options import HOMEWORK, NewFolder
from graders.coursework.handout import starter_code
from graders.coursework.packs.pack import WORKED, load_homework


def handout(
    homework: Annotated[str, HOMEWORK],
    output: NewFolder,
    worked: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The worked submission; else the homework's own.")
    ] = None,
) -> None:
    """Write a homework's starter code: the worked submission without what students write."""
    found = load_homework(homework)
    source = worked if worked is not None else found.worked
    if source is None or not source.is_dir():
        place = source or found.folder / WORKED
        raise UsageError(f"there is no worked submission {place}: give its folder with --worked")
    must_be_new(output)
    files = starter_code(source, found.rubric.handout.without, list(found.rubric.flags))
    if not files:
        raise UsageError(f"{source} is no worked submission: it has no file to hand out")
    try:
        for name, content in files.items():
            (output / name).parent.mkdir(parents=True, exist_ok=True)
            (output / name).write_bytes(content)
    except OSError as error:
        raise UsageError(f"{output} can't be written ({error.strerror})") from None
    typer.echo(f"wrote {output}: {len(files)} files")
