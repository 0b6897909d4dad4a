"""Options of the commands that mark: what both have, one submission's, and a class's."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

import typer

from graders.cli.options import AnyHomework, ClassHtml, Database, HandedOn, Processes, StudentsHtml, names, processes
from graders.cli.output_options import OutputOptions
from graders.cli.seeds import MOST, VARIABLE, Seed, seed_of
from graders.cli.signature import After
from graders.marking.profiles import MAX_SECONDS, Profile
from graders.sandbox.isolation.choice import Isolation

DAY = 86400
"""Seconds, as long as any platform waits."""


def _names(word: str) -> None:
    names([word])


def _within_a_day(seconds: str) -> None:
    if float(seconds) > DAY:
        raise ValueError(seconds)


Only = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAMES", help="Sections and checks, by name, beginning or title: linear,mlp,batchnorm.backward_input."
    ),
    HandedOn(check=_names),
]
Cases = Annotated[Profile, typer.Option(help="How many cases each check draws."), HandedOn()]
SeedTold = Annotated[int, typer.Option(min=0, max=MOST, help="Draw other cases than the default ones."), HandedOn()]
Keys = Annotated[Path | None, typer.Option(metavar="FOLDER", help="The instructor's keys: predictions.csv, q1.toml.")]
Data = Annotated[Path | None, typer.Option(metavar="FOLDER", help="IDX files to train on; else scikit-learn's digits.")]
Flags = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="The handout's flags file: what is False there is left out."),
    After("only"),
]
Apart = Annotated[
    Isolation | None,
    typer.Option(help="How student code is isolated; by default the strongest way that works.", show_default=False),
    HandedOn(),
]


Recordings = Annotated[
    bool,
    typer.Option(
        "--recordings/--no-recordings",
        envvar="GRADMARK_RECORDINGS",
        show_envvar=False,
        help="First repeat what was recorded with a right submission: faster, with the same marks.",
    ),
]


@dataclass(frozen=True)
class MarkingOptions:
    """How submissions are marked, one or a class of them."""

    homework: AnyHomework = None
    only: Only = None
    profile: Cases = Profile.GRADING
    seed: SeedTold = 0
    private_seed: Annotated[
        str | None,
        typer.Option(
            metavar="N|FILE",
            envvar=VARIABLE,
            show_envvar=False,
            help=f"A seed for the cases that no report reveals; also {VARIABLE}.",
        ),
    ] = None
    keys: Keys = None
    data: Data = None
    n: Annotated[Processes, HandedOn(check=processes)] = "auto"
    no_look: Annotated[bool, typer.Option("--no-look", help="Don't look for the lines at fault.")] = False
    isolation: Apart = None
    max_seconds: Annotated[
        float,
        typer.Option(metavar="N", min=1, help="After N seconds the remaining checks end as timeouts."),
        HandedOn(check=_within_a_day),
    ] = MAX_SECONDS

    @cached_property
    def drawn_from(self) -> Seed:
        """The seed of the cases, and whether it is private; UsageError where it can't be read."""
        return seed_of(self.seed, self.private_seed)


@dataclass(frozen=True)
class GradeOptions(MarkingOptions):
    """How one submission is marked, and what is made of its report."""

    flags: Flags = None
    guard_keys: Annotated[
        bool,
        typer.Option("--guard-keys", help="Mark nothing where student code could read keys or private seed."),
        After("keys"),
    ] = False
    recordings: Annotated[Recordings, After("max_seconds")] = True
    recorded: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Take recordings from this folder alone, and make none."),
        After("recordings"),
    ] = None
    outputs: OutputOptions = field(default_factory=OutputOptions)
    repro: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a script for each failed check that repeats it.")
    ] = None
    debug: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Run a section's or check's first failing case under pdb, not isolated."),
    ] = None
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show every failed check in full.")] = False


@dataclass(frozen=True)
class WatchOptions:
    """How a folder that is worked on is marked, and where its last report goes."""

    homework: AnyHomework = None
    only: Only = None
    flags: Flags = None
    profile: Cases = Profile.GRADING
    seed: SeedTold = 0
    keys: Keys = None
    data: Data = None
    n: Processes = "auto"
    isolation: Apart = None
    recordings: Recordings = True
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a web page after each marking; it reloads itself.")
    ] = None
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the result as JSON after each marking.")] = (
        None
    )


@dataclass(frozen=True)
class ClassOptions(MarkingOptions):
    """How a class is marked, where its results are kept, and what is done afterwards."""

    n: Annotated[
        str,
        typer.Option(
            "-n",
            metavar="N|auto",
            help="Submissions marked at the same time; auto is one more than there are processors.",
        ),
    ] = "auto"
    max_seconds: Annotated[
        float,
        typer.Option(
            metavar="N", min=1, max=DAY, help="After N seconds a submission's remaining checks end as timeouts."
        ),
    ] = MAX_SECONDS
    scheduler: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Mark on the workers of a Dask cluster: tcp://HOST:PORT or tls://..."),
        After("data"),
    ] = None
    db: Database = None
    marks_only: Annotated[
        bool,
        typer.Option("--marks-only", help="The same marks sooner, without reasons; the command without it adds these."),
    ] = False
    regrade: Annotated[bool, typer.Option("--regrade", help="Mark all again and compare; 1 if a mark dropped.")] = False
    similar: Annotated[
        bool, typer.Option("--similar", help="Afterwards show which submissions have suspiciously alike code.")
    ] = False
    html: ClassHtml = None
    html_students: StudentsHtml = None
