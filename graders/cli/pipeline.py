"""`gradmark pipeline PLATFORM ID -o DIR`: everything that a platform needs to mark a homework."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graders import UsageError
from graders.cli.files import must_be_instructors, must_be_new
from graders.cli.options import HOMEWORK, NewFolder
from graders.cli.seeds import VARIABLE, seed_of
from graders.coursework.packs.loading import load_whole


class Platform(StrEnum):
    """Where submissions come in."""

    GRADESCOPE = "gradescope"
    AUTOLAB = "autolab"
    GITHUB = "github"
    PRAIRIELEARN = "prairielearn"
    CLASSROOM50 = "classroom50"
    DOCKER = "docker"

    @property
    def is_read_by_students(self) -> bool:
        """Whether its files lie where students can read them."""
        return self in (Platform.GITHUB, Platform.CLASSROOM50)


def pipeline(
    platform: Annotated[Platform, typer.Argument(help="Where submissions come in.")],
    homework: Annotated[str, HOMEWORK],
    output: NewFolder,
    options: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[-- OPTIONS]", help="Passed on to gradmark grade: --profile quick.", show_default=False
        ),
    ] = None,
    keys: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="The instructor's keys, which go into the pipeline.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="IDX files to train on, which go into the pipeline.")
    ] = None,
    private_seed: Annotated[
        str | None,
        typer.Option(metavar="N|FILE", help="Draw cases from a number that no report tells, and that goes along."),
    ] = None,
    recordings: Annotated[
        bool,
        typer.Option(
            "--recordings/--no-recordings",
            envvar="GRADMARK_RECORDINGS",
            show_envvar=False,
            help="Record the checks with the worked submission, and have that go along: right work is marked faster.",
        ),
    ] = True,
    image: Annotated[
        str,
        typer.Option(
            metavar="NAME", help="What the container's image is to be called (Autolab, PrairieLearn, Docker)."
        ),
    ] = "",
) -> None:
    """Write a platform's autograder for a homework, ready to upload."""
    from graders.cli.pipelines.forwarded import ForwardedOptions
    from graders.cli.pipelines.packing import write_folder
    from graders.cli.pipelines.platforms import PLATFORMS
    from graders.cli.pipelines.spec import PipelineSpec

    found = load_whole(homework)
    must_be_instructors(keys, data)
    if keys is not None:
        _must_have_a_key(keys, [section.key for section in found.sections if section.key], platform)
    seed = seed_of(0, private_seed)
    if seed.private and platform.is_read_by_students:
        raise UsageError(
            f"--private-seed: a workflow's files are the students' to read: set the secret {VARIABLE} in its place"
        )
    must_be_new(output)
    passed = ForwardedOptions(options or [], found.with_keys(keys), str(platform))
    spec = PipelineSpec(found, passed, keys, data, image, seed.number if seed.private else None)
    if recordings:
        from graders.cli.pipelines.recorded import recorded  # here and not above: it imports what marks

        spec = replace(spec, recordings=recorded(spec))
    made = PLATFORMS[platform](spec)
    write_folder(output, made.files)
    typer.echo(f"wrote {output}: {len(made.files)} files")
    for step in made.steps:
        typer.echo(f"- {step}")


def _must_have_a_key(folder: Path, keys: list[str], platform: Platform) -> None:
    if platform.is_read_by_students:
        raise UsageError("--keys: a workflow's files are the students' to read, so no key can be among them")
    if not keys:
        raise UsageError("--keys: this homework has no section that needs a key")
    if not any((folder / key).is_file() for key in keys):
        raise UsageError(f"{folder} has none of the homework's keys: {', '.join(keys)}")
