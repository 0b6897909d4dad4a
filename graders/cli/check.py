"""`gradmark check FILE:NAME`: gradient-check any NumPy layer or function, no homework needed."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from graders.cli.files import must_be_writable, must_differ, save
from graders.probe import ProbeReport, Request, probe_file
from graders.probe.request import parse_constants, parse_named_shapes, parse_shape, parse_target
from graders.reports import gradcheck as gradcheck_report


class Dtype(StrEnum):
    """The precision in which it is checked."""

    FLOAT64 = "float64"
    FLOAT32 = "float32"


class LabelKind(StrEnum):
    """What the labels of a loss look like."""

    ONE_HOT = "one-hot"
    CLASSES = "classes"


def check(
    target: Annotated[
        str, typer.Argument(metavar="FILE:NAME", help="layers.py:ReLU, 'layers.py:Linear(3, 4)' or layers.py:relu.")
    ],
    input: Annotated[
        list[str] | None, typer.Option(metavar="SHAPE", help="2,3,8,8: once for each argument of forward, in order.")
    ] = None,
    param: Annotated[
        list[str] | None, typer.Option(metavar="NAME=SHAPE", help="W=4,3: give this parameter this shape.")
    ] = None,
    arg: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="stride=2: call forward with this literal.")
    ] = None,
    labels: Annotated[LabelKind | None, typer.Option(help="Draw a loss's labels so; else both are tried.")] = None,
    wrt: Annotated[str | None, typer.Option(metavar="NAMES", help="Check these gradients only: W,b.")] = None,
    divided_by_batch: Annotated[
        str | None, typer.Option(metavar="NAMES", help="These gradients are averaged over the batch: W,b.")
    ] = None,
    times_batch: Annotated[
        str | None, typer.Option(metavar="NAMES", help="These gradients of a mean aren't divided by the batch size.")
    ] = None,
    batch_axis: Annotated[
        int, typer.Option(min=0, metavar="K", help="The first input's axis that runs over the batch; 1 for columns.")
    ] = 0,
    dtype: Annotated[Dtype, typer.Option(help="The precision of inputs and parameters.")] = Dtype.FLOAT64,
    seed: Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Draw other inputs and directions.")] = 0,
    directions: Annotated[int, typer.Option(min=1, max=20, help="Random directions in each input.")] = 3,
    limit: Annotated[float, typer.Option(min=0.1, metavar="SECONDS", help="How long the code may take in all.")] = 20.0,
    json: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the result as JSON; with - nothing else is printed.")
    ] = None,
) -> None:
    """Gradient-check any NumPy layer or function: no homework needed."""
    must_be_writable(json)
    parsed = parse_target(target)
    if json is not None:
        must_differ([Path(json)], [parsed.file])
    request = Request(
        inputs=tuple(parse_shape(text) for text in input or []),
        params=parse_named_shapes(param or []),
        constants=parse_constants(arg or []),
        labels=None if labels is None else labels.value,
        wrt=_names(wrt),
        divided_by_batch=_names(divided_by_batch),
        times_batch=_names(times_batch),
        batch_axis=batch_axis,
        dtype=dtype.value,
        seed=seed,
        directions=directions,
        seconds=limit,
    )
    report = probe_file(parsed, request)
    if json is not None:
        _write(report, json)
    if json != "-":
        _show(report)
    raise typer.Exit(report.exit_status)


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


def _write(report: ProbeReport, file: str) -> None:
    written = msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"
    if file == "-":
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
        return
    save(Path(file), written)


def _show(report: ProbeReport) -> None:
    console = Console()
    if console.is_terminal:
        gradcheck_report.show(report, console)
    else:
        typer.echo(gradcheck_report.text(report), nl=False)
