"""What the two helpers have: one what is recorded, the other all that runs checks besides."""

from __future__ import annotations

from graders.marking import run
from graders.marking.run import Request
from graders.marking.watching.helper import Prepare, Serve
from graders.marking.watching.jobs import do


def with_recordings(request: Request) -> Prepare:
    """Prepares a helper that reads, and marks what is as it was recorded; it imports nothing that takes long."""

    def prepare(serve: Serve) -> None:
        _read_recordings(request)
        serve(lambda order, tell: do(order, request, None, tell))

    return prepare


def with_checks(request: Request) -> Prepare:
    """Prepares a helper that marks whatever is to be marked: it has PyTorch, and the checks collected."""

    def prepare(serve: Serve) -> None:
        _read_recordings(request)
        faults = run.collect(request, [], lambda made: serve(lambda order, tell: do(order, request, made, tell)))
        if faults:
            raise RuntimeError(faults[0])

    return prepare


def _read_recordings(request: Request) -> None:
    """Once, for all forks."""
    if request.recordings is not None:
        request.recordings.of(request.checks)
