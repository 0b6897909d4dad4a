"""One check from start to end: opens the code, finds out how it is called, checks it, and records what was found."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

from graders import UsageError
from graders.gradcheck import Result, Verdict
from graders.probe.api import Api, describe, first_shape
from graders.probe.batch import advice
from graders.probe.bench import Bench
from graders.probe.discovery import discover
from graders.probe.evaluate import check
from graders.probe.faults import Finding, finding_of
from graders.probe.files import layout_of, names_in, private_copy
from graders.probe.local import LocalSession
from graders.probe.record import ProbeReport, item_of, share_seen
from graders.probe.request import Request, Target
from graders.probe.subject import Subject, open_object, open_target, pair
from graders.sandbox.faults import StudentFault
from graders.sandbox.process import Library, Worker


def probe_file(target: Target, request: Request) -> ProbeReport:
    """Check a class or function of a file, which runs in a worker; UsageError where the command can't be used."""
    layout = layout_of(target.file, Path.cwd())
    file = str(layout.files[0].relative_to(layout.root))
    with private_copy(layout) as root:
        library = Library(root, [layout.module], layout.search, request.seconds)
        with Worker(library) as worker:
            try:
                session = worker.open_session(request.seconds, math.ceil(request.seconds))
            except StudentFault as fault:
                raise UsageError(f"{file} can't be imported: {fault.message}") from None
            try:
                bench = Bench(session)
                return probe(
                    bench,
                    lambda: open_target(bench, target, layout.module, file, names_in(target.file)),
                    target.text,
                    request,
                )
            finally:
                session.close()


def probe_object(thing: Any, *inputs: tuple[int, ...], backward: object = None, **options: Any) -> ProbeReport:
    """Check a layer, or a function and its backward pass, in this process: for notebooks.

    `inputs` are the shapes of forward's arguments; options are the fields of Request.
    """
    request = Request(inputs=tuple(inputs), **options)
    if isinstance(thing, type):
        raise UsageError(f"{thing.__name__} is a class: give an object, {thing.__name__}(...)")
    is_function = backward is not None or type(thing).__name__ in ("function", "builtin_function_or_method")
    bench = Bench(LocalSession(thing, backward))
    if not is_function:
        bench.slot("object")  # the first slot holds the thing
        label = type(thing).__name__.lower()
        return probe(bench, lambda: open_object(bench, label), type(thing).__name__, request)
    bench.slot("forward")
    bench.slot("backward")
    names = thing.__name__, getattr(backward, "__name__", "")
    return probe(bench, lambda: pair(bench, *names), thing.__name__, request)


def probe(bench: Bench, open_subject: Callable[[], Subject], target: str, request: Request) -> ProbeReport:
    """Check what `open_subject` finds on the bench."""
    try:
        api = discover(bench, open_subject(), request)
        api = _conventional(api, request)
        taken_for = describe(api)
    except (Finding, StudentFault) as fault:
        return _found(fault, target, request)
    try:
        result = check(bench, api, request)
    except (Finding, StudentFault) as fault:
        return _found(fault, target, request, taken_for)
    return _report(api, result, target, request, taken_for)


def _conventional(api: Api, request: Request) -> Api:
    """The API, if the options of batch conventions name gradients that it has."""
    for option, names in (("--divided-by-batch", request.divided_by_batch), ("--times-batch", request.times_batch)):
        for name in names:
            if name not in api.sources:
                raise UsageError(f"{option} {name}: no gradient of that name; there are {', '.join(api.sources)}")
    return api


def _found(fault: Finding | StudentFault, target: str, request: Request, taken_for: str = "") -> ProbeReport:
    finding = fault if isinstance(fault, Finding) else finding_of(fault)
    return ProbeReport(
        target=target,
        verdict=finding.verdict,
        message=finding.message,
        hint=finding.hint,
        taken_for=taken_for,
        dtype=request.dtype,
        seed=request.seed,
    )


def _report(api: Api, result: Result, target: str, request: Request, taken_for: str) -> ProbeReport:
    shapes = {name: x.shape for name, x in api.values().items()}
    own = {*(p.name for p in api.parameters), *(a.name for a in api.arguments if a.kind == "parameter")}
    items = [item_of(item, "parameter" if item.name in own else "input", shapes[item.name]) for item in result.inputs]
    wrong = result.verdict is Verdict.WRONG_GRADIENT
    return ProbeReport(
        target=target,
        verdict=result.verdict.value,
        message=result.message,
        hint=advice(result.inputs, first_shape(api)) if wrong else "",
        taken_for=taken_for,
        dtype=request.dtype,
        seed=request.seed,
        inputs=items,
        unchecked=result.unchecked,
        unresolved=result.unresolved,
        seen=share_seen(result),
        forward_evaluations=result.forward_evaluations,
        backward_evaluations=result.backward_evaluations,
    )
