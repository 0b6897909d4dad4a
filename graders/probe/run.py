"""One check from start to end: opens the code, finds out how it is called, checks it, and records what was found."""

from __future__ import annotations

import importlib.metadata
import itertools
import math
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from graders import UsageError
from graders.probe.bench import Bench
from graders.probe.discovery import attempts
from graders.probe.faults import Finding
from graders.probe.files import private_copy, read_layout, read_names
from graders.probe.local import LocalSession
from graders.probe.outcomes import Outcomes
from graders.probe.record import ProbeReport
from graders.probe.request import Request, Target
from graders.probe.subject import Subject, has_lists, open_object, open_target, pair, prefers_arrays
from graders.sandbox.faults import StudentFault
from graders.sandbox.isolation.limits import MEMORY_MIB
from graders.sandbox.process import Library, Worker

FOR_PACKAGES_MIB = 2048
"""What packages besides NumPy may map: a compiler, or the libraries that scipy brings along."""
MAX_ATTEMPTS = 30
"""Ways to call it, at most, that are tried one after the other."""


def probe_file(target: Target, request: Request) -> ProbeReport:
    """Check a class or function of a file, which runs in a worker; UsageError where the command can't be used."""
    layout = read_layout(target.file, Path.cwd())
    file = str(layout.files[0].relative_to(layout.root))
    packages = installed(request.packages)
    memory = MEMORY_MIB + FOR_PACKAGES_MIB * bool(packages)
    with private_copy(layout) as root:
        library = Library(
            root, [layout.module], layout.search, request.seconds, ("numpy", *packages), memory_mib=memory
        )
        with Worker(library) as worker:
            try:
                session = worker.open_session(request.seconds, math.ceil(request.seconds))
            except StudentFault as fault:
                raise UsageError(f"{file} can't be imported: {fault.message}") from None
            try:
                return probe_target(Bench(session), target, layout.module, file, request)
            finally:
                session.close()


def probe_target(bench: Bench, target: Target, module: str, file: str, request: Request) -> ProbeReport:
    """Check a target of a module on the bench; lists of numbers for its constructor may be meant as arrays, or not."""

    def tried(as_arrays: bool) -> ProbeReport:
        known = read_names(target.file) if target.file.is_file() else []
        opened = partial(open_target, bench, target, module, file, known, request, as_arrays=as_arrays)
        return probe(bench, opened, target.text, request)

    first = prefers_arrays(target)
    try:
        report = tried(first)
    except UsageError:
        if not has_lists(target):
            raise
        return tried(not first)
    return tried(not first) if report.verdict == "error" and has_lists(target) else report


def installed(names: Sequence[str]) -> tuple[str, ...]:
    """The distributions of packages, called as they are imported or installed; UsageError for one that isn't."""
    found = []
    for name in names:
        try:
            importlib.metadata.distribution(name)
            found.append(name)
        except (importlib.metadata.PackageNotFoundError, ValueError):
            known = importlib.metadata.packages_distributions().get(name)
            if not known:
                raise UsageError(f"--with {name}: it isn't installed in gradmark's environment") from None
            found.append(known[0])
    return tuple(found)


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
    """Check what `open_subject` finds: the first way to call it whose gradients are right, or the likeliest."""
    outcomes = Outcomes(bench, target, request, lambda other: attempts(bench, open_subject(), other))
    try:
        for attempt in itertools.islice(attempts(bench, open_subject(), request), MAX_ATTEMPTS):
            report = outcomes.attempt(attempt)
            if report is not None:
                return report
            if outcomes.is_over:
                break
    except (Finding, StudentFault) as fault:
        outcomes.end(fault)
    return outcomes.likeliest()
