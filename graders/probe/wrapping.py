"""The ways to call code that takes or returns objects in place of arrays: tensors, or records of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from graders.probe.anatomy import Parameter, anatomy_of
from graders.probe.bench import Bench
from graders.probe.subject import BACKWARD, Subject, first_of

_WRAPS = ("all", "floats", "first", "entries")
_MOST = 4
_UPSTREAM = Parameter("upstream", "POSITIONAL_OR_KEYWORD", required=True)


@dataclass(frozen=True)
class _Pass:
    """A backward pass: how it is given the upstream gradient, as what subject; a `method` is one of the output's."""

    subject: Subject
    style: str
    method: str = ""


def with_objects(bench: Bench, subject: Subject) -> Iterator[Subject]:
    """The subject over arrays, where its module has classes for objects that it hands round in their place."""
    for place in range(_MOST):
        wrapper = bench.wrapper(f"wrapper {place}", bench.slot("forward"), place)
        sample = anatomy_of(bench.inspect(bench.wrapped("wrapped", wrapper), "wrapped"))
        if sample.type_name == "NoneType":
            return
        given = replace(subject, given_as=sample.type_name)
        for wraps in _WRAPS:
            for one in _passes(given, sample.calls):
                yield _installed(bench, one, f"wrapper {place}", wraps)


def with_records(bench: Bench, subject: Subject) -> Iterator[Subject]:
    """The subject with what it returns taken out of records: dataclasses, or other objects that hold arrays."""
    if subject.backward:
        yield _installed(bench, _Pass(subject, "raw"), "", "none")


def _passes(subject: Subject, methods: Mapping[str, tuple[Parameter, ...]]) -> Iterator[_Pass]:
    """Its own backward pass, or, without one, that of its output."""
    if subject.backward:
        yield from _own(subject)
        return
    method = first_of(BACKWARD, methods)
    if not method:
        return
    own = replace(subject, backward=f"{subject.given_as.lower()}.{method}", outputs_own=True)
    if any(not p.kind.startswith("VAR") for p in methods[method]):
        for style in ("raw", "wrapped"):
            yield _Pass(replace(own, backward_takes=(_UPSTREAM,)), style, method)
    yield _Pass(replace(own, summed=True), "silent", method)


def _own(subject: Subject) -> Iterator[_Pass]:
    if any(p.required for p in subject.backward_takes):
        for style in ("raw", "wrapped", "kept"):
            yield _Pass(subject, style)
        return
    yield _Pass(replace(subject, backward_takes=(_UPSTREAM,), chained=True), "silent")
    yield _Pass(subject, "raw")


def _installed(bench: Bench, one: _Pass, wrapper: str, wraps: str) -> Subject:
    """The subject of this pass, in slots beside its own."""
    suffix = f" {wrapper} {wraps} {one.style}"
    forward = bench.unwrapped(
        f"forward{suffix}", bench.slot("forward"), bench.slot(wrapper) if wrapper else None, wraps
    )
    function = None if one.method else bench.slot("backward")
    bench.unwrapped_backward(f"backward{suffix}", forward, function, one.method, one.style)
    return replace(one.subject, suffix=suffix)
