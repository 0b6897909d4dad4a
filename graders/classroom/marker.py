"""Who marks a class: the protocol that this machine and a cluster have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from graders.marking.warm.job import Answer, Job


class Marker(Protocol):
    """Marks any number of submissions."""

    def answers(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, Answer, float]]:
        """Each job with the outcome and the seconds that it took, in the order in which they end."""


OpenMarker = Callable[[], AbstractContextManager[Marker]]
"""Called where there is something to mark."""
