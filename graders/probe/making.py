"""Has an object make its parameters that doesn't do so by itself: `build(input_shape)`, `initialize()`."""

from __future__ import annotations

from graders.probe.api import Api
from graders.probe.bench import Bench
from graders.probe.kept import held_by
from graders.probe.request import Request, Shape
from graders.probe.subject import Subject
from graders.probe.words import bare
from graders.sandbox.faults import StudentError


def make_parameters(bench: Bench, subject: Subject, request: Request) -> None:
    """Call such a method of an object without arrays, if it takes what can be given; one that fails counts as none."""
    shape = request.inputs[0] if request.inputs else ()
    given = [_given(p.name, shape) for p in subject.making_takes if p.required and not p.kind.startswith("VAR")]
    if not subject.making or None in given or held_by(bench, Api(subject, ())):
        return
    try:
        bench.call("nothing", bench.slot("making"), given, path=subject.making)
        bench.send()
    except StudentError:
        return


def _given(name: str, shape: Shape) -> object:
    """A shape, or a length, by the argument's name; None for anything else."""
    plain = bare(name)
    if "shape" in plain:
        return list(shape)
    return shape[-1] if shape and plain in ("inputsize", "inputdim", "nin", "infeatures", "dim", "size") else None
