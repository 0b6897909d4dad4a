"""`gradmark check FILE:NAME`: gradient-check any NumPy layer or function, no homework needed."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from graders import UsageError
from graders.cli.files import must_be_writable, must_differ, write_json
from graders.cli.options import JsonFile
from graders.probe import ProbeReport, Request, probe_file
from graders.probe.request import Target, parse_constants, parse_named_shapes, parse_shape, parse_target, parse_wholes
from graders.reports import gradcheck as gradcheck_report


class Dtype(StrEnum):
    """The precision in which it is checked."""

    FLOAT64 = "float64"
    FLOAT32 = "float32"


class LabelKind(StrEnum):
    """What the labels of a loss look like."""

    BINARY = "binary"
    SIGNS = "signs"
    ONE_HOT = "one-hot"
    CLASSES = "classes"


@dataclass(frozen=True)
class CheckOptions:
    """What the layer or function is given, and what is checked of it."""

    input: Annotated[
        list[str] | None, typer.Option(metavar="SHAPE", help="2,3,8,8: once for each argument of forward, in order.")
    ] = None
    param: Annotated[
        list[str] | None, typer.Option(metavar="NAME=SHAPE", help="W=4,3: give this parameter this shape.")
    ] = None
    arg: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="stride=2: call forward, backward or the constructor with this."),
    ] = None
    whole: Annotated[
        list[str] | None,
        typer.Option("--int", metavar="NAME=SHAPE<N", help="ids=4,5<7: whole numbers below 7, not differentiated."),
    ] = None
    labels: Annotated[
        LabelKind | None, typer.Option(help="How a loss's labels are drawn; by default all ways are tried.")
    ] = None
    with_: Annotated[
        str | None, typer.Option("--with", metavar="NAMES", help="Packages that the code may import: scipy.")
    ] = None
    wrt: Annotated[str | None, typer.Option(metavar="NAMES", help="Check these gradients only: W,b.")] = None
    divided_by_batch: Annotated[
        str | None, typer.Option(metavar="NAMES", help="These gradients are averaged over the batch: W,b.")
    ] = None
    times_batch: Annotated[
        str | None, typer.Option(metavar="NAMES", help="These gradients of a mean aren't divided by the batch size.")
    ] = None
    batch_axis: Annotated[
        int, typer.Option(min=0, metavar="K", help="The first input's axis that runs over the batch; 1 for columns.")
    ] = 0
    dtype: Annotated[Dtype, typer.Option(help="The precision of inputs and parameters.")] = Dtype.FLOAT64
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Draw other inputs and directions.")] = 0
    directions: Annotated[int, typer.Option(min=1, max=20, help="Random directions in each input.")] = 3
    limit: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long the code may take in all.")] = 20.0
    no_homework: Annotated[
        bool,
        typer.Option("--no-homework", help="Without the conventions of the homework that the file belongs to."),
    ] = False
    json: JsonFile = None

    @property
    def request(self) -> Request:
        """The same for the probe; UsageError for a shape or a value that is none."""
        return Request(
            inputs=tuple(parse_shape(text) for text in self.input or []),
            params=parse_named_shapes(self.param or []),
            constants=parse_constants(self.arg or []),
            wholes=parse_wholes(self.whole or []),
            packages=_names(self.with_),
            labels=None if self.labels is None else self.labels.value,
            wrt=_names(self.wrt),
            divided_by_batch=_names(self.divided_by_batch),
            times_batch=_names(self.times_batch),
            batch_axis=self.batch_axis,
            dtype=self.dtype.value,
            seed=self.seed,
            directions=self.directions,
            seconds=self.limit,
        )


def check(
    target: Annotated[
        str, typer.Argument(metavar="FILE:NAME", help="layers.py:ReLU, 'layers.py:Linear(3, 4)' or layers.py:relu.")
    ],
    *,
    options: CheckOptions,
) -> None:
    """Gradient-check any NumPy layer or function: no homework needed."""
    must_be_writable(options.json)
    parsed = parse_target(target)
    if options.json is not None:
        must_differ([Path(options.json)], [parsed.file])
    report = _probed(parsed, options)
    if options.json is not None:
        write_json(report, options.json)
    if options.json != "-":
        _show(report)
    raise typer.Exit(report.exit_status)


def _probed(target: Target, options: CheckOptions) -> ProbeReport:
    """The report, by the conventions of the homework whose file it is in, as far as they fit."""
    from graders.probe.homework import known  # here and not above: most files belong to none

    request = options.request
    found = None if options.no_homework else known(target)
    if found is not None:
        with contextlib.suppress(UsageError):  # it is written for other names, or other arguments
            report = probe_file(found.target(target), found.request(request, target))
            return msgspec.structs.replace(report, homework=found.line)
    return probe_file(target, request)


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _show(report: ProbeReport) -> None:
    console = Console()
    if console.is_terminal:
        gradcheck_report.show(report, console)
    else:
        typer.echo(gradcheck_report.text(report), nl=False)
