"""A child of a worker that looks for the line at fault, and is thrown away."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from graders.sandbox.process import Worker
from graders.sandbox.session import Session

SECONDS, CPU_SECONDS = 90.0, 4
"""By the clock and of the processor, for all that is asked of one child."""


class Look:
    """A child that answers questions; StudentFault where it can't."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def ask(self, what: str, *operands: object) -> object:
        """The answer to one question."""
        self.session.queue(["look", what, *operands])
        (answer,) = self.session.flush()
        return answer


@contextmanager
def look(worker: Worker) -> Iterator[Look]:
    """A child for a look."""
    session = worker.open_session(SECONDS, CPU_SECONDS)
    try:
        yield Look(session)
    finally:
        session.close()
